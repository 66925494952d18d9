//! Controls of standards with the rules that give evidence for them.

use super::fit;
use crate::{
    output::{
        markup::{code, inline},
        safe,
    },
    rule::{Control, Framework, READING, Rule},
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, fmt::Write as _, sync::Arc};

/// The version of the JSON. A new field is no new version.
const VERSION: u32 = 1;

/// How a page of controls came to be.
const GENERATED: &str =
    "Generated from tables of controls by `servelint rules --by-control --format markdown`.";

/// A control with its rules and the reason of each.
struct MappedControl<'r> {
    control: &'r Arc<Control>,
    rules: Vec<(&'r Rule, &'r str)>,
}

/// The controls of one framework that have rules.
struct MappedFramework<'r> {
    framework: &'r Framework,
    controls: Vec<MappedControl<'r>>,
}

/// All frameworks by id, their controls in the order of their tables. Where names are given, only these.
fn frameworks<'r>(
    rules: &'r BTreeMap<String, Rule>,
    wanted: &[String],
) -> Vec<MappedFramework<'r>> {
    let mut all: BTreeMap<&str, BTreeMap<(usize, &str), MappedControl<'r>>> = BTreeMap::new();
    for rule in rules.values() {
        for mapping in &rule.controls {
            let control = &mapping.control;
            let framework = control.framework.id.as_str();
            let is_wanted = |name: &String| *name == framework || *name == control.to_string();
            if !wanted.is_empty() && !wanted.iter().any(is_wanted) {
                continue;
            }
            let controls = all.entry(framework).or_default();
            let rows = controls
                .entry((control.place, &control.id))
                .or_insert_with(|| MappedControl {
                    control,
                    rules: Vec::new(),
                });
            rows.rules.push((rule, &mapping.reason));
        }
    }
    let mut frameworks = Vec::new();
    for controls in all.into_values() {
        let controls: Vec<MappedControl<'r>> = controls.into_values().collect();
        if let Some(first) = controls.first() {
            frameworks.push(MappedFramework {
                framework: &first.control.framework,
                controls,
            });
        }
    }
    frameworks
}

/// For the terminal, each row on one line where no width is given.
pub fn controls_table(
    rules: &BTreeMap<String, Rule>,
    wanted: &[String],
    columns: Option<usize>,
) -> String {
    let width = columns.unwrap_or(usize::MAX);
    let mut table = String::new();
    for MappedFramework {
        framework,
        controls,
    } in frameworks(rules, wanted)
    {
        let head = format!("{} ({})", framework.name, framework.version);
        let _ = writeln!(table, "{}\n", safe::escape(&head));
        for mapped in controls {
            let head = format!("  {}  ", mapped.control);
            let title = safe::escape(&mapped.control.title);
            table.push_str(&fit::beside(&head, &title, width));
            for (rule, reason) in mapped.rules {
                let head = format!("    {}  ", rule.id);
                table.push_str(&fit::beside(&head, &safe::escape(reason), width));
            }
        }
        table.push('\n');
    }
    table.push_str(&fit::lines(
        READING,
        "",
        "",
        crate::output::style::wrapping(width.min(100)),
    ));
    safe::calm(&table)
}

/// For programs.
pub fn controls_json(rules: &BTreeMap<String, Rule>, wanted: &[String]) -> String {
    let mut shown = Vec::new();
    for mapped in frameworks(rules, wanted) {
        let framework = mapped.framework;
        let controls = mapped.controls.iter().map(control_json);
        shown.push(json!({
            "id": framework.id,
            "name": framework.name,
            "version": framework.version,
            "address": framework.address,
            "about": framework.about,
            "controls": controls.collect::<Vec<_>>(),
        }));
    }
    safe::json(&json!({"version": VERSION, "reading": READING, "frameworks": shown}))
}

fn control_json(mapped: &MappedControl<'_>) -> Value {
    let rules = mapped.rules.iter().map(|(rule, reason)| {
        json!({
            "rule": rule.id,
            "title": rule.title,
            "severity": rule.severity,
            "reason": reason,
            "url": rule.page(),
        })
    });
    json!({
        "control": mapped.control.to_string(),
        "title": mapped.control.title,
        "rules": rules.collect::<Vec<_>>(),
    })
}

/// For documents: a section for each framework, a table in each.
pub fn controls_markdown(rules: &BTreeMap<String, Rule>, wanted: &[String]) -> String {
    let mut page = format!("# Controls\n\n{GENERATED}\n\n{READING}\n");
    for mapped in frameworks(rules, wanted) {
        let framework = mapped.framework;
        let name = inline(&format!("{} ({})", framework.name, framework.version));
        let name = match &framework.address {
            Some(address) => format!("[{name}]({address})"),
            None => name,
        };
        let _ = writeln!(page, "\n## {}\n\n{name}\n", inline(&framework.id));
        if !framework.about.is_empty() {
            let _ = writeln!(page, "{}\n", inline(&framework.about));
        }
        let _ = writeln!(
            page,
            "| Control | Rule | Severity | Why |\n| --- | --- | --- | --- |"
        );
        for mapped in &mapped.controls {
            let id = format!("{}: {}", mapped.control.id, mapped.control.title);
            for (at, (rule, reason)) in mapped.rules.iter().enumerate() {
                let control = if at == 0 { inline(&id) } else { String::new() };
                let _ = writeln!(
                    page,
                    "| {control} | {} | {} | {} |",
                    linked(rule),
                    rule.severity,
                    inline(reason)
                );
            }
        }
    }
    page
}

/// Rules as a table in Markdown, with the controls of each.
pub fn markdown(rules: &BTreeMap<String, Rule>) -> String {
    let mut table =
        "| Rule | Finds | Severity | Controls |\n| --- | --- | --- | --- |\n".to_owned();
    for rule in rules.values() {
        let controls: Vec<String> = of_rule(rule);
        let _ = writeln!(
            table,
            "| {} | {} | {} | {} |",
            linked(rule),
            inline(&rule.title),
            rule.severity,
            inline(&controls.join(", "))
        );
    }
    table
}

fn linked(rule: &Rule) -> String {
    match rule.page() {
        Some(page) => format!("[{}]({page})", code(&rule.id)),
        None => code(&rule.id),
    }
}

/// The full names of the controls of a rule.
pub(super) fn of_rule(rule: &Rule) -> Vec<String> {
    let controls = rule.controls.iter();
    controls
        .map(|mapping| mapping.control.to_string())
        .collect()
}

/// What the page of a rule says of its controls; nothing where it has none.
pub(super) fn section(rule: &Rule, page: &mut String) {
    if rule.controls.is_empty() {
        return;
    }
    let _ = writeln!(
        page,
        "\n## Controls\n\nThe rule gives evidence for these controls, as servelint reads them; which is not a certificate.\n"
    );
    for mapping in &rule.controls {
        let _ = writeln!(page, "- `{}`: {}", mapping.control, mapping.reason);
    }
}
