//! What the manifests of a service relax: those of the same kind, name and namespace, before and after.

use super::{
    Loosened, PastDocument, conditions,
    steps::{self, JudgedStep, Stage},
};
use crate::{
    document::{Node, Pointer, source::real_path},
    facts::{Number, Placed},
    manifest::{
        self, Kind,
        facts::{ManifestFacts, ShiftFacts},
    },
    review::{Member, Review},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

/// The kinds whose metrics have conditions and queries.
const ANALYSES: [&str; 2] = ["AnalysisTemplate", "ClusterAnalysisTemplate"];
/// Others with a query or with arguments of queries.
const OTHERS: [&str; 2] = ["MetricTemplate", "Rollout"];

/// What the manifests of a review relax compared with those of `past`.
pub(super) fn compare(past: &[PastDocument], review: &Review, members: &[Member]) -> Vec<Loosened> {
    let mut found = Vec::new();
    for part in &review.artifacts {
        let Some(member) = members.get(part.member) else {
            continue;
        };
        let Some(kind) = member.kind() else { continue };
        if let Some(before) = before(past, kind, member, members) {
            let (before, after) = (&before.node, &member.document.root);
            let pair = ManifestPair {
                member: part.member,
                name: format!("{} `{}`", kind.name, name(kind, after).0.unwrap_or("?")),
            };
            let facts = |node| manifest::derive(kind, node);
            let (was, is) = (facts(before), facts(after));
            found.extend(pair.compare(&was, &is));
            if ANALYSES.contains(&kind.name) {
                found.extend(pair.texts(before, after, &was.analyses, &is.analyses));
            }
            if ANALYSES.contains(&kind.name) || OTHERS.contains(&kind.name) {
                found.extend(conditions::compare(before, after, &pair.name, part.member));
            }
        }
    }
    found
}

/// The manifests that judged a rollout or a service and that no manifest at hand is, of the files that the specification
/// declared; whatever stands in their place.
pub(super) fn gone(
    before: &[PastDocument],
    declared: &BTreeSet<PathBuf>,
    spec: usize,
    members: &[Member],
) -> Vec<Loosened> {
    let mut found = Vec::new();
    for past in before.iter().filter(|past| declared.contains(&past.path)) {
        let Some(kind) = past.kind else { continue };
        let alike = members.iter().filter(|member| {
            let is_kind = member.kind().is_some_and(|known| known.name == kind.name);
            is_kind && member.project.root == past.root
        });
        let called = name(kind, &past.node).0;
        let mut same = alike.clone();
        let is_left = same.any(|member| name(kind, &member.document.root).0 == called);
        // One of another name in the same file is this one renamed.
        let there = alike.filter(|member| real_path(&member.document.source.path) == past.path);
        let were = before.iter().filter(|other| {
            let is_kind = other.kind.is_some_and(|known| known.name == kind.name);
            is_kind && other.path == past.path
        });
        let is_left = is_left || there.count() >= were.count();
        let facts = manifest::derive(kind, &past.node);
        let judges = facts.rollout.is_some()
            || !(facts.analyses.is_empty() && facts.slos.is_empty() && facts.alerts.is_empty());
        if judges && !is_left {
            found.push(Loosened {
                member: spec,
                at: Pointer::default().key("spec").key("artifacts"),
                owner: format!("{} `{}`", kind.name, called.unwrap_or("?")),
                key: String::new(),
                before: String::new(),
                after: None,
                unknown: false,
            });
        }
    }
    found
}

/// What the manifest was: that of its name, or one of its file whose name is gone.
pub(in crate::check) fn before<'p>(
    past: &'p [PastDocument],
    kind: &'static Kind,
    member: &Member,
    members: &[Member],
) -> Option<&'p PastDocument> {
    let is_kind = |known: Option<&'static Kind>| known.is_some_and(|known| known.name == kind.name);
    let of_kind = || {
        past.iter()
            .filter(|past| past.root == member.project.root && is_kind(past.kind))
    };
    let own = name(kind, &member.document.root);
    if let Some(same) = of_kind().find(|past| name(kind, &past.node) == own) {
        return Some(same);
    }
    let file = real_path(&member.document.source.path);
    let left: BTreeSet<Option<&str>> = members
        .iter()
        .filter(|member| is_kind(member.kind()))
        .map(|member| name(kind, &member.document.root).0)
        .collect();
    of_kind().find(|past| past.path == file && !left.contains(&name(kind, &past.node).0))
}

