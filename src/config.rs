//! What a team decided: `servelint.toml`, found upwards from each file, over the defaults.
//!
//! Owns [`Config`], [`TeamPolicy`] and [`Project`] (the folder that paths and services belong to).
//! A broken file is a [`ConfigError`] with its place: the run stops, for a threshold that was
//! silently ignored would be worse than no run.

mod codeowners;
mod direction;
mod exceptions;
mod locks;
mod pack;
mod places;
mod policies;
mod policy;
mod prices;
mod profile;
mod project;
mod reader;
mod render;
mod schemas;
mod shelf;

pub use codeowners::{CodeOwners, OWNERS_PLACES};
pub use direction::LoosenedKey;
pub use exceptions::{
    ConfiguredWaiver, LONGEST_NAME, LONGEST_REASON, Level, NEVER, REQUIRABLE, SEVERITY_WORDS,
    SeverityOverride, WaiverPolicy, plain_name,
};
pub use locks::ConfigLock;
pub use pack::{ConftestOptions, Contract, PACK_FILE, PackManifest};
pub use places::{KeyPlace, KeyPlaces};
pub use policies::{PackSettings, PolicySource, is_archive_name};
pub use policy::{KEYS, LEVELS, TeamPolicy};
pub use prices::Prices;
pub use profile::built_in_profiles;
pub use project::{Project, Projects, Proposal, governing};
pub(crate) use project::{baseline as baseline_of, folder_of};
pub use render::{RenderEntry, RenderedPath};
pub use schemas::{KindSchema, SchemaFiles};

use crate::document::source::{Source, Span, display_name};
use profile::{Alone, ReadFiles};
use reader::ConfigTable;
use schemas::SchemaEntry;
use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

/// The tables of the file.
const TABLES: [&str; 13] = [
    "root",
    "locked",
    "check",
    "policy",
    "policies",
    "schemas",
    "render",
    "waivers",
    "severity",
    "approvers",
    "platforms",
    "prices",
    "residency",
];

/// The keys of `[platforms]`: those whose fields are known.
pub const PLATFORMS: [&str; 17] = [
    "kubernetes",
    "kserve",
    "argo-rollouts",
    "flagger",
    "keda",
    "kuberay",
    "prometheus-operator",
    "gateway-api",
    "istio",
    "knative",
    "inference-extension",
    "leader-worker-set",
    "nim-operator",
    "aibrix",
    "production-stack",
    "sloth",
    "pyrra",
];

/// The keys of `[check]`.
const CHECK_KEYS: [&str; 5] = ["profile", "exclude", "select", "ignore", "baseline"];

/// The name of the file that configures a project.
pub const FILE_NAME: &str = "servelint.toml";

/// What one `servelint.toml` sets over those above it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Config {
    /// True where it starts anew: it inherits nothing.
    pub starts_anew: bool,
    /// Keys that no file below may set, those of the uppermost file first.
    pub locked: Vec<ConfigLock>,
    /// Where each key is set.
    pub places: KeyPlaces,
    /// Which files and rules take part.
    pub check: CheckTable,
    /// The thresholds that rules compare with.
    pub policy: TeamPolicy,
    /// `[[policies]]`, in the order of the file, after those of the files above; likewise the next five.
    pub policies: Vec<PolicySource>,
    /// `[policy.<pack>]`, by the name of the pack.
    pub pack_settings: BTreeMap<String, PackSettings>,
    /// `[[schemas]]` with `crd`.
    pub schemas: Vec<SchemaFiles>,
    /// `[[schemas]]` with `kind`.
    pub kinds: Vec<KindSchema>,
    /// `[[render]]`.
    pub render: Vec<RenderEntry>,
    /// `[[waivers]]`, in the order of the file.
    pub waivers: Vec<ConfiguredWaiver>,
    /// `[[severity]]`, in the order of the file.
    pub severity: Vec<SeverityOverride>,
    /// `[approvers]`: the people and teams of each role, as they are written.
    pub approvers: BTreeMap<String, Vec<String>>,
    /// `[platforms]`: the release of each that is installed, such as `0.15`.
    pub platforms: BTreeMap<String, String>,
    /// `[prices]`.
    pub prices: Prices,
    /// `[residency]`: the jurisdiction of each region.
    pub residency: BTreeMap<String, String>,
}

/// `[check]`: which files and rules take part.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CheckTable {
    /// Globs, relative to the folder of the file that sets them, of paths that are left out.
    pub exclude: Vec<String>,
    /// Rule ids or categories; empty means all.
    pub select: Vec<String>,
    /// Rule ids or categories that are left out.
    pub ignore: Vec<String>,
    /// A file of findings that are known, relative to the folder of the file that sets it.
    pub baseline: Option<String>,
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file is there and cannot be read.
    #[error("cannot read {}: {reason}", display_name(path))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        reason: String,
    },
    /// The file is not valid TOML, or holds something that it must not.
    #[error("{}: {message}", file.place_of(*span))]
    Invalid {
        /// The file.
        file: Arc<Source>,
        /// What is wrong in it.
        span: Span,
        /// What is wrong.
        message: String,
        /// What to do.
        help: Option<String>,
    },
}

