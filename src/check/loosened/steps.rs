//! How far and how fast traffic moves, and what watches it: the steps of a plan before and after.

use super::Loosened;
use crate::{
    document::{Pointer, Spot},
    units,
};
use std::collections::BTreeSet;

/// One weight of traffic, in percent, and the seconds that it bakes; infinite until a person goes on.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stage {
    pub weight: f64,
    pub bake: f64,
    pub at: Pointer,
}

/// What the plan of a specification relaxes.
pub(super) fn compare(before: &Spot<'_>, after: &Spot<'_>, member: usize) -> Vec<Loosened> {
    // Where all of it is gone, that is reported.
    if after.find(&["spec", "rollout"]).is_none() {
        return triggers(before, after, member);
    }
    let (old, new) = (stages(before), stages(after));
    let home = Pointer::default().key("spec").key("rollout").key("steps");
    let mut found = Vec::from_iter(faster(&old, &new, "rollout", member, &home));
    for name in watching(before).difference(&watching(after)) {
        // An analysis that is gone is reported as such.
        if names(after).contains(name) {
            found.push(Loosened {
                member,
                at: home.clone(),
                owner: format!("analysis `{name}`"),
                key: "steps".into(),
                before: "at a step".into(),
                after: Some("at none".into()),
                unknown: false,
            });
        }
    }
    let (was, is) = (judges(before), judges(after));
    let watching = watching(after);
    for (name, was, is) in dropped(&was, &is) {
        // One that no step has is reported above, or is gone.
        if watching.contains(&name) {
            found.push(Loosened {
                member,
                at: home.clone(),
                owner: format!("analysis `{name}`"),
                key: "steps".into(),
                before: was,
                after: Some(is),
                unknown: false,
            });
        }
    }
    found.extend(objectives(before, after, member));
    found.extend(triggers(before, after, member));
    found
}

/// The analyses that judge by another objective, while the one that they judged by is still there: it was not renamed.
fn objectives(before: &Spot<'_>, after: &Spot<'_>, member: usize) -> Vec<Loosened> {
    let path = ["spec", "rollout", "analysis"];
    let slos = after.items_at(&["spec", "slos"]);
    let mut found = Vec::new();
    for is in after.items_at(&path) {
        let name = is.string_at(&["name"]);
        let old = before.items_at(&path);
        let mut same = old.iter().filter(|was| was.string_at(&["name"]) == name);
        let was = same.next().and_then(|was| was.string_at(&["slo"]));
        let (Some(was), Some(name)) = (was, name) else {
            continue;
        };
        let now = is.string_at(&["slo"]);
        let is_left = slos.iter().any(|slo| slo.text_at(&["name"]) == Some(&was));
        if now.as_ref() != Some(&was) && is_left {
            found.push(Loosened {
                member,
                at: is.at.clone().key("slo"),
                owner: format!("analysis `{name}`"),
                key: "slo".into(),
                before: was,
                after: now,
                unknown: true,
            });
        }
    }
    found
}

/// The first moment at which more traffic moves than before.
pub(super) fn faster(
    old: &[Stage],
    new: &[Stage],
    owner: &str,
    member: usize,
    home: &Pointer,
) -> Option<Loosened> {
    let relaxed = |at: &Pointer, key: &str, before: String, after: Option<String>| Loosened {
        member,
        at: at.clone(),
        owner: owner.to_owned(),
        key: key.to_owned(),
        before,
        after,
        unknown: false,
    };
    let first = old.first()?;
    if new.is_empty() {
        let before = format!("{} % first", first.weight);
        return Some(relaxed(home, "steps", before, None));
    }
    let mut start = 0.0;
    for stage in new {
        let allowed = begins(old, stage.weight);
        // Half a second is rounding of units.
        if start + 0.5 < allowed {
            let before = shown(stage.weight, allowed);
            let after = Some(shown(stage.weight, start));
            return Some(relaxed(&stage.at, "steps", before, after));
        }
        start += stage.bake;
    }
    let (was, is) = (total(old), start);
    // The last step may be left out: full traffic follows it.
    let short = is + 0.5 < was;
    short.then(|| {
        let after = Some(shown(100.0, is));
        relaxed(home, "steps", shown(100.0, was), after)
    })
}

/// Seconds until a plan first sends so much traffic; what it never sends comes after all steps.
fn begins(stages: &[Stage], weight: f64) -> f64 {
    let reached = stages.iter().position(|stage| stage.weight >= weight);
    total(&stages[..reached.unwrap_or(stages.len())])
}

/// Seconds of all steps below full traffic.
fn total(stages: &[Stage]) -> f64 {
    let baking = stages.iter().filter(|stage| stage.weight < 100.0);
    baking.map(|stage| stage.bake).sum()
}

