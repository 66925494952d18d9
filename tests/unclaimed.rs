//! What rules say of manifests that no specification claims: nothing of the fields of a specification, and nothing of
//! what a team allows where no team said anything.

use crate::common::{
    PACK, ROOT,
    cases::{CaseProject, Text, cases_of},
    check_alone, documents_of, files, json,
};
use regex::Regex;
use serde_json::Value as Json;
use servelint::{
    document::Document,
    finding::Finding,
    manifest,
    rule::{Rule, Severity, Subject},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    sync::LazyLock,
};

/// The folders of `schemas/` with the kinds of documents that teams write.
const OURS: [&str; 3] = ["serving-spec", "decision-log", "verification-checklist"];

/// The folders of `schemas/` that describe neither our documents nor manifests.
const NEITHER: [&str; 7] = [
    "approvals",
    "config",
    "diff",
    "input",
    "inputs",
    "plan",
    "report",
];

/// True for a text that holds manifests and none of our own documents.
fn is_unclaimed(text: &Text) -> bool {
    !text.text.contains("servelint/v1")
}

/// The findings of all rules in the cases on manifests alone: the rule and the case, whether a team set something,
/// and what is said.
fn findings() -> Vec<(String, bool, Finding)> {
    static FINDINGS: LazyLock<Vec<(String, bool, Finding)>> = LazyLock::new(found);
    FINDINGS.clone()
}

fn found() -> Vec<(String, bool, Finding)> {
    let mut findings = Vec::new();
    for rule in PACK.rules().values() {
        let project = CaseProject::new();
        let cases = cases_of(rule).expect("its cases");
        let cases = cases.cases.iter();
        for case in cases.filter(|case| is_unclaimed(&case.bad)) {
            let report = check_alone(&project.write(rule, 0, &case.bad));
            let has_team = case.bad.beside.contains_key("servelint.toml");
            for finding in report.findings {
                findings.push((format!("{}: {}", rule.id, case.name), has_team, finding));
            }
        }
    }
    findings
}

/// The names of properties in the schemas of these folders.
fn properties(folders: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let root = Path::new(ROOT).join("schemas");
    for file in files::with_extension(&root, "json") {
        let below = file.strip_prefix(&root).expect("below").to_string_lossy();
        let folder = below.split(['/', '\\']).next().expect("a folder");
        if !folders(folder) {
            continue;
        }
        let text = fs::read_to_string(&file).expect("readable");
        let schema: Json = serde_json::from_str(&text).expect("JSON");
        for at in json::places(&schema) {
            if let Some((above, name)) = at.rsplit_once('/')
                && above.ends_with("/properties")
            {
                names.insert(name.to_owned());
            }
        }
    }
    names
}

/// The names that only our own kinds have: no schema and no table of fields of a platform knows them.
fn own_names() -> BTreeSet<String> {
    let theirs = properties(|folder| {
        folder != "fields" && !OURS.contains(&folder) && !NEITHER.contains(&folder)
    });
    let tables = files::with_extension(&Path::new(ROOT).join("schemas/fields"), "json");
    let tables: String = tables
        .iter()
        .map(|file| fs::read_to_string(file).expect("readable"))
        .collect();
    let word = Regex::new(r"[A-Za-z][A-Za-z0-9]*").expect("a pattern");
    let known: BTreeSet<&str> = word.find_iter(&tables).map(|word| word.as_str()).collect();
    let mut own = properties(|folder| OURS.contains(&folder));
    // Images have digests of this algorithm as well.
    own.remove("sha256");
    own.retain(|name| !theirs.contains(name) && !known.contains(name.as_str()));
    own
}

/// What a text on manifests should not say.
fn misplaced(text: &str, has_team: bool, own: &BTreeSet<String>) -> Vec<String> {
    let mut found = Vec::new();
    let words = Regex::new(r"(?i)\b(specification|ServingSpec|decision log|checklist)\b");
    for word in words.expect("a pattern").find_iter(text) {
        found.push(word.as_str().to_owned());
    }
    let team = Regex::new(r"(?i)\bteam('s)?\b").expect("a pattern");
    if !has_team && team.is_match(text) {
        found.push("team".to_owned());
    }
    let quoted = Regex::new("`([^`]+)`").expect("a pattern");
    let word = Regex::new(r"[A-Za-z][A-Za-z0-9]*").expect("a pattern");
    for quote in quoted.captures_iter(text) {
        // A command of another tool, as in `promtool check rules`.
        if quote[1].starts_with("promtool ") {
            continue;
        }
        let words = word.find_iter(&quote[1]);
        found.extend(
            words
                .filter(|word| own.contains(word.as_str()))
                .map(|word| format!("`{}`", word.as_str())),
        );
    }
    found
}

