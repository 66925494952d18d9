//! Which objects an entry is about.

use crate::document::Node;
use regex::{Regex, RegexBuilder};
use std::collections::BTreeSet;

/// The longest pattern that is compiled, and the size of what it becomes.
const LONGEST_PATTERN: usize = 1_000;
const MOST_COMPILED: usize = 1 << 18;

/// What a manifest is called on its way through the layers.
#[derive(Debug, Clone)]
pub(super) struct ObjectNames {
    pub(super) group: String,
    pub(super) version: String,
    pub(super) kind: String,
    /// Its name, and those that layers made of it; none where it may have any.
    pub(super) names: BTreeSet<String>,
    /// Its own namespace; `None` where it has none, or a layer gives it one.
    pub(super) namespace: Option<String>,
    /// Its labels and those that layers give it, and its annotations.
    pub(super) labels: Vec<(String, String)>,
    pub(super) annotations: Vec<(String, String)>,
}

/// So many names of one object are followed.
const MOST_NAMES: usize = 64;

impl ObjectNames {
    /// `None` for what is no object of Kubernetes.
    pub(super) fn of(object: &Node) -> Option<Self> {
        let (group, version) = group_version(object.get("apiVersion")?.as_str()?);
        let text = |path: &[&str]| object.at(path).and_then(Node::as_str).map(str::to_owned);
        let pairs = |key: &str| {
            let all = object.at(&["metadata", key]).map(Node::entries);
            let mut pairs = Vec::new();
            for entry in all.unwrap_or_default() {
                let value = entry.node.as_str().unwrap_or_default();
                pairs.push((entry.key.clone(), value.to_owned()));
            }
            pairs
        };
        Some(Self {
            group: group.to_owned(),
            version: version.to_owned(),
            kind: object.get("kind")?.as_str()?.to_owned(),
            names: text(&["metadata", "name"]).into_iter().collect(),
            namespace: text(&["metadata", "namespace"]),
            labels: pairs("labels"),
            annotations: pairs("annotations"),
        })
    }

    /// The object once a layer renamed it: patches above may use either name.
    pub(super) fn renamed(&mut self, prefix: &str, suffix: &str) {
        if prefix.is_empty() && suffix.is_empty() {
            return;
        }
        let made = self
            .names
            .iter()
            .map(|name| format!("{prefix}{name}{suffix}"));
        let made: Vec<String> = made.collect();
        self.names.extend(made);
        // It may then have any name.
        if self.names.len() > MOST_NAMES {
            self.names.clear();
        }
    }
}

/// `apps/v1` as group and version; the group of the core is empty.
pub(super) fn group_version(text: &str) -> (&str, &str) {
    text.split_once('/').unwrap_or(("", text))
}

/// True for a kind of Kubernetes itself, whose fields Kustomize knows.
pub(super) fn is_of_kubernetes(object: &Node) -> bool {
    const GROUPS: [&str; 6] = [
        "apps",
        "batch",
        "policy",
        "autoscaling",
        "extensions",
        "networking.k8s.io",
    ];
    let version = object.get("apiVersion").and_then(Node::as_str);
    let (group, _) = group_version(version.unwrap_or_default());
    group.is_empty() || GROUPS.contains(&group)
}

/// What an entry selects by; what is not written fits any.
#[derive(Debug, Clone, Default)]
pub(super) struct LayerTarget {
    group: Option<NamePattern>,
    version: Option<NamePattern>,
    kind: Option<NamePattern>,
    name: Option<NamePattern>,
    namespace: Option<NamePattern>,
    labels: Option<String>,
    annotations: Option<String>,
}

#[derive(Debug, Clone)]
enum NamePattern {
    Exactly(String),
    /// `None` where it cannot be compiled, so that it may match anything.
    Matching(Option<Regex>),
}

impl NamePattern {
    /// Kustomize puts `^` and `$` around a pattern without a group, so that `a|b` is `^a` or `b$`.
    fn of(text: &str) -> Self {
        let start = if text.starts_with('^') { "" } else { "^" };
        let end = if text.ends_with('$') { "" } else { "$" };
        let whole = format!("{start}{text}{end}");
        let compiled = match text.len() <= LONGEST_PATTERN {
            true => RegexBuilder::new(&whole).size_limit(MOST_COMPILED).build(),
            false => return Self::Matching(None),
        };
        Self::Matching(compiled.ok())
    }

    fn fits(&self, text: &str) -> bool {
        match self {
            Self::Exactly(own) => own == text,
            Self::Matching(pattern) => pattern.as_ref().is_none_or(|own| own.is_match(text)),
        }
    }
}

impl LayerTarget {
    /// The selector of a patch or a replacement.
    pub(super) fn of(node: &Node) -> Self {
        let text = |key: &str| {
            let text = node.get(key).and_then(Node::as_str);
            text.filter(|text| !text.is_empty())
        };
        let pattern = |key: &str| text(key).map(NamePattern::of);
        Self {
            group: pattern("group"),
            version: pattern("version"),
            kind: pattern("kind"),
            name: pattern("name"),
            namespace: pattern("namespace"),
            labels: text("labelSelector").map(str::to_owned),
            annotations: text("annotationSelector").map(str::to_owned),
        }
    }

