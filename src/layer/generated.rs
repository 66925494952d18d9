//! The folders that the path of an ApplicationSet's template stands for.

use super::tree::FileTree;
use crate::document::{Node, Value};
use regex::{Regex, RegexBuilder, escape};
use std::collections::BTreeSet;

/// So many folders of one ApplicationSet are followed; more of them may be any.
const MOST_FOLDERS: usize = 500;
/// The size of what a pattern becomes.
const MOST_COMPILED: usize = 1 << 20;

/// A part of a path in a template.
enum PathPart {
    /// It stands there.
    Text(String),
    /// A value that is most often one name.
    Name,
    /// One of these.
    OneOf(BTreeSet<String>),
    /// A value that nobody knows.
    Any,
}

/// The folders, from the root, that a path in the template of an ApplicationSet may be; `None` where it may be any.
pub(super) fn folders(path: &str, set: &Node, tree: &FileTree) -> Option<Vec<String>> {
    let generators = set.at(&["spec", "generators"]);
    let parts = parts(path, generators, tree);
    let pattern = match parts.as_slice() {
        [PathPart::Name | PathPart::Any] => return None,
        parts => pattern_of(parts),
    };
    // What was not walked may be one of them.
    let pattern = compiled(&pattern).filter(|_| !tree.is_cut)?;
    let folders = tree
        .folders
        .iter()
        .filter(|folder| pattern.is_match(folder));
    let found = Vec::from_iter(folders.take(MOST_FOLDERS + 1).cloned());
    (found.len() <= MOST_FOLDERS).then_some(found)
}

fn parts(path: &str, generators: Option<&Node>, tree: &FileTree) -> Vec<PathPart> {
    let mut parts = Vec::new();
    let mut rest = plain(path);
    while let Some((before, after)) = rest.split_once("{{") {
        let (inner, behind) = after.split_once("}}").unwrap_or((after, ""));
        if !before.is_empty() {
            parts.push(PathPart::Text(before.to_owned()));
        }
        parts.push(generated(inner, generators, tree));
        rest = behind;
    }
    if !rest.is_empty() {
        parts.push(PathPart::Text(rest.to_owned()));
    }
    parts
}

/// A path from the root, without what Argo CD does not count.
fn plain(path: &str) -> &str {
    let path = path.trim_start_matches("./").trim_matches('/');
    if path == "." { "" } else { path }
}

/// What an expression of a template stands for.
fn generated(inner: &str, generators: Option<&Node>, tree: &FileTree) -> PathPart {
    let name = inner.trim_matches(['-', ' ', '\t']).trim_start_matches('.');
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
    if name.is_empty() || !name.chars().all(is_name) {
        // An element of `path`, or what a function makes.
        let is_segment = name.starts_with("path[") || name.starts_with("index");
        return if is_segment {
            PathPart::Name
        } else {
            PathPart::Any
        };
    }
    let Some(generators) = generators else {
        return PathPart::Any;
    };
    let mut known = GeneratedPaths::default();
    known.collect(generators, name, tree);
    match (known.is_open, known.is_given) {
        (true, _) => PathPart::Any,
        (false, true) => PathPart::OneOf(known.paths),
        (false, false) => PathPart::Name,
    }
}

/// The values that generators give to one name.
#[derive(Default)]
struct GeneratedPaths {
    paths: BTreeSet<String>,
    /// True where some generator gives it.
    is_given: bool,
    /// True where not all of its values are known.
    is_open: bool,
}

impl GeneratedPaths {
    fn collect(&mut self, node: &Node, name: &str, tree: &FileTree) {
        for entry in node.entries() {
            match entry.key.as_str() {
                "git" => self.git(&entry.node, name, tree),
                "elements" | "values" => self.given(&entry.node, name),
                _ => self.collect(&entry.node, name, tree),
            }
        }
        for item in node.items() {
            self.collect(item, name, tree);
        }
    }