impl ConfigError {
    fn at(
        source: &Arc<Source>,
        span: Span,
        message: impl Into<String>,
        help: Option<String>,
    ) -> Self {
        Self::Invalid {
            file: Arc::clone(source),
            span,
            message: message.into(),
            help,
        }
    }

    /// What to do about it, where that is known. It may hold text from the file.
    pub fn help(&self) -> Option<&str> {
        match self {
            Self::Unreadable { .. } => {
                Some("fix it, remove it, or name another with `--config FILE`")
            }
            Self::Invalid { help, .. } => help.as_deref(),
        }
    }
}

impl Config {
    /// Reads the text of a `servelint.toml` with none above it.
    pub fn parse(source: &Arc<Source>) -> Result<Self, ConfigError> {
        Self::below(&Self::default(), source, &Alone)
    }

    /// Reads the text of a `servelint.toml` that inherits from `upper`: what it sets replaces single keys,
    /// and its tables of arrays are added to those above.
    fn below(
        upper: &Self,
        source: &Arc<Source>,
        read: &dyn ReadFiles,
    ) -> Result<Self, ConfigError> {
        let parsed = crate::document::read::parse(source, crate::document::read::Format::Toml);
        if let Some(error) = parsed.errors.first() {
            return Err(ConfigError::at(
                source,
                error.span,
                error.message.clone(),
                None,
            ));
        }
        let Some(document) = parsed.documents.first() else {
            return Ok(Self {
                starts_anew: false,
                ..upper.clone()
            });
        };
        let root = ConfigTable::root(source, &document.root);
        root.allow(&TABLES)?;
        let mut own = KeyPlaces::default();
        own.add(source, &document.root);
        let mut config = Self::under(upper, &root, &own)?;
        for table in root.tables("policies")? {
            config.policies.push(PolicySource::read(&table, source)?);
        }
        config.add_profile(&root, source, read)?;
        config.places.add(source, &document.root);
        config.read(&root, source)?;
        Ok(config)
    }

    /// What a file begins with: all of what stands above it, or nothing.
    fn under(upper: &Self, root: &ConfigTable<'_>, own: &KeyPlaces) -> Result<Self, ConfigError> {
        for lock in &upper.locked {
            lock.check(own)?;
        }
        match (root.flag("root")?, upper.locked.first(), own.get("root")) {
            (Some(true), Some(lock), Some(place)) => Err(lock.refusal("root", place)),
            (Some(true), ..) => Ok(Self {
                starts_anew: true,
                ..Self::default()
            }),
            _ => Ok(Self {
                starts_anew: false,
                ..upper.clone()
            }),
        }
    }

    fn read(&mut self, root: &ConfigTable<'_>, source: &Arc<Source>) -> Result<(), ConfigError> {
        self.locked.extend(ConfigLock::read(root, source)?);
        if let Some(table) = root.table("check")? {
            self.check.read(&table)?;
        }
        if let Some(table) = root.table("policy")? {
            self.policy.read(&table)?;
            policies::read_settings(&table, source, &mut self.pack_settings)?;
        }
        for table in root.tables("schemas")? {
            match SchemaEntry::read(&table, source)? {
                SchemaEntry::Files(files) => self.schemas.push(files),
                SchemaEntry::Kind(kind) => self.kinds.push(kind),
            }
        }
        for table in root.tables("render")? {
            self.render.push(RenderEntry::read(&table, source)?);
        }
        for table in root.tables("waivers")? {
            self.waivers.push(ConfiguredWaiver::read(&table, source)?);
        }
        for table in root.tables("severity")? {
            self.severity.push(SeverityOverride::read(&table, source)?);
        }
        if let Some(table) = root.table("approvers")? {
            self.read_approvers(&table)?;
        }
        if let Some(table) = root.table("platforms")? {
            self.read_platforms(&table)?;
        }
        if let Some(table) = root.table("prices")? {
            self.prices.read(&table)?;
        }
        if let Some(table) = root.table("residency")? {
            self.residency.extend(prices::residency(&table)?);
        }
        Ok(())
    }

    fn read_platforms(&mut self, table: &ConfigTable<'_>) -> Result<(), ConfigError> {
        table.allow(&PLATFORMS)?;
        for name in PLATFORMS {
            if let Some(release) = table.release(name)? {
                self.platforms.insert(name.to_owned(), release);
            }
        }
        Ok(())
    }

