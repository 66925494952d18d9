//! From `apiVersion` and `kind` to what a document is.

use crate::{
    did_you_mean::{certain, is_certain, nearest, question_or_list},
    document::{Node, Pointer, Value},
    finding::{Remedy, RemedyStep, Scalar, Stub, Violation},
    manifest,
    rule::{SCHEMA_VALID, Subject},
    schema::wording::clip,
};

/// The version of our own kinds.
pub const API_VERSION: &str = "servelint/v1alpha1";

/// A kind of document: its name and the file of its schema.
pub(super) const KINDS: &[(&str, Subject, &str)] = &[
    (
        "ServingSpec",
        Subject::ServingSpec,
        "serving-spec/v1alpha1.json",
    ),
    (
        "DecisionLog",
        Subject::DecisionLog,
        "decision-log/v1alpha1.json",
    ),
    (
        "VerificationChecklist",
        Subject::VerificationChecklist,
        "verification-checklist/v1alpha1.json",
    ),
];

/// The schema file of a kind.
pub(super) fn file(subject: Subject) -> Option<&'static str> {
    KINDS
        .iter()
        .find(|(_, known, _)| *known == subject)
        .map(|(.., file)| *file)
}

/// The names of our kinds.
pub(super) fn names() -> Vec<&'static str> {
    KINDS.iter().map(|(name, ..)| *name).collect()
}

/// What every version of our kinds begins with. An address, such as that of a repository, has the group
/// alone.
const VERSIONS: &str = "servelint/v";

/// The kind of ours that a value is a document of, wherever it stands. What only refers to one, by version,
/// kind and name, is none.
pub fn envelope(node: &Node) -> Option<Subject> {
    let text = |key| node.get(key).and_then(Node::as_str);
    let is_ours = text("apiVersion")?.trim().starts_with(VERSIONS);
    ours(text("kind")?.trim()).filter(|_| is_ours && has_content(node))
}

/// True for more than a reference to a document.
pub(super) fn has_content(node: &Node) -> bool {
    node.entries().iter().any(|entry| {
        let is_nested = matches!(entry.node.value, Value::Map(_) | Value::List(_));
        is_nested || ["spec", "metadata"].contains(&entry.key.as_str())
    })
}

/// True where a text that is no document, or none that can be read, may hold one of ours. What it names is
/// not yet known.
pub fn speaks_of_ours(text: &str) -> bool {
    text.contains(VERSIONS) && KINDS.iter().any(|(name, ..)| text.contains(name))
}

/// True where a template may render to one of ours: it names our version, or one of our kinds in a version
/// that is still to come.
pub fn renders_ours(text: &str) -> bool {
    text.contains(VERSIONS) || renders(text, &is_kind_of_ours)
}

/// True where a template may render to a document of such a kind, in a version that is still to come.
pub(super) fn renders(text: &str, is_named: &dyn Fn(&str) -> bool) -> bool {
    let value = |line: &str, key: &str| {
        let line = line.trim_start_matches([' ', '\t', '-', '"', '\'']);
        let rest = line.strip_prefix(key)?.trim_start_matches(['"', '\'', ' ']);
        Some(rest.strip_prefix(':')?.trim().to_owned())
    };
    let is_kind = |line: &str| {
        let kind = value(line, "kind").unwrap_or_default();
        let kind = kind.split(" #").next().unwrap_or_default().trim();
        is_named(kind.trim_matches(['"', '\'', ',']))
    };
    let is_other = |line: &str| value(line, "apiVersion").is_some_and(|text| !text.contains("{{"));
    let is_one = |part: &str| part.lines().any(is_kind) && !part.lines().any(is_other);
    text.split("\n---").any(is_one)
}

/// True for the name of one of our kinds.
pub fn is_kind_of_ours(kind: &str) -> bool {
    ours(kind).is_some()
}

/// The kind of ours that has this name.
fn ours(kind: &str) -> Option<Subject> {
    let (_, subject, _) = KINDS.iter().find(|(name, ..)| *name == kind)?;
    Some(*subject)
}