    fn git(&mut self, git: &Node, name: &str, tree: &FileTree) {
        if let Some(values) = git.get("values") {
            self.given(values, name);
        }
        let prefix = git.get("pathParamPrefix").and_then(Node::as_str);
        let name = match prefix {
            Some(prefix) => name
                .strip_prefix(prefix)
                .and_then(|name| name.strip_prefix('.')),
            None => Some(name),
        };
        if !matches!(name, Some("path" | "path.path")) {
            return;
        }
        self.is_given = true;
        self.is_open |= tree.is_cut;
        if let Some(patterns) = git.get("directories") {
            self.paths.extend(directories(patterns, tree));
        }
        if let Some(patterns) = git.get("files") {
            self.paths.extend(folders_of_files(patterns, tree));
        }
    }

    /// Values that the set itself has for the name.
    fn given(&mut self, node: &Node, name: &str) {
        let last = name.rsplit('.').next().unwrap_or(name);
        for entry in node.entries() {
            match &entry.node.value {
                Value::String(text) if entry.key == last => {
                    self.is_given = true;
                    self.is_open |= text.contains("{{");
                    self.paths.insert(plain(text).to_owned());
                }
                _ => self.given(&entry.node, name),
            }
        }
        for item in node.items() {
            self.given(item, name);
        }
    }
}

/// The entries of a list of paths, those that are left out last.
fn listed(patterns: &Node) -> (Vec<&str>, Vec<&str>) {
    let (mut taken, mut excluded) = (Vec::new(), Vec::new());
    for item in patterns.items() {
        let is_excluded = item
            .get("exclude")
            .is_some_and(|node| node.value == Value::Bool(true));
        let path = item.get("path").and_then(Node::as_str);
        match is_excluded {
            true => excluded.extend(path.map(plain)),
            false => taken.extend(path.map(plain)),
        }
    }
    (taken, excluded)
}

/// The folders that a generator takes: a star stands for part of one name, and what one pattern leaves out no
/// other takes in.
fn directories(patterns: &Node, tree: &FileTree) -> BTreeSet<String> {
    let (taken, excluded) = listed(patterns);
    chosen(&tree.folders, (&taken, ".*"), (&excluded, "[^/]*"))
}

/// The folders of the files that a generator takes. By its settings, a star may stand for several names.
fn folders_of_files(patterns: &Node, tree: &FileTree) -> BTreeSet<String> {
    let (taken, excluded) = listed(patterns);
    // Where one star may be all, as much as possible is taken in, and as little as possible left out.
    let taken: Vec<String> = taken.iter().map(|path| path.replace('*', "**")).collect();
    let taken = Vec::from_iter(taken.iter().map(String::as_str));
    let files = chosen(&tree.files, (&taken, ".*"), (&excluded, ".*"));
    let folders = files
        .iter()
        .map(|file| file.rsplit_once('/').map_or("", |(folder, _)| folder));
    folders.map(str::to_owned).collect()
}

/// The paths that one pattern takes and none leaves out; with what two stars stand for.
fn chosen(
    paths: &BTreeSet<String>,
    (taken, taken_stars): (&[&str], &str),
    (excluded, excluded_stars): (&[&str], &str),
) -> BTreeSet<String> {
    let taken = taken
        .iter()
        .map(|path| glob(path, taken_stars).and_then(|glob| compiled(&glob)));
    let taken: Vec<Option<Regex>> = taken.collect();
    // One that is only known when it is filled in leaves nothing out.
    let excluded = excluded.iter().filter(|path| !path.contains("{{"));
    let excluded = excluded.filter_map(|path| compiled(&glob(path, excluded_stars)?));
    let excluded: Vec<Regex> = excluded.collect();
    let is_taken = |path: &str| {
        let mut taken = taken.iter();
        taken.any(|pattern| {
            pattern
                .as_ref()
                .is_none_or(|pattern| pattern.is_match(path))
        })
    };
    let mut chosen = BTreeSet::new();
    for path in paths {
        if is_taken(path) && !excluded.iter().any(|pattern| pattern.is_match(path)) {
            chosen.insert(path.clone());
        }
    }
    chosen
}

