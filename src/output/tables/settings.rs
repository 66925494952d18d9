//! The settings in effect for a path, and where each comes from.

use crate::{
    config::{KEYS, Project, SeverityOverride},
    document::{
        Document,
        source::{LineIndex, Span, real_path},
    },
    finding::FailOn,
    output::safe::{self, escape},
};
use globset::Glob;
use serde::Serialize;
use serde_json::{Value, json};
use std::{fmt::Write as _, path::Path};

/// One setting.
#[derive(Debug, Serialize)]
pub struct Setting {
    /// As `servelint.toml` calls it, with dots.
    pub key: String,
    /// What is in effect.
    pub value: Value,
    /// `default`, `servelint.toml:12`, or the flag.
    pub origin: String,
}

/// What flags set.
#[derive(Debug, Default)]
pub struct Flags<'f> {
    /// `--select`
    pub select: &'f [String],
    /// `--ignore`
    pub ignore: &'f [String],
    /// `--severity`
    pub severity: &'f [SeverityOverride],
    /// `--fail-on`
    pub fail_on: FailOn,
    /// `--baseline`
    pub baseline: Option<&'f Path>,
    /// `--no-waivers`
    pub no_waivers: bool,
}

/// Everything that decides how `path` is judged.
pub fn settings(
    project: &Project,
    written: Option<&Document>,
    path: &Path,
    flags: &Flags<'_>,
) -> Vec<Setting> {
    let origins = Origins { written };
    let mut rows = check(project, &origins, flags);
    rows.extend(policy(project, &origins));
    for (index, set) in project.config.schemas.iter().enumerate() {
        rows.push(row(
            format!("schemas[{index}].crd"),
            json!(set.crd),
            set.origin.clone(),
        ));
    }
    for (role, people) in &project.config.approvers {
        rows.push(row(
            format!("approvers.{role}"),
            json!(people),
            origins.of(&["approvers", role]),
        ));
    }
    let fits = |glob: Option<&str>| fits(glob, path, &project.folder());
    let severity = project
        .config
        .severity
        .iter()
        .filter(|set| fits(set.path.as_deref()));
    for (index, set) in severity.chain(flags.severity).enumerate() {
        let value = json!({
            "rule": set.rule, "level": set.level.word(), "path": set.path, "environment": set.environment, "tier": set.tier,
        });
        rows.push(row(format!("severity[{index}]"), value, set.origin.clone()));
    }
    let waivers = project
        .config
        .waivers
        .iter()
        .filter(|waiver| fits(Some(&waiver.path)));
    for (index, waiver) in waivers.enumerate() {
        let value = json!({
            "rule": waiver.rule, "path": waiver.path, "pointer": waiver.pointer.as_ref().map(ToString::to_string),
            "owner": waiver.owner, "reason": waiver.reason, "expires": waiver.expires,
        });
        rows.push(row(
            format!("waivers[{index}]"),
            value,
            origins.line(waiver.span),
        ));
    }
    if flags.no_waivers {
        rows.push(row(
            "waivers".into(),
            json!("ignored, and so is the baseline"),
            "--no-waivers".into(),
        ));
    }
    rows
}

fn row(key: String, value: Value, origin: String) -> Setting {
    Setting { key, value, origin }
}

fn check(project: &Project, origins: &Origins<'_>, flags: &Flags<'_>) -> Vec<Setting> {
    let check = &project.config.check;
    let from = |key: &str| origins.of(&["check", key]);
    let select = match flags.select.is_empty() {
        true => row("check.select".into(), json!(check.select), from("select")),
        false => row(
            "check.select".into(),
            json!(flags.select),
            "--select".into(),
        ),
    };
    let mut rows = vec![
        row(
            "check.exclude".into(),
            json!(check.exclude),
            from("exclude"),
        ),
        select,
        row("check.ignore".into(), json!(check.ignore), from("ignore")),
    ];
    if !flags.ignore.is_empty() {
        rows.push(row(
            "check.ignore".into(),
            json!(flags.ignore),
            "--ignore".into(),
        ));
    }
    rows.push(match flags.baseline {
        Some(file) => row(
            "check.baseline".into(),
            json!(file.to_string_lossy()),
            "--baseline".into(),
        ),
        None => row(
            "check.baseline".into(),
            json!(check.baseline),
            from("baseline"),
        ),
    });
    let origin = match flags.fail_on == FailOn::default() {
        true => DEFAULT,
        false => "--fail-on",
    };
    rows.push(row(
        "fail-on".into(),
        json!(flags.fail_on.word()),
        origin.into(),
    ));
    rows
}

