//! Which places a patch changes in an object.

use super::{
    change::{FoundChanges, LayerValue},
    gap::LayerGap,
    lists::OwnPlace,
    target::is_of_kubernetes,
};
use crate::{
    document::{Node, Pointer, Step, Value},
    manifest::merge_keys,
};

/// The content of a patch.
#[derive(Debug)]
pub(super) enum PatchBody {
    /// A part of an object, which is merged into it.
    Merge(Node),
    /// Operations of JSON Patch (RFC 6902).
    Operations(Vec<Node>),
}

impl PatchBody {
    /// The patch, or why it is not known what it changes.
    pub(super) fn of(node: Node) -> Result<Self, LayerGap> {
        let mut left = MOST_VALUES;
        if !is_within(&node, &mut left) {
            let reason = format!("it holds more than {MOST_VALUES} values");
            return Err(LayerGap::beyond_us(reason));
        }
        match node.value {
            Value::Map(_) => Ok(Self::Merge(node)),
            Value::List(items) if items.iter().all(|item| item.get("op").is_some()) => {
                Ok(Self::Operations(items))
            }
            _ => Err(LayerGap::refused(
                "it is neither a part of an object nor a list of operations",
            )),
        }
    }

    /// Adds what the patch changes in an object.
    pub(super) fn changes(&self, object: &Node, renames: bool, found: &mut FoundChanges) {
        match self {
            Self::Merge(patch) => Merging::of(object, renames).object(patch, found),
            Self::Operations(items) => {
                let merging = Merging::of(object, renames);
                for item in items {
                    operation(item, &merging, found);
                }
            }
        }
    }
}

/// A patch with more values than these may change anything: it would be compared with each object.
const MOST_VALUES: usize = 10_000;

/// False where a node holds more values than are left.
fn is_within(node: &Node, left: &mut usize) -> bool {
    let Some(rest) = left.checked_sub(1) else {
        return false;
    };
    *left = rest;
    node.entries()
        .iter()
        .all(|entry| is_within(&entry.node, left))
        && node.items().iter().all(|item| is_within(item, left))
}

/// Merges a patch into an object of one kind.
struct Merging<'o> {
    object: &'o Node,
    /// True where lists are merged by a key: the kinds of Kubernetes itself. Those of custom resources
    /// are replaced, because their schemas name no keys.
    has_keys: bool,
    /// True where the patch may change name and kind.
    renames: bool,
}

impl<'o> Merging<'o> {
    fn of(object: &'o Node, renames: bool) -> Self {
        Self {
            object,
            has_keys: is_of_kubernetes(object),
            renames,
        }
    }

    fn object(&self, patch: &Node, found: &mut FoundChanges) {
        match directive(patch) {
            Some("delete") => return found.add(Pointer::default(), LayerValue::Nothing),
            Some("merge") | None => {}
            Some(_) => return found.everything(),
        }
        for entry in patch.entries() {
            let at = Pointer::default().key(&entry.key);
            match entry.key.as_str() {
                "apiVersion" | "kind" if !self.renames => {}
                "metadata" if !self.renames => {
                    for inner in entry.node.entries() {
                        // They say which object is meant.
                        if !matches!(inner.key.as_str(), "name" | "namespace") {
                            self.value(&at.clone().key(&inner.key), &inner.key, &inner.node, found);
                        }
                    }
                }
                key => self.value(&at, key, &entry.node, found),
            }
        }
    }

    /// A value of the patch, for the place `at`.
    fn value(&self, at: &Pointer, key: &str, patch: &Node, found: &mut FoundChanges) {
        match &patch.value {
            Value::Null => found.add(at.clone(), LayerValue::Nothing),
            Value::Map(_) => self.map(at, patch, found),
            Value::List(items) => self.list(at, key, items, patch, found),
            _ => found.add(at.clone(), LayerValue::Known(patch.clone())),
        }
    }

    fn map(&self, at: &Pointer, patch: &Node, found: &mut FoundChanges) {
        match directive(patch) {
            Some("delete") => return found.add(at.clone(), LayerValue::Nothing),
            Some("merge") | None => {}
            Some(_) => return found.add(at.clone(), LayerValue::Unknown),
        }
        if patch.entries().is_empty() && !self.object.resolve(at).complete {
            found.add(at.clone(), LayerValue::Known(patch.clone()));
        }
        for entry in patch.entries() {
            match entry.key.split_once('/') {
                _ if entry.key == "$patch" => {}
                Some(("$setElementOrder" | "$deleteFromPrimitiveList", list)) => {
                    found.add(at.clone().key(list), LayerValue::Unknown);
                }
                _ if entry.key == "$retainKeys" => found.add(at.clone(), LayerValue::Unknown),
                _ => self.value(&at.clone().key(&entry.key), &entry.key, &entry.node, found),
            }
        }
    }

    fn list(
        &self,
        at: &Pointer,
        key: &str,
        items: &[Node],
        whole: &Node,
        found: &mut FoundChanges,
    ) {
        let keys = merge_keys(key);
        let own = self.object.resolve(at);
        let own = if own.complete { own.node.items() } else { &[] };
        let is_merged = self.has_keys
            && !keys.is_empty()
            && items.iter().all(|item| merge_key(item, keys).is_some());
        if !is_merged {
            return found.add(at.clone(), LayerValue::Known(whole.clone()));
        }
        let mut added = 0;
        for item in items {
            let Some(name) = merge_key(item, keys) else {
                continue;
            };
            let place = own.iter().position(|own| is_called(own, name));
            match place {
                Some(place) => {
                    if directive(item) == Some("delete") {
                        found.lists.remove_own(self.object, at, place);
                    }
                    self.element(&at.clone().index(place), name.0, item, found);
                }
                None => {
                    added += 1;
                    found.add(at.clone().key("-"), LayerValue::Known(item.clone()));
                }
            }
        }
        // Kustomize puts what a patch adds before what is there.
        if added > 0 {
            found.lists.insert(self.object, at, 0, added);
        }
    }

