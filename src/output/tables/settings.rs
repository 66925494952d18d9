//! The settings in effect for a path, and where each comes from.

use super::fit;
use crate::{
    config::{Config, KEYS, KeyPlace, Project, SeverityOverride},
    disk::OnDisk,
    document::source::{folder, real_path},
    finding::FailOn,
    output::{
        safe::{self, escape},
        style,
    },
};
use globset::Glob;
use serde::Serialize;
use serde_json::{Value, json};
use std::{fmt::Write as _, path::Path};
use textwrap::{WordSeparator, core::Word};

/// One setting.
#[derive(Debug, Serialize)]
pub struct Setting {
    /// As `servelint.toml` calls it, with dots.
    pub key: String,
    /// What is in effect.
    pub value: Value,
    /// `default`, `servelint.toml:12`, or the flag.
    pub origin: String,
    /// Where it is locked, so that no file below may set it.
    pub locked: Option<String>,
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
pub fn settings(project: &Project, path: &Path, flags: &Flags<'_>) -> Vec<Setting> {
    let mut rows = Rows {
        config: &project.config,
        rows: Vec::new(),
    };
    rows.check(project, flags);
    rows.policy(project);
    for (index, set) in project.config.schemas.iter().enumerate() {
        rows.push(format!("schemas[{index}].crd"), json!(set.crd), &set.origin);
    }
    let own = &project.config.kinds;
    for (index, own) in own.iter().enumerate() {
        let key = format!("schemas.{}[{index}]", own.kind);
        let value = json!({"apiVersion": own.api_version, "schema": own.schema});
        rows.push(key, value, &own.origin);
    }
    for (role, people) in &project.config.approvers {
        rows.written("approvers", role, json!(people));
    }
    for (platform, release) in &project.config.platforms {
        rows.written("platforms", platform, json!(release));
    }
    rows.stated(project);
    rows.severity(project, path, flags);
    rows.waivers(project, path);
    if flags.no_waivers {
        let value = json!("ignored, and so is the baseline");
        rows.push("waivers", value, "--no-waivers");
    }
    rows.rows
}

/// The settings so far, and where each may come from.
struct Rows<'o> {
    config: &'o Config,
    rows: Vec<Setting>,
}

impl Rows<'_> {
    fn push(&mut self, key: impl Into<String>, value: Value, origin: impl Into<String>) {
        let key = key.into();
        let mut locks = self.config.locked.iter();
        let lock = locks.find(|lock| lock.holds(&key));
        self.rows.push(Setting {
            locked: lock.map(|lock| lock.place.line()),
            key,
            value,
            origin: origin.into(),
        });
    }

    /// Where a key is set.
    fn origin(&self, keys: &[&str]) -> String {
        let place = self.config.places.get(&keys.join("."));
        place.map_or_else(|| DEFAULT.to_owned(), KeyPlace::line)
    }

    /// A key of a table of the configuration.
    fn written(&mut self, table: &str, key: &str, value: Value) {
        let origin = self.origin(&[table, key]);
        self.push(format!("{table}.{key}"), value, origin);
    }

    fn check(&mut self, project: &Project, flags: &Flags<'_>) {
        let check = &project.config.check;
        self.written("check", "exclude", json!(check.exclude));
        match flags.select.is_empty() {
            true => self.written("check", "select", json!(check.select)),
            false => self.push("check.select", json!(flags.select), "--select"),
        }
        // Unlike the others, the flag adds to what is configured.
        self.written("check", "ignore", json!(check.ignore));
        if !flags.ignore.is_empty() {
            self.push("check.ignore", json!(flags.ignore), "--ignore");
        }
        match flags.baseline {
            Some(file) => {
                let file = json!(file.to_string_lossy());
                self.push("check.baseline", file, "--baseline");
            }
            None => self.written("check", "baseline", json!(check.baseline)),
        }
        // No key of the configuration sets it.
        let origin = match flags.fail_on == FailOn::default() {
            true => DEFAULT,
            false => "--fail-on",
        };
        self.push("fail-on", json!(flags.fail_on.word()), origin);
    }

    fn policy(&mut self, project: &Project) {
        let values = serde_json::to_value(&project.config.policy).unwrap_or_default();
        for key in KEYS.iter().filter(|key| **key != "waivers") {
            self.threshold(key, &values, project);
        }
        let waivers = &project.config.policy.waivers;
        for (key, value) in [
            ("require", json!(waivers.require)),
            ("maxDays", whole(json!(waivers.max_days))),
            ("never", json!(waivers.never)),
        ] {
            let origin = self.origin(&["policy", "waivers", key]);
            self.push(format!("policy.waivers.{key}"), value, origin);
        }
    }

    /// One key of `[policy]`, of which `values` are all, as rules read them.
    fn threshold(&mut self, key: &str, values: &Value, project: &Project) {
        // Rules read durations in seconds, under another name.
        let seconds = values.get(format!("{key}Seconds")).and_then(Value::as_f64);
        if let Some(Value::Object(levels)) = values.get(key) {
            for (level, row) in levels {
                let origin = self.origin(&["policy", key, level]);
                self.push(format!("policy.{key}.{level}"), row.clone(), origin);
            }
        } else if let Some(seconds) = seconds {
            self.written("policy", key, json!(duration(seconds)));
        } else {
            let value = whole(values.get(key).cloned().unwrap_or_default());
            let mut origin = self.origin(&["policy", key]);
            // Without a list of their own, the roles are those that `[approvers]` names.
            let has_approvers = !project.config.approvers.is_empty();
            if key == "approverRoles" && origin == DEFAULT && has_approvers {
                origin = self.origin(&["approvers"]);
            }
            self.push(format!("policy.{key}"), value, origin);
        }
    }

    /// Prices, and the jurisdictions of regions.
    fn stated(&mut self, project: &Project) {
        let prices = &project.config.prices;
        if let Some(currency) = &prices.currency {
            self.written("prices", "currency", json!(currency));
        }
        for (gpu, price) in &prices.gpu_hour {
            self.written("prices.gpuHour", gpu, whole(json!(price)));
        }
        for (region, jurisdiction) in &project.config.residency {
            self.written("residency", region, json!(jurisdiction));
        }
    }

    /// Those of the configuration that fit the path, then those of flags, which decide.
    fn severity(&mut self, project: &Project, path: &Path, flags: &Flags<'_>) {
        let mut sets: Vec<&SeverityOverride> = project.config.severity.iter().collect();
        sets.retain(|set| {
            let above = set.place.as_ref().map(|place| folder(&place.source.path));
            fits(
                set.path.as_deref(),
                path,
                &above.map_or_else(|| project.folder(), real_path),
            )
        });
        sets.extend(flags.severity);
        for (index, set) in sets.into_iter().enumerate() {
            let value = json!({
                "rule": set.rule, "level": set.level.word(), "path": set.path, "environment": set.environment, "tier": set.tier,
            });
            self.push(format!("severity[{index}]"), value, &set.origin);
        }
    }

    fn waivers(&mut self, project: &Project, path: &Path) {
        let mut index = 0;
        for waiver in &project.config.waivers {
            if !fits(
                Some(&waiver.path),
                path,
                &real_path(folder(&waiver.source.path)),
            ) {
                continue;
            }
            let value = json!({
                "rule": waiver.rule, "path": waiver.path, "pointer": waiver.pointer.as_ref().map(ToString::to_string),
                "owner": waiver.owner, "reason": waiver.reason, "expires": waiver.expires,
            });
            let origin = waiver.origin();
            self.push(format!("waivers[{index}]"), value, origin);
            index += 1;
        }
    }
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
    path.holds_folder()
        || path
            .strip_prefix(folder)
            .is_ok_and(|path| glob.compile_matcher().is_match(path))
}

