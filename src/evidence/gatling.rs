//! Gatling: `js/global_stats.json` and `js/stats.json` of its report.
//!
//! Whole milliseconds, each statistic for all (`total`), answered (`ok`) and failed (`ko`) requests. The
//! ranks of `percentiles1` to `percentiles4` are a setting that the file does not tell, so none is named.

use super::{
    CautionKind, Evidence, EvidenceError, RunFact,
    content::{Content, Tree},
    draft::Draft,
};
use crate::document::{Pointer, Spot};

const STATISTICS: [(&str, &str); 4] = [
    ("minResponseTime", "min"),
    ("meanResponseTime", "mean"),
    ("maxResponseTime", "max"),
    ("standardDeviation", "stddev"),
];

pub(super) fn detect(content: &Content<'_>) -> bool {
    content.tree().is_some_and(|tree| {
        let stats = tree.get("stats").unwrap_or(tree);
        stats.has(&["numberOfRequests", "meanResponseTime", "percentiles1"])
    })
}

/// Reads the statistics of all requests.
pub(super) fn read(content: &Content<'_>, _: Option<&Pointer>) -> Result<Evidence, EvidenceError> {
    let mut draft = Draft::new("gatling-stats", "Gatling");
    let root = content.root()?;
    let stats = root.get("stats").unwrap_or(root);
    let counts = stats
        .get("numberOfRequests")
        .ok_or_else(|| draft.malformed("it has no `numberOfRequests`"))?;
    draft.take_count(RunFact::Completed, counts.get("ok"))?;
    draft.take_count(RunFact::Failed, counts.get("ko"))?;
    if let (Some(good), Some(bad), Some(total)) = (
        draft.evidence.completed,
        draft.evidence.failed,
        counts.get("total"),
    ) {
        let at = counts.at.clone().key("ok").to_string();
        let total = (total.count()?, &*total.at.to_string());
        draft.add_up((good.saturating_add(bad), &at), total);
    }
    // Of no requests the statistics are zeros, which look like times.
    let samples = draft.evidence.completed;
    if samples.is_some_and(|samples| samples > 0) {
        for (key, statistic) in STATISTICS {
            if let Some(place) = stats.find(&[key, "ok"]) {
                draft.time("request_latency", statistic, &place, 1e3, samples)?;
                draft.last().resolution = Some(1e-3);
            }
        }
    }
    rates(&mut draft, &stats)?;
    draft.leave_open(
        RunFact::LoadShape,
        "the report does not tell how users were injected",
    );
    draft.caution(
        CautionKind::Definition,
        "the ranks of `percentiles1` to `percentiles4` are a setting that the file does not tell, so no percentile is read",
    );
    draft.caution(
        CautionKind::SuccessesOnly,
        "times are those of the requests that were answered well (`ok`)",
    );
    draft.finish()
}

fn rates(draft: &mut Draft, stats: &Spot<'_, Tree>) -> Result<(), EvidenceError> {
    let Some(rates) = stats.get("meanNumberOfRequestsPerSecond") else {
        return Ok(());
    };
    draft.take_amount(RunFact::AchievedRps, rates.get("total"), 1.0)?;
    if let Some(place) = rates.get("ok") {
        let rate = place.amount()?;
        draft.rate("throughput", rate, draft.evidence.completed, &place.at);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{number, read_fixture};

    #[test]
    fn percentiles_without_their_ranks_are_none() {
        let found = read_fixture("gatling/global_stats.json");
        assert_eq!((found.completed, found.failed), (Some(11_940), Some(60)));
        assert_eq!(number(&found, "request_latency", "mean"), Some(0.047));
        assert_eq!(number(&found, "request_latency", "max"), Some(0.811));
        assert_eq!(found.statistics("request_latency").len(), 4);
        assert_eq!(found.achieved_rps, Some(40.0));
        let nested = read_fixture("gatling/stats.json");
        assert_eq!((nested.completed, nested.failed), (Some(988), Some(12)));
    }
}