#[test]
fn no_text_on_manifests_alone_is_about_a_specification() {
    let own = own_names();
    for name in ["onNoData", "canaryReplicas", "coldStart", "perReplica"] {
        assert!(own.contains(name), "{name} of ours is not known: {own:?}");
    }
    for name in [
        "replicas",
        "timeout",
        "containerConcurrency",
        "revisionHistoryLimit",
    ] {
        assert!(!own.contains(name), "{name} is theirs as well");
    }
    let findings = findings();
    assert!(findings.len() > 150, "{}", findings.len());
    let mut wrong = Vec::new();
    for (case, has_team, finding) in &findings {
        let related = finding.related.iter().map(|related| &related.message);
        let texts = related.chain([&finding.message]).chain(&finding.help);
        for text in texts {
            for word in misplaced(text, *has_team, &own) {
                wrong.push(format!("{case} [{}]: {word} in: {text}", finding.rule));
            }
        }
    }
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // What texts have said before is recognised.
    for (text, wanted) in [
        ("Add `onNoData` with `pause`", "`onNoData`"),
        ("sends 40 %; the team allows 10 %", "team"),
        ("Raise it, in the specification and here.", "specification"),
        ("State the digest in `model.digest`.", "`digest`"),
    ] {
        assert!(
            misplaced(text, false, &own).contains(&wanted.to_owned()),
            "{text}"
        );
    }
}

/// The help of a rule is shown where a finding has none of its own, so the rules that find something there are held to it.
#[test]
fn no_help_of_their_rules_names_a_field_of_a_specification() {
    let own = own_names();
    let found: BTreeSet<String> = findings()
        .into_iter()
        .map(|(.., finding)| finding.rule)
        .collect();
    let mut wrong = Vec::new();
    for id in found {
        let rule = &PACK.rules()[&id];
        for word in misplaced(rule.help_in(Subject::Artifact), false, &own) {
            wrong.push(format!("{id}: {word}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// Every rule on manifests names what makes it certain, and has a case of what looks the same and is right.
#[test]
fn every_rule_on_manifests_has_a_source_and_a_case_that_is_right() {
    let mut wrong = Vec::new();
    let found: BTreeSet<String> = findings()
        .into_iter()
        .map(|(.., finding)| finding.rule)
        .collect();
    let reads =
        |rule: &&Rule| rule.applies_to.contains(&Subject::Artifacts) || found.contains(&rule.id);
    for rule in PACK.rego_rules().filter(reads) {
        let cases = cases_of(rule).expect("its cases");
        let quiet = cases.cases.iter().any(|case| {
            let good = case.good.as_ref().unwrap_or(&cases.good);
            case.finds.is_empty() && holds_manifests(good)
        });
        if rule.resources.is_empty() {
            wrong.push(format!(
                "{} names no source in `related_resources`",
                rule.id
            ));
        }
        if !quiet {
            wrong.push(format!(
                "{} has no case on a manifest with `finds: []`",
                rule.id
            ));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

fn holds_manifests(text: &Text) -> bool {
    let (_, documents) = documents_of(text);
    // A specification may name manifests of the project of the cases.
    let named = |document: &Document| document.root.at(&["spec", "artifacts"]).is_some();
    documents
        .iter()
        .any(|document| manifest::find(&document.root).is_some() || named(document))
}

/// The page that explains what findings on manifests weigh, as rows of rule, severities, reason and source.
fn weights() -> BTreeMap<String, String> {
    let text = fs::read_to_string(Path::new(ROOT).join("docs/decisions/severity.md"));
    let text = text.expect("the table");
    let rows = text.lines().filter(|line| line.starts_with("| ["));
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        assert_eq!(cells.len(), 4, "{row}");
        assert!(cells[2].len() > 20, "no reason: {row}");
        let id = cells[0]
            .split(']')
            .next()
            .expect("a name")
            .trim_start_matches('[');
        let known = PACK
            .rules()
            .get(id)
            .unwrap_or_else(|| panic!("no rule {id}"));
        let is_source = known
            .resources
            .iter()
            .any(|source| cells[3].contains(&source.address));
        assert!(
            is_source || cells[3].starts_with('`'),
            "{id}: not a source of the rule: {row}"
        );
        (id.to_owned(), cells[1].to_owned())
    })
    .collect()
}

#[test]
fn the_table_of_severities_is_what_the_rules_say() {
    let table = weights();
    let mut found: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for (case, _, finding) in findings() {
        // A case about production is none of unclaimed manifests.
        if !case.contains("production") {
            found
                .entry(finding.rule)
                .or_default()
                .insert(finding.severity.word());
        }
    }
    let mut wrong = Vec::new();
    for (rule, severities) in &found {
        let listed: BTreeSet<&str> = match table.get(rule) {
            Some(cell) => cell.split(", ").collect(),
            None => BTreeSet::new(),
        };
        if !severities.is_subset(&listed) {
            wrong.push(format!(
                "{rule}: the table has {listed:?}, and found is {severities:?}"
            ));
        }
    }
    for (rule, cell) in &table {
        let graver = cell.split(", ").filter_map(Severity::named).max();
        if graver > Some(PACK.rules()[rule].unclaimed) {
            wrong.push(format!(
                "{rule}: the table has {cell}, more than the rule may weigh"
            ));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}
