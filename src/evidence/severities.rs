//! What scanners found, counted by severity. A severity that is no known word is an error, for it would
//! be missing in every count.

use super::{EvidenceError, content::Tree, draft::Draft};
use crate::document::Spot;

/// From the gravest on. Trivy has no `negligible`.
const SEVERITIES: [&str; 6] = ["critical", "high", "medium", "low", "negligible", "unknown"];

/// Findings of one kind by their severity, in the order of [`SEVERITIES`].
#[derive(Default)]
pub(super) struct SeverityCounts([u64; 6]);

impl SeverityCounts {
    /// Counts the finding whose severity is at `key`.
    pub(super) fn take(
        &mut self,
        finding: &Spot<'_, Tree>,
        key: &str,
    ) -> Result<(), EvidenceError> {
        let place = finding
            .get(key)
            .ok_or_else(|| finding.bad(format!("without a `{key}`")))?;
        let word = place.text().unwrap_or_default().to_ascii_lowercase();
        match SEVERITIES.iter().position(|known| *known == word) {
            Some(index) => self.0[index] += 1,
            None => return Err(place.bad(format!("no known severity (`{word}`)"))),
        }
        Ok(())
    }

    /// Writes the counts under `metric`, and each severity's under `metric/severity`.
    pub(super) fn write(&self, draft: &mut Draft, metric: &str, at: &str) {
        draft.number_of(metric, self.0.iter().sum(), at);
        draft.last().derived = Some("counted");
        for (severity, count) in SEVERITIES.iter().zip(self.0) {
            draft.number_of(&format!("{metric}/{severity}"), count, at);
            draft.last().derived = Some("counted");
        }
    }
}

/// The image that was scanned, from the only digest or the only tag under which it is known; an archive may have neither.
pub(super) fn image(digests: &[Spot<'_, Tree>], tags: &[Spot<'_, Tree>]) -> Option<String> {
    let only = |names: &[Spot<'_, Tree>]| match names {
        [name] => name.text().map(str::to_owned),
        _ => None,
    };
    only(digests).or_else(|| only(tags))
}
