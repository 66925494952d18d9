//! Which revision a query measures: the new one, or both at once.
//!
//! Labels tell, and what is written in them. Where a label or a word may tell revisions apart, the
//! query is taken to select the new one: only what certainly measures both is said to.

use super::{
    Query,
    scan::marker,
    tree::{MARKER, selectors},
};
use promql_parser::{
    label::{MatchOp, Matcher},
    parser::VectorSelector,
};
use std::collections::{BTreeMap, BTreeSet};

/// The revisions that a query selects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SelectedRevision {
    /// The new one, as far as can be seen.
    Canary,
    /// Whatever the arguments of the template say.
    Argument,
    /// Names of the new one that those of the old one match too.
    Primary,
    /// All of them: nothing in it tells them apart.
    Whole,
}

/// Words by which people name a new revision.
const WORDS: [&str; 9] = [
    "canary",
    "preview",
    "hash",
    "revision",
    "latest",
    "candidate",
    "green",
    "experiment",
    "version",
];

/// Labels whose values differ from revision to revision.
const LABELS: [&str; 21] = [
    "pod",
    "pod_name",
    "kubernetes_pod_name",
    "instance",
    "replicaset",
    "replica_set",
    "container_id",
    "image",
    "tag",
    "commit",
    "track",
    "variant",
    "role",
    "release",
    "slot",
    "color",
    "subset",
    "deployment",
    "workload",
    "destination_workload",
    "rs",
];

impl SelectedRevision {
    /// The word for it in facts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Canary => "canary",
            Self::Argument => "argument",
            Self::Primary => "primary",
            Self::Whole => "whole",
        }
    }
}

impl Query {
    /// What a query of Argo measures. A part that selects the new revision counts for the whole,
    /// because the other one may be the baseline.
    pub fn selects(&self) -> SelectedRevision {
        self.best(|selector| {
            let mut values = matchers(selector).map(|matcher| matcher.value.as_str());
            match () {
                () if names_revision(selector) || tells_apart(selector) => SelectedRevision::Canary,
                () if values.any(|value| value.contains(MARKER)) => SelectedRevision::Argument,
                () => SelectedRevision::Whole,
            }
        })
    }

    /// What a query of Flagger measures, whose `{{ target }}` is the new revision and the beginning
    /// of the old one's name.
    pub fn selects_target(&self) -> SelectedRevision {
        self.best(|selector| match () {
            () if names_revision(selector) => SelectedRevision::Canary,
            () if is_of_target(selector) => targeted(selector),
            () if has_variable(selector) => SelectedRevision::Argument,
            () if tells_apart(selector) => SelectedRevision::Canary,
            () => SelectedRevision::Whole,
        })
    }

    /// The names of the template arguments in the query.
    pub fn arguments(&self) -> BTreeSet<String> {
        self.scan.arguments()
    }

    /// The values that its matchers name.
    pub fn values(&self) -> BTreeSet<String> {
        let selectors = selectors(&self.expr).into_iter();
        let values = selectors.flat_map(|selector| matchers(selector).map(|one| one.value.clone()));
        values.filter(|value| !value.contains(MARKER)).collect()
    }

    /// The values that its matchers name, by their labels: of `=`, and of `=~` where it only lists them.
    pub fn labels(&self) -> BTreeMap<String, BTreeSet<String>> {
        let mut labels: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for matcher in selectors(&self.expr).into_iter().flat_map(matchers) {
            let values: Vec<&str> = match &matcher.op {
                MatchOp::Equal => vec![&matcher.value],
                MatchOp::Re(_) if is_plain_list(&matcher.value) => {
                    matcher.value.split('|').collect()
                }
                _ => continue,
            };
            let known = labels.entry(matcher.name.clone()).or_default();
            let certain = values.into_iter().filter(|value| !value.contains(MARKER));
            known.extend(certain.map(str::to_owned));
        }
        labels
    }

    fn best(&self, selection: impl Fn(&VectorSelector) -> SelectedRevision) -> SelectedRevision {
        let found: Vec<SelectedRevision> =
            selectors(&self.expr).into_iter().map(selection).collect();
        let order = [
            SelectedRevision::Canary,
            SelectedRevision::Argument,
            SelectedRevision::Primary,
        ];
        let best = order.into_iter().find(|one| found.contains(one));
        match best {
            Some(best) => best,
            // A query without a selector measures no revision at all.
            None if found.is_empty() => SelectedRevision::Canary,
            None => SelectedRevision::Whole,
        }
    }
}

/// Whether a regular expression is a list of names, each as it is.
fn is_plain_list(pattern: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '|');
    pattern.chars().all(is_plain)
}

fn matchers(selector: &VectorSelector) -> impl Iterator<Item = &Matcher> {
    let alternatives = selector.matchers.or_matchers.iter().flatten();
    selector.matchers.matchers.iter().chain(alternatives)
}

/// True where a word for a new revision stands anywhere in it.
fn names_revision(selector: &VectorSelector) -> bool {
    let name = selector.name.as_deref().unwrap_or_default();
    let parts =
        matchers(selector).flat_map(|matcher| [matcher.name.as_str(), matcher.value.as_str()]);
    parts.chain([name]).any(|text| {
        let text = text.to_lowercase();
        WORDS.iter().any(|word| text.contains(word))
    })
}

/// True where a label is asked for that differs between revisions.
fn tells_apart(selector: &VectorSelector) -> bool {
    matchers(selector).any(|matcher| LABELS.contains(&matcher.name.as_str()))
}

fn is_of_target(selector: &VectorSelector) -> bool {
    let target = marker("{{target}}");
    matchers(selector).any(|matcher| matcher.value.contains(&target))
}

fn has_variable(selector: &VectorSelector) -> bool {
    let known = ["namespace", "service", "ingress", "route", "interval"].map(marker);
    matchers(selector).any(|matcher| {
        let rest = known.iter().fold(matcher.value.clone(), |value, known| {
            value.replace(known, "")
        });
        rest.contains(MARKER)
    })
}

/// Whether names of the old revision pass the matchers that names of the new one pass.
fn targeted(selector: &VectorSelector) -> SelectedRevision {
    let target = marker("{{target}}");
    let mut selection = SelectedRevision::Canary;
    for matcher in matchers(selector).filter(|matcher| matcher.value.contains(&target)) {
        let passes = |name: &String| {
            let mut same = matchers(selector).filter(|other| other.name == matcher.name);
            same.all(|other| other.is_match(name))
        };
        let canary = [target.clone(), format!("{target}-7d9f8b6c54-x2x4z")];
        let primary = [
            format!("{target}-primary"),
            format!("{target}-primary-7d9f8b6c54-x2x4z"),
        ];
        match (canary.iter().any(passes), primary.iter().any(passes)) {
            // One label that tells them apart is enough.
            (true, false) => return SelectedRevision::Canary,
            (true, true) => selection = SelectedRevision::Primary,
            (false, _) => return SelectedRevision::Canary,
        }
    }
    selection
}
