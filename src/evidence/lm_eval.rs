//! lm-evaluation-harness: `results_*.json`, 0.4.
//!
//! A metric is called `task/metric,filter`, and `task/metric` where the filter is `none`: the filter that
//! takes the answer out of the text is part of what was measured. Which metrics are ratios is a short
//! table; the others have no stated unit. A standard error may be the text `N/A`.

use super::{
    CautionKind, Evidence, EvidenceError, MeasuredValue, RunFact,
    content::{Content, Tree},
    draft::{Draft, moment},
    laws::Law,
};
use crate::document::{Pointer, Spot};

/// Metrics that are shares of the samples in every task.
const RATIOS: [&str; 8] = [
    "acc",
    "acc_norm",
    "acc_norm_nospace",
    "acc_all",
    "exact_match",
    "inst_level_strict_acc",
    "prompt_level_strict_acc",
    "prompt_level_loose_acc",
];

pub(super) fn detect(content: &Content<'_>) -> bool {
    let marks = ["results", "configs", "versions", "n-shot"];
    content.tree().is_some_and(|tree| tree.has(&marks))
}

/// Reads the results of all tasks.
pub(super) fn read(content: &Content<'_>, _: Option<&Pointer>) -> Result<Evidence, EvidenceError> {
    let mut draft = Draft::new("lm-eval", "lm-evaluation-harness");
    let root = content.root()?;
    draft.evidence.version = root.string_at(&["lm_eval_version"]);
    let tasks = root.present_at(&["results"]);
    // Newer releases keep the means over groups of tasks apart, older ones repeat them.
    let groups = root.present_at(&["groups"]);
    let is_new = |name: &str| !tasks.iter().any(|(known, _)| *known == name);
    for (name, task) in &tasks {
        let is_group = groups.iter().any(|(group, _)| group == name);
        scores(&mut draft, &root, name, task, is_group)?;
    }
    for (name, group) in groups.iter().filter(|(name, _)| is_new(name)) {
        scores(&mut draft, &root, name, group, true)?;
    }
    limit(&mut draft, &root)?;
    if let Some(place) = root.get("date") {
        draft.evidence.started_at = moment(place.number()?);
        draft.state(RunFact::StartedAt, &place.at);
    }
    draft.evidence.subject.model = model(&root);
    draft.finish()
}

/// The metrics of a task, each with its standard error.
fn scores(
    draft: &mut Draft,
    root: &Spot<'_, Tree>,
    task: &str,
    found: &Spot<'_, Tree>,
    is_group: bool,
) -> Result<(), EvidenceError> {
    let samples = root.count_at(&["n-samples", task, "effective"])?;
    for (key, place) in found.present_at(&[]) {
        let Some((metric, filter)) = key.split_once(',') else {
            continue;
        };
        // A group whose tasks share no metric, and a deviation that was not computed.
        let is_blank = matches!(place.text(), Some("N/A" | "" | " "));
        if metric.ends_with("_stderr") || is_blank {
            continue;
        }
        let value = place.number()?;
        let name = called(task, metric, filter);
        let unit = RATIOS.contains(&metric).then_some("ratio");
        if unit.is_some() && !(0.0..=1.0).contains(&value) {
            return Err(place.bad(format!("no ratio ({value})")));
        }
        let number = MeasuredValue::Number(value);
        draft.add(&name, "value", number, unit, samples, &place.at);
        let error = found.get(&format!("{metric}_stderr,{filter}"));
        if let Some(error) = error.filter(|error| error.text() != Some("N/A")) {
            let width = error.amount()?;
            let number = MeasuredValue::Number(width);
            draft.add(&name, "stderr", number, unit, samples, &error.at);
            if let (Some(samples), Some(_), false) = (samples, unit, is_group) {
                let stated = (width, &*error.at.to_string());
                spread(draft, stated, (value, &place.at.to_string()), samples);
            }
        }
    }
    Ok(())
}

/// Of values from 0 to 1 with that mean, none are further apart than zeros and ones.
fn spread(draft: &mut Draft, error: (f64, &str), mean: (f64, &str), samples: u64) {
    if samples > 1 {
        let widest = (mean.0 * (1.0 - mean.0) / (samples - 1) as f64).sqrt();
        let broken = Law::StandardError.at_most(error, (widest, mean.1), (0.01, 1e-6));
        draft.disagree(broken);
    }
}

