//! The kinds of a team that rules of a pack apply to, and where their METADATA names them.

use super::PackProblem;
use crate::{
    document::source::Source,
    policy::refusal::PolicyProblem,
    rule::{OwnKind, Rule, Subject},
};
use std::sync::Arc;

/// A kind that a rule applies to.
#[derive(Debug)]
pub(super) struct AskedKind {
    kind: OwnKind,
    problem: PackProblem,
}

/// The kinds of a team that a rule applies to.
pub(super) fn asked(rule: &Rule, source: &Arc<Source>) -> Vec<AskedKind> {
    let kinds = rule.applies_to.iter().copied().filter_map(Subject::own);
    let asked = kinds.map(|kind| {
        let (line, column) = place(&source.text, kind.name());
        let problem = PolicyProblem {
            path: source.name.clone(),
            line,
            column,
            message: format!(
                "`applies_to` of `{}` names `{}`, a kind that nothing declares, so the rule is asked about nothing",
                rule.id,
                kind.name()
            ),
        };
        AskedKind {
            kind,
            problem: PackProblem {
                source: Arc::clone(source),
                problem,
            },
        }
    });
    asked.collect()
}

/// The line and the column at which METADATA names a kind, from 1.
fn place(text: &str, name: &str) -> (u32, u32) {
    let number = |number: usize| u32::try_from(number + 1).unwrap_or(u32::MAX);
    let mut lines = text.lines().enumerate();
    let start = lines.find(|(_, line)| line.starts_with('#') && line.contains("applies_to:"));
    let (first, head) = start.unwrap_or_default();
    let below = lines.take_while(|(_, line)| line.starts_with('#'));
    for (at, line) in [(first, head)].into_iter().chain(below) {
        if let Some(column) = word_at(line, name) {
            return (number(at), number(line[..column].chars().count()));
        }
    }
    (number(first), 1)
}

/// Where a line holds a whole word.
fn word_at(line: &str, word: &str) -> Option<usize> {
    let is_part = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = line.as_bytes();
    let mut found = line.match_indices(word);
    found
        .find(|(at, _)| {
            let before = at.checked_sub(1).and_then(|before| bytes.get(before));
            !is_part(before) && !is_part(bytes.get(at + word.len()))
        })
        .map(|(at, _)| at)
}

/// Those of them that are none of the known ones.
pub(super) fn undeclared(asked: &[AskedKind], known: &[&str]) -> Vec<(OwnKind, PackProblem)> {
    let unknown = asked
        .iter()
        .filter(|asked| !known.contains(&asked.kind.name()));
    unknown
        .map(|asked| (asked.kind, asked.problem.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_found_where_it_is_named() {
        let text = "# METADATA\n# title: a ModelCard\n# custom:\n#   applies_to:\n#     - ModelCards\n#     - ModelCard\npackage a\n";
        assert_eq!(place(text, "ModelCard"), (6, 9));
        let text = "# custom:\n#   applies_to: [Review, ModelCard]\npackage a\n";
        assert_eq!(place(text, "ModelCard"), (2, 26));
        assert_eq!(place("package ModelCard\n", "ModelCard"), (1, 1));
    }
}