/// A weight and when it begins.
fn shown(weight: f64, seconds: f64) -> String {
    match seconds {
        0.0 => format!("{weight} % at once"),
        seconds if seconds.is_finite() => {
            format!("{weight} % after {}", units::duration_text(seconds))
        }
        _ => format!("{weight} % after a person goes on"),
    }
}

fn stages(spec: &Spot<'_>) -> Vec<Stage> {
    let mut stages = Vec::new();
    for step in spec.items_at(&["spec", "rollout", "steps"]) {
        let Some(weight) = step.get("weight").and_then(|weight| weight.number()) else {
            continue;
        };
        let bake = step.get("bake").and_then(|bake| bake.seconds());
        stages.push(Stage {
            weight,
            bake: bake.unwrap_or_default(),
            at: step.at,
        });
    }
    stages
}

/// What judges at a weight of traffic, in percent.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct JudgedStep {
    pub weight: f64,
    pub by: BTreeSet<String>,
}

/// What no longer judges at a weight at which it did, with the weights at which it judged and does. A weight that is
/// gone stands for those between its neighbours.
pub(super) fn dropped(old: &[JudgedStep], new: &[JudgedStep]) -> Vec<(String, String, String)> {
    let mut names = BTreeSet::new();
    for (number, step) in old.iter().enumerate() {
        let below = number
            .checked_sub(1)
            .map_or(0.0, |before| old[before].weight);
        let above = old.get(number + 1).map_or(100.0, |after| after.weight);
        let same = |other: &&JudgedStep| other.weight == step.weight;
        let is_left = new.iter().any(|other| same(&other));
        let between = |other: &&JudgedStep| below < other.weight && other.weight < above;
        let instead: Vec<&JudgedStep> = match is_left {
            true => new.iter().filter(same).collect(),
            false => new.iter().filter(between).collect(),
        };
        // Where nothing takes its place, the traffic moves past it, which is reported as such.
        if instead.is_empty() {
            continue;
        }
        for name in &step.by {
            if !instead.iter().any(|other| other.by.contains(name)) {
                names.insert(name.clone());
            }
        }
    }
    let shown = |steps: &[JudgedStep], name: &String| {
        let own = steps.iter().filter(|step| step.by.contains(name));
        let weights: Vec<String> = own.map(|step| format!("{} %", step.weight)).collect();
        match weights.is_empty() {
            true => "at none".to_owned(),
            false => format!("at {}", weights.join(", ")),
        }
    };
    names
        .into_iter()
        .map(|name| (name.clone(), shown(old, &name), shown(new, &name)))
        .collect()
}

/// The steps of a specification below full traffic, with their analyses.
fn judges(spec: &Spot<'_>) -> Vec<JudgedStep> {
    let mut judged = Vec::new();
    for step in spec.items_at(&["spec", "rollout", "steps"]) {
        let Some(weight) = step.get("weight").and_then(|weight| weight.number()) else {
            continue;
        };
        let named = step.items_at(&["analysis"]);
        let by = named.iter().filter_map(|name| name.text());
        let by = by.map(str::to_owned).collect();
        judged.push(JudgedStep { weight, by });
    }
    judged
}

/// The names of the analyses.
fn names(spec: &Spot<'_>) -> BTreeSet<String> {
    let analyses = spec.items_at(&["spec", "rollout", "analysis"]);
    analyses
        .iter()
        .filter_map(|analysis| analysis.string_at(&["name"]))
        .collect()
}

/// The names of those that run at a step.
fn watching(spec: &Spot<'_>) -> BTreeSet<String> {
    let mut watching = BTreeSet::new();
    for step in spec.items_at(&["spec", "rollout", "steps"]) {
        let named = step.items_at(&["analysis"]);
        watching.extend(
            named
                .iter()
                .filter_map(|name| name.text().map(str::to_owned)),
        );
    }
    watching
}

/// The triggers of a rollback that are gone, while what they name is still there.
fn triggers(before: &Spot<'_>, after: &Spot<'_>, member: usize) -> Vec<Loosened> {
    let path = ["spec", "rollback", "triggers"];
    let texts = |spec: &Spot<'_>| -> BTreeSet<String> {
        let triggers = spec.items_at(&path);
        let texts = triggers.iter().filter_map(Spot::text);
        texts.map(str::to_owned).collect()
    };
    if after.find(&path[..2]).is_none() {
        return Vec::new();
    }
    let (was_named, is_named) = (names(before), names(after));
    let mut found = Vec::new();
    for trigger in texts(before).difference(&texts(after)) {
        if is_named.contains(trigger) || !was_named.contains(trigger) {
            found.push(Loosened {
                member,
                at: Pointer::default().keys(&path),
                owner: format!("rollback trigger `{trigger}`"),
                key: String::new(),
                before: String::new(),
                after: None,
                unknown: false,
            });
        }
    }
    found
}