    /// The object that a patch without a selector names.
    pub(super) fn named_by(patch: &Node) -> Self {
        let text = |path: &[&str]| patch.at(path).and_then(Node::as_str);
        let exactly = |text: Option<&str>| text.map(|text| NamePattern::Exactly(text.to_owned()));
        let (group, version) = group_version(text(&["apiVersion"]).unwrap_or_default());
        Self {
            group: exactly(Some(group)),
            version: exactly(Some(version)),
            kind: exactly(text(&["kind"])),
            name: exactly(text(&["metadata", "name"])),
            namespace: exactly(text(&["metadata", "namespace"])),
            ..Self::default()
        }
    }

    /// Any object of this name that has one of the kinds; any kind, where there are none.
    pub(super) fn of_name(name: &str, kinds: &[&str]) -> Self {
        let kind = match kinds {
            [] => None,
            kinds => Some(NamePattern::of(&format!("({})", kinds.join("|")))),
        };
        Self {
            kind,
            name: Some(NamePattern::Exactly(name.to_owned())),
            ..Self::default()
        }
    }

    /// True where the object may be meant.
    pub(super) fn fits(&self, object: &ObjectNames) -> bool {
        let is = |pattern: &Option<NamePattern>, text: &str| {
            pattern.as_ref().is_none_or(|pattern| pattern.fits(text))
        };
        let has_name = self.name.as_ref().is_none_or(|name| {
            object.names.is_empty() || object.names.iter().any(|own| name.fits(own))
        });
        let namespace = object.namespace.as_deref();
        is(&self.group, &object.group)
            && is(&self.version, &object.version)
            && is(&self.kind, &object.kind)
            && has_name
            && namespace.is_none_or(|own| is(&self.namespace, own))
            && selects(self.labels.as_deref(), &object.labels)
            && selects(self.annotations.as_deref(), &object.annotations)
    }
}

/// Whether a selector of labels may fit: `app=x,tier in (a, b),!old`. What is no selector fits any.
fn selects(selector: Option<&str>, labels: &[(String, String)]) -> bool {
    let Some(selector) = selector else {
        return true;
    };
    requirements(selector).iter().all(|part| fits(part, labels))
}

/// The parts between commas, save those in brackets.
fn requirements(selector: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    for (at, letter) in selector.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(&selector[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&selector[start..]);
    parts
}

fn fits(part: &str, labels: &[(String, String)]) -> bool {
    let part = part.trim();
    let values = |key: &str| {
        let key = key.trim().to_owned();
        let own = labels.iter().filter(move |(own, _)| *own == key);
        own.map(|(_, value)| value.as_str())
    };
    if let Some((head, list)) = part.strip_suffix(')').and_then(|part| part.split_once('(')) {
        let wanted: BTreeSet<&str> = list.split(',').map(str::trim).collect();
        let mut words = head.split_whitespace();
        return match (words.next(), words.next()) {
            (Some(key), Some("in")) => values(key).any(|value| wanted.contains(value)),
            // A layer may give another value, so one that fits is enough.
            (Some(key), Some("notin")) => {
                values(key).next().is_none() || values(key).any(|value| !wanted.contains(value))
            }
            _ => true,
        };
    }
    if let Some((key, value)) = part.split_once("!=") {
        let mut own = values(key).peekable();
        return own.peek().is_none() || own.any(|own| own != value.trim());
    }
    if let Some((key, value)) = part.split_once("==").or_else(|| part.split_once('=')) {
        return values(key).any(|own| own == value.trim());
    }
    match part.strip_prefix('!') {
        Some(key) => values(key).next().is_none(),
        None => {
            part.is_empty() || part.contains(char::is_whitespace) || values(part).next().is_some()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels() -> Vec<(String, String)> {
        vec![
            ("app".into(), "ranker".into()),
            ("tier".into(), "gpu".into()),
        ]
    }

    #[test]
    fn selectors_are_read_as_kubernetes_reads_them() {
        for (selector, expected) in [
            ("app=ranker", true),
            ("app==ranker, tier=gpu", true),
            ("app=other", false),
            ("app!=ranker", false),
            ("zone!=a", true),
            ("tier in (cpu, gpu),app", true),
            ("tier in (cpu)", false),
            ("tier notin (gpu)", false),
            ("!tier", false),
            ("!zone", true),
            ("zone", false),
            ("", true),
        ] {
            assert_eq!(selects(Some(selector), &labels()), expected, "{selector}");
        }
    }

    #[test]
    fn patterns_are_whole_names() {
        for (pattern, text, expected) in [
            ("rank", "ranker", false),
            ("rank.*", "ranker", true),
            ("^rank", "ranker", false),
            ("a|ranker", "the-ranker", true),
            ("(a|ranker)", "the-ranker", false),
            ("(", "anything", true),
        ] {
            assert_eq!(NamePattern::of(pattern).fits(text), expected, "{pattern}");
        }
    }
}
