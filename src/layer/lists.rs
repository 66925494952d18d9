//! Which elements of an object stand where in its lists, once layers put some in and took others out.

use crate::document::{Node, Pointer, Step, Value};

/// So many elements of one list, and so many lists of one object, are told apart.
const MOST_ELEMENTS: usize = 1_000;
const MOST_LISTS: usize = 200;

/// The lists of an object that layers changed.
#[derive(Debug, Default)]
pub(super) struct ListOrders {
    /// Paths in the object as it is written, and where each element of the list was there; `None` for those that
    /// a layer added.
    moved: Vec<(Pointer, Vec<Option<usize>>)>,
    /// Places that were replaced as a whole, so that nobody knows what stands where below them.
    replaced: Vec<Pointer>,
}

/// What a path leads to, once lists changed.
#[derive(Debug, PartialEq)]
pub(super) enum OwnPlace {
    /// This place of the object as it is written.
    Own(Pointer),
    /// A place in an element that was added to the list.
    Added(Pointer),
    /// A place in what was replaced as a whole.
    Replaced(Pointer),
}

impl ListOrders {
    /// Where a path of the changed object leads in the object as it is written.
    pub(super) fn place(&self, object: &Node, path: &Pointer) -> OwnPlace {
        let mut own = Pointer::default();
        for step in path.steps() {
            let Step::Index(index) = step else {
                own = own.step(step.clone());
                continue;
            };
            if !is_list(object, &own) {
                own = own.index(*index);
                continue;
            }
            match self.element(&own, *index) {
                OwnPlace::Own(at) => own = at,
                other => return other,
            }
        }
        OwnPlace::Own(own)
    }

    /// Where an element of a changed list stands in the object as it is written.
    pub(super) fn element(&self, list: &Pointer, index: usize) -> OwnPlace {
        if let Some(above) = self.replaced.iter().find(|above| above.contains(list)) {
            return OwnPlace::Replaced(above.clone());
        }
        match self.order(list).map(|order| order.get(index)) {
            Some(Some(Some(index))) => OwnPlace::Own(list.clone().index(*index)),
            Some(Some(None)) => OwnPlace::Added(list.clone()),
            Some(None) | None => OwnPlace::Own(list.clone().index(index)),
        }
    }

    fn order(&self, list: &Pointer) -> Option<&Vec<Option<usize>>> {
        let found = self.moved.iter().find(|(own, _)| own == list);
        found.map(|(_, order)| order)
    }

    /// Says that a place was replaced as a whole.
    pub(super) fn replace(&mut self, at: Pointer) {
        if !self.replaced.iter().any(|above| above.contains(&at)) {
            self.replaced.push(at);
        }
    }

    /// Says that elements were added before the one at `index`.
    pub(super) fn insert(&mut self, object: &Node, list: &Pointer, index: usize, count: usize) {
        if let Some(order) = self.order_of(object, list) {
            let index = index.min(order.len());
            order.splice(index..index, std::iter::repeat_n(None, count));
        }
    }

    /// Says that elements were added behind the last one.
    pub(super) fn append(&mut self, object: &Node, list: &Pointer) {
        self.insert(object, list, usize::MAX, 1);
    }

    /// Says that the element which stands at `index` now was taken out.
    pub(super) fn remove(&mut self, object: &Node, list: &Pointer, index: usize) {
        if let Some(order) = self.order_of(object, list)
            && index < order.len()
        {
            order.remove(index);
        }
    }

    /// Says that an element of the object as it is written was taken out.
    pub(super) fn remove_own(&mut self, object: &Node, list: &Pointer, own: usize) {
        if let Some(order) = self.order_of(object, list) {
            order.retain(|element| *element != Some(own));
        }
    }

    /// The order of a list; `None` for one that is too long, or one of too many, which counts as replaced.
    fn order_of(&mut self, object: &Node, list: &Pointer) -> Option<&mut Vec<Option<usize>>> {
        let known = self.moved.iter().position(|(own, _)| own == list);
        let at = match known {
            Some(at) => at,
            None => {
                let found = object.resolve(list);
                let length = if found.complete {
                    found.node.items().len()
                } else {
                    0
                };
                self.moved
                    .push((list.clone(), (0..length).map(Some).collect()));
                self.moved.len() - 1
            }
        };
        if at >= MOST_LISTS || self.moved[at].1.len() > MOST_ELEMENTS {
            self.replace(list.clone());
            return None;
        }
        Some(&mut self.moved[at].1)
    }
}

fn is_list(object: &Node, at: &Pointer) -> bool {
    let found = object.resolve(at);
    found.complete && matches!(found.node.value, Value::List(_))
}
