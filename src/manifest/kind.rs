//! The table of kinds that are read.

use super::facts::ManifestFacts;
use super::{
    analysis, argo, bentoml, compose, flagger, keda, kserve, kubernetes, leader_worker,
    links::{self, Links},
    nim, openslo, prometheus, ray, sagemaker, seldon, sloth, triton,
};
use crate::document::{Node, Spot, api_group};
use std::path::Path;

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

/// What most kinds have in common.
const KIND: Kind = Kind {
    name: "",
    platform: "kubernetes",
    role: Role::Workload,
    schema: "",
    mark: Mark::Shape(|_| false),
    derive: |_, _| {},
    links: links::named,
    serves: |_| true,
    named_by_folder: false,
    embedded: None,
};

const ARGO: Mark = Mark::Envelope("argoproj.io", &["v1alpha1"]);

const SELDON: Mark = Mark::Envelope("mlops.seldon.io", &["v1alpha1"]);

/// What objects of OpenSLO have in common. Those that only describe are recognised, and no review begins with them.
const OPENSLO: Kind = Kind {
    serves: |_| false,
    platform: "openslo",
    role: Role::Slo,
    schema: "openslo-object/v1.json",
    mark: Mark::Envelope("openslo", &["v1"]),
    ..KIND
};

/// The registry of kinds: a new one needs a row here, a reader, a schema and a fixture.
static KINDS: &[Kind] = &[
    Kind {
        name: "InferenceService",
        platform: "kserve",
        schema: "inference-service/v1beta1.json",
        mark: Mark::Envelope("serving.kserve.io", &["v1beta1"]),
        derive: kserve::inference_service,
        links: kserve::inference_service_links,
        ..KIND
    },
    Kind {
        name: "LLMInferenceService",
        platform: "kserve-llm",
        schema: "llm-inference-service/v1alpha2.json",
        mark: Mark::Envelope("serving.kserve.io", &["v1alpha1", "v1alpha2"]),
        derive: kserve::llm_inference_service,
        links: kserve::llm_links,
        ..KIND
    },
    Kind {
        name: "Rollout",
        platform: "argo-rollouts",
        role: Role::Rollout,
        schema: "rollout/v1alpha1.json",
        mark: ARGO,
        derive: argo::rollout,
        links: argo::rollout_links,
        serves: argo::serves,
        ..KIND
    },
    Kind {
        name: "AnalysisTemplate",
        platform: "argo-rollouts",
        role: Role::Analysis,
        schema: "analysis-template/v1alpha1.json",
        mark: ARGO,
        derive: analysis::template,
        links: argo::template_links,
        ..KIND
    },
    Kind {
        name: "ClusterAnalysisTemplate",
        platform: "argo-rollouts",
        role: Role::Analysis,
        schema: "analysis-template/v1alpha1.json",
        mark: ARGO,
        derive: analysis::template,
        links: argo::template_links,
        ..KIND
    },
    Kind {
        name: "AnalysisRun",
        platform: "argo-rollouts",
        role: Role::Result,
        schema: "analysis-run/v1alpha1.json",
        mark: ARGO,
        ..KIND
    },
    Kind {
        name: "Canary",
        platform: "flagger",
        role: Role::Canary,
        schema: "canary/v1beta1.json",
        mark: Mark::Envelope("flagger.app", &["v1beta1"]),
        derive: flagger::canary,
        links: flagger::canary_links,
        ..KIND
    },
    Kind {
        name: "MetricTemplate",
        platform: "flagger",
        role: Role::Analysis,
        schema: "metric-template/v1beta1.json",
        mark: Mark::Envelope("flagger.app", &["v1beta1"]),
        derive: analysis::metric_template,
        ..KIND
    },
    Kind {
        name: "Deployment",
        platform: "deployment",
        schema: "deployment/v1.json",
        mark: Mark::Envelope("apps", &["v1"]),
        derive: kubernetes::deployment,
        links: kubernetes::controller_links,
        serves: kubernetes::serves_models,
        ..KIND
    },
    Kind {
        name: "StatefulSet",
        platform: "deployment",
        schema: "stateful-set/v1.json",
        mark: Mark::Envelope("apps", &["v1"]),
        derive: kubernetes::stateful_set,
        links: kubernetes::controller_links,
        serves: kubernetes::serves_models,
        ..KIND
    },
    Kind {
        name: "LeaderWorkerSet",
        platform: "leader-worker-set",
        schema: "leader-worker-set/v1.json",
        mark: Mark::Envelope("leaderworkerset.x-k8s.io", &["v1"]),
        derive: leader_worker::set,
        links: leader_worker::links,
        serves: leader_worker::serves_models,
        ..KIND
    },
    Kind {
        name: "NIMService",
        platform: "nim",
        schema: "nim-service/v1alpha1.json",
        mark: Mark::Envelope("apps.nvidia.com", &["v1alpha1"]),
        derive: nim::service,
        ..KIND
    },
    Kind {
        name: "HorizontalPodAutoscaler",
        role: Role::Autoscaler,
        schema: "horizontal-pod-autoscaler/v2.json",
        mark: Mark::Envelope("autoscaling", &["v1", "v2"]),
        derive: kubernetes::autoscaler,
        links: kubernetes::autoscaler_links,
        ..KIND
    },
    Kind {
        name: "ScaledObject",
        role: Role::Autoscaler,
        schema: "scaled-object/v1alpha1.json",
        mark: Mark::Envelope("keda.sh", &["v1alpha1"]),
        derive: keda::scaled_object,
        links: keda::links,
        ..KIND
    },
    Kind {
        name: "PodDisruptionBudget",
        role: Role::Pdb,
        schema: "pod-disruption-budget/v1.json",
        mark: Mark::Envelope("policy", &["v1"]),
        derive: kubernetes::disruption_budget,
        links: kubernetes::budget_links,
        ..KIND
    },
    Kind {
        name: "SLO",
        schema: "openslo-slo/v1.json",
        derive: openslo::slo,
        serves: |_| true,
        links: openslo::slo_links,
        ..OPENSLO
    },
    Kind {
        name: "AlertPolicy",
        role: Role::Alerts,
        schema: "openslo-alert-policy/v1.json",
        derive: openslo::policy,
        serves: |_| true,
        links: openslo::policy_links,
        ..OPENSLO
    },
    Kind {
        name: "AlertCondition",
        role: Role::Alerts,
        schema: "openslo-alert-condition/v1.json",
        derive: openslo::condition,
        serves: |_| true,
        ..OPENSLO
    },
    Kind {
        name: "SLI",
        ..OPENSLO
    },
    Kind {
        name: "Service",
        ..OPENSLO
    },
    Kind {
        name: "DataSource",
        ..OPENSLO
    },
    Kind {
        name: "AlertNotificationTarget",
        ..OPENSLO
    },
    Kind {
        name: "Sloth",
        platform: "sloth",
        role: Role::Slo,
        schema: "sloth/v1.json",
        mark: Mark::Shape(sloth::is_plain),
        derive: sloth::plain,
        links: sloth::plain_links,
        ..KIND
    },
    Kind {
        name: "PrometheusServiceLevel",
        platform: "sloth",
        role: Role::Slo,
        schema: "prometheus-service-level/v1.json",
        mark: Mark::Envelope("sloth.slok.dev", &["v1"]),
        derive: sloth::resource,
        links: sloth::resource_links,
        ..KIND
    },
    Kind {
        name: "ServiceLevelObjective",
        platform: "pyrra",
        role: Role::Slo,
        schema: "service-level-objective/v1alpha1.json",
        mark: Mark::Envelope("pyrra.dev", &["v1alpha1"]),
        derive: sloth::pyrra,
        ..KIND
    },
    Kind {
        name: "PrometheusRule",
        platform: "prometheus",
        role: Role::Alerts,
        schema: "prometheus-rule/v1.json",
        mark: Mark::Envelope("monitoring.coreos.com", &["v1"]),
        derive: prometheus::resource,
        links: prometheus::resource_links,
        serves: prometheus::is_about_objectives,
        ..KIND
    },
    Kind {
        name: "Prometheus rules",
        platform: "prometheus",
        role: Role::Alerts,
        schema: "prometheus-rules/v1.json",
        mark: Mark::Shape(prometheus::is_plain),
        derive: prometheus::plain,
        links: prometheus::plain_links,
        serves: prometheus::is_about_objectives,
        ..KIND
    },
    Kind {
        name: "Model",
        platform: "seldon",
        schema: "seldon-model/v1alpha1.json",
        mark: SELDON,
        derive: seldon::model,
        ..KIND
    },
    Kind {
        name: "Experiment",
        platform: "seldon",
        role: Role::Rollout,
        schema: "seldon-experiment/v1alpha1.json",
        mark: SELDON,
        derive: seldon::experiment,
        links: seldon::experiment_links,
        ..KIND
    },
    Kind {
        name: "RayService",
        platform: "ray-serve",
        schema: "ray-service/v1.json",
        mark: Mark::Envelope("ray.io", &["v1", "v1alpha1"]),
        derive: ray::service,
        embedded: Some(ray::CONFIG),
        ..KIND
    },
    Kind {
        name: "SageMaker DeploymentConfig",
        platform: "sagemaker",
        role: Role::Rollout,
        schema: "sagemaker-deployment-config/v1.json",
        mark: Mark::Shape(sagemaker::is_config),
        derive: sagemaker::deployment,
        links: sagemaker::links,
        ..KIND
    },
    Kind {
        name: "BentoML deployment",
        platform: "bentoml",
        schema: "bentoml-deployment/v1.json",
        mark: Mark::Shape(bentoml::is_deployment),
        derive: bentoml::deployment,
        links: bentoml::links,
        ..KIND
    },
    Kind {
        name: "Compose file",
        platform: "compose",
        schema: "compose/v1.json",
        mark: Mark::Shape(compose::is_ours),
        derive: compose::project,
        links: compose::links,
        ..KIND
    },
    Kind {
        name: "Triton config.pbtxt",
        platform: "triton",
        role: Role::Batching,
        schema: "triton-model-config/v1.json",
        mark: Mark::Shape(triton::is_config),
        derive: triton::config,
        links: triton::links,
        named_by_folder: true,
        ..KIND
    },
];

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
