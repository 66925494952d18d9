//! From `apiVersion` and `kind` to what a document is.

use crate::{
    did_you_mean::{certain, nearest, question_or_list},
    document::{Node, Pointer},
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

/// The kind of ours that has this name.
fn ours(kind: &str) -> Option<Subject> {
    let (_, subject, _) = KINDS.iter().find(|(name, ..)| *name == kind)?;
    Some(*subject)
}

/// What a document says that it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recognition {
    /// One of our kinds.
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
        (version, kind) => match (manifest::find(root), version, kind) {
            (Some(known), ..) => Recognition::Artifact(known),
            (None, Some(version), Some(kind)) => {
                Recognition::Foreign(format!("{} {}", clip(version), clip(kind)))
            }
            _ => Recognition::Untyped,
        },
    }
}

/// True for a version that has no group, or one that a slip of the fingers makes of ours.
fn is_close(version: &str) -> bool {
    !version.contains('/') || nearest(version, [API_VERSION]).is_some()
}

fn misnamed(key: &str, value: &str, known: &[&str]) -> Recognition {
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
        .find(|entry| certain(&entry.key, [key]).is_some());
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

fn recognition(key: &str, message: String, help: String, remedy: Option<Remedy>) -> Recognition {
    let at = Pointer::default().key(key);
    let rule = SCHEMA_VALID.to_owned();
    Recognition::Misnamed(Box::new(Violation {
        rule,
        at,
        message,
        related: Vec::new(),
        severity: None,
        help: Some(help),
        remedy,
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
    fn a_slip_in_the_envelope_is_no_foreign_document() {
        for text in [
            "{apiVersion: servlint/v1alpha1, kind: ServingSpec}",
            "{apiVersion: servelint/v2, kind: Deployment}",
            "{kind: DecisionLog}",
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
    }
}