/// A pattern of Go's `path.Match` as a regular expression, in which several stars become `stars`, and templates
/// anything; `None` where it is none.
fn glob(path: &str, stars: &str) -> Option<String> {
    let mut pattern = String::new();
    let mut rest = path;
    while let Some(letter) = rest.chars().next() {
        rest = &rest[letter.len_utf8()..];
        match letter {
            '*' => {
                let behind = rest.trim_start_matches('*');
                let is_one = behind.len() == rest.len();
                pattern.push_str(if is_one { "[^/]*" } else { stars });
                rest = behind;
                // `a/**/b` is `a/b` as well.
                if !is_one && stars == ".*" && pattern.ends_with("/.*") && rest.starts_with('/') {
                    pattern.truncate(pattern.len() - 2);
                    pattern.push_str("(.*/)?");
                    rest = &rest[1..];
                }
            }
            '?' => pattern.push_str("[^/]"),
            '[' => {
                let (inner, behind) = rest.split_once(']')?;
                let (not, inner) = match inner.strip_prefix('^') {
                    Some(inner) => ("^", inner),
                    None => ("", inner),
                };
                let inner = escape(inner).replace("\\-", "-");
                pattern.push_str(&format!("[{not}{inner}]"));
                rest = behind;
            }
            '\\' => {
                let escaped = rest.chars().next()?;
                pattern.push_str(&escape(&escaped.to_string()));
                rest = &rest[escaped.len_utf8()..];
            }
            '{' if rest.starts_with('{') => {
                pattern.push_str(".*");
                rest = rest.split_once("}}").map_or("", |(_, rest)| rest);
            }
            letter => pattern.push_str(&escape(&letter.to_string())),
        }
    }
    Some(pattern)
}

fn pattern_of(parts: &[PathPart]) -> String {
    let mut pattern = String::new();
    for part in parts {
        match part {
            PathPart::Text(text) => pattern.push_str(&escape(text)),
            PathPart::Name => pattern.push_str("[^/]*"),
            PathPart::Any => pattern.push_str(".*"),
            PathPart::OneOf(texts) => {
                let texts: Vec<String> = texts.iter().map(|text| escape(text)).collect();
                // None of no texts.
                let texts = if texts.is_empty() {
                    "[^\\s\\S]".to_owned()
                } else {
                    texts.join("|")
                };
                pattern.push_str(&format!("(?:{texts})"));
            }
        }
    }
    pattern
}

fn compiled(pattern: &str) -> Option<Regex> {
    let whole = format!("^(?:{pattern})$");
    let mut builder = RegexBuilder::new(&whole);
    builder.size_limit(MOST_COMPILED).build().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_those_of_go() {
        for (pattern, stars, path, expected) in [
            ("k8s/*", ".*", "k8s/prod", true),
            ("k8s/*", ".*", "k8s/prod/eu", false),
            ("k8s/**", ".*", "k8s/prod/eu", true),
            ("k8s/**", "[^/]*", "k8s/prod/eu", false),
            ("k8s/**/a.json", ".*", "k8s/a.json", true),
            ("k8s/**/a.json", ".*", "k8s/b/c/a.json", true),
            ("k8s/**/a.json", ".*", "k8s/b/c/aa.json", false),
            ("k8s/p?od", ".*", "k8s/prod", true),
            ("k8s/[a-p]rod", ".*", "k8s/prod", true),
            ("k8s/[^a-p]rod", ".*", "k8s/prod", false),
            ("k8s/\\*", ".*", "k8s/prod", false),
            ("k8s/{{.env}}/*", ".*", "k8s/a/b/c", true),
            ("k8s.prod", ".*", "k8s-prod", false),
        ] {
            let made = glob(pattern, stars).and_then(|made| compiled(&made));
            let fits = made.is_some_and(|made| made.is_match(path));
            assert_eq!(fits, expected, "{pattern} {path}");
        }
    }
}
