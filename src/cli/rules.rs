//! `servelint rules`.

use super::{CommandError, columns, rules_here};
use crate::{
    did_you_mean::{nearest, question},
    output::tables,
    rule::Rule,
};
use clap::{Args, ValueEnum};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
};

/// List all rules, or those for a control of a standard
///
/// The rules of the packs that servelint.toml names are included. Which rule gives evidence for which
/// control is how servelint reads the standards; it is not a certificate.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  servelint rules --control nist-ai-rmf:MANAGE-2.4\n  servelint rules --control soc2 --format json\n  servelint rules --tag llm\n  servelint rules --by-control --format markdown > controls.md"
)]
pub(super) struct RulesArguments {
    /// Output format
    #[arg(long, value_enum, default_value_t = ListFormat::Table)]
    format: ListFormat,
    /// List only rules for this control, such as soc2:CC8.1, or for a whole framework, such as soc2
    #[arg(long, value_name = "CONTROL", value_delimiter = ',')]
    control: Vec<String>,
    /// List only rules with this tag
    #[arg(long, value_name = "TAG", value_delimiter = ',')]
    tag: Vec<String>,
    /// Print a table of controls with the rules of each and the reasons
    #[arg(long)]
    by_control: bool,
}

/// How `rules` prints its answer.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum ListFormat {
    /// For reading
    Table,
    /// For programs
    Json,
    /// For documents
    Markdown,
}

pub(super) fn run(
    arguments: &RulesArguments,
    out: &mut dyn Write,
    errors: &mut dyn Write,
) -> Result<(), CommandError> {
    let pack = rules_here(errors)?;
    let mut rules = pack.rules().clone();
    known_controls(&rules, &arguments.control)?;
    known_tags(&rules, &arguments.tag)?;
    let is_wanted = |rule: &Rule| {
        let of_control = |name: &String| rule.is_mapped_to(name);
        (arguments.control.is_empty() || arguments.control.iter().any(of_control))
            && (arguments.tag.is_empty() || arguments.tag.iter().any(|tag| rule.tags.contains(tag)))
    };
    rules.retain(|_, rule| is_wanted(rule));
    let wanted = &arguments.control;
    let text = match (arguments.by_control, arguments.format) {
        (false, ListFormat::Table) => tables::table(&rules, columns()),
        (false, ListFormat::Json) => tables::json(&rules),
        (false, ListFormat::Markdown) => tables::markdown(&rules),
        (true, ListFormat::Table) => tables::controls_table(&rules, wanted, columns()),
        (true, ListFormat::Json) => tables::controls_json(&rules, wanted),
        (true, ListFormat::Markdown) => tables::controls_markdown(&rules, wanted),
    };
    Ok(out.write_all(text.as_bytes())?)
}

fn known_controls(rules: &BTreeMap<String, Rule>, names: &[String]) -> Result<(), CommandError> {
    let (mut frameworks, mut known) = (BTreeSet::new(), BTreeSet::new());
    for mapping in rules.values().flat_map(|rule| &rule.controls) {
        frameworks.insert(mapping.control.framework.id.clone());
        known.insert(mapping.control.to_string());
    }
    known.extend(frameworks.iter().cloned());
    let list = frameworks.into_iter().collect::<Vec<_>>().join(", ");
    let help = format!("`servelint rules --by-control` lists the controls of {list}");
    refuse_unknown("control", names, &known, &help)
}

fn known_tags(rules: &BTreeMap<String, Rule>, names: &[String]) -> Result<(), CommandError> {
    let tags = rules.values().flat_map(|rule| rule.tags.iter().cloned());
    let known: BTreeSet<String> = tags.collect();
    let list = known.iter().map(String::as_str).collect::<Vec<_>>();
    let help = format!("the tags are {}", list.join(", "));
    refuse_unknown("tag", names, &known, &help)
}

fn refuse_unknown(
    what: &str,
    names: &[String],
    known: &BTreeSet<String>,
    help: &str,
) -> Result<(), CommandError> {
    let Some(name) = names.iter().find(|name| !known.contains(*name)) else {
        return Ok(());
    };
    let near = nearest(name, known.iter().map(String::as_str));
    Err(CommandError::usage(
        format!("no rule has the {what} `{name}`"),
        near.map_or_else(|| help.to_owned(), question),
    ))
}