    fn read_approvers(&mut self, table: &ConfigTable<'_>) -> Result<(), ConfigError> {
        let are_set = self.places.get("policy.approverRoles").is_some();
        let roles = are_set.then_some(self.policy.approver_roles.as_slice());
        let approvers = exceptions::approvers(table, roles)?;
        self.approvers.extend(approvers);
        if !are_set && !self.approvers.is_empty() {
            self.policy.approver_roles = self.approvers.keys().cloned().collect();
        }
        Ok(())
    }
}

impl CheckTable {
    /// Replaces what `table` sets.
    fn read(&mut self, table: &ConfigTable<'_>) -> Result<(), ConfigError> {
        table.allow(&CHECK_KEYS)?;
        if let Some(globs) = table.globs("exclude")? {
            self.exclude = globs;
        }
        if let Some(names) = table.strings("select")? {
            self.select = names;
        }
        if let Some(names) = table.strings("ignore")? {
            self.ignore = names;
        }
        if let Some(file) = table.string("baseline")? {
            self.baseline = Some(file.to_owned());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Config, String> {
        Config::parse(&Source::new("servelint.toml", text)).map_err(|error| match error.help() {
            Some(help) => format!("{error}; {help}"),
            None => error.to_string(),
        })
    }

    #[test]
    fn an_empty_file_is_the_defaults() {
        assert_eq!(parse("").expect("valid"), Config::default());
        assert_eq!(parse("# nothing\n").expect("valid"), Config::default());
    }

    #[test]
    fn what_is_set_replaces_the_default_and_nothing_else() {
        let text = "[policy]\nconfidence = 0.99\nevidenceMaxAge = \"30d\"\n[policy.severityMatrix.low]\nvery-high = \"high\"\n";
        let policy = parse(text).expect("valid").policy;
        assert_eq!(
            (policy.confidence, policy.evidence_max_age_seconds),
            (0.99, 30.0 * 86_400.0)
        );
        assert_eq!(policy.severity_matrix["low"]["very-high"], "high");
        assert_eq!(policy.severity_matrix["low"]["high"], "low");
        assert_eq!(
            policy.max_first_step_percent,
            TeamPolicy::default().max_first_step_percent
        );
    }

    #[test]
    fn unknown_keys_are_refused_with_the_nearest_name() {
        let error = parse("[policy]\nmaxFirstStepPercnt = 5\n").expect_err("unknown key");
        assert_eq!(
            error,
            "servelint.toml:2:1: unknown key `maxFirstStepPercnt` in `[policy]`; did you mean `maxFirstStepPercent`?"
        );
        let error = parse("[polcy]\n").expect_err("unknown table");
        assert!(error.contains("did you mean `policy`?"), "{error}");
    }

    #[test]
    fn installed_releases_are_read() {
        let config =
            parse("[platforms]\nkserve = \"v0.15.2\"\nkubernetes = \"1.32\"\n").expect("valid");
        assert_eq!(config.platforms["kserve"], "0.15");
        assert_eq!(config.platforms["kubernetes"], "1.32");
        for (text, message) in [
            (
                "kserve = 0.15",
                "`kserve` must be a release, such as \"0.15\"",
            ),
            (
                "kserve = \"latest\"",
                "`kserve` must be a release, such as \"0.15\"",
            ),
            ("kserve = \"1\"", "`kserve` must be a release"),
            ("kserv = \"0.15\"", "unknown key `kserv`"),
        ] {
            let error = parse(&format!("[platforms]\n{text}\n")).expect_err(text);
            assert!(error.to_string().contains(message), "{error}");
        }
    }

    #[test]
    fn exceptions_and_approvers_are_read() {
        let text = "[policy.waivers]\nrequire = [\"reason\"]\nmaxDays = 90\nnever = [\"slo\"]\n\
            [approvers]\ncto = [\"m.osei\", \"@org/leads\"]\n\
            [[severity]]\ncategory = \"slo\"\nenvironment = \"staging\"\nlevel = \"off\"\n\
            [[waivers]]\nrule = \"a\"\npath = \"x/**\"\npointer = \"/spec\"\nexpires = 2027-01-31\nowner = \"d\"\n";
        let config = parse(text).expect("valid");
        assert_eq!(config.policy.waivers.max_days, Some(90.0));
        assert_eq!(
            config.policy.approver_roles,
            ["cto"],
            "the roles are those that have people"
        );
        assert_eq!(config.severity[0].level, Level::Off);
        assert_eq!(config.severity[0].origin, "servelint.toml:7");
        assert_eq!(config.waivers[0].expires.as_deref(), Some("2027-01-31"));
        assert_eq!(config.waivers[0].reason, None);
    }

    #[test]
    fn wrong_types_and_values_out_of_range_are_refused_at_their_place() {
        for (text, wanted) in [
            (
                "[policy]\nconfidence = 1.5\n",
                "servelint.toml:2:14: `confidence` must lie between 0.5 and 0.9999, not 1.5",
            ),
            (
                "[policy]\nconfidence = \"high\"\n",
                "servelint.toml:2:14: `confidence` must be a number",
            ),
            (
                "[policy]\nevidenceMaxAge = 14\n",
                "servelint.toml:2:18: `evidenceMaxAge` must be a duration",
            ),
            (
                "[policy]\nescalateAtSeverity = \"huge\"\n",
                "servelint.toml:2:22: `huge` is not a level",
            ),
            (
                "[check]\nexclude = [\"a[\"]\n",
                "servelint.toml:2:12: `a[` is not a glob",
            ),
            (
                "policy = 3\n",
                "servelint.toml:1:10: `policy` must be a table",
            ),
            (
                "waivers = 3\n",
                "servelint.toml:1:11: `waivers` must be tables, each under `[[waivers]]`",
            ),
            (
                "[[schemas]]\n",
                "servelint.toml:1:1: an entry of `[[schemas]]` names the files of a `crd`, or a `kind`",
            ),
            (
                "[[schemas]]\ncrd = \"/etc/*.yaml\"\n",
                "servelint.toml:2:7: `crd` must lie below the folder",
            ),
            (
                "[[schemas]]\ncrd = \"a/../../b.yaml\"\n",
                "servelint.toml:2:7: `crd` must lie below the folder",
            ),
            (
                "[[schemas]]\ncrd = \"a[\"\n",
                "servelint.toml:2:7: `a[` is not a glob",
            ),
            (
                "[[schemas]]\ncrds = \"a\"\n",
                "servelint.toml:2:1: unknown key `crds` in `[[schemas]]`",
            ),
            (
                "[[schemas]]\ncrd = [\"a\"]\n",
                "servelint.toml:2:7: `crd` must be a string",
            ),
            (
                "[[schemas]]\nkind = \"ModelCard\"\nschema = \"card.json\"\n",
                "servelint.toml:1:1: an entry of `[[schemas]]` that declares a kind has `kind`, `apiVersion` and `schema`",
            ),
            (
                "[[schemas]]\ncrd = \"a\"\nkind = \"ModelCard\"\n",
                "servelint.toml:3:8: `kind` belongs to an entry of its own",
            ),
            (
                "[[schemas]]\nkind = \"A\"\napiVersion = \"v1\"\nschema = \"a\"\n",
                "servelint.toml:3:14: `apiVersion` must be a group and a version",
            ),
            (
                "[[schemas]]\nkind = \"A\"\napiVersion = \"a/v1\"\nschema = \"../a\"\n",
                "servelint.toml:4:10: `schema` must lie below the folder",
            ),
            (
                "[[waivers]]\nrule = \"a\"\n",
                "servelint.toml:1:1: a waiver names a `rule` and a `path`",
            ),
            (
                "[[waivers]]\nrule = \"a\"\npath = \"b\"\nexpires = \"soon\"\n",
                "servelint.toml:4:11: `expires` must be a date",
            ),
            (
                "[[waivers]]\nrule = \"a\"\npath = \"b\"\npointer = \"spec\"\n",
                "servelint.toml:4:11: `pointer` must be a JSON Pointer",
            ),
            (
                &format!(
                    "[[waivers]]\nrule = \"a\"\npath = \"b\"\nreason = \"{}\"\n",
                    "x".repeat(501)
                ),
                "servelint.toml:4:10: `reason` must have 500 characters at the most",
            ),
            (
                "[[severity]]\nlevel = \"off\"\n",
                "servelint.toml:1:1: a severity is set for either",
            ),
            (
                "[[severity]]\nrule = \"a\"\n",
                "servelint.toml:1:1: a severity needs a `level`",
            ),
            (
                "[[severity]]\nrule = \"a\"\nlevel = \"eror\"\n",
                "servelint.toml:3:9: `eror` is not a level",
            ),
            (
                "[policy.waivers]\nrequire = [\"resaon\"]\n",
                "servelint.toml:2:12: `resaon` is not a part",
            ),
            (
                "[policy]\napproversMustOwn = 1\n",
                "servelint.toml:2:20: `approversMustOwn` must be true or false",
            ),
            (
                "[policy]\napproverRoles = [\"cto\"]\n[approvers]\nctoo = []\n",
                "servelint.toml:4:1: `ctoo` in `[approvers]` names a role that is not among `approverRoles`",
            ),
            ("[policy\n", "servelint.toml:1:"),
        ] {
            let error = parse(text).expect_err(text);
            assert!(error.starts_with(wanted), "{text:?} gave {error}");
        }
    }
}
