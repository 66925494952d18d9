//! What a team excepts and weighs otherwise: `[[waivers]]`, `[[severity]]`, `[approvers]` and
//! `[policy.waivers]`.

use super::{ConfigError, places::KeyPlace, reader::ConfigTable};
use crate::{
    document::{
        Pointer,
        source::{Source, Span},
    },
    names,
    rule::{Rule, Severity},
    units,
};
use std::{collections::BTreeMap, sync::Arc};

/// Characters of a waiver's reason: a note, not a file.
pub const LONGEST_REASON: usize = 500;
/// Characters of the name of who answers for it.
pub const LONGEST_NAME: usize = 100;

/// What a waiver may have to say.
pub const REQUIRABLE: [&str; 3] = ["reason", "owner", "expiry"];

/// What nobody may waive, unless the team says otherwise: what was measured, or was not, and what was not read.
pub const NEVER: [&str; 3] = ["threshold-not-met", "unjudged", "document-not-judged"];
/// The keys of `[policy.waivers]`.
pub(super) const WAIVER_KEYS: [&str; 3] = ["require", "maxDays", "never"];

/// `[policy.waivers]`: what the team demands of waivers.
#[derive(Debug, Clone, PartialEq)]
pub struct WaiverPolicy {
    /// What each waiver has to say, among [`REQUIRABLE`].
    pub require: Vec<String>,
    /// How many days ahead a waiver may end; unset means any.
    pub max_days: Option<f64>,
    /// Rules or categories that nobody may waive; [`NEVER`] where the team sets none.
    pub never: Vec<String>,
}

impl Default for WaiverPolicy {
    fn default() -> Self {
        Self {
            require: REQUIRABLE.map(Into::into).into(),
            max_days: None,
            never: NEVER.map(Into::into).into(),
        }
    }
}

impl WaiverPolicy {
    /// Replaces what `table` sets.
    pub(super) fn read(&mut self, table: &ConfigTable<'_>) -> Result<(), ConfigError> {
        table.allow(&WAIVER_KEYS)?;
        if let Some(parts) = table.choices("require", &REQUIRABLE, "a part of a waiver")? {
            self.require = parts;
        }
        if let Some(days) = table.number("maxDays", 1.0, 3650.0)? {
            self.max_days = Some(days);
        }
        if let Some(never) = table.strings("never")? {
            self.never = never;
        }
        Ok(())
    }

    /// True where nobody may waive a rule, or keep its findings in a baseline.
    pub fn forbids(&self, rule: &Rule) -> bool {
        self.never.iter().any(|listed| rule.is_named(listed))
    }

    /// True where a waiver has to say this.
    pub fn requires(&self, part: &str) -> bool {
        self.require.iter().any(|required| required == part)
    }
}

/// One of `[[waivers]]`.
#[derive(Debug, Clone, PartialEq)]
pub struct ConfiguredWaiver {
    /// The rule that it excuses.
    pub rule: String,
    /// A glob of files, relative to the folder of the configuration.
    pub path: String,
    /// The part of each document that it covers; unset means all of it.
    pub pointer: Option<Pointer>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// The last day on which it holds.
    pub expires: Option<String>,
    /// The configuration in which it stands.
    pub source: Arc<Source>,
    /// The name of the rule there.
    pub span: Span,
}

impl ConfiguredWaiver {
    /// `servelint.toml:12`
    pub fn origin(&self) -> String {
        super::reader::line_of(&self.source, self.span)
    }

    pub(super) fn read(table: &ConfigTable<'_>, source: &Arc<Source>) -> Result<Self, ConfigError> {
        table.allow(&["rule", "path", "pointer", "owner", "reason", "expires"])?;
        let (Some(rule), Some(path)) = (table.string("rule")?, table.glob("path")?) else {
            return Err(table.incomplete("a waiver names a `rule` and a `path`"));
        };
        let (pointer, expires) = (pointer(table)?, last_day(table)?);
        Ok(Self {
            rule: rule.to_owned(),
            path: from_here(path),
            pointer,
            owner: note(table, "owner", LONGEST_NAME)?,
            reason: note(table, "reason", LONGEST_REASON)?,
            expires,
            source: Arc::clone(source),
            span: table.value_span("rule"),
        })
    }
}

