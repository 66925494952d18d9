//! Some of what a test could try, where it tries many values in many places: the whole product takes minutes and
//! rarely says more. `SERVELINT_TESTS=all` tries everything, as `.ci/nightly` does.

use std::{collections::BTreeMap, env};

/// Whether nothing may be left out.
pub(crate) fn is_whole() -> bool {
    env::var("SERVELINT_TESTS").is_ok_and(|which| which == "all")
}

/// One of each kind, or all; in their order. Which one is the same in every run, and spread over those of the kind.
pub(crate) fn some<T>(all: Vec<T>, kind: impl Fn(&T) -> String) -> Vec<T> {
    if is_whole() {
        return all;
    }
    let mut kinds: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, one) in all.iter().enumerate() {
        kinds.entry(kind(one)).or_default().push(index);
    }
    let mut taken: Vec<bool> = vec![false; all.len()];
    for (kind, indices) in &kinds {
        taken[indices[seed(kind) % indices.len()]] = true;
    }
    let marked = all.into_iter().zip(taken);
    marked.filter_map(|(one, is)| is.then_some(one)).collect()
}

/// Every third of `values`, or all. Which third depends on the number of the place, so that all are tried in some places.
pub(crate) fn a_third<T>(values: Vec<T>, place: usize) -> Vec<T> {
    if is_whole() {
        return values;
    }
    let third = values.into_iter().skip(place % 3).step_by(3);
    third.collect()
}

/// One of `values`, or all. Which one depends on the number of the place, so that all are tried in some places.
pub(crate) fn one<T>(values: Vec<T>, place: usize) -> Vec<T> {
    if is_whole() || values.is_empty() {
        return values;
    }
    let at = place % values.len();
    values.into_iter().skip(at).take(1).collect()
}

/// A pointer, or words with one in them, without the numbers of list entries: all entries are one kind of place.
pub(crate) fn kind_of_place(pointer: &str) -> String {
    let kind = |step: &str| {
        let number = step.split(' ').next().unwrap_or_default();
        let is_index = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        match is_index {
            true => format!("*{}", &step[number.len()..]),
            false => step.to_owned(),
        }
    };
    pointer.split('/').map(kind).collect::<Vec<_>>().join("/")
}

/// A number for a text: FNV-1a, which is the same on every machine and in every version.
pub(crate) fn seed(text: &str) -> usize {
    let hash = text.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    hash as usize
}
