//! What a rule is about, for people: tables of rules and a page for each.
//!
//! Owns the text behind `servelint rules`, `servelint explain`, `servelint evidence`, `servelint
//! plan`, `servelint diff`, `servelint config` and `docs/rules/`. Pages are made from a rule's metadata and its cases, so they cannot drift from what the rule does.

mod compared;
mod controls;
mod diff;
mod evidence;
mod example;
mod facts;
pub mod fit;
mod grid;
mod plan;
mod plot;
mod proves;
mod settings;

pub use compared::{NamedEvidence, compared_json, compared_table};
pub use controls::{controls_json, controls_markdown, controls_table, markdown};
pub use diff::{difference_json, difference_table};
pub use evidence::{evidence_json, evidence_sweep_json, evidence_sweep_table, evidence_table};
pub use example::Example;
pub use facts::{facts_json, facts_table, vocabulary_page};
pub(super) use grid::Grid;
pub use plan::{plan_json, plan_table};
pub use plot::evidence_plot;
pub use proves::{FileSurroundings, surroundings_json, surroundings_table};
pub use settings::{Flags, Setting, ShownProject, settings, settings_json, settings_table};

use crate::{
    built_in::Folder,
    output::safe,
    rule::{GOVERNANCE, PLACEHOLDER_TEXT, POLICY_WEAKENED, Rule, Severity, Subject},
};
use std::{collections::BTreeMap, fmt::Write as _};

/// What stands over the table of a service: its name, its environment and its file. Foreign text.
fn heading(name: &str, environment: Option<&str>, file: &str) -> String {
    match environment {
        Some(environment) => format!("{name}, {environment} ({file})"),
        None => format!("{name} ({file})"),
    }
}

/// The page of a rule in Markdown, with its example where there is one.
pub fn page(rule: &Rule, example: Option<&Example>) -> String {
    let mut page = format!("# {}\n\n**{}**\n\n", rule.id, rule.title);
    let subjects: Vec<String> = rule
        .applies_to
        .iter()
        .map(|subject| format!("`{subject}`"))
        .collect();
    let _ = writeln!(page, "| | |\n| --- | --- |");
    let _ = writeln!(page, "| Category | {} |", rule.category);
    let _ = writeln!(page, "| Severity | {} |", severities(rule));
    let _ = writeln!(page, "| Reads | {} |", subjects.join(", "));
    let _ = writeln!(page, "| Since | {} |", rule.since);
    if !rule.tags.is_empty() {
        let _ = writeln!(page, "| Tags | {} |", rule.tags.join(", "));
    }
    page.push('\n');
    let _ = writeln!(page, "{}\n", effect(rule));
    let _ = writeln!(page, "## What and why\n\n{}\n", rule.description.trim());
    let _ = writeln!(page, "## What to do\n\n{}", rule.help.trim());
    for (subject, help) in &rule.help_for {
        let _ = writeln!(page, "\n{}: {}", within(*subject), help.trim());
    }
    if let Some(example) = example {
        example.write(rule, &mut page);
    }
    let _ = write!(page, "\n## How to waive\n\n{}", waiver(rule, example));
    controls::section(rule, &mut page);
    if !rule.resources.is_empty() {
        let _ = writeln!(page, "\n## Read on\n");
        for resource in &rule.resources {
            let _ = writeln!(page, "- [{}]({})", resource.description, resource.address);
        }
    }
    page
}

/// `error in production, warning elsewhere; warning on manifests without a specification`
fn severities(rule: &Rule) -> String {
    let mut severities = match rule.severity == rule.elsewhere {
        true => rule.severity.to_string(),
        false => format!(
            "{} in production, {} elsewhere",
            rule.severity, rule.elsewhere
        ),
    };
    if rule.unclaimed != rule.severity {
        severities.push_str(&format!(
            "; {} on manifests that no specification claims",
            rule.unclaimed
        ));
    }
    severities
}

/// Where a text for one subject counts.
fn within(subject: Subject) -> String {
    match subject {
        Subject::Artifact => "In a manifest".to_owned(),
        other => format!("In a `{other}`"),
    }
}

/// What a finding of the rule does to the verdict, in production and elsewhere.
fn effect(rule: &Rule) -> String {
    // A review that is not written to its end is a draft, whatever its findings weigh.
    if rule.id == PLACEHOLDER_TEXT {
        return "A finding of any severity makes the verdict `draft`, exit code 1, in any environment; `no-go` if something \
                that blocks is missed. `[[severity]]` in `servelint.toml` sets another severity."
            .to_owned();
    }
    let (production, elsewhere) = (does(rule.severity), does(rule.elsewhere));
    let effect = match rule.severity == rule.elsewhere {
        true => format!("A finding {production}."),
        // A warning and an info differ, and yet do the same.
        false if production == elsewhere => {
            format!("A finding {production}, in production or elsewhere.")
        }
        false => format!("In production, a finding {production}; elsewhere, it {elsewhere}."),
    };
    match rule.id == POLICY_WEAKENED {
        true => format!("{effect} No setting changes its severity."),
        false => format!("{effect} `[[severity]]` in `servelint.toml` sets another severity."),
    }
}

