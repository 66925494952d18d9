//! Inside a room as between rooms: modules beside each other use each other one way only.
//!
//! A module may use its children, and children may use what stands in their parent. What counts is a
//! path that a module writes down to a module beside it, or to something in there.

use crate::common::files;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// Circles that are still to be opened. One that is gone has to go from here as well.
const KNOWN: &[(&str, &[&str])] = &[];

/// The modules of the crate by their paths, each with the paths that it names.
type Modules = BTreeMap<Vec<String>, BTreeSet<Vec<String>>>;

#[test]
fn siblings_use_each_other_one_way() {
    let modules = modules();
    let mut found: BTreeSet<(String, Vec<String>)> = BTreeSet::new();
    for room in modules.keys() {
        let uses = uses_inside(room, &modules);
        for circle in circles(&uses) {
            found.insert((room.join("/"), circle));
        }
    }
    let known: BTreeSet<(String, Vec<String>)> = KNOWN
        .iter()
        .map(|(room, circle)| {
            let circle = circle.iter().map(|name| (*name).to_owned());
            ((*room).to_owned(), circle.collect())
        })
        .collect();
    let fresh: Vec<_> = found.difference(&known).collect();
    let gone: Vec<_> = known.difference(&found).collect();
    assert!(fresh.is_empty(), "circles: {fresh:?}");
    assert!(gone.is_empty(), "no circles any more: {gone:?}");
}

#[test]
fn a_circle_is_found_however_its_paths_are_written() {
    let module = |path: &str, text: &str| {
        let path: Vec<String> = path.split('/').map(str::to_owned).collect();
        let paths = paths(text, &path);
        (path, paths)
    };
    let text = |a: &str, b: &str| -> Modules {
        [
            module("room", "mod a; mod b; use a::X; fn f() { b::g() }"),
            module("room/a", a),
            module("room/b", b),
            module("room/b/deep", ""),
        ]
        .into()
    };
    let room = vec!["room".to_owned()];
    let circle = |a: &str, b: &str| !circles(&uses_inside(&room, &text(a, b))).is_empty();
    let back = "use super::a;";
    assert!(circle("use super::b;", back));
    assert!(circle("use super::{Thing, b::{C, d}};", back));
    assert!(circle("use crate::room::b::deep::X;", back));
    assert!(circle("use crate::{other, room::{Y, b}};", back));
    assert!(circle("fn f() -> super::b::X { }", back));
    assert!(circle("use super::{self, b};", back));
    assert!(!circle("use super::Thing;", back));
    assert!(!circle("// use super::b;\n/* super::b */", back));
    assert!(!circle("const A: &str = \"super::b\";", back));
    assert!(!circle("pub(super) fn b() { super::c::b() }", back));
    assert!(
        !circle(
            "#[cfg(test)]\nmod tests {\n    use super::super::b;\n}\n",
            back
        ),
        "tests may look at everything"
    );
}

fn modules() -> Modules {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut modules = Modules::new();
    for path in files::with_extension(&src, "rs") {
        let text = fs::read_to_string(&path).expect("readable");
        let below = path.strip_prefix(&src).expect("below").with_extension("");
        let name: Vec<String> = below
            .iter()
            .map(|part| part.to_string_lossy().into_owned())
            .collect();
        if !name.iter().any(|part| part == "tests") {
            modules.insert(name.clone(), paths(&text, &name));
        }
    }
    assert!(modules.len() > 100, "the sources are not where they were");
    modules
}

/// Which child modules of `room` name which others.
fn uses_inside(room: &[String], modules: &Modules) -> BTreeMap<String, BTreeSet<String>> {
    let child_of = |path: &[String]| -> Option<String> {
        let child = path.strip_prefix(room)?.first()?;
        let is_module =
            modules.contains_key([room, std::slice::from_ref(child)].concat().as_slice());
        is_module.then(|| child.clone())
    };
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (module, paths) in modules {
        let Some(from) = child_of(module) else {
            continue;
        };
        let others = paths.iter().filter_map(|path| child_of(path));
        let others = others.filter(|to| *to != from);
        uses.entry(from.clone()).or_default().extend(others);
    }
    uses
}

