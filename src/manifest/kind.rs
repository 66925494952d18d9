//! The table of kinds that are read.

mod table;

use super::facts::ManifestFacts;
use super::links::Links;
use crate::document::{Node, Spot, api_group};
use std::path::Path;
use table::KINDS;

/// What a manifest is for, where no specification says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Runs the servers.
    Workload,
    /// Ran the servers of the revision before.
    StableWorkload,
    /// Moves traffic from one revision to the next.
    Rollout,
    /// Says how a rollout is judged.
    Analysis,
    /// Moves traffic for a workload that stands elsewhere.
    Canary,
    /// States objectives.
    Slo,
    /// States alerts.
    Alerts,
    /// Configures batching in the server.
    Batching,
    /// Limits voluntary disruption.
    Pdb,
    /// Changes the number of replicas.
    Autoscaler,
    /// Brings requests to the servers.
    Route,
    /// Keeps what pods store.
    Volume,
    /// Holds the pods that other manifests ask for.
    Runtime,
    /// What was measured: read where a checklist names it as evidence.
    Result,
}

impl Role {
    /// The word in `spec.artifacts[].role`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Workload => "workload",
            Self::StableWorkload => "stable-workload",
            Self::Rollout => "rollout",
            Self::Analysis => "analysis",
            Self::Canary => "canary",
            Self::Slo => "slo",
            Self::Alerts => "alerts",
            Self::Batching => "batching",
            Self::Pdb => "pdb",
            Self::Autoscaler => "autoscaler",
            Self::Route => "route",
            Self::Volume => "volume",
            Self::Runtime => "runtime",
            Self::Result => "result",
        }
    }

    /// True for what stands for a service by itself: a review may begin with it.
    pub fn leads(self) -> bool {
        matches!(self, Self::Workload | Self::Rollout | Self::Canary)
    }
}

/// How a kind is told from others.
#[derive(Debug, Clone, Copy)]
pub(super) enum Mark {
    /// By `apiVersion: group/version` and `kind`.
    Envelope(&'static str, &'static [&'static str]),
    /// By its shape: it has no envelope.
    Shape(fn(&Node) -> bool),
}

/// A kind of manifest.
#[derive(Debug)]
pub struct Kind {
    /// As its envelope has it, or as people call it: `InferenceService`, `SageMaker DeploymentConfig`.
    pub name: &'static str,
    /// The platform it belongs to, in the words of `spec.serving.platform` where it has one.
    pub platform: &'static str,
    /// What it is for.
    pub role: Role,
    /// Its schema, below `schemas/`.
    pub schema: &'static str,
    pub(super) mark: Mark,
    /// Writes the normal form.
    pub(super) derive: fn(&Spot<'_>, &mut ManifestFacts),
    /// What it is called and what it points at.
    pub(super) links: for<'n> fn(&'n Node) -> Links<'n>,
    /// False for a manifest that may have nothing to do with model serving, such as any Deployment.
    pub(super) serves: fn(&Node) -> bool,
    /// True where the folder of the file gives the name.
    named_by_folder: bool,
    /// The path of a text that holds a document itself.
    pub embedded: Option<&'static [&'static str]>,
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for Kind {}

/// All kinds.
pub fn kinds() -> &'static [Kind] {
    KINDS
}

/// The kind of a document; `None` where it is none that is read.
pub fn find(root: &Node) -> Option<&'static Kind> {
    let text = |key| root.get(key).and_then(Node::as_str);
    match (text("apiVersion"), text("kind")) {
        (Some(api), Some(name)) => {
            let (group, version) = api.split_once('/').unwrap_or(("", api));
            KINDS.iter().find(|kind| match kind.mark {
                Mark::Envelope(known, versions) => {
                    kind.name == name && known == group && versions.contains(&version)
                }
                Mark::Shape(_) => false,
            })
        }
        _ => KINDS
            .iter()
            .find(|kind| matches!(kind.mark, Mark::Shape(fits) if fits(root))),
    }
}

/// The versions that are read of a kind, for a document that names another one: `v1beta1`.
pub fn knows(api_version: &str, name: &str) -> Option<String> {
    let group = api_group(api_version);
    let rows = KINDS.iter().filter_map(|kind| match kind.mark {
        Mark::Envelope(known, versions) if kind.name == name && known == group => {
            Some(versions.join(", "))
        }
        _ => None,
    });
    rows.reduce(|all, more| format!("{all}, {more}"))
}

impl Kind {
    /// What a manifest of this kind is called and what it points at.
    pub fn links<'n>(&self, root: &'n Node) -> Links<'n> {
        (self.links)(root)
    }

    /// The name that a manifest takes from the folder of its file where it names none itself, as Triton's do.
    pub fn folder_name<'p>(&self, file: &'p Path) -> Option<&'p str> {
        let folder = file.parent()?.file_name()?.to_str()?;
        let is_own = file.file_name()?.to_str()? == "config.pbtxt";
        (self.named_by_folder && is_own).then_some(folder)
    }

    /// Whether a manifest of this kind is about model serving, as far as it says itself.
    pub fn serves_models(&self, root: &Node) -> bool {
        (self.serves)(root)
    }

    /// The place in [`kinds`].
    pub fn index(&self) -> usize {
        KINDS
            .iter()
            .position(|kind| kind == self)
            .unwrap_or(usize::MAX)
    }
}
