//! ghz: the JSON of `ghz --format json`.
//!
//! Nanoseconds. Percentiles, the fastest and the slowest are of the calls that ended `OK`, unless
//! `count-errors` was set; the average is of all. `date` is the end, cut to the second. Without `rps` workers
//! wait for answers.

use super::{
    CautionKind, Evidence, EvidenceError, Rate, RunFact,
    content::{Content, Tree},
    draft::Draft,
    laws::Law,
    percentile,
};
use crate::document::{Pointer, Spot};

pub(super) fn detect(content: &Content<'_>) -> bool {
    content.tree().is_some_and(|tree| {
        tree.has(&["statusCodeDistribution", "latencyDistribution", "options"])
            && tree.has(&["count", "average", "fastest", "slowest"])
    })
}

/// Reads the report.
pub(super) fn read(content: &Content<'_>, _: Option<&Pointer>) -> Result<Evidence, EvidenceError> {
    let mut draft = Draft::new("ghz", "ghz");
    let root = content.root()?;
    let count = root.count_at(&["count"])?;
    let good = outcome(&mut draft, &root, count)?;
    draft.slack.has_other_mean = draft.evidence.failed != Some(0);
    for (key, statistic, samples) in [
        ("fastest", "min", good),
        ("slowest", "max", good),
        ("average", "mean", count),
    ] {
        if let Some(place) = root
            .get(key)
            .filter(|_| samples.is_some_and(|count| count > 0))
        {
            draft.time("request_latency", statistic, &place, 1e9, samples)?;
        }
    }
    for item in root.items_at(&["latencyDistribution"]) {
        let (Some(percent), Some(latency)) = (item.get("percentage"), item.get("latency")) else {
            continue;
        };
        if let Some(statistic) = percentile::name(percent.amount()?) {
            draft.time("request_latency", &statistic, &latency, 1e9, good)?;
        }
    }
    draft.caution(
        CautionKind::SuccessesOnly,
        "percentiles, the fastest and the slowest leave failed calls out; the average counts them",
    );
    draft.take_amount(RunFact::DurationSeconds, root.get("total"), 1e9)?;
    if let Some(place) = root.get("rps") {
        let (rate, at) = (place.amount()?, place.at.to_string());
        draft.reached(rate, count, &at);
        draft.compare_with_duration(Law::Rate, (rate, &at), count.map(|count| count as f64));
    }
    load(&mut draft, &root)?;
    draft.finish()
}

/// Counts by the words of gRPC; answers how many ended well.
fn outcome(
    draft: &mut Draft,
    root: &Spot<'_, Tree>,
    count: Option<u64>,
) -> Result<Option<u64>, EvidenceError> {
    let (mut good, mut bad) = (0_u64, 0_u64);
    for (code, place) in root.present_at(&["statusCodeDistribution"]) {
        let sum = if code == "OK" { &mut good } else { &mut bad };
        *sum = sum.saturating_add(place.count()?);
    }
    draft.evidence.completed = Some(good);
    draft.evidence.failed = Some(bad);
    draft.derive(RunFact::Completed, "the calls that ended `OK`");
    draft.derive(RunFact::Failed, "the calls that ended otherwise");
    if let Some(count) = count {
        let all = (good.saturating_add(bad), "/statusCodeDistribution");
        draft.add_up(all, (count, "/count"));
    }
    if let Some("timeout" | "cancel") = root.text_at(&["endReason"]) {
        draft.caution(
            CautionKind::Unfinished,
            "the run was cut before all calls were made (`endReason`)",
        );
    }
    Ok(Some(good))
}

fn load(draft: &mut Draft, root: &Spot<'_, Tree>) -> Result<(), EvidenceError> {
    let options = root.get("options");
    let amount = |keys: [&str; 2]| -> Result<Option<(f64, String)>, EvidenceError> {
        let place = options
            .as_ref()
            .and_then(|options| keys.iter().find_map(|key| options.get(key)));
        let Some(place) = place else { return Ok(None) };
        Ok(Some((place.amount()?, place.at.to_string())))
    };
    let rate = amount(["rps", "qps"])?.filter(|(rate, _)| *rate > 0.0);
    if let Some((rate, at)) = &rate {
        draft.evidence.offered_rps = Some(Rate::Number(*rate));
        draft.state(RunFact::OfferedRps, at);
    }
    // `c` in older releases.
    if let Some((workers, at)) = amount(["concurrency", "c"])? {
        draft.evidence.concurrency = Some(workers);
        draft.state(RunFact::Concurrency, at);
    }
    let is_async = options.is_some_and(|options| options.is_true_at(&["async"]));
    let cap = draft.evidence.concurrency.filter(|_| !is_async);
    draft.evidence.load_shape = draft.load_shape(draft.evidence.offered_rps, cap);
    if let Some(place) = root.get("date") {
        draft.evidence.ended_at = place.text().map(str::to_owned);
        draft.state(RunFact::EndedAt, &place.at);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::LoadShape;
    use super::super::tests::{number, read_fixture};
    use super::*;

    #[test]
    fn nanoseconds_and_the_words_of_grpc() {
        let found = read_fixture("ghz/report.json");
        assert_eq!(number(&found, "request_latency", "p99"), Some(0.0412));
        assert_eq!(number(&found, "request_latency", "mean"), Some(0.0151));
        assert_eq!((found.completed, found.failed), (Some(5_970), Some(30)));
        assert_eq!(found.offered_rps, Some(Rate::Number(200.0)));
        assert_eq!(
            found.load_shape,
            LoadShape::Unknown,
            "50 workers may have held calls back"
        );
        assert_eq!(found.ended_at.as_deref(), Some("2026-10-06T09:20:30Z"));
        assert_eq!(found.started_at.as_deref(), Some("2026-10-06T09:20:00Z"));
    }
}