/// What a finding of this severity does.
fn does(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "makes the verdict `no-go`",
        Severity::Escalation => {
            "makes the verdict `escalate`, until someone with the right role approves"
        }
        Severity::Warning | Severity::Info => "does not change the verdict",
    }
}

/// How a finding of the rule is excepted: a comment in the language of the example.
fn waiver(rule: &Rule, example: Option<&Example>) -> String {
    if rule.id == POLICY_WEAKENED {
        return "It cannot be waived; an owner of the file can approve it with `--approvals`.\n"
            .to_owned();
    }
    if !rule.is_waivable() {
        let why = match rule.category == GOVERNANCE {
            true => "it is about who may change or excuse what",
            false => "a finding of this rule says that something else is unknown",
        };
        return format!("It cannot be waived: {why}.\n");
    }
    let language = example.map_or("yaml", Example::language);
    let mark = if language == "json" { "//" } else { "#" };
    format!(
        "```{language}\n{mark} servelint: allow[{}] until=2027-01-31 by=dana.k reason=\"why, and the ticket\"\n```\n\n\
         The comment stands at the end of the line of the finding, or alone on the line above. `[[waivers]]` in \
         `servelint.toml` does the same for a file without comments.\n",
        rule.id
    )
}

/// What `servelint explain` prints: the generated page, or one without example for a rule that
/// is not built in.
pub fn text(rule: &Rule) -> String {
    let path = format!("docs/rules/{}.md", rule.id);
    let page = Folder::Pages.text(&path).map(str::to_owned);
    page.unwrap_or_else(|| self::page(rule, None))
}

/// The index of all pages, in Markdown.
pub fn index(rules: &BTreeMap<String, Rule>) -> String {
    let mut index = format!(
        "# Rules\n\n{} rules, by category. `servelint explain RULE` prints a page in the terminal. *Elsewhere* is the severity \
         outside of production, *Unclaimed* that on manifests without a specification which do not name production.\n",
        rules.len()
    );
    for (category, rules) in by_category(rules) {
        let _ = writeln!(
            index,
            "\n## {category}\n\n| Rule | Finds | Severity | Elsewhere | Unclaimed | Reads |\n| --- | --- | --- | --- | --- | --- |"
        );
        for rule in rules {
            let reads: Vec<String> = rule.applies_to.iter().map(ToString::to_string).collect();
            let _ = writeln!(
                index,
                "| [{0}]({0}.md) | {1} | {2} | {3} | {4} | {5} |",
                rule.id,
                rule.title,
                rule.severity,
                rule.elsewhere,
                rule.unclaimed,
                reads.join(", ")
            );
        }
    }
    index
}

/// Rules as a table for the terminal, each on one line where no width is given.
pub fn table(rules: &BTreeMap<String, Rule>, columns: Option<usize>) -> String {
    let (mut ids, mut severities) = (0, 0);
    for rule in rules.values() {
        ids = rule.id.len().max(ids);
        severities = rule.severity.word().len().max(severities);
    }
    let mut table = String::new();
    for (category, rules) in by_category(rules) {
        let _ = writeln!(table, "{category}");
        for rule in rules {
            let head = format!("  {:ids$}  {:severities$}  ", rule.id, rule.severity);
            table.push_str(&fit::beside(
                &head,
                &rule.title,
                columns.unwrap_or(usize::MAX),
            ));
        }
        table.push('\n');
    }
    let _ = writeln!(
        table,
        "{} rules; `servelint explain RULE` says more about one.",
        rules.len()
    );
    table
}

/// Rules as JSON: an array of objects, by id.
pub fn json(rules: &BTreeMap<String, Rule>) -> String {
    let rows: Vec<serde_json::Value> = rules.values().map(row).collect();
    safe::json(&rows.into())
}

fn row(rule: &Rule) -> serde_json::Value {
    serde_json::json!({
        "id": rule.id,
        "category": rule.category,
        "title": rule.title,
        "description": rule.description.trim(),
        "severity": rule.severity,
        "elsewhere": rule.elsewhere,
        "unclaimed": rule.unclaimed,
        "appliesTo": rule.applies_to,
        "since": rule.since,
        "help": rule.help.trim(),
        "helpFor": rule.help_for,
        "relatedResources": rule.resources,
        "url": rule.page(),
        "tags": rule.tags,
        "controls": controls::of_rule(rule),
    })
}

fn by_category(rules: &BTreeMap<String, Rule>) -> BTreeMap<&str, Vec<&Rule>> {
    let mut categories: BTreeMap<&str, Vec<&Rule>> = BTreeMap::new();
    for rule in rules.values() {
        categories.entry(&rule.category).or_default().push(rule);
    }
    categories
}
