//! What OPA needs beside a pack to find what servelint finds: our libraries, the data, and a rule that asks its rules.

use super::{
    PLATFORMS, TeamPack,
    conftest::PolicyHeads,
    imports::{own_libraries, package, reaches_all, reads_beyond},
    sandbox::imported_of,
};
use crate::{
    built_in::Folder,
    pack::{ADDED, COPIED, ENTRY_POINT, with_copied_names},
    rule::{Rule, Subject},
};
use serde_json::{Value as Json, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

/// What stands in a bundle for OPA.
#[derive(Debug, Clone, Default)]
pub struct OpaParts {
    /// Texts by their paths in the bundle.
    pub files: BTreeMap<String, String>,
    /// `data`, as `data.json` holds it.
    pub data: Json,
    /// What the bundle owns of `data`, with slashes; none lies within another.
    pub roots: BTreeSet<String>,
    /// What the rule is called that asks all others; `None` with conftest's contract, which asks them itself.
    pub entry_point: Option<String>,
    /// The package below which the bundle has its copy of our libraries; `None` where it has them below `data.servelint`.
    copies: Option<String>,
}

impl OpaParts {
    /// A policy of the pack as it stands in the bundle.
    pub fn policy(&self, text: &str) -> String {
        match &self.copies {
            Some(root) => with_copied_names(text, root),
            None => text.to_owned(),
        }
    }
}

/// What of `data.servelint` is no data of a bundle: it comes with the input, or as a library.
const GIVEN: [&str; 5] = ["lib.", "policy", "approvers", "today", "day"];

impl TeamPack {
    /// What OPA needs beside the files of the pack.
    ///
    /// # Errors
    /// What of the pack OPA cannot have, after its name.
    pub fn opa_parts(&self) -> Result<OpaParts, String> {
        let load = self.load();
        let mut parts = OpaParts::default();
        let own = own_libraries();
        let libraries = imported_of(load, &own);
        let modules = load.modules.iter().map(|(_, text)| text.as_str());
        let mut texts = modules
            .clone()
            .chain(libraries.iter().map(|(_, text)| *text));
        let has_platforms = texts.any(reads_platforms);
        // A policy that names `data.servelint` as a whole finds nothing elsewhere; and what a pack of conftest's contract
        // has as data is all of `data`.
        let is_shared =
            modules.clone().any(reaches_all) || (has_platforms && self.conftest().is_some());
        let copies = (!is_shared).then(|| load.root.clone());
        if let Some(root) = &copies
            && modules
                .clone()
                .any(|text| package(text).starts_with(&format!("{root}.{COPIED}")))
        {
            return Err(format!(
                "has a package below `{root}.servelint`, where a bundle has the libraries of servelint"
            ));
        }
        parts.copies = copies;
        if has_platforms
            && is_shared
            && let Some(text) = Folder::Policies.text(PLATFORMS)
        {
            let path = PLATFORMS.trim_start_matches("policies/");
            parts.files.insert(path.to_owned(), text.to_owned());
            parts.roots.insert(folder(path).to_owned());
        }
        for (path, text) in libraries {
            let path = path.trim_start_matches("policies/");
            let text = match &parts.copies {
                Some(root) => copy_of_library(&parts.policy(text), root),
                None => text.to_owned(),
            };
            parts.roots.insert(slashed(package(&text)));
            parts.files.insert(format!("{ADDED}{path}"), text);
        }
        for (path, text) in &load.modules {
            let package = PolicyHeads::of(text).package;
            if package.is_empty() {
                return Err(format!("holds `{path}`, whose package is not on one line"));
            }
            parts.roots.insert(slashed(&package));
        }
        match self.conftest() {
            Some(_) => self.add_conftest(&mut parts)?,
            None => self.add_own(&mut parts, has_platforms && !is_shared)?,
        }
        parts.roots = outermost(parts.roots);
        Ok(parts)
    }

    /// The data below the name of the pack, the entry point, and the schemas of what its rules read.
    fn add_own(&self, parts: &mut OpaParts, has_platforms: bool) -> Result<(), String> {
        let (root, data) = self.data();
        let main = format!("{root}/main");
        if parts.roots.iter().any(|own| is_within(own, &main)) {
            return Err(format!(
                "has a package `{root}.main`, where the entry point of a bundle stands"
            ));
        }
        let mut below = data.clone();
        below["settings"] = json!({});
        if has_platforms {
            below["servelint"] = json!({ "platforms": super::to_json(&super::platforms()) });
        }
        parts.data = json!({ root: below });
        parts.roots.insert(root.to_owned());
        let text = entry_point(root, &self.name, self.rules());
        parts.files.insert(format!("{ADDED}{ENTRY_POINT}"), text);
        parts.entry_point = Some(format!("data.{root}.main"));
        let subjects = self.rules().values().flat_map(|rule| &rule.applies_to);
        for subject in subjects {
            let name = match subject {
                Subject::Artifacts => Subject::Review,
                other => *other,
            };
            let path = format!("schemas/input/{name}.json");
            if let Some(text) = Folder::Schemas.text(&path) {
                parts
                    .files
                    .insert(format!("{ADDED}{path}"), text.to_owned());
            }
        }
        Ok(())
    }

    /// The data at the root, as conftest has it.
    fn add_conftest(&self, parts: &mut OpaParts) -> Result<(), String> {
        let (_, data) = self.data();
        parts.data = data.clone();
        let keys = data.as_object().into_iter().flat_map(|data| data.keys());
        parts.roots.extend(keys.cloned());
        let load = self.load();
        for (path, text) in &load.modules {
            let called = CONFTEST_BUILTINS.iter().find(|name| text.contains(*name));
            if called.is_some() {
                return Err(format!(
                    "calls `{CONFIG_CALL}` or its like in `{path}`: OPA has no such function, and a bundle has no file that it could parse"
                ));
            }
        }
        Ok(())
    }
}

/// What functions of conftest begin with that parse files.
const CONFIG_CALL: &str = "parse_config";
const CONFTEST_BUILTINS: [&str; 2] = [CONFIG_CALL, "parse_combined_config_files"];

/// True for a text that may read more of `data.servelint` than what comes with the input, which is the platforms.
fn reads_platforms(text: &str) -> bool {
    reads_beyond(text, &GIVEN)
}

/// A library of ours below the package of a pack.
fn copy_of_library(text: &str, root: &str) -> String {
    let is_package = |line: &&str| line.starts_with("package ");
    let Some(line) = text.lines().find(is_package) else {
        return text.to_owned();
    };
    let moved = line.replacen("package ", &format!("package {root}."), 1);
    text.replacen(line, &moved, 1)
}

/// `a/b` of `a.b["c-d"]`, as far as its parts are plain: OPA takes a root for all that stands below.
fn slashed(package: &str) -> String {
    let plain = package.split('[').next().unwrap_or_default();
    plain.trim().replace('.', "/")
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// True for a root that is `outer` or lies below it.
fn is_within(root: &str, outer: &str) -> bool {
    root.strip_prefix(outer)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The roots that lie in no other.
fn outermost(roots: BTreeSet<String>) -> BTreeSet<String> {
    let is_outer = |root: &&String| {
        let mut others = roots.iter().filter(|other| other != root);
        !others.any(|other| is_within(root, other))
    };
    roots.iter().filter(is_outer).cloned().collect()
}

/// The module that asks each rule about what it applies to.
fn entry_point(root: &str, name: &str, rules: &BTreeMap<String, Rule>) -> String {
    let mut table = String::new();
    for (id, rule) in rules {
        let last = |name: &str| name.rsplit('/').next().unwrap_or_default().to_owned();
        let subjects: Vec<String> = rule
            .applies_to
            .iter()
            .map(|subject| format!("\"{subject}\""))
            .collect();
        // Words of an id are small letters, digits and `-`.
        let _ = writeln!(
            table,
            "\t\"{id}\": {{\"applies_to\": [{}], \"category\": \"{}\", \"name\": \"{}\", \"severity\": \"{}\"}},",
            subjects.join(", "),
            last(&rule.category),
            last(id),
            rule.severity,
        );
    }
    TEMPLATE
        .replace("QUESTION", QUESTION)
        .replace("ROOT", root)
        .replace("NAME", name)
        .replace("TABLE", &table)
}

/// What a rule of the pack is asked with.
const QUESTION: &str = "with input as asked.input
		with data.servelint.policy as asked.data.servelint.policy
		with data.servelint.approvers as asked.data.servelint.approvers
		with data.servelint.today as asked.data.servelint.today
		with data.servelint.day as asked.data.servelint.day
		with data.ROOT.settings as settings";

const TEMPLATE: &str = r#"# METADATA
# description: |
#   For OPA: what the rules of the pack `NAME` find in what `servelint input` prints. A rule is asked only about what its
#   `applies_to` names; where the team uses the pack, only if the team selects the rule.
#   `opa eval --bundle ARCHIVE --input input.json data.ROOT.main.finding`
package ROOT.main

# METADATA
# description: The findings of all rules, each with its rule, its severity in production and the files.
# entrypoint: true
finding contains found if {
	some asked in input.inputs
	some id, rule in rules
	is_asked(asked, id, rule)
	settings := object.get(asked.data, ["ROOT", "settings"], {})
	said := data.ROOT.rules[rule.category][rule.name].finding QUESTION
	some one in said
	found := object.union_n([
		{"severity": rule.severity},
		one,
		{"rule": id, "subject": asked.subject, "files": asked.files},
	])
}

# Without facts most rules are silent: nothing found must not look like nothing wrong.
finding contains {
	"rule": "servelint-input",
	"severity": "error",
	"at": [],
	"message": "no rule was asked: this is not what `servelint input` prints",
} if {
	not printed
}

# METADATA
# description: What the rules cannot know, and why.
# entrypoint: true
unchecked contains found if {
	some asked in input.inputs
	some id, rule in rules
	is_asked(asked, id, rule)
	settings := object.get(asked.data, ["ROOT", "settings"], {})
	said := data.ROOT.rules[rule.category][rule.name].unchecked QUESTION
	some one in said
	found := object.union(one, {"rule": id, "subject": asked.subject, "files": asked.files})
}

printed if count(input.inputs[0].rules) > 0

is_asked(asked, id, rule) if {
	asked.subject in rule.applies_to
	id in asked.rules
}

# Whoever printed the input does not know the pack, and so selects none of its rules.
is_asked(asked, _, rule) if {
	asked.subject in rule.applies_to
	not knows_pack(asked)
}

knows_pack(asked) if asked.data.ROOT

rules := {
TABLE}
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_platforms_come_along_where_a_text_may_read_them() {
        for (text, reads) in [
            ("import data.servelint.lib.team\n", false),
            ("x := data.servelint.policy.confidence\n", false),
            ("x := data.servelint.platforms.defaults\n", true),
            ("x := data.servelint[name]\n", true),
            ("import data.servelint as ours\n", true),
        ] {
            assert_eq!(reads_platforms(text), reads, "{text}");
        }
    }

    #[test]
    fn roots_lie_in_no_other() {
        let roots = ["acme", "acme/lib", "acme_too", "servelint/lib/team"];
        let left = outermost(roots.map(str::to_owned).into());
        assert_eq!(
            left,
            ["acme", "acme_too", "servelint/lib/team"]
                .map(str::to_owned)
                .into()
        );
        assert_eq!(
            slashed("acme.rules.cost[\"cost-center\"]"),
            "acme/rules/cost"
        );
    }
}
