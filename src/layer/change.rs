//! A place in an object that a layer can change.

use super::{Layer, lists::ListOrders, written::WrittenEntry};
use crate::document::{Node, Pointer, Step, Value};
use std::{path::PathBuf, sync::Arc};

/// A place in an object that an entry of a layer can change.
#[derive(Debug, Clone)]
pub struct LayerChange {
    /// Where. `-` as the last step of a list stands for an element that is added.
    pub at: Pointer,
    /// What the place then holds.
    pub value: LayerValue,
    /// False for labels and generated names, which change everywhere alike: rules do not rest on them.
    pub counts: bool,
    /// Who changes it.
    pub by: Arc<ChangedBy>,
}

/// What a place holds once a layer changed it, as far as one entry tells.
#[derive(Debug, Clone, PartialEq)]
pub enum LayerValue {
    /// This value.
    Known(Node),
    /// Nothing: it is removed.
    Nothing,
    /// The entry does not tell.
    Unknown,
    /// What it held, while the objects are renamed that it may refer to.
    Left,
    /// What it held: Kustomize refuses the entry, so that nothing is known of what will be applied.
    Refused,
}

/// The entry of a layer that changes something.
#[derive(Debug)]
pub struct ChangedBy {
    /// The layer.
    pub layer: Arc<Layer>,
    /// The entry, as `patches[0]`.
    pub entry: String,
    /// The file that holds the entry's content, where that is another one than the layer's.
    pub file: Option<PathBuf>,
    /// The place of the layer among those that reach the object, the nearest first.
    pub order: usize,
    /// What the entry is written in.
    pub(super) written: WrittenEntry,
    /// True where the values that it states have places of their own.
    pub(super) has_places: bool,
}

impl LayerChange {
    /// True where the layer leaves out the object as a whole.
    pub fn removes(&self) -> bool {
        self.at.is_root() && self.value == LayerValue::Nothing
    }

    /// True where Kustomize refuses the entry, so that it takes nothing away from what is said of the object.
    pub fn is_refused(&self) -> bool {
        self.value == LayerValue::Refused
    }

    /// True where the layer decides what stands at a path of the object: at the place, below it, or
    /// above it where the object has nothing yet.
    pub fn decides(&self, object: &Node, at: &Pointer) -> bool {
        // Where it is not removed it is applied as it stands, and what is refused is not applied.
        if self.removes() || self.is_refused() {
            return false;
        }
        self.at.contains(at) || (at.contains(&self.at) && !object.resolve(at).complete)
    }
}

/// True for a place that only concerns people and other tools: rules rest on what is specified, and on
/// the annotations that model servers read.
pub(super) fn counts(at: &Pointer) -> bool {
    const READ: [&str; 2] = ["kserve.io/", "knative.dev/"];
    let steps = at.steps();
    let Some(Step::Key(first)) = steps.first() else {
        return true;
    };
    let mut within = steps.iter();
    let in_annotations = within.any(|step| *step == Step::Key("annotations".into()));
    match within.next() {
        Some(Step::Key(key)) if in_annotations => READ.iter().any(|read| key.contains(read)),
        _ if first == "metadata" => steps.len() == 1 || in_annotations,
        _ => true,
    }
}

/// So many places that one entry changes in an object are told apart.
const MOST_PLACES: usize = 1_000;
/// No document is nested as deep.
const DEEPEST: usize = 200;

/// What entries do to one object, as it is collected.
#[derive(Debug, Default)]
pub(super) struct FoundChanges {
    pub(super) found: Vec<(Pointer, LayerValue, bool)>,
    /// What became of the object's lists.
    pub(super) lists: ListOrders,
}

impl FoundChanges {
    /// Nothing yet, for an object whose lists layers below changed.
    pub(super) fn after(lists: ListOrders) -> Self {
        Self {
            found: Vec::new(),
            lists,
        }
    }

    /// A place that is changed. One that is deeper than any document, and those behind too many, stand for anything.
    pub(super) fn add(&mut self, at: Pointer, value: LayerValue) {
        if self.found.len() > MOST_PLACES {
            return;
        }
        if self.found.len() == MOST_PLACES || at.steps().len() > DEEPEST {
            let all = (Pointer::default(), LayerValue::Unknown, true);
            return self.found.push(all);
        }
        let is_scalar = matches!(&value, LayerValue::Known(node) if !matches!(node.value, Value::List(_) | Value::Map(_)));
        let is_added = matches!(at.steps().last(), Some(Step::Key(key)) if key == "-");
        let is_left = matches!(value, LayerValue::Left | LayerValue::Refused);
        if !is_scalar && !is_added && !is_left {
            self.lists.replace(at.clone());
        }
        let counts = counts(&at);
        self.found.push((at, value, counts));
    }

    /// A place that changes wherever it stands alike.
    pub(super) fn add_alike(&mut self, at: Pointer, value: LayerValue) {
        if self.found.len() < MOST_PLACES {
            self.found.push((at, value, false));
        }
    }

    /// Nothing is changed as long as the entry is refused.
    pub(super) fn refused(&mut self) {
        self.add(Pointer::default(), LayerValue::Refused);
    }

    /// Anything may be changed.
    pub(super) fn everything(&mut self) {
        self.add(Pointer::default(), LayerValue::Unknown);
    }
}