/// `gsm8k/exact_match,strict-match`, `arc_easy/acc`.
fn called(task: &str, metric: &str, filter: &str) -> String {
    match filter {
        "none" => format!("{task}/{metric}"),
        _ => format!("{task}/{metric},{filter}"),
    }
}

/// A run with a limit answered a part of each task.
fn limit(draft: &mut Draft, root: &Spot<'_, Tree>) -> Result<(), EvidenceError> {
    if let Some(limit) = root.find(&["config", "limit"]) {
        let limit = limit.number()?;
        draft.caution(
            CautionKind::Unfinished,
            format!("only a part of each task was evaluated (`limit` is {limit})"),
        );
        return Ok(());
    }
    for (task, counts) in root.present_at(&["n-samples"]) {
        let (all, used) = (
            counts.count_at(&["original"])?,
            counts.count_at(&["effective"])?,
        );
        if let (Some(all), Some(used)) = (all, used)
            && used < all
        {
            let message = format!("{used} of {all} samples of `{task}` were evaluated");
            draft.caution(CautionKind::Unfinished, message);
        }
    }
    Ok(())
}

/// The model in `model_args`, a text or a mapping; `model_name` is a made-up one where it has none.
fn model(root: &Spot<'_, Tree>) -> Option<String> {
    let arguments = root.find(&["config", "model_args"])?;
    let keys = ["pretrained", "model"];
    keys.iter().find_map(|key| match arguments.text() {
        Some(text) => text.split(',').find_map(|part| {
            let (name, value) = part.split_once('=')?;
            (name.trim() == *key).then(|| value.trim().to_owned())
        }),
        None => arguments.string_at(&[key]),
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{number, read_fixture, read_text};
    use super::*;

    #[test]
    fn scores_have_their_filter_and_standard_error() {
        let found = read_fixture("lm-eval/results.json");
        let strict = found.find("gsm8k/exact_match,strict-match", "value");
        let strict = strict.expect("a score");
        assert_eq!(
            (strict.value.number(), strict.unit),
            (Some(0.7619), Some("ratio"))
        );
        assert_eq!(strict.samples, Some(1319));
        assert_eq!(
            number(&found, "gsm8k/exact_match,strict-match", "stderr"),
            Some(0.0117)
        );
        assert_eq!(
            number(&found, "gsm8k/exact_match", "value"),
            None,
            "of two filters"
        );
        assert_eq!(number(&found, "arc_easy/acc", "value"), Some(0.8232));
        assert_eq!(number(&found, "wmt/bleu", "value"), Some(31.4));
        assert_eq!(
            found.find("wmt/bleu", "value").and_then(|found| found.unit),
            None
        );
        assert_eq!(number(&found, "wmt/bleu", "stderr"), None, "N/A");
        assert_eq!(number(&found, "mmlu/acc", "value"), Some(0.65), "a group");
        assert_eq!(found.subject.model.as_deref(), Some("acme/chat-8b"));
        assert_eq!(found.started_at.as_deref(), Some("2026-10-06T09:00:00Z"));
        assert!(!found.warns(CautionKind::Unfinished));
        assert_eq!(found.contradictions, []);
    }

    #[test]
    fn a_limit_is_a_part_and_a_ratio_has_bounds() {
        let text = std::fs::read_to_string(super::super::tests::fixture("lm-eval/results.json"))
            .expect("fixture");
        let part = read_text(&text.replace("\"limit\": null", "\"limit\": 50.0")).expect("a part");
        assert!(part.warns(CautionKind::Unfinished));
        let fewer = text.replace("\"effective\": 2376", "\"effective\": 100");
        assert!(
            read_text(&fewer)
                .expect("fewer")
                .warns(CautionKind::Unfinished)
        );
        for (edit, part) in [
            ("82.32", "no ratio"),
            ("-0.1", "no ratio"),
            ("\"good\"", "no number"),
            ("NaN", "not a finite number"),
            ("true", "no number"),
        ] {
            let error =
                read_text(&text.replace("\"acc,none\": 0.8232", &format!("\"acc,none\": {edit}")))
                    .expect_err(edit)
                    .to_string();
            assert!(error.contains(part), "{edit}: {error}");
        }
    }
}
