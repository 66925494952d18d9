//! Which files a policy needs: those of the packages that it imports.

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

/// `servelint.lib.team` of `package servelint.lib.team`.
pub(super) fn package(text: &str) -> &str {
    text.lines()
        .find_map(|line| line.strip_prefix("package "))
        .unwrap_or_default()
        .trim()
}

/// The packages that a module imports, without the names that it gives them. `opa fmt` starts every
/// import at the start of a line.
fn imports(text: &str) -> impl Iterator<Item = &str> {
    let paths = text
        .lines()
        .filter_map(|line| line.strip_prefix("import data."));
    paths.map(|path| path.split(" as ").next().unwrap_or(path).trim())
}

#[cfg(test)]
mod tests {
    use super::*;

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