fn policy(project: &Project, origins: &Origins<'_>) -> Vec<Setting> {
    let values = serde_json::to_value(&project.config.policy).unwrap_or_default();
    let mut rows = Vec::new();
    for key in KEYS.iter().filter(|key| **key != "waivers") {
        let from = |inner: &[&str]| origins.of(&[&["policy", key], inner].concat());
        let seconds = values.get(format!("{key}Seconds")).and_then(Value::as_f64);
        match (values.get(*key), seconds) {
            (Some(Value::Object(levels)), _) => rows.extend(levels.iter().map(|(level, row)| {
                self::row(format!("policy.{key}.{level}"), row.clone(), from(&[level]))
            })),
            (_, Some(seconds)) => rows.push(row(
                format!("policy.{key}"),
                json!(duration(seconds)),
                from(&[]),
            )),
            (value, None) => {
                let mut origin = from(&[]);
                if *key == "approverRoles"
                    && origin == DEFAULT
                    && !project.config.approvers.is_empty()
                {
                    origin = origins.of(&["approvers"]);
                }
                rows.push(row(
                    format!("policy.{key}"),
                    whole(value.cloned().unwrap_or_default()),
                    origin,
                ));
            }
        }
    }
    let waivers = &project.config.policy.waivers;
    for (key, value) in [
        ("require", json!(waivers.require)),
        ("maxDays", whole(json!(waivers.max_days))),
        ("never", json!(waivers.never)),
    ] {
        rows.push(row(
            format!("policy.waivers.{key}"),
            value,
            origins.of(&["policy", "waivers", key]),
        ));
    }
    rows
}

/// `90` rather than `90.0`: so people write it.
fn whole(value: Value) -> Value {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "thresholds are far below 2^53"
    )]
    let integer = value
        .as_f64()
        .filter(|number| number.fract() == 0.0)
        .map(|number| number as i64);
    integer.map_or(value, Value::from)
}

fn duration(seconds: f64) -> String {
    let days = seconds / 86_400.0;
    if days >= 1.0 && days.fract() == 0.0 {
        format!("{days}d")
    } else {
        format!("{seconds}s")
    }
}

/// True for a folder, of which any file may fit.
fn fits(glob: Option<&str>, path: &Path, folder: &Path) -> bool {
    let Some(glob) = glob.and_then(|glob| Glob::new(glob).ok()) else {
        return true;
    };
    let path = real_path(path);
    path.is_dir()
        || path
            .strip_prefix(folder)
            .is_ok_and(|path| glob.compile_matcher().is_match(path))
}

const DEFAULT: &str = "default";

struct Origins<'o> {
    written: Option<&'o Document>,
}

impl Origins<'_> {
    fn of(&self, keys: &[&str]) -> String {
        match self.key(keys) {
            Some(span) => self.line(span),
            None => DEFAULT.to_owned(),
        }
    }

    /// The bytes of the last of these keys, each of which stands in the table of the one before.
    fn key(&self, keys: &[&str]) -> Option<Span> {
        let mut node = &self.written?.root;
        let mut found = None;
        for key in keys {
            let entry = node.entry(key)?;
            (node, found) = (&entry.node, Some(entry.key_span));
        }
        found
    }

    fn line(&self, span: Span) -> String {
        let Some(source) = self.written.map(|written| &written.source) else {
            return DEFAULT.into();
        };
        let line = LineIndex::new(&source.text)
            .position(&source.text, span.start())
            .line;
        format!("{}:{line}", source.name)
    }
}

/// One setting on each line, with its origin in the last column.
pub fn settings_table(root: &str, file: Option<&str>, settings: &[Setting]) -> String {
    let mut table = format!(
        "root    {}\nfile    {}\n\n",
        escape(root),
        file.map_or("none".into(), escape)
    );
    let lines: Vec<String> = settings
        .iter()
        .map(|row| escape(&format!("{} = {}", row.key, row.value)).into_owned())
        .collect();
    let width = lines
        .iter()
        .map(|line| line.chars().count())
        .filter(|width| *width <= MOST)
        .max()
        .unwrap_or(0);
    for (line, row) in lines.iter().zip(settings) {
        let _ = writeln!(table, "{line:width$}  {}", escape(&row.origin));
    }
    table
}

/// Columns that a setting may take before its origin is pushed out of the column.
const MOST: usize = 64;

/// The same for programs.
pub fn settings_json(root: &str, file: Option<&str>, settings: &[Setting]) -> String {
    safe::json(&json!({"version": 1, "root": root, "file": file, "settings": settings}))
}
