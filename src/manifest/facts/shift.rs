//! How traffic moves, and what judges it.

use super::TargetFacts;
use crate::{
    document::Pointer,
    facts::{Number, NumberOrText, Placed},
};
use schemars::JsonSchema;
use serde::Serialize;

/// How traffic moves from one revision to the next.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct ShiftFacts {
    /// The path to the strategy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Pointer>,
    /// `canary`, `linear`, `blueGreen`, `rolling` or `allAtOnce`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strategy: Option<Placed<&'static str>>,
    /// True where a router splits traffic by percent, not by the number of replicas.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub traffic_routing: bool,
    /// True where it is known how long each step lasts.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub timed: bool,
    /// True where the platform goes on to 100 percent after the last step.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub implicit_last: bool,
    /// The path to a step that cannot be read: it has no type that the platform knows, or no number as its weight. Then `steps` is empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unread_step: Option<Pointer>,
    /// The weights, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<StepFacts>,
    /// The analyses that run at a step, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub step_analyses: Vec<TemplateFacts>,
    /// The analysis that runs beside the steps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub background: Option<BackgroundFacts>,
    /// The revisions or models between which traffic is split at once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<CandidateFacts>,
    /// The percentage of requests that are copied to the new revision, or `true` where it is not stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mirror: Option<Placed<NumberOrText>>,
    /// Seconds between two steps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval_seconds: Option<Placed<Number>>,
    /// The percentage of capacity of each step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step_percent: Option<Placed<Number>>,
    /// The percentage of traffic after the last step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_weight: Option<Placed<Number>>,
    /// The number of failed checks that stops the rollout.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_threshold: Option<Placed<Number>>,
    /// True where the analysis is skipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip_analysis: Option<Placed<bool>>,
    /// The number of alarms that roll the update back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alarms: Option<Placed<usize>>,
    /// The workload whose traffic moves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<TargetFacts>,
    /// True where the new revision is promoted without a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_promotion: Option<Placed<bool>>,
    /// True where an analysis judges before the promotion.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub pre_promotion_analysis: bool,
    /// True where an analysis judges after the promotion.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub post_promotion_analysis: bool,
    /// True where the old revision is scaled down while traffic moves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dynamic_stable_scale: Option<Placed<bool>>,
    /// Seconds until the replicas of the other revision are removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale_down_delay_seconds: Option<Placed<Number>>,
    /// The number of old revisions that are kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision_history_limit: Option<Placed<Number>>,
    /// Seconds that the rollout has to make progress.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress_deadline_seconds: Option<Placed<Number>>,
    /// The number of revisions back to which a rollback skips the steps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rollback_revisions: Option<Placed<Number>>,
}

/// One weight of traffic, and how long it lasts.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct StepFacts {
    /// The percentage of traffic that the new revision receives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<Number>,
    /// The path to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Pointer>,
    /// Seconds until the next weight.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bake_seconds: Option<Number>,
    /// True where it lasts until a person goes on.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub indefinite: bool,
    /// True where an analysis judges at this weight.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub analysis: bool,
    /// True where a plugin runs at this weight, and only the plugin knows whether it judges.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub plugin: bool,
    /// True where it is over before the background analysis begins.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub before_background: bool,
    /// The number of replicas of the new revision, where a step sets it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub canary_replicas: Option<Number>,
}

/// A reference to an analysis template.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct TemplateFacts {
    /// The name of the template.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// True where it is a template of the cluster.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub cluster: bool,
    /// The path to the reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Pointer>,
    /// The index of the step at which it runs, in `steps`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<usize>,
    /// Regular expressions, found anywhere in the name of a metric that runs in `dryRun` here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<Placed<Vec<String>>>,
}

/// The analysis that runs beside the steps.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct BackgroundFacts {
    /// The path to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Pointer>,
    /// The templates that it refers to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub templates: Vec<TemplateFacts>,
    /// The index of the step with which it begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starting_step: Option<Number>,
    /// Seconds that it runs, where all pauses are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<Number>,
}

/// A revision or a model that receives a share of traffic.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct CandidateFacts {
    /// What it is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The percentage of traffic, or the weight as a share of all weights.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<Number>,
    /// The path to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Pointer>,
}

/// A metric that judges a rollout.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct MetricFacts {
    /// What it is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The path to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Pointer>,
    /// Seconds between two measurements.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval_seconds: Option<Placed<Number>>,
    /// Seconds until the first measurement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initial_delay_seconds: Option<Placed<Number>>,
    /// The number of measurements.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<Placed<Number>>,
    /// The number of failed measurements that is tolerated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_limit: Option<Placed<Number>>,
    /// The number of inconclusive measurements that is tolerated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inconclusive_limit: Option<Placed<Number>>,
    /// The number of errors in a row that is tolerated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consecutive_error_limit: Option<Placed<Number>>,
    /// The number of successes in a row that ends the analysis.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consecutive_success_limit: Option<Placed<Number>>,
    /// True where a failure has no effect.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub dry_run: bool,
    /// The condition under which a measurement succeeds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub success: Option<Placed<String>>,
    /// The condition under which a measurement fails.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<Placed<String>>,
    /// True where a condition catches an answer without data.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub guarded: bool,
    /// The limits at which a measurement fails.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub bounds: Vec<BoundFacts>,
    /// Where the metric comes from, such as `prometheus`; `builtin` or `template` for Flagger.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The name of the MetricTemplate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// The query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<Placed<String>>,
    /// Seconds that the query looks back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window_seconds: Option<Placed<Number>>,
    /// What it is about, by its name or query: `success`, `errors` or `latency`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metric_kind: Option<&'static str>,
}

/// A limit at which a measurement fails.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct BoundFacts {
    /// The path to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Pointer>,
    /// How a failing result compares with the value: `lt`, `lte`, `gt` or `gte`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fails: Option<&'static str>,
    /// The limit, in `unit` where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Number>,
    /// `ratio` or `s`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<&'static str>,
}
