//! From a value of a rendered object to the place where a person edits it.

use super::{LayerChange, LayerValue, written::WrittenPlace};
use crate::document::{Document, Node, Pointer, Step, Value};

/// What an object was rendered from: the document that it began as, and what layers did to it.
#[derive(Debug)]
pub struct ObjectTrace {
    origin: Document,
    /// In the order in which they acted.
    changes: Vec<LayerChange>,
}

/// The keys by which an element of a list is told from others, the first that it has.
const ELEMENT_KEYS: [&str; 9] = [
    "name",
    "containerPort",
    "mountPath",
    "devicePath",
    "topologyKey",
    "port",
    "key",
    "ip",
    "id",
];

impl ObjectTrace {
    /// The trace of an object that stands in `origin`.
    pub fn new(origin: Document, changes: Vec<LayerChange>) -> Self {
        Self { origin, changes }
    }

    /// The file that the object began in.
    pub fn origin(&self) -> &Document {
        &self.origin
    }

    /// Where a person edits what stands at a path of the rendered object: in the outermost layer that states the
    /// rendered value, else in the document that it began as.
    pub fn place(&self, rendered: &Node, at: &Pointer) -> WrittenPlace {
        let found = rendered.resolve(at);
        let steps = &at.steps()[..found.depth];
        let own = self.own_path(rendered, steps);
        let written = self.origin.root.resolve(&own);
        let is_scalar = found.complete && !is_collection(found.node);
        // What layers only add to is edited where it began.
        if is_scalar || !written.complete {
            for change in self.changes.iter().rev() {
                if let Some(place) = stated(change, &own, rendered, steps, is_scalar) {
                    return place;
                }
            }
            let is_other = written.complete && !is_alike(written.node, found.node);
            let replaced = self.changes.iter().rev().find(|change| {
                is_scalar && change.value == LayerValue::Unknown && change.at == own
            });
            if let Some(change) = replaced.filter(|_| is_other || !written.complete) {
                return change.by.written.whole();
            }
        }
        WrittenPlace {
            source: self.origin.source.clone(),
            span: written.point,
        }
    }

    /// The path in the document that the object began as; `-` for an element that is not in it.
    fn own_path(&self, rendered: &Node, steps: &[Step]) -> Pointer {
        follow(rendered, Some(&self.origin.root), steps).0
    }
}

/// The place at which a change states what stands at a path of the rendered object.
fn stated(
    change: &LayerChange,
    own: &Pointer,
    rendered: &Node,
    steps: &[Step],
    is_scalar: bool,
) -> Option<WrittenPlace> {
    let LayerValue::Known(value) = &change.value else {
        return None;
    };
    if !change.at.contains(own) {
        return None;
    }
    let depth = change.at.steps().len();
    let (above, below) = steps.split_at_checked(depth)?;
    let here = rendered.resolve(&above.iter().cloned().collect());
    if matches!(change.at.steps().last(), Some(Step::Key(key)) if key == "-")
        && !is_same_element(here.node, value)
    {
        return None;
    }
    let (inner, is_there) = follow(here.node, Some(value), below);
    let found = value.resolve(&inner);
    let wanted = rendered.resolve(&steps.iter().cloned().collect()).node;
    if !is_there || (is_scalar && !is_alike(found.node, wanted)) {
        return None;
    }
    Some(match change.by.has_places {
        true => change.by.written.of(found.point),
        false => change.by.written.whole(),
    })
}

/// The path in `other` of what stands at a path in `rendered`, and whether it is there: elements of lists are told by
/// their keys.
fn follow(rendered: &Node, other: Option<&Node>, steps: &[Step]) -> (Pointer, bool) {
    let (mut here, mut there) = (Some(rendered), other);
    let mut path = Pointer::default();
    for step in steps {
        let next = here.and_then(|node| child(node, step));
        let step = match (there.map(|node| &node.value), step, next) {
            (Some(Value::List(items)), Step::Index(index), Some(element)) => {
                match element_of(items, *index, element) {
                    Some(index) => Step::Index(index),
                    None => Step::Key("-".to_owned()),
                }
            }
            // A list that is not there holds what was added to it.
            (None, Step::Index(_), Some(element)) if key_of(element).is_some() => {
                Step::Key("-".to_owned())
            }
            _ => step.clone(),
        };
        there = there.and_then(|node| child(node, &step));
        here = next;
        path = path.step(step);
    }
    (path, there.is_some())
}

fn child<'n>(node: &'n Node, step: &Step) -> Option<&'n Node> {
    let found = node.resolve(&Pointer::default().step(step.clone()));
    found.complete.then_some(found.node)
}

/// The element of a list that is the same as one which stands at `index` of another.
fn element_of(items: &[Node], index: usize, element: &Node) -> Option<usize> {
    match key_of(element) {
        Some(_) => items.iter().position(|item| is_same_element(item, element)),
        // Of texts, such as arguments, the one in the same place comes first.
        None if !is_collection(element) => {
            let is_it = |item: &Node| is_alike(item, element);
            match items.get(index).is_some_and(is_it) {
                true => Some(index),
                false => items.iter().position(is_it),
            }
        }
        None => Some(index).filter(|index| *index < items.len()),
    }
}

fn is_same_element(a: &Node, b: &Node) -> bool {
    match key_of(b) {
        Some((key, value)) => a.get(key).is_some_and(|own| is_alike(own, value)),
        None => is_alike(a, b),
    }
}

fn key_of(element: &Node) -> Option<(&'static str, &Node)> {
    ELEMENT_KEYS
        .iter()
        .find_map(|key| Some((*key, element.get(key)?)))
}

fn is_collection(node: &Node) -> bool {
    matches!(node.value, Value::List(_) | Value::Map(_))
}

/// True for values that are the same, or that are written alike: `1` and `"1"`.
fn is_alike(a: &Node, b: &Node) -> bool {
    match (a.scalar(), b.scalar()) {
        (Some(one), Some(other)) => a.value == b.value || one == other,
        _ => false,
    }
}