/// What a document says that it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recognition {
    /// One of our kinds, or of those that a project declares.
    Known(Subject),
    /// Meant to be one of ours, but it names a version or a kind that does not exist.
    Misnamed(Box<Violation>),
    /// A manifest that is read.
    Artifact(&'static manifest::Kind),
    /// Some other kind, such as `v1 ConfigMap`.
    Foreign(String),
    /// It has no `apiVersion` and `kind`: data, not a specification.
    Untyped,
}

/// Reads the envelope.
pub fn recognise(root: &Node) -> Recognition {
    let text = |key| root.get(key).and_then(Node::as_str);
    match (text("apiVersion"), text("kind")) {
        (Some(API_VERSION), Some(kind)) => match ours(kind) {
            Some(subject) => Recognition::Known(subject),
            None => misnamed("kind", kind, &names()),
        },
        (Some(API_VERSION), None) => missing(root, "kind", "the document names no `kind`"),
        (Some(version), Some(kind))
            if version.starts_with("servelint/") || ours(kind).is_some() && is_close(version) =>
        {
            misnamed("apiVersion", version, &[API_VERSION])
        }
        (Some(version), None) if version.starts_with("servelint/") => {
            misnamed("apiVersion", version, &[API_VERSION])
        }
        (None, Some(kind)) if ours(kind).is_some() => missing(
            root,
            "apiVersion",
            &format!("this `{kind}` names no `apiVersion`"),
        ),
        (None, _) if is_meant(root) => {
            missing(root, "apiVersion", "the document names no `apiVersion`")
        }
        (Some(version), _) if is_meant(root) => misnamed("apiVersion", version, &[API_VERSION]),
        (version, kind) => match (manifest::find(root), version, kind) {
            (Some(known), ..) => Recognition::Artifact(known),
            (None, Some(version), Some(kind)) => {
                Recognition::Foreign(format!("{} {}", clip(version), clip(kind)))
            }
            _ => Recognition::Untyped,
        },
    }
}

/// True where both lines of the envelope are those of ours but for slips, in their keys or their values.
fn is_meant(root: &Node) -> bool {
    let value = |key: &str| {
        let slip = || {
            let mut entries = root.entries().iter();
            entries.find(|entry| is_certain(&entry.key, key))
        };
        let node = root.get(key).or_else(|| Some(&slip()?.node));
        node.and_then(Node::as_str)
    };
    let is_version =
        |text: &str| text.trim().starts_with(VERSIONS) || nearest(text, [API_VERSION]).is_some();
    value("apiVersion").is_some_and(is_version)
        && value("kind").is_some_and(|kind| nearest(kind, names()).is_some())
}

/// True for a version that has no group, or one that a slip of the fingers makes of ours.
fn is_close(version: &str) -> bool {
    !version.contains('/') || nearest(version, [API_VERSION]).is_some()
}

pub(super) fn misnamed(key: &str, value: &str, known: &[&str]) -> Recognition {
    let at = Pointer::default().key(key);
    let remedy = certain(value, known.iter().copied()).map(|name| {
        Remedy::safe(RemedyStep::Replace {
            at,
            with: Scalar::Text(name.to_owned()),
        })
    });
    let help = match known {
        // A list of one would not say what to do with it.
        [only] if nearest(value, [*only]).is_none() => format!("write `{only}`"),
        all => question_or_list(value, all, "known are: "),
    };
    recognition(
        key,
        format!("unknown `{key}` `{}`", clip(value)),
        help,
        remedy,
    )
}

fn missing(root: &Node, key: &str, message: &str) -> Recognition {
    let help = match key {
        "kind" => format!("add `kind`: one of {}", names().join(", ")),
        _ => format!("add `apiVersion: {API_VERSION}`"),
    };
    let (value, before) = match key {
        "kind" => ("TODO", vec!["metadata".to_owned(), "spec".to_owned()]),
        _ => (
            API_VERSION,
            vec!["kind".to_owned(), "metadata".to_owned(), "spec".to_owned()],
        ),
    };
    let at = Pointer::default();
    let slip = root
        .entries()
        .iter()
        .find(|entry| is_certain(&entry.key, key));
    let remedy = match slip {
        Some(slip) => Remedy::safe(RemedyStep::Rename {
            at: at.key(&slip.key),
            to: key.to_owned(),
        }),
        None => {
            let change = RemedyStep::Insert {
                at: at.key(key),
                before,
                stub: Stub::Text(value.to_owned()),
            };
            Remedy {
                safe: false,
                changes: vec![change],
            }
        }
    };
    recognition(key, message.to_owned(), help, Some(remedy))
}

