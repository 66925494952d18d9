//! `[[render]]`: what is rendered before it is judged, and whom it is for.

use super::{ConfigError, places::KeyPlace, reader::ConfigTable};
use crate::document::source::{Source, folder, real_path};
use std::{fmt, path::PathBuf, sync::Arc};

/// The words of `spec.environment`.
const ENVIRONMENTS: [&str; 3] = ["dev", "staging", "production"];

/// One entry of `[[render]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderEntry {
    /// What is rendered, by paths below the folder of the file.
    pub what: RenderedPath,
    /// The `spec.environment` of the specifications that it is for.
    pub environment: Option<String>,
    /// The service that it is for.
    pub service: Option<String>,
    /// The entry in its file.
    pub place: KeyPlace,
}

/// What an entry renders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RenderedPath {
    /// The folder of a kustomization.
    Kustomize(String),
    /// A chart.
    Helm {
        /// Its folder.
        chart: String,
        /// Files of values.
        values: Vec<String>,
        /// The name of the release.
        name: Option<String>,
        /// Its namespace.
        namespace: Option<String>,
    },
}

/// The folder.
impl fmt::Display for RenderedPath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kustomize(folder) | Self::Helm { chart: folder, .. } => out.write_str(folder),
        }
    }
}

impl RenderEntry {
    /// What its paths are relative to, without links.
    pub fn folder(&self) -> PathBuf {
        real_path(folder(&self.place.source.path))
    }

    pub(super) fn read(table: &ConfigTable<'_>, source: &Arc<Source>) -> Result<Self, ConfigError> {
        table.allow(&["kustomize", "helm", "environment", "service"])?;
        let kustomize = table.string("kustomize")?;
        let kustomize = kustomize
            .map(|text| table.below("kustomize", text))
            .transpose()?;
        let what = match (kustomize, table.table("helm")?) {
            (Some(folder), None) => {
                RenderedPath::Kustomize(folder.trim_end_matches('/').to_owned())
            }
            (None, Some(helm)) => chart(&helm)?,
            _ => {
                return Err(table.incomplete(
                    "an entry of `[[render]]` names the folder of a `kustomize` overlay, or a `helm` chart",
                ));
            }
        };
        Ok(Self {
            what,
            environment: table.choice("environment", &ENVIRONMENTS, "an environment")?,
            service: table.string("service")?.map(str::to_owned),
            place: KeyPlace {
                source: Arc::clone(source),
                span: table.start(),
            },
        })
    }
}

fn chart(table: &ConfigTable<'_>) -> Result<RenderedPath, ConfigError> {
    table.allow(&["chart", "values", "name", "namespace"])?;
    let Some(chart) = table.string("chart")? else {
        return Err(table.incomplete("`helm` names the folder of a `chart`"));
    };
    let mut values = Vec::new();
    for (node, text) in table.placed_strings("values")?.unwrap_or_default() {
        values.push(table.below_at("values", text, node.span)?.to_owned());
    }
    let option = |key: &str| match table.string(key)? {
        // A name that begins like a flag would be one.
        Some(text) if !is_name(text) => {
            Err(table.wrong_value(key, "must be letters, digits and hyphens"))
        }
        found => Ok(found.map(str::to_owned)),
    };
    Ok(RenderedPath::Helm {
        chart: table
            .below("chart", chart)?
            .trim_end_matches('/')
            .to_owned(),
        values,
        name: option("name")?,
        namespace: option("namespace")?,
    })
}

/// True for what Kubernetes takes as a name.
fn is_name(text: &str) -> bool {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-.".contains(letter);
    text.starts_with(|letter: char| letter.is_ascii_alphanumeric()) && text.chars().all(is_plain)
}
