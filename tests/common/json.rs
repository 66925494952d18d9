//! Trees of JSON and the places in them.

use serde_json::Value as Json;

/// The places of all values below the root, by their JSON Pointers, in the order of the tree.
pub(crate) fn places(tree: &Json) -> Vec<String> {
    let mut places = Vec::new();
    collect(tree, "", &mut places);
    places
}

fn collect(value: &Json, at: &str, places: &mut Vec<String>) {
    let children: Vec<(String, &Json)> = match value {
        Json::Object(map) => map.iter().map(|(key, child)| (step(key), child)).collect(),
        Json::Array(list) => (0..)
            .map(|index: usize| index.to_string())
            .zip(list)
            .collect(),
        _ => Vec::new(),
    };
    for (step, child) in children {
        let place = format!("{at}/{step}");
        places.push(place.clone());
        collect(child, &place, places);
    }
}

/// A key as a step of a JSON Pointer.
pub(crate) fn step(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// Takes a value out of the tree.
pub(crate) fn remove(tree: &mut Json, place: &str) {
    let (parent, step) = place.rsplit_once('/').expect("a place below the root");
    match tree.pointer_mut(parent) {
        Some(Json::Object(map)) => {
            let key = step.replace("~1", "/").replace("~0", "~");
            map.shift_remove(&key).expect("a key");
        }
        Some(Json::Array(list)) => drop(list.remove(step.parse().expect("an index"))),
        _ => unreachable!("{place}"),
    }
}
