//! What a rule reads: our kinds of documents, those of a team, manifests, or everything about a service.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{
    borrow::Cow,
    collections::BTreeSet,
    fmt,
    sync::{Mutex, PoisonError},
};

/// The documents that a rule reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A serving specification.
    ServingSpec,
    /// A decision log.
    DecisionLog,
    /// A verification checklist.
    VerificationChecklist,
    /// A manifest of a platform: an InferenceService, a Rollout, ...
    Artifact,
    /// Everything about one service together.
    Review,
    /// Everything about a service that has manifests: the same input as for a review.
    Artifacts,
    /// Any file: rules of the host on syntax and structure.
    File,
    /// A document of a kind that a team declares.
    Own(OwnKind),
}

/// The words for all that is no kind of a team.
const WORDS: [(&str, Subject); 7] = [
    ("ServingSpec", Subject::ServingSpec),
    ("DecisionLog", Subject::DecisionLog),
    ("VerificationChecklist", Subject::VerificationChecklist),
    ("Artifact", Subject::Artifact),
    ("Review", Subject::Review),
    ("Artifacts", Subject::Artifacts),
    ("File", Subject::File),
];

impl Subject {
    /// The subject of this name, which may be that of a kind of a team; `None` for what can name nothing.
    pub fn named(name: &str) -> Option<Self> {
        let known = WORDS.iter().find(|(word, _)| *word == name);
        match known {
            Some((_, subject)) => Some(*subject),
            None => OwnKind::named(name).map(Self::Own),
        }
    }

    /// True for a word that means something whichever kinds a team declares.
    pub fn is_word(name: &str) -> bool {
        WORDS.iter().any(|(word, _)| *word == name)
    }

    /// The kind of a team, where it is one.
    pub fn own(self) -> Option<OwnKind> {
        match self {
            Self::Own(kind) => Some(kind),
            _ => None,
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = WORDS.iter().find(|(_, subject)| subject == self);
        f.pad(match (self, word) {
            (Self::Own(kind), _) => kind.name(),
            (_, Some((word, _))) => word,
            (_, None) => "",
        })
    }
}

impl Serialize for Subject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Subject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = Cow::<str>::deserialize(deserializer)?;
        Self::named(&name).ok_or_else(|| {
            serde::de::Error::custom(format_args!(
                "`{name}` is nothing that rules apply to: they apply to ServingSpec, DecisionLog, VerificationChecklist, Review, Artifacts, or a kind of `[[schemas]]`, such as `ModelCard`"
            ))
        })
    }
}

impl JsonSchema for Subject {
    fn schema_name() -> Cow<'static, str> {
        "Subject".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string"})
    }
}

/// The name of a kind that a team declares, such as `ModelCard`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OwnKind(&'static str);

/// Characters of a name, as in Kubernetes.
const LONGEST_NAME: usize = 63;

/// Every name so far: each is kept once for as long as the program runs, so that a [`Subject`] can be copied. Names are
/// short, and there are no more than files declare and rules ask for.
static NAMES: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());

impl OwnKind {
    /// The kind of this name; `None` for a word that can be none.
    pub fn named(name: &str) -> Option<Self> {
        if !is_name(name) || Subject::is_word(name) {
            return None;
        }
        // Whoever panicked with the lock in hand left a set that is whole.
        let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = names.get(name) {
            return Some(Self(known));
        }
        let kept: &'static str = Box::leak(name.to_owned().into_boxed_str());
        names.insert(kept);
        Some(Self(kept))
    }

    /// The name.
    pub fn name(self) -> &'static str {
        self.0
    }
}

/// True for `ModelCard`: a capital letter, then letters and digits.
fn is_name(name: &str) -> bool {
    name.len() <= LONGEST_NAME
        && name.starts_with(|first: char| first.is_ascii_uppercase())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_one_whoever_names_it() {
        let card = OwnKind::named("ModelCard").expect("a name");
        assert_eq!(Subject::named("ModelCard"), Some(Subject::Own(card)));
        assert!(std::ptr::eq(
            card.name(),
            OwnKind::named(&["Model", "Card"].concat())
                .expect("a name")
                .name()
        ));
        assert_eq!(Subject::Own(card).to_string(), "ModelCard");
        assert_eq!(
            serde_json::to_value(Subject::Own(card)).expect("JSON"),
            "ModelCard"
        );
    }

    #[test]
    fn what_can_name_no_kind_is_refused() {
        for name in ["", "modelCard", "Model-Card", "Modèle", &"M".repeat(64)] {
            assert_eq!(Subject::named(name), None, "{name}");
        }
        assert_eq!(OwnKind::named("Review"), None);
        assert_eq!(Subject::named("Review"), Some(Subject::Review));
    }
}
