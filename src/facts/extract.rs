//! Evidence as rules see it: the same, cut to a size that no hostile file can inflate.
//!
//! A file is embedded once for each claim that rests on it, so lists and texts have an end. No kind
//! of caution is lost: each keeps its first ones.

use crate::evidence::{Caution, Evidence, Measurement};
use std::collections::{BTreeMap, BTreeSet};

/// Characters of a text.
const LONGEST: usize = 200;
/// Statistics of a file.
const MOST_MEASUREMENTS: usize = 200;
/// Cautions of one kind.
const MOST_OF_A_KIND: usize = 10;
/// Metrics that a message lists.
const MOST_METRICS: usize = 12;

/// The normalised evidence with its first statistics and cautions, and no long text.
pub(super) fn of(evidence: &Evidence) -> Evidence {
    let mut kinds = BTreeMap::new();
    let is_early = |caution: &Caution| {
        let met: &mut usize = kinds.entry(caution.kind).or_default();
        *met += 1;
        *met <= MOST_OF_A_KIND
    };
    let mut cut = evidence.cut(MOST_MEASUREMENTS, is_early);
    cut.texts_mut().for_each(shorten);
    cut
}

/// The metrics that a file holds.
pub(super) fn metrics(evidence: &Evidence) -> Vec<&str> {
    let names: BTreeSet<&str> = evidence.measurements.iter().map(name).collect();
    names.into_iter().take(MOST_METRICS).collect()
}

fn name(found: &Measurement) -> &str {
    found.metric.as_str()
}

/// A text that fits a message.
pub(super) fn clipped(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

fn shorten(text: &mut String) {
    if text.len() > LONGEST {
        *text = clipped(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{CautionKind, EvidenceRequest, read};

    #[test]
    fn a_huge_run_is_cut_and_keeps_every_kind_of_caution() {
        let metrics: String = (0..2_000)
            .map(|n| {
                format!(
                    "    - {{name: m{n}, phase: Successful, dryRun: {}}}\n",
                    n == 1_999
                )
            })
            .collect();
        let text = format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: AnalysisRun\nstatus:\n  phase: {}\n  metricResults:\n{metrics}",
            "x".repeat(5_000)
        );
        let found = read(text.into(), EvidenceRequest::default()).expect("a run");
        let cut = serde_json::to_value(of(&found)).expect("JSON");
        assert!(cut.to_string().len() < 100_000);
        let kinds: BTreeSet<&str> = cut["cautions"]
            .as_array()
            .expect("cautions")
            .iter()
            .filter_map(|caution| caution["kind"].as_str())
            .collect();
        assert!(
            found.warns(CautionKind::DryRun) && kinds.contains("dry-run"),
            "{kinds:?}"
        );
        assert_eq!(super::metrics(&found).len(), MOST_METRICS);
    }
}