fn pointer(table: &ConfigTable<'_>) -> Result<Option<Pointer>, ConfigError> {
    match table.string("pointer")? {
        Some(pointer) if !pointer.is_empty() && !pointer.starts_with('/') => {
            let what = "must be a JSON Pointer, such as \"/spec/timeouts\"";
            Err(table.wrong_value("pointer", what))
        }
        pointer => Ok(pointer.map(Pointer::parse)),
    }
}

fn last_day(table: &ConfigTable<'_>) -> Result<Option<String>, ConfigError> {
    match table.string("expires")? {
        // A last day, not a moment: `day_number` alone would also read a time after the date.
        Some(day) if day.len() != 10 || units::day_number(day).is_none() => {
            Err(table.wrong_value("expires", "must be a date, such as \"2027-01-31\""))
        }
        day => Ok(day.map(str::to_owned)),
    }
}

/// A text of at most so many characters; blanks alone say nothing.
fn note(table: &ConfigTable<'_>, key: &str, most: usize) -> Result<Option<String>, ConfigError> {
    let text = table.string(key)?.unwrap_or_default().trim();
    if text.chars().count() > most {
        return Err(table.wrong_value(key, &format!("must have {most} characters at the most")));
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// `./specs/*.yaml` means `specs/*.yaml`, and paths are compared without the former's start.
fn from_here(glob: &str) -> String {
    glob.strip_prefix("./").unwrap_or(glob).to_owned()
}

/// The weight that a team gives to a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Not at all: what the rule says is left out.
    Off,
    /// This one.
    At(Severity),
}

/// The words of [`Level`].
pub const SEVERITY_WORDS: [&str; 5] = ["error", "escalation", "warning", "info", "off"];

impl Level {
    /// The level of this word.
    pub fn named(word: &str) -> Option<Self> {
        match word {
            "off" => Some(Self::Off),
            _ => Severity::named(word).map(Self::At),
        }
    }

    /// The word in the configuration.
    pub fn word(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::At(severity) => severity.word(),
        }
    }
}

/// One of `[[severity]]`. Where several fit, the last one decides.
#[derive(Debug, Clone, PartialEq)]
pub struct SeverityOverride {
    /// A rule or a category.
    pub rule: String,
    /// A glob of files, relative to the folder of the configuration; unset means all.
    pub path: Option<String>,
    /// Only where the specification names this environment.
    pub environment: Option<String>,
    /// Only where the specification names this tier.
    pub tier: Option<String>,
    /// What its findings weigh.
    pub level: Level,
    /// Where it is written: `servelint.toml:12`, or the flag.
    pub origin: String,
    /// The same for programs; `None` for a flag.
    pub place: Option<KeyPlace>,
}

impl SeverityOverride {
    pub(super) fn read(table: &ConfigTable<'_>, source: &Arc<Source>) -> Result<Self, ConfigError> {
        table.allow(&["rule", "category", "path", "environment", "tier", "level"])?;
        let rule = match (table.string("rule")?, table.string("category")?) {
            (Some(name), None) | (None, Some(name)) => name,
            _ => {
                return Err(
                    table.incomplete("a severity is set for either a `rule` or a `category`")
                );
            }
        };
        let Some(word) = table.choice("level", &SEVERITY_WORDS, "a level")? else {
            return Err(table.incomplete("a severity needs a `level`"));
        };
        Ok(Self {
            rule: rule.to_owned(),
            path: table.glob("path")?.map(from_here),
            environment: table.string("environment")?.map(str::to_owned),
            tier: table.string("tier")?.map(str::to_owned),
            // `choice` lets no other word through.
            level: Level::named(&word).unwrap_or(Level::Off),
            origin: table.origin(),
            place: Some(KeyPlace {
                source: Arc::clone(source),
                span: table.start(),
            }),
        })
    }
}

/// `[approvers]`: the people and teams of each role. Without a list of roles in `[policy]`, the
/// roles that are named here are those that may approve.
pub(super) fn approvers(
    table: &ConfigTable<'_>,
    roles: Option<&[String]>,
) -> Result<BTreeMap<String, Vec<String>>, ConfigError> {
    if let Some(known) = roles {
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        table.allow_as(&known, "names a role that is not among `approverRoles`")?;
    }
    let mut approvers = BTreeMap::new();
    for role in table.keys() {
        approvers.insert(role.to_owned(), table.strings(role)?.unwrap_or_default());
    }
    Ok(approvers)
}

/// A person or team as names are compared: see [`names::plain`].
pub fn plain_name(name: &str) -> String {
    names::plain(name)
}
