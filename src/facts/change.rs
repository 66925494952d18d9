//! What differs between two states of a service, by facts and not by text.
//!
//! Both sides become [`Told`] facts: names with values as rules read them, so that durations in other units, reordered
//! keys and lists, and defaults that are written out are no change. Entries of a list are the same by their name.

mod spec;

pub use spec::of_spec;

use super::Number;
use crate::document::{Node, Pointer, Step, Value};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// So many characters of a value are shown.
const LONGEST: usize = 120;

/// What a fact is about, as an entry of `spec.change` declares it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
pub enum ChangeTopic {
    /// The weights and what describes them.
    Model,
    /// The server and its container image.
    Image,
    /// How the server runs.
    Arguments,
    /// The accelerators of a replica.
    Gpus,
    /// How a replica is spread over accelerators.
    Parallelism,
    /// What users send.
    Traffic,
    /// What users are promised, and the alerts on it.
    Slos,
    /// Replicas, what they carry, and how they scale.
    Capacity,
    /// When each side stops waiting.
    Timeouts,
    /// How the revision comes and goes.
    Rollout,
}

impl ChangeTopic {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 10] = [
        Self::Model,
        Self::Image,
        Self::Arguments,
        Self::Gpus,
        Self::Parallelism,
        Self::Traffic,
        Self::Slos,
        Self::Capacity,
        Self::Timeouts,
        Self::Rollout,
    ];

    /// The word of `spec.change.entries[].what`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Image => "image",
            Self::Arguments => "arguments",
            Self::Gpus => "gpus",
            Self::Parallelism => "parallelism",
            Self::Traffic => "traffic",
            Self::Slos => "slos",
            Self::Capacity => "capacity",
            Self::Timeouts => "timeouts",
            Self::Rollout => "rollout",
        }
    }
}

/// A fact that is not what it was.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct ChangedFact {
    /// The entry of `spec.change` that declares it.
    pub what: ChangeTopic,
    /// Its name: the path below `spec`, with the names of entries in the place of their numbers; of a manifest, behind its kind and name.
    pub fact: String,
    /// The path to it, or to where it was.
    pub at: Pointer,
    /// As it was; absent where it was not stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// As it is; absent where it is not stated any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// True where it is a part of what is measured, so that a result from before is about something else.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub subject: bool,
}

/// A value as it is compared.
#[derive(Debug, Clone, PartialEq)]
enum FactValue {
    Number(Number),
    Text(String),
    Flag(bool),
    /// Scalars whose order means nothing.
    Set(Vec<String>),
}

/// One fact of one side.
#[derive(Debug, Clone)]
struct DiffedFact {
    topic: ChangeTopic,
    is_subject: bool,
    at: Pointer,
    shown: String,
    value: FactValue,
}

/// The facts of one side, by the parts of their names.
#[derive(Debug, Default)]
pub struct Told(BTreeMap<Vec<String>, DiffedFact>);

impl Told {
    /// Adds a fact of a manifest: what the server is made of, or how it is run.
    pub fn add(
        &mut self,
        (topic, is_subject): (ChangeTopic, bool),
        name: &[&str],
        at: &Pointer,
        value: impl Into<Tale>,
    ) {
        let Tale { shown, value } = value.into();
        let fact = DiffedFact {
            topic,
            is_subject,
            at: at.clone(),
            shown,
            value,
        };
        self.0
            .insert(name.iter().map(|part| (*part).to_owned()).collect(), fact);
    }

    /// What is not in `after` as it is in this one, by topic and name. What a whole entry or section holds that only one
    /// side has is one change. `beside` is where a fact is pointed at that is nowhere at hand.
    pub fn differs(&self, after: &Self, beside: &Pointer) -> Vec<ChangedFact> {
        let mut groups: BTreeMap<(ChangeTopic, Vec<String>), ToldPair<'_>> = BTreeMap::new();
        for (name, fact) in &self.0 {
            match after.0.get(name) {
                Some(now) if now.value == fact.value => {}
                Some(now) => {
                    let pair = groups.entry((now.topic, name.clone())).or_default();
                    pair.before.push((name, fact));
                    pair.after.push((name, now));
                }
                None => {
                    let whole = after.lacks_whole(name);
                    let pair = groups.entry((fact.topic, whole)).or_default();
                    pair.before.push((name, fact));
                }
            }
        }
        for (name, now) in &after.0 {
            if !self.0.contains_key(name) {
                let whole = self.lacks_whole(name);
                let pair = groups.entry((now.topic, whole)).or_default();
                pair.after.push((name, now));
            }
        }
        let mut changed = Vec::new();
        for ((topic, name), pair) in groups {
            let at = pair
                .place(&name)
                .unwrap_or_else(|| after.near(&name, beside));
            let mut facts = pair.before.iter().chain(&pair.after);
            changed.push(ChangedFact {
                what: topic,
                fact: name.join("/"),
                at,
                subject: facts.any(|(_, fact)| fact.is_subject),
                before: shown(&name, &pair.before),
                after: shown(&name, &pair.after),
            });
        }
        changed
    }

