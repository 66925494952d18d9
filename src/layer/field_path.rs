//! Paths of fields as replacements write them: `spec.template.spec.containers.[name=server].image`.

use super::lists::{ListOrders, OwnPlace};
use crate::document::{Node, Pointer, Value};

/// So many places of one path are followed.
const MOST_PLACES: usize = 500;

/// Bytes of a path; a longer one may mean anything.
const LONGEST_PATH: usize = 1_000;

/// The places in an object that a path leads to. Where the object lacks a field, the path goes on by its keys:
/// a replacement may make it.
pub(super) fn places(
    (object, lists): (&Node, &ListOrders),
    path: &str,
    separator: char,
) -> Vec<Pointer> {
    if path.len() > LONGEST_PATH {
        return vec![Pointer::default()];
    }
    let mut places = vec![Pointer::default()];
    for step in steps(path, separator) {
        let mut next = Vec::new();
        for at in places {
            next.extend(follow((object, lists), at, &step));
            if next.len() > MOST_PLACES {
                return vec![Pointer::default()];
            }
        }
        places = next;
    }
    places
}

/// The steps of a path. A separator counts neither behind a backslash nor in brackets.
fn steps(path: &str, separator: char) -> Vec<String> {
    let (mut steps, mut step, mut depth, mut escaped) = (Vec::new(), String::new(), 0_usize, false);
    for letter in path.chars() {
        match letter {
            _ if escaped => {
                step.push(letter);
                escaped = false;
            }
            '\\' => escaped = true,
            '[' => {
                depth += 1;
                step.push(letter);
            }
            ']' => {
                depth = depth.saturating_sub(1);
                step.push(letter);
            }
            letter if letter == separator && depth == 0 => steps.push(std::mem::take(&mut step)),
            letter => step.push(letter),
        }
    }
    steps.push(step);
    steps.retain(|step| !step.is_empty());
    steps
}

fn follow((object, lists): (&Node, &ListOrders), at: Pointer, step: &str) -> Vec<Pointer> {
    let found = object.resolve(&at);
    let items = match &found.node.value {
        Value::List(items) if found.complete => items.as_slice(),
        _ => {
            // `[]` behind the name of a list stands for all of its elements.
            let Some(name) = step.strip_suffix("[]") else {
                return vec![at.key(step)];
            };
            let list = at.key(name);
            let found = object.resolve(&list);
            let count = if found.complete {
                found.node.items().len()
            } else {
                0
            };
            return (0..count).map(|index| list.clone().index(index)).collect();
        }
    };
    if step == "*" {
        return (0..items.len())
            .map(|index| at.clone().index(index))
            .collect();
    }
    let inner = step
        .strip_prefix('[')
        .and_then(|step| step.strip_suffix(']'));
    if let Some((key, value)) = inner.and_then(|inner| inner.split_once('=')) {
        let mut places = Vec::new();
        for (index, item) in items.iter().enumerate() {
            if item.get(key).and_then(Node::as_str) == Some(value) {
                places.push(at.clone().index(index));
            }
        }
        // It may be an element that a layer adds.
        if places.is_empty() {
            places.push(at.key("-"));
        }
        return places;
    }
    match step.parse() {
        Ok(index) => match lists.element(&at, index) {
            OwnPlace::Own(at) | OwnPlace::Replaced(at) => vec![at],
            OwnPlace::Added(list) => vec![list.key("-")],
        },
        Err(_) => vec![at.key(step)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{
        read::{Format, parse},
        source::Source,
    };

    #[test]
    fn paths_lead_to_elements_and_to_what_is_not_there_yet() {
        let text =
            "spec: {containers: [{name: a}, {name: b, image: x}]}\nmetadata: {annotations: {}}\n";
        let parsed = parse(&Source::new("a", text), Format::Yaml);
        let object = &parsed.documents[0].root;
        for (path, expected) in [
            (
                "spec.containers.[name=b].image",
                vec!["/spec/containers/1/image"],
            ),
            (
                "spec.containers.*.image",
                vec!["/spec/containers/0/image", "/spec/containers/1/image"],
            ),
            ("spec.containers.0.image", vec!["/spec/containers/0/image"]),
            (
                "spec.containers.[name=c].image",
                vec!["/spec/containers/-/image"],
            ),
            (
                "metadata.annotations.a\\.b/c",
                vec!["/metadata/annotations/a.b~1c"],
            ),
            ("spec.new.field", vec!["/spec/new/field"]),
        ] {
            let found: Vec<String> = places((object, &ListOrders::default()), path, '.')
                .iter()
                .map(Pointer::to_string)
                .collect();
            assert_eq!(found, expected, "{path}");
        }
    }
}