pub(super) fn recognition(
    key: &str,
    message: String,
    help: String,
    remedy: Option<Remedy>,
) -> Recognition {
    let at = Pointer::default().key(key);
    let rule = SCHEMA_VALID.to_owned();
    Recognition::Misnamed(Box::new(Violation {
        within: None,
        rule,
        at,
        message,
        related: Vec::new(),
        severity: None,
        help: Some(help),
        remedy,
        cause: None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{
        read::{self, Format},
        source::Source,
    };

    fn recognised(text: &str) -> Recognition {
        recognise(&read::parse(&Source::new("a.yaml", text), Format::Yaml).documents[0].root)
    }

    #[test]
    fn an_envelope_has_a_version_a_kind_and_a_content() {
        let of = |text: &str| {
            let parsed = read::parse(&Source::new("a.yaml", text), Format::Yaml);
            envelope(&parsed.documents[0].root)
        };
        let spec = Some(Subject::ServingSpec);
        assert_eq!(
            of("{apiVersion: servelint/v1alpha1, kind: ServingSpec, spec: {}}"),
            spec
        );
        assert_eq!(
            of("{apiVersion: servelint/v9, kind: ServingSpec, metadata: }"),
            spec
        );
        assert_eq!(
            of("{apiVersion: servelint/v9, kind: ServingSpec, Spec: {}}"),
            spec
        );
        for text in [
            "{apiVersion: servelint/v1alpha1, kind: ServingSpec, name: a}",
            "{apiVersion: servelint/v1alpha1, kind: Other, spec: {}}",
            "{kind: ServingSpec, spec: {}}",
            "[]",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
        assert!(speaks_of_ours("apiVersion: servelint/v1alpha1 ServingSpec"));
        assert!(!speaks_of_ours("uses: servelint/action ServingSpec"));
        for text in [
            "apiVersion: {{ .v }}\nkind: ServingSpec",
            "\"kind\": \"DecisionLog\"\n{{ x }}",
            "apiVersion: v1\nkind: Secret\n---\nkind: ServingSpec\na: {{ b }}",
            "apiVersion: servelint/v1alpha1\nkind: {{ .k }}",
        ] {
            assert!(renders_ours(text), "{text}");
        }
        for text in [
            "apiVersion: acme.example/v1\nkind: DecisionLog\na: {{ b }}",
            "kind: Deployment # a ServingSpec names it",
            "apiVersion: {{ .v }}\nkind: Deployment",
        ] {
            assert!(!renders_ours(text), "{text}");
        }
    }

    #[test]
    fn a_slip_in_the_envelope_is_no_foreign_document() {
        for text in [
            "{apiVersion: servlint/v1alpha1, kind: ServingSpec}",
            "{apiVersion: servelint/v2, kind: Deployment}",
            "{kind: DecisionLog}",
            "{apiVersion: servlint/v1alpha1, kind: DecisionLg}",
            "{ApiVersion: servelint/v1alpha1, Kind: ServingSpec}",
            "{apiversion: servelint/v1alpha1, kind: ServingSpce}",
            "{apiVersion: servelint/v1alpha1, knid: ServingSpec}",
        ] {
            assert!(
                matches!(recognised(text), Recognition::Misnamed(_)),
                "{text}"
            );
        }
        let foreign = |kind: &str| Recognition::Foreign(kind.to_owned());
        assert_eq!(
            recognised("{apiVersion: v1, kind: ConfigMap}"),
            foreign("v1 ConfigMap")
        );
        assert_eq!(
            recognised("{apiVersion: acme.example/v1, kind: DecisionLog}"),
            foreign("acme.example/v1 DecisionLog")
        );
        assert_eq!(recognised("{a: 1}"), Recognition::Untyped);
        assert_eq!(
            recognised("{apiVersion: eventing.knative.dev/v1, kind: Broker}"),
            foreign("eventing.knative.dev/v1 Broker")
        );
    }
}