/// The sets of modules of which each reaches each other.
fn circles(uses: &BTreeMap<String, BTreeSet<String>>) -> BTreeSet<Vec<String>> {
    let reach = |from: &String| {
        let mut reached: BTreeSet<&String> = BTreeSet::new();
        let mut pending: Vec<&String> = uses.get(from).into_iter().flatten().collect();
        while let Some(module) = pending.pop() {
            if reached.insert(module) {
                pending.extend(uses.get(module).into_iter().flatten());
            }
        }
        reached
    };
    let reached: BTreeMap<&String, BTreeSet<&String>> =
        uses.keys().map(|module| (module, reach(module))).collect();
    let is_linked = |a: &String, b: &String| reached[a].contains(b) && reached[b].contains(a);
    uses.keys()
        .filter(|module| is_linked(module, module))
        .map(|module| {
            let others = uses.keys().filter(|other| is_linked(module, other));
            others.cloned().collect()
        })
        .collect()
}

/// Every path in `text` that begins with `crate` or `super`, from the root of the crate, where the
/// text is that of the module `of`. Comments, strings and tests are left out.
fn paths(text: &str, of: &[String]) -> BTreeSet<Vec<String>> {
    let code = text.split("#[cfg(test)]\nmod tests {").next();
    let words = words(code.unwrap_or_default());
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let begins = matches!(words[at].as_str(), "crate" | "super");
        let goes_on = at > 0 && words[at - 1] == "::";
        at = match begins && !goes_on {
            true => tree(&words, at, &[], &mut found),
            false => at + 1,
        };
    }
    found
        .into_iter()
        .filter_map(|path| absolute(&path, of))
        .collect()
}

/// Reads a path or a tree of `use`; answers where it ends.
fn tree(words: &[String], mut at: usize, before: &[String], found: &mut Vec<Vec<String>>) -> usize {
    let mut path = before.to_vec();
    while let Some(word) = words.get(at) {
        if word == "{" {
            at += 1;
            while words.get(at).is_some_and(|word| word != "}") {
                let next = tree(words, at, &path, found);
                // A comma, or a word that is no part of a path: `as`.
                at = next.max(at + 1);
            }
            return at + 1;
        }
        if word.chars().all(|c| c.is_alphanumeric() || c == '_') {
            path.push(word.clone());
            at += 1;
        }
        if words.get(at).is_none_or(|word| word != "::") {
            break;
        }
        at += 1;
    }
    if path.len() > before.len() {
        found.push(path);
    }
    at
}

fn absolute(path: &[String], of: &[String]) -> Option<Vec<String>> {
    let (first, rest) = path.split_first()?;
    let mut base = match first.as_str() {
        "crate" => Vec::new(),
        _ => of.get(..of.len().checked_sub(1)?)?.to_vec(),
    };
    for word in rest {
        match word.as_str() {
            "super" => drop(base.pop()),
            "self" => {}
            name => base.push(name.to_owned()),
        }
    }
    Some(base)
}

/// The words and signs of a text; `::` is one sign.
fn words(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let starts = |at: usize, sign: &str| {
        sign.chars()
            .enumerate()
            .all(|(i, c)| chars.get(at + i) == Some(&c))
    };
    let until = |mut at: usize, end: &str| {
        while at < chars.len() && !starts(at, end) {
            at += 1;
        }
        at + end.len()
    };
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(c) = chars.get(at) {
        at = match c {
            _ if starts(at, "//") => until(at, "\n"),
            _ if starts(at, "/*") => until(at, "*/"),
            _ if starts(at, "r#\"") => until(at + 3, "\"#"),
            '"' => {
                let mut end = at + 1;
                while chars.get(end).is_some_and(|c| *c != '"') {
                    end += 1 + usize::from(chars[end] == '\\');
                }
                end + 1
            }
            // A character, and not the name of a lifetime.
            '\'' if chars.get(at + 1) == Some(&'\\') => until(at + 3, "'"),
            '\'' if chars.get(at + 2) == Some(&'\'') => at + 3,
            _ if starts(at, "::") => {
                words.push("::".to_owned());
                at + 2
            }
            c if c.is_alphanumeric() || *c == '_' => {
                let end =
                    (at..chars.len()).find(|i| !chars[*i].is_alphanumeric() && chars[*i] != '_');
                let end = end.unwrap_or(chars.len());
                words.push(chars[at..end].iter().collect());
                end
            }
            c if c.is_whitespace() => at + 1,
            c => {
                words.push(c.to_string());
                at + 1
            }
        };
    }
    words
}