/// Its name and its namespace.
fn name<'n>(kind: &Kind, root: &'n Node) -> (Option<&'n str>, Option<&'n str>) {
    let namespace = root.at(&["metadata", "namespace"]).and_then(Node::as_str);
    (kind.links(root).name, namespace)
}

/// Two states of one manifest.
pub(super) struct ManifestPair {
    pub member: usize,
    pub name: String,
}

/// Which way a number asks for less.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Way {
    Higher,
    Lower,
}

impl ManifestPair {
    fn compare(&self, before: &ManifestFacts, after: &ManifestFacts) -> Vec<Loosened> {
        let mut found = Vec::new();
        if let Some(was) = &before.rollout {
            let none = ShiftFacts::default();
            self.rollout(was, after.rollout.as_ref().unwrap_or(&none), &mut found);
        }
        for was in &before.analyses {
            match after.analyses.iter().find(|is| is.name == was.name) {
                Some(is) => self.metric(was, is, &mut found),
                None => found.push(self.gone("metric", was.name.as_deref())),
            }
        }
        for was in &before.slos {
            // The only one of each is the same by another name: that of its manifest, often.
            let only = match (&*before.slos, &*after.slos) {
                ([_], [is]) => Some(is),
                _ => None,
            };
            let same = after.slos.iter().find(|is| is.name == was.name);
            match same.or(only) {
                Some(is) => self.objective(was, is, &mut found),
                None => found.push(self.gone("objective", was.name.as_deref())),
            }
        }
        if after.alerts.len() < before.alerts.len() {
            let (was, is) = (before.alerts.len(), after.alerts.len());
            let at = Pointer::default();
            found.push(self.relaxed(&at, "", "alerts", was.to_string(), Some(is.to_string())));
        }
        found
    }

    fn rollout(&self, was: &ShiftFacts, is: &ShiftFacts, found: &mut Vec<Loosened>) {
        let home = is.at.clone().or_else(|| was.at.clone()).unwrap_or_default();
        let (old, new) = (stages(was, &home), stages(is, &home));
        found.extend(steps::faster(&old, &new, &self.name, self.member, &home));
        self.number(
            "",
            "failure threshold",
            Way::Higher,
            (
                was.failure_threshold.as_ref(),
                is.failure_threshold.as_ref(),
            ),
            None,
            found,
        );
        let flags = [
            ("analysis skipped", &was.skip_analysis, &is.skip_analysis),
            (
                "automatic promotion",
                &was.auto_promotion,
                &is.auto_promotion,
            ),
        ];
        for (key, was, is) in flags {
            let was = was.as_ref().is_some_and(|flag| flag.value);
            if let Some(is) = is.as_ref().filter(|flag| flag.value && !was) {
                let (before, after) = ("false".to_owned(), Some("true".to_owned()));
                found.push(self.relaxed(&is.at, "", key, before, after));
            }
        }
        let (patterns, now) = (dry_runs(was), dry_runs(is));
        for (pattern, at) in now {
            if !patterns.contains_key(&pattern) {
                found.push(self.relaxed(at, "", "dryRun", String::new(), Some(pattern)));
            }
        }
        let (before, after) = (judges(was), judges(is));
        for (name, before, now) in steps::dropped(&before, &after) {
            if templates(is).contains(name.as_str()) {
                let of = format!("analysis `{name}` of {}", self.name);
                found.push(Loosened {
                    owner: of,
                    ..self.relaxed(&home, "", "steps", before, Some(now))
                });
            }
        }
        let (watched, watches) = (templates(was), templates(is));
        for name in watched.difference(&watches) {
            found.push(Loosened {
                at: home.clone(),
                ..self.gone("analysis", Some(name))
            });
        }
    }

