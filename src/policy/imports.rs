//! Which files a policy needs: those of the packages that it imports.

pub(super) use crate::pack::package;

use crate::built_in::Folder;
use std::collections::{BTreeMap, BTreeSet};

/// The packages that these modules import, directly or through one of `files`, which are
/// `(path, text)`. A package that no file has is among them all the same.
pub(super) fn imported<'f, T: AsRef<str>>(
    modules: impl IntoIterator<Item = &'f str>,
    files: &'f [(String, T)],
) -> BTreeSet<&'f str> {
    // Several files may share one package.
    let mut texts: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (_, text) in files {
        let text = text.as_ref();
        texts.entry(package(text)).or_default().push(text);
    }
    let mut needed = BTreeSet::new();
    let mut pending: Vec<&str> = modules.into_iter().collect();
    while let Some(text) = pending.pop() {
        for name in imports(text) {
            if needed.insert(name) {
                pending.extend(texts.get(name).into_iter().flatten());
            }
        }
    }
    needed
}

/// The packages that a module imports, without the names that it gives them, and the libraries of ours that it names
/// anywhere in its text.
fn imports(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines().map(str::trim_start);
    let paths = lines.filter_map(|line| line.strip_prefix("import data."));
    let imported = paths.filter_map(|path| path.split(is_end).next());
    let named = text.match_indices(LIBRARIES).filter_map(|(at, _)| {
        let start = at + "data.".len();
        let rest = &text[at + LIBRARIES.len()..];
        let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let length = length.unwrap_or(rest.len());
        (length > 0).then(|| &text[start..at + LIBRARIES.len() + length])
    });
    imported.chain(named)
}

/// Where our libraries stand.
const LIBRARIES: &str = "data.servelint.lib.";

/// True for what ends the path of an import.
fn is_end(c: char) -> bool {
    c.is_whitespace() || c == '#' || c == ';'
}

/// What follows `data.servelint.` where a text does not mean all that stands there.
const PARTS: [&str; 6] = ["lib.", "policy", "approvers", "today", "day", "platforms"];

/// True for a text that may read any library, because it names `data.servelint` as a whole or by a name that is computed.
pub(super) fn reaches_all(text: &str) -> bool {
    reads_beyond(text, &PARTS)
}

/// True for a text that may read more of `data.servelint` than these parts.
pub(super) fn reads_beyond(text: &str, parts: &[&str]) -> bool {
    text.split("data.servelint").skip(1).any(|rest| {
        let part = rest.strip_prefix('.');
        !part.is_some_and(|part| parts.iter().any(|known| part.starts_with(known)))
    })
}

/// The libraries of ours that modules read, with their paths, in the order of `own`.
pub(super) fn libraries_of<'m, 'l, T: AsRef<str>>(
    modules: impl Iterator<Item = &'m str> + Clone,
    own: &'l [(String, T)],
) -> Vec<&'l (String, T)> {
    let is_any = modules.clone().any(reaches_all);
    let texts: Vec<&str> = modules.collect();
    let needed: BTreeSet<String> = imported(texts, own)
        .into_iter()
        .map(str::to_owned)
        .collect();
    own.iter()
        .filter(|(_, text)| is_any || needed.contains(package(text.as_ref())))
        .collect()
}

/// The libraries that come with servelint.
pub(super) fn own_libraries() -> Vec<(String, &'static str)> {
    let files = Folder::Policies.files().unwrap_or_default();
    let libraries = files
        .iter()
        .filter(|(path, _)| path.starts_with("policies/lib/") && path.ends_with(".rego"));
    libraries
        .map(|(path, text)| ((*path).to_owned(), *text))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_counts_however_it_is_named() {
        let own = own_libraries();
        let names = |text: &'static str| -> Vec<&str> {
            let read = libraries_of([text].into_iter(), &own);
            read.into_iter().map(|(_, text)| package(text)).collect()
        };
        for text in [
            "import data.servelint.lib.team # thresholds",
            "  import data.servelint.lib.team",
            "import data.servelint.lib.team.policy",
            "x := data.servelint.lib.team.policy.confidence",
            "x if data.servelint.lib.team",
        ] {
            assert_eq!(names(text), ["servelint.lib.team"], "{text}");
        }
        for text in ["import data.servelint as ours", "x := data.servelint[y]"] {
            assert_eq!(names(text).len(), own.len(), "{text}");
        }
        for text in ["x := data.servelint.policy", "x := data.servelint.today"] {
            assert_eq!(names(text), Vec::<&str>::new(), "{text}");
        }
    }

    #[test]
    fn an_import_counts_whatever_it_is_called_and_wherever_its_file_lies() {
        let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
        let files = [
            file("lib/times.rego", "package servelint.lib.units\n"),
            file(
                "lib/team.rego",
                "package servelint.lib.team\n\nimport data.servelint.lib.units as u\n",
            ),
            file("lib/other.rego", "package servelint.lib.other\n"),
        ];
        let rule = "package a\n\nimport data.servelint.lib.team as people\n";
        assert_eq!(
            imported([rule], &files),
            BTreeSet::from(["servelint.lib.team", "servelint.lib.units"])
        );
    }
}
