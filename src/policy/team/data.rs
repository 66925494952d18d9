//! What a pack has as data: the files of its `data/`, or the `data.json` of a bundle.

use super::PackProblem;
use crate::{
    document::{
        read::{self, Format},
        source::{LineIndex, Source},
    },
    pack::PackFiles,
    policy::refusal::PolicyProblem,
};
use serde_json::Value as Json;
use std::{path::Path, sync::Arc};

/// Values by their keys.
type DataObject = serde_json::Map<String, Json>;

/// Where a bundle has its data.
const BUNDLED: &str = "data.json";

/// `data.<root>.data` of a pack of our own contract, and what is wrong with its files.
pub(super) fn below_root(files: &PackFiles, root: &str) -> (DataObject, Vec<PackProblem>) {
    let Some(source) = bundled(files) else {
        return gathered(files, add_data);
    };
    let all = match data_of(BUNDLED, source) {
        Ok(all) => all.unwrap_or_default(),
        Err(problem) => return (DataObject::new(), vec![problem]),
    };
    match all.get(root).and_then(|own| own.get("data")) {
        Some(Json::Object(data)) => (data.clone(), Vec::new()),
        None => (DataObject::new(), Vec::new()),
        Some(_) => {
            let message = format!("`data` of `{root}` is no object");
            (DataObject::new(), vec![wrong(BUNDLED, source, 0, message)])
        }
    }
}

/// `data` of a pack of conftest's contract, and what is wrong with its files.
pub(super) fn at_root(files: &PackFiles) -> (DataObject, Vec<PackProblem>) {
    let Some(source) = bundled(files) else {
        return gathered(files, add_root_data);
    };
    let mut data = DataObject::new();
    let added = add_root_data(&mut data, BUNDLED, source);
    (data, added.err().into_iter().collect())
}

/// The data of a bundle: a pack with a folder of data keeps to that.
fn bundled(files: &PackFiles) -> Option<&Arc<Source>> {
    let source = files.files.get(BUNDLED)?;
    files.within("data/", "").next().is_none().then_some(source)
}

/// Adds a file, by its path from the root of the pack.
type AddFile = fn(&mut DataObject, &str, &Arc<Source>) -> Result<(), PackProblem>;

fn gathered(files: &PackFiles, add: AddFile) -> (DataObject, Vec<PackProblem>) {
    let (mut data, mut problems) = (DataObject::new(), Vec::new());
    for (path, source) in files.within("data/", "") {
        problems.extend(add(&mut data, path, source).err());
    }
    (data, problems)
}

/// `data/a/b.yaml` is `data.<pack>.data.a.b`.
fn add_data(data: &mut DataObject, path: &str, source: &Arc<Source>) -> Result<(), PackProblem> {
    let Some(value) = data_of(path, source)? else {
        return Ok(());
    };
    let stem = path.strip_prefix("data/").unwrap_or(path);
    let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
    let mut parts: Vec<&str> = stem.split('/').collect();
    let last = parts.pop().unwrap_or_default();
    let at = below(data, &parts, path, source)?;
    match at.insert(last.to_owned(), value) {
        None => Ok(()),
        Some(_) => Err(wrong(
            path,
            source,
            0,
            format!("`{last}` stands in another file already"),
        )),
    }
}

/// What `data/a/b.yaml` holds is merged into `data.a`, as `conftest --data` does it. TOML is no data there.
fn add_root_data(
    data: &mut DataObject,
    path: &str,
    source: &Arc<Source>,
) -> Result<(), PackProblem> {
    if path.ends_with(".toml") {
        return Ok(());
    }
    let Some(value) = data_of(path, source)? else {
        return Ok(());
    };
    let Json::Object(value) = value else {
        return Err(wrong(
            path,
            source,
            0,
            "data is merged by its keys, and here are none".into(),
        ));
    };
    let mut parts: Vec<&str> = path.split('/').skip(1).collect();
    parts.pop();
    let at = below(data, &parts, path, source)?;
    merge(at, value).map_err(|key| {
        wrong(
            path,
            source,
            0,
            format!("`{key}` stands in another file already"),
        )
    })
}

/// Merges objects; the key that both have with something else than objects.
fn merge(into: &mut DataObject, from: DataObject) -> Result<(), String> {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (Some(Json::Object(known)), Json::Object(value)) => {
                merge(known, value)?;
            }
            (Some(_), _) => return Err(key),
            (None, value) => drop(into.insert(key, value)),
        }
    }
    Ok(())
}

/// The object below these keys.
fn below<'d>(
    data: &'d mut DataObject,
    parts: &[&str],
    path: &str,
    source: &Arc<Source>,
) -> Result<&'d mut DataObject, PackProblem> {
    let mut at = data;
    for part in parts {
        let inner = at
            .entry(*part)
            .or_insert_with(|| Json::Object(DataObject::new()));
        match inner.as_object_mut() {
            Some(inner) => at = inner,
            None => {
                let message = format!("`{part}` is a value of another file already");
                return Err(wrong(path, source, 0, message));
            }
        }
    }
    Ok(at)
}

/// The one document in a file of data; `None` where it holds nothing.
fn data_of(path: &str, source: &Arc<Source>) -> Result<Option<Json>, PackProblem> {
    let Some(format) = Format::of(Path::new(path)) else {
        return Ok(None);
    };
    let parsed = read::parse(source, format);
    if let Some(error) = parsed.errors.first() {
        return Err(wrong(
            path,
            source,
            error.span.start(),
            error.message.clone(),
        ));
    }
    match parsed.documents.as_slice() {
        [] => Ok(None),
        [document] => Ok(Some(document.root.to_json())),
        _ => {
            let message = "data is one document, and here are several";
            Err(wrong(path, source, 0, message.into()))
        }
    }
}

fn wrong(path: &str, source: &Arc<Source>, offset: usize, message: String) -> PackProblem {
    let position = LineIndex::new(&source.text).position(&source.text, offset);
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    PackProblem {
        source: Arc::clone(source),
        problem: PolicyProblem {
            path: path.to_owned(),
            line: number(position.line),
            column: number(position.column),
            message,
        },
    }
}
