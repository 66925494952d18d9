//! The module through which the host asks rules.

use std::{collections::BTreeMap, fmt::Write};

/// The file that errors in it would name.
pub(super) const ENTRY: &str = "host.rego";
/// The package below which the built-in rules stand.
pub(super) const OWN: &str = "servelint";
/// Asks every rule.
pub(super) const ALL_RULES: &str = "data.servelint.host.all";
/// Asks no rule: evaluating it prepares the engine.
pub(super) const READY: &str = "data.servelint.host.ready";

/// `data.servelint.rules`, or those of another root, evaluates every rule in one go: asking for each by its own path would
/// cost 1.5 times as much, and a list of paths grows with the square of the rules. A group of a pack is such a list all
/// the same, because compiling it by itself costs more than the few questions of a hook. What differs between projects
/// comes in with the input, because new data would forget the preparation.
///
/// `groups` are the categories and names of the rules of each.
pub(super) fn text<'g>(
    root: &str,
    groups: impl IntoIterator<Item = Vec<(&'g str, &'g str)>>,
) -> String {
    let mut text = format!(
        "package servelint.host\n\nready := true\n\n{}",
        rule("all", root, &format!("data.{root}.rules"))
    );
    for (number, group) in groups.into_iter().enumerate() {
        text.push_str(&rule(&name_of(number), root, &listed(root, &group)));
    }
    text
}

/// Asks the rules of a group.
pub(super) fn query_of(group: usize) -> String {
    format!("data.servelint.host.{}", name_of(group))
}

fn name_of(group: usize) -> String {
    format!("group_{group}")
}

/// A rule of the host that is what `asked` is.
fn rule(name: &str, root: &str, asked: &str) -> String {
    let settings = match root {
        OWN => String::new(),
        pack => format!("\n\t\twith data.{pack}.settings as input.data.settings"),
    };
    format!(
        "{name} := said if {{
	said := {asked} with input as input.input
		with data.servelint.policy as input.data.policy
		with data.servelint.approvers as input.data.approvers
		with data.servelint.today as input.data.today
		with data.servelint.day as input.data.day{settings}
}}

"
    )
}

/// Rules of a group, as `data.<root>.rules` would have them.
fn listed(root: &str, group: &[(&str, &str)]) -> String {
    let mut categories: BTreeMap<&str, String> = BTreeMap::new();
    for (category, name) in group {
        let entries = categories.entry(category).or_default();
        let path = format!("data.{root}.rules.{category}[\"{name}\"]");
        // Writing to a text does not fail.
        let _ = write!(entries, "\"{name}\": {path}, ");
    }
    let entries = categories
        .iter()
        .map(|(category, rules)| format!("\"{category}\": {{{rules}}}"));
    format!("{{{}}}", Vec::from_iter(entries).join(", "))
}
