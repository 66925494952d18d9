//! The keys and laws that vLLM's benchmark and its descendants share: milliseconds in
//! `{mean,median,std,pNN}_{metric}_ms`.

use super::{
    CautionKind, EvidenceError, RunFact, content::Tree, draft::Draft, laws::Law, percentile,
};
use crate::document::Spot;

/// The metrics by their short names, of which only that of the latency differs between tools.
pub(super) const fn metrics(latency: &'static str) -> [(&'static str, &'static str); 4] {
    [
        ("ttft", "time_to_first_token"),
        ("tpot", "time_per_output_token"),
        ("itl", "inter_token_latency"),
        (latency, "request_latency"),
    ]
}

/// What tells runs of one file apart.
pub(super) fn label(run: &Spot<'_, Tree>) -> String {
    match run.value.get("request_rate") {
        Some(Tree::Number(rate)) => format!("request_rate {rate}"),
        Some(Tree::Text(rate)) => format!("request_rate {rate}"),
        _ => "no request_rate".to_owned(),
    }
}

/// Adds each statistic of these metrics, given by their short names, with `ending` after them; none where no request
/// succeeded.
pub(super) fn statistics(
    draft: &mut Draft,
    run: &Spot<'_, Tree>,
    metrics: &[(&str, &str)],
    (ending, per): (&str, f64),
) -> Result<(), EvidenceError> {
    let completed = draft.evidence.completed;
    if completed == Some(0) {
        draft.caution(
            CautionKind::NoMeasurements,
            "no request succeeded, so its statistics mean nothing",
        );
        return Ok(());
    }
    for (key, place) in run.present_at(&[]) {
        let Some((metric, statistic)) = measured(key, metrics, ending) else {
            continue;
        };
        // The gaps between tokens are far more than the requests, and the file does not count them.
        let samples = completed.filter(|_| metric != "inter_token_latency");
        // The median is also written as `p50` where that was asked for: of equal values one stays.
        draft.time(metric, &statistic, &place, per, samples)?;
    }
    Ok(())
}

/// The metric and the statistic that a key such as `p99_ttft_ms` stands for.
fn measured<'m>(key: &str, metrics: &[(&str, &'m str)], ending: &str) -> Option<(&'m str, String)> {
    let (statistic, short) = key.strip_suffix(ending)?.split_once('_')?;
    let (_, metric) = metrics.iter().find(|(known, _)| *known == short)?;
    let statistic = match statistic {
        "mean" | "min" | "max" => statistic.to_owned(),
        "median" => "p50".to_owned(),
        "std" => "stddev".to_owned(),
        _ => percentile::of_key(statistic)?,
    };
    Some((metric, statistic))
}

/// The keys of tokens a second, of all tokens and of the tokens that they are made of.
pub(super) struct TokenKeys {
    pub input: (&'static str, &'static str),
    pub output: (&'static str, &'static str),
    pub total: &'static str,
}

/// Rates of requests and tokens, and what must hold between them.
pub(super) fn rates(
    draft: &mut Draft,
    run: &Spot<'_, Tree>,
    keys: &TokenKeys,
) -> Result<(), EvidenceError> {
    draft.take_amount(RunFact::AchievedRps, run.get("request_throughput"), 1.0)?;
    draft.take_amount(RunFact::DurationSeconds, run.get("duration"), 1.0)?;
    let completed = draft.evidence.completed;
    if let Some(place) = run.get("request_throughput") {
        let rate = place.amount()?;
        draft.rate("throughput", rate, completed, &place.at);
        let count = completed.map(|completed| completed as f64);
        draft.compare_with_duration(Law::Rate, (rate, &place.at.to_string()), count);
    }
    let (input, output) = (
        run.amount_at(&[keys.input.0])?,
        run.amount_at(&[keys.output.0])?,
    );
    let all = input.map(|input| input + output.unwrap_or_default());
    for (key, metric, tokens) in [
        (keys.input.1, None, input),
        (keys.output.1, Some("output_token_throughput"), output),
        (keys.total, Some("total_token_throughput"), all),
    ] {
        let Some(place) = run.get(key) else { continue };
        let rate = place.amount()?;
        if let Some(metric) = metric {
            draft.rate(metric, rate, completed, &place.at);
        }
        draft.compare_with_duration(Law::TokenRate, (rate, &place.at.to_string()), tokens);
    }
    Ok(())
}

/// Mean tokens of a prompt and of an answer, and the law that binds token times to latency.
pub(super) fn lengths(
    draft: &mut Draft,
    run: &Spot<'_, Tree>,
    keys: &TokenKeys,
) -> Result<(), EvidenceError> {
    let Some(completed) = draft.evidence.completed.filter(|completed| *completed > 0) else {
        return Ok(());
    };
    let mean = |key: &str| -> Result<Option<f64>, EvidenceError> {
        Ok(run.amount_at(&[key])?.map(|total| total / completed as f64))
    };
    draft.evidence.subject.input_tokens = mean(keys.input.0)?;
    draft.evidence.subject.output_tokens = mean(keys.output.0)?;
    token_times(draft);
    Ok(())
}

/// Every gap lies within one answer, so the mean gap times the gaps of an answer and the time before
/// them are the mean answer. Several tokens of one chunk (speculative decoding) make fewer gaps, so the
/// sum is then too large; it is exact where the gap equals the time per output token.
fn token_times(draft: &mut Draft) {
    let evidence = &draft.evidence;
    let mean = |metric: &str| {
        let found = evidence.find(metric, "mean")?;
        Some((found.value.number()?, found.at.clone()))
    };
    let (Some(first), Some(gap), Some(whole), Some(tokens)) = (
        mean("time_to_first_token"),
        mean("inter_token_latency"),
        mean("request_latency"),
        evidence.subject.output_tokens,
    ) else {
        return;
    };
    let sum = first.0 + gap.0 * (tokens - 1.0).max(0.0);
    let is_one_token_a_chunk =
        mean("time_per_output_token").is_some_and(|each| (each.0 / gap.0 - 1.0).abs() < 0.05);
    let law = Law::TokenTimes;
    let broken = match is_one_token_a_chunk {
        true => law.equal((whole.0, &whole.1), (sum, &gap.1), 0.02),
        false => law.at_most((whole.0, &whole.1), (sum, &gap.1), (0.02, 0.0)),
    };
    draft.disagree(broken);
}