    /// An element that the object has: the key by which it was found is not changed.
    fn element(&self, at: &Pointer, found_by: &str, patch: &Node, found: &mut FoundChanges) {
        match directive(patch) {
            Some("delete") => found.add(at.clone(), LayerValue::Nothing),
            Some("merge") | None => {
                for entry in patch.entries().iter().filter(|entry| entry.key != found_by) {
                    if entry.key != "$patch" {
                        self.value(&at.clone().key(&entry.key), &entry.key, &entry.node, found);
                    }
                }
            }
            Some(_) => found.add(at.clone(), LayerValue::Unknown),
        }
    }
}

/// What `$patch` says.
fn directive(patch: &Node) -> Option<&str> {
    patch
        .get("$patch")
        .map(|said| said.as_str().unwrap_or_default())
}

/// The first of the keys that an element has, with its value.
fn merge_key<'n>(item: &'n Node, keys: &[&'n str]) -> Option<(&'n str, &'n Value)> {
    let mut known = keys
        .iter()
        .filter_map(|key| Some((*key, &item.get(key)?.value)));
    known.next()
}

fn is_called(own: &Node, (key, value): (&str, &Value)) -> bool {
    own.get(key).is_some_and(|own| own.value == *value)
}

/// What one operation of a JSON Patch changes. Insertion and removal move the elements behind them.
fn operation(item: &Node, merging: &Merging<'_>, found: &mut FoundChanges) {
    let text = |key: &str| item.get(key).and_then(Node::as_str);
    let (Some(op), Some(path)) = (text("op"), text("path")) else {
        return found.everything();
    };
    let value = item.get("value").cloned();
    let value = value.map_or(LayerValue::Unknown, LayerValue::Known);
    let path = Pointer::parse(path);
    match op {
        "test" => {}
        "replace" => merging.set(&path, value, found),
        "add" => merging.put_in(&path, value, found),
        "remove" => merging.take_out(&path, found),
        "move" | "copy" => {
            if let Some(from) = text("from").filter(|_| op == "move") {
                merging.take_out(&Pointer::parse(from), found);
            }
            merging.put_in(&path, LayerValue::Unknown, found);
        }
        _ => found.everything(),
    }
}

impl Merging<'_> {
    /// Another value at a path.
    fn set(&self, path: &Pointer, value: LayerValue, found: &mut FoundChanges) {
        match found.lists.place(self.object, path) {
            OwnPlace::Own(at) => found.add(at, value),
            OwnPlace::Added(list) => found.add(list.key("-"), LayerValue::Unknown),
            OwnPlace::Replaced(at) => found.add(at, LayerValue::Unknown),
        }
    }

    /// A value that is added: in a list before what stands there.
    fn put_in(&self, path: &Pointer, value: LayerValue, found: &mut FoundChanges) {
        let Some((list, step)) = self.list_of(path, found) else {
            return self.set(path, value, found);
        };
        match step {
            Step::Key(key) if key == "-" => {
                found.lists.append(self.object, &list);
                found.add(list.key("-"), value);
            }
            Step::Index(index) if self.is_keyed(&list) => {
                found.lists.insert(self.object, &list, index, 1);
                found.add(list.key("-"), value);
            }
            _ => found.add(list, LayerValue::Unknown),
        }
    }

    fn take_out(&self, path: &Pointer, found: &mut FoundChanges) {
        let Some((list, step)) = self.list_of(path, found) else {
            return self.set(path, LayerValue::Nothing, found);
        };
        match (step, found.lists.place(self.object, path)) {
            (Step::Index(index), OwnPlace::Own(at)) if self.is_keyed(&list) => {
                found.lists.remove(self.object, &list, index);
                found.add(at, LayerValue::Nothing);
            }
            // What a layer added is gone again.
            (Step::Index(index), OwnPlace::Added(_)) => {
                found.lists.remove(self.object, &list, index);
            }
            _ => found.add(list, LayerValue::Unknown),
        }
    }

    /// The list of the object that a path leads into, and the last step.
    fn list_of(&self, path: &Pointer, found: &FoundChanges) -> Option<(Pointer, Step)> {
        let OwnPlace::Own(list) = found.lists.place(self.object, &path.parent()?) else {
            return None;
        };
        let at = self.object.resolve(&list);
        let is_list = at.complete && matches!(at.node.value, Value::List(_));
        let step = path.steps().last()?.clone();
        let is_known = !matches!(found.lists.element(&list, 0), OwnPlace::Replaced(_));
        (is_list && is_known).then_some((list, step))
    }

    /// True for a list whose elements have names, so that it does not matter which stands first.
    fn is_keyed(&self, list: &Pointer) -> bool {
        let name = match list.steps().last() {
            Some(Step::Key(name)) => name.as_str(),
            _ => return false,
        };
        let keys = merge_keys(name);
        let items = self.object.resolve(list).node.items();
        self.has_keys
            && !keys.is_empty()
            && items.iter().all(|item| merge_key(item, keys).is_some())
    }
}
