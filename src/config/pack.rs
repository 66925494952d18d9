//! `servelint-pack.toml`: what a pack of rules is.

use super::{ConfigError, KindSchema, reader::ConfigTable};
use crate::document::{
    read::{self, Format},
    source::{Source, Span},
};
use std::{collections::BTreeSet, sync::Arc};

/// The file that makes a folder a pack.
pub const PACK_FILE: &str = "servelint-pack.toml";

const KEYS: [&str; 11] = [
    "name",
    "version",
    "description",
    "servelint",
    "rego",
    "schemas",
    "contract",
    "namespaces",
    "files",
    "ignore",
    "combine",
];
/// Those of them that mean something to one contract only.
const CONFTEST_KEYS: [&str; 4] = ["namespaces", "files", "ignore", "combine"];
/// Characters of a name.
const LONGEST_NAME: usize = 40;

/// What a pack is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackManifest {
    /// The first part of its rules' ids.
    pub name: String,
    /// Where the name stands.
    pub name_span: Span,
    /// Its own version.
    pub version: String,
    /// What it is for.
    pub description: Option<String>,
    /// True for rules in the syntax of Rego v0.
    pub is_v0: bool,
    /// How its rules are asked.
    pub contract: Contract,
    /// `[[schemas]]`: the kinds that it brings, whose schemas are files of it.
    pub kinds: Vec<KindSchema>,
}

/// How the rules of a pack are asked, and what they see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Contract {
    /// As those of servelint: a folder for each rule, METADATA, facts.
    Servelint,
    /// As those of conftest: `deny`, `violation` and `warn` of these packages.
    Conftest(ConftestOptions),
}

/// What conftest takes as flags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConftestOptions {
    /// The packages that are asked; `main` where none is named. `*` and `?` stand for any text and for one character.
    pub namespaces: Vec<String>,
    /// Globs, from the root of the project; no file but these is shown to the pack, if there are any.
    pub files: Vec<String>,
    /// Globs of files that are not shown to it.
    pub ignore: Vec<String>,
    /// True where `input` is all files together.
    pub combine: bool,
}

impl PackManifest {
    /// The package below which the rules stand.
    pub fn root(&self) -> String {
        self.name.replace('-', "_")
    }

    /// Reads the text of a `servelint-pack.toml`.
    ///
    /// # Errors
    /// At what is wrong: no TOML, an unknown key, a name that cannot be one, another release of servelint.
    pub fn parse(source: &Arc<Source>) -> Result<Self, ConfigError> {
        let parsed = read::parse(source, Format::Toml);
        if let Some(error) = parsed.errors.first() {
            let message = error.message.clone();
            return Err(ConfigError::at(source, error.span, message, None));
        }
        let Some(document) = parsed.documents.first() else {
            let message = "a pack has a `name` and a `version`";
            return Err(ConfigError::at(source, Span::new(0, 0), message, None));
        };
        let table = ConfigTable::root(source, &document.root);
        table.allow(&KEYS)?;
        let name = name(&table)?;
        required_release(&table)?;
        let Some(version) = table.string("version")? else {
            return Err(table.incomplete("a pack has a `version`, such as \"1.0.0\""));
        };
        let kinds = table.tables("schemas")?;
        let kinds = kinds.iter().map(|table| KindSchema::of_pack(table, source));
        let rego = table.choice("rego", &["v1", "v0"], "a syntax of Rego")?;
        let manifest = Self {
            name_span: table.value_span("name"),
            name,
            version: version.to_owned(),
            description: table.string("description")?.map(str::to_owned),
            is_v0: rego.as_deref() == Some("v0"),
            contract: contract(&table)?,
            kinds: kinds.collect::<Result<_, _>>()?,
        };
        if manifest.is_v0 && manifest.contract == Contract::Servelint {
            return Err(table.wrong_value(
                "rego",
                "is \"v1\" in packs of the contract \"servelint\"; \"v0\" is for those of conftest",
            ));
        }
        Ok(manifest)
    }
}

fn name(table: &ConfigTable<'_>) -> Result<String, ConfigError> {
    let Some(name) = table.string("name")? else {
        return Err(table.incomplete("a pack has a `name`, with which the ids of its rules begin"));
    };
    let is_plain = name.len() <= LONGEST_NAME
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !name.ends_with('-');
    if !is_plain {
        return Err(table.wrong_value(
            "name",
            "must be a word of at most 40 small letters, digits and `-`, such as \"acme\"",
        ));
    }
    let taken: BTreeSet<&str> = ["servelint", "input", "data", "system", "conftest"].into();
    match taken.contains(name) {
        true => Err(table.wrong_value("name", "is taken; begin with the name of the team")),
        false => Ok(name.to_owned()),
    }
}

fn contract(table: &ConfigTable<'_>) -> Result<Contract, ConfigError> {
    let contract = table.choice("contract", &["servelint", "conftest"], "a contract")?;
    if contract.as_deref() != Some("conftest") {
        let foreign = CONFTEST_KEYS
            .iter()
            .find(|key| table.keys().any(|own| own == **key));
        return match foreign {
            Some(key) => Err(table.wrong_value(key, "belongs to `contract = \"conftest\"`")),
            None => Ok(Contract::Servelint),
        };
    }
    let namespaces = table.strings("namespaces")?;
    let namespaces = namespaces.unwrap_or_else(|| vec!["main".to_owned()]);
    if namespaces.is_empty() || namespaces.iter().any(|name| name.contains(['[', ']'])) {
        return Err(table.wrong_value(
            "namespaces",
            "names packages, such as \"main\", or patterns with `*`",
        ));
    }
    Ok(Contract::Conftest(ConftestOptions {
        namespaces,
        files: table.globs("files")?.unwrap_or_default(),
        ignore: table.globs("ignore")?.unwrap_or_default(),
        combine: table.flag("combine")?.unwrap_or_default(),
    }))
}

/// Refuses a pack for another release than this one.
fn required_release(table: &ConfigTable<'_>) -> Result<(), ConfigError> {
    let Some(text) = table.string("servelint")? else {
        return Ok(());
    };
    let Ok(wanted) = semver::VersionReq::parse(text) else {
        return Err(table.wrong_value(
            "servelint",
            "must be a requirement of versions, such as \">=0.2\"",
        ));
    };
    let own = env!("CARGO_PKG_VERSION");
    match semver::Version::parse(own) {
        Ok(own) if !wanted.matches(&own) => Err(table.wrong_value(
            "servelint",
            &format!("asks for {text}, and this is servelint {own}"),
        )),
        _ => Ok(()),
    }
}