    pub(super) fn number(
        &self,
        of: &str,
        key: &str,
        way: Way,
        (was, is): (Option<&Placed<Number>>, Option<&Placed<Number>>),
        default: Option<f64>,
        found: &mut Vec<Loosened>,
    ) {
        let was = was.map(|was| was.value.get()).or(default);
        if let (Some(was), Some(is)) = (was, is) {
            let now = is.value.get();
            // Argo takes a negative limit as none.
            let limit = |value: f64| match value < 0.0 && key.ends_with("Limit") {
                true => f64::INFINITY,
                false => value,
            };
            if is_looser(way, limit(was), limit(now)) {
                let after = Some(now.to_string());
                found.push(self.relaxed(&is.at, of, key, was.to_string(), after));
            }
        }
    }

    pub(super) fn relaxed(
        &self,
        at: &Pointer,
        of: &str,
        key: &str,
        before: String,
        after: Option<String>,
    ) -> Loosened {
        let owner = match of.is_empty() {
            true => self.name.clone(),
            false => format!("`{of}` of {}", self.name),
        };
        Loosened {
            member: self.member,
            at: at.clone(),
            owner,
            key: key.to_owned(),
            before,
            after,
            unknown: false,
        }
    }

    fn gone(&self, word: &str, name: Option<&str>) -> Loosened {
        Loosened {
            member: self.member,
            at: Pointer::default(),
            owner: format!("{word} `{}` of {}", name.unwrap_or("?"), self.name),
            key: String::new(),
            before: String::new(),
            after: None,
            unknown: false,
        }
    }
}

pub(super) fn is_looser(way: Way, was: f64, is: f64) -> bool {
    match way {
        Way::Higher => is > was,
        Way::Lower => is < was,
    }
}

fn stages(shift: &ShiftFacts, home: &Pointer) -> Vec<Stage> {
    let mut stages = Vec::new();
    for step in &shift.steps {
        let Some(weight) = step.weight else { continue };
        let bake = match step.indefinite {
            true => f64::INFINITY,
            false => step.bake_seconds.map_or(0.0, Number::get),
        };
        stages.push(Stage {
            weight: weight.get(),
            bake,
            at: step.at.clone().unwrap_or_else(|| home.clone()),
        });
    }
    stages
}

/// The patterns of metrics in dry run, with the path to the list of each.
fn dry_runs(shift: &ShiftFacts) -> BTreeMap<String, &Pointer> {
    let beside = shift.background.iter().flat_map(|run| &run.templates);
    let mut patterns = BTreeMap::new();
    for template in shift.step_analyses.iter().chain(beside) {
        if let Some(dry) = &template.dry_run {
            patterns.extend(dry.value.iter().map(|text| (text.clone(), &dry.at)));
        }
    }
    patterns
}

/// The steps below full traffic, with the templates that judge at each, those beside the steps included.
fn judges(shift: &ShiftFacts) -> Vec<JudgedStep> {
    let mut judged = Vec::new();
    for (number, step) in shift.steps.iter().enumerate() {
        let Some(weight) = step.weight else { continue };
        let own = shift.step_analyses.iter();
        let own = own.filter(|template| template.step == Some(number));
        let beside = shift.background.iter().filter(|_| !step.before_background);
        let all = own.chain(beside.flat_map(|run| &run.templates));
        judged.push(JudgedStep {
            weight: weight.get(),
            by: all.filter_map(|template| template.name.clone()).collect(),
        });
    }
    judged
}

/// The templates whose analyses run beside the steps or at one.
fn templates(shift: &ShiftFacts) -> BTreeSet<&str> {
    let beside = shift.background.iter().flat_map(|run| &run.templates);
    let all = shift.step_analyses.iter().chain(beside);
    all.filter_map(|template| template.name.as_deref())
        .collect()
}