const DEFAULT: &str = "default";

/// One setting on each line, with its origin in the last column; where a width is given that it does not fit, the origin
/// stands below it.
pub fn settings_table(
    project: &ShownProject<'_>,
    settings: &[Setting],
    columns: Option<usize>,
) -> String {
    let most = columns.unwrap_or(usize::MAX);
    let mut table = format!("root    {}\n", escape(project.root));
    if project.files.is_empty() {
        table.push_str("file    none\n");
    }
    // The nearest first: the others are what it inherits from.
    for (index, file) in project.files.iter().rev().enumerate() {
        let head = if index == 0 { "file    " } else { "above   " };
        let _ = writeln!(table, "{head}{}", escape(file));
    }
    if let Some(policy) = project.policy {
        let _ = writeln!(table, "policy  {}", escape(policy));
    }
    table.push('\n');
    // Aligned by what most settings need: a long list must not push every origin off the screen.
    let lines: Vec<String> = settings
        .iter()
        .map(|row| escape(&format!("{} = {}", row.key, row.value)).into_owned())
        .collect();
    let mut rows = Vec::new();
    for (line, row) in lines.iter().zip(settings) {
        let locked = match &row.locked {
            Some(place) => format!(", locked at {place}"),
            None => String::new(),
        };
        let origin = format!("{}{}", escape(&row.origin), escape(&locked));
        rows.push((line, origin));
    }
    let mut width = 0;
    for (line, origin) in &rows {
        let own = style::columns(line);
        if own <= MOST && own + 2 + style::columns(origin) <= most {
            width = own.max(width);
        }
    }
    for (line, origin) in rows {
        let gap = " ".repeat(width.saturating_sub(style::columns(line)));
        let mut ways = [
            format!("{line}{gap}  {origin}\n"),
            format!("{line}  {origin}\n"),
        ]
        .into_iter();
        let whole = ways.find(|whole| style::columns(whole.trim_end()) <= most);
        table.push_str(&whole.unwrap_or_else(|| broken(line, &origin, most)));
    }
    table
}

/// A setting on lines of its own, broken after commas, and its origin below it.
fn broken(setting: &str, origin: &str, width: usize) -> String {
    let options = style::wrapping(width).word_separator(WordSeparator::Custom(after_commas));
    let mut text = fit::lines(setting, "", "    ", options);
    text.push_str(&fit::lines(
        origin,
        "  from ",
        "    ",
        style::wrapping(width),
    ));
    text
}

/// JSON without blanks still has commas to break after.
fn after_commas(line: &str) -> Box<dyn Iterator<Item = Word<'_>> + '_> {
    let parts = line.split_inclusive([',', ' ']);
    Box::new(parts.map(Word::from))
}

/// Columns that a setting may take before its origin is pushed out of the column.
const MOST: usize = 64;

/// The same for programs.
pub fn settings_json(project: &ShownProject<'_>, settings: &[Setting]) -> String {
    safe::json(&json!({
        "version": 1, "root": project.root, "file": project.files.last(), "files": project.files,
        "policy": project.policy, "settings": settings,
    }))
}

/// What is said of a project before its settings.
#[derive(Debug)]
pub struct ShownProject<'p> {
    /// Its root, as users see it.
    pub root: &'p str,
    /// The files that its settings come from, the uppermost first.
    pub files: &'p [String],
    /// The revision that has the say, or `new`; `None` where nobody asked for one.
    pub policy: Option<&'p str>,
}