    /// The shortest beginning of a name under which this side has nothing.
    fn lacks_whole(&self, name: &[String]) -> Vec<String> {
        let known = |part: &[String]| self.under(part).is_some();
        let length = (1..name.len()).find(|length| !known(&name[..*length]));
        name[..length.unwrap_or(name.len())].to_vec()
    }

    /// The first fact under a beginning of names.
    fn under(&self, part: &[String]) -> Option<(&Vec<String>, &DiffedFact)> {
        let mut after = self.0.range(part.to_vec()..);
        after.next().filter(|(name, _)| name.starts_with(part))
    }

    /// What stands nearest to where something was.
    fn near(&self, name: &[String], beside: &Pointer) -> Pointer {
        for length in (1..name.len()).rev() {
            if let Some((known, fact)) = self.under(&name[..length]) {
                return above(&fact.at, known.len() - length);
            }
        }
        beside.clone()
    }
}

/// The same change on both sides.
#[derive(Debug, Default)]
struct ToldPair<'t> {
    before: Vec<(&'t Vec<String>, &'t DiffedFact)>,
    after: Vec<(&'t Vec<String>, &'t DiffedFact)>,
}

impl ToldPair<'_> {
    /// Where what is new begins.
    fn place(&self, name: &[String]) -> Option<Pointer> {
        let (known, fact) = self.after.first()?;
        Some(above(&fact.at, known.len() - name.len()))
    }
}

/// The path so many steps above; never the root.
fn above(at: &Pointer, steps: usize) -> Pointer {
    let mut at = at.clone();
    for _ in 0..steps {
        match at.parent().filter(|parent| !parent.is_root()) {
            Some(parent) => at = parent,
            None => break,
        }
    }
    at
}

/// The facts as one text, without what their names have in common.
fn shown(name: &[String], facts: &[(&Vec<String>, &DiffedFact)]) -> Option<String> {
    let mut texts = Vec::new();
    for (known, fact) in facts {
        let below = known[name.len()..].join("/");
        texts.push(match below.is_empty() {
            true => fact.shown.clone(),
            false => format!("{below} {}", fact.shown),
        });
    }
    (!texts.is_empty()).then(|| cut(&texts.join(", ")))
}

/// The first characters of what is too long.
fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A value with the text that shows it.
#[derive(Debug)]
pub struct Tale {
    shown: String,
    value: FactValue,
}

impl Tale {
    /// A value as it is written; numbers and switches that are written as text are what they say.
    fn written(text: &str) -> Self {
        let number = text.parse().ok().and_then(Number::new);
        let value = match (number, text) {
            (Some(number), _) => FactValue::Number(number),
            (None, "true") => FactValue::Flag(true),
            (None, "false") => FactValue::Flag(false),
            (None, text) => FactValue::Text(text.to_owned()),
        };
        Self {
            shown: text.to_owned(),
            value,
        }
    }

    /// The scalar at a place of a document; `number` where it stands for one.
    fn of(node: &Node, number: Option<Number>) -> Option<Self> {
        let value = match (&node.value, number) {
            (_, Some(number)) => FactValue::Number(number),
            (Value::Bool(flag), _) => FactValue::Flag(*flag),
            (Value::String(text), _) => FactValue::Text(text.clone()),
            (Value::Null | Value::List(_) | Value::Map(_), _) => return None,
            (_, _) => match node.as_f64().and_then(Number::new) {
                Some(number) => FactValue::Number(number),
                None => FactValue::Text(node.scalar()?),
            },
        };
        let shown = node.scalar()?;
        Some(Self { shown, value })
    }

    /// Scalars whose order means nothing.
    fn set(items: &[Node]) -> Option<Self> {
        let texts: Option<Vec<String>> = items.iter().map(Node::scalar).collect();
        let mut texts = texts.filter(|texts| !texts.is_empty())?;
        texts.sort();
        texts.dedup();
        Some(Self {
            shown: texts.join(", "),
            value: FactValue::Set(texts),
        })
    }
}

impl From<Number> for Tale {
    fn from(number: Number) -> Self {
        Self {
            shown: number.get().to_string(),
            value: FactValue::Number(number),
        }
    }
}

impl From<&str> for Tale {
    fn from(text: &str) -> Self {
        Self::written(text)
    }
}

impl From<bool> for Tale {
    fn from(flag: bool) -> Self {
        Self {
            shown: flag.to_string(),
            value: FactValue::Flag(flag),
        }
    }
}

/// The last step of a path as a part of a name.
fn part(step: &Step) -> String {
    match step {
        Step::Key(key) => key.clone(),
        Step::Index(index) => (index + 1).to_string(),
    }
}
