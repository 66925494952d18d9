//! The thresholds that rules compare with: `[policy]` of `servelint.toml`.

use super::{ConfigError, WaiverPolicy, reader::Table};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// The levels of likelihood, impact and severity in NIST SP 800-30, from the lowest.
pub const LEVELS: [&str; 5] = ["very-low", "low", "moderate", "high", "very-high"];

/// NIST SP 800-30 revision 1, table I-2: a row for each likelihood, a column for each impact.
const NIST_MATRIX: [[usize; 5]; 5] = [
    [0, 0, 0, 1, 1],
    [0, 1, 1, 1, 2],
    [0, 1, 2, 2, 3],
    [0, 1, 2, 3, 4],
    [0, 1, 2, 3, 4],
];

const DAY: f64 = 86_400.0;

/// What the team demands. Serialised, it is `data.servelint.policy` of the rules.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields)]
pub struct TeamPolicy {
    /// `severityMatrix[likelihood][impact]` is the severity of a risk.
    pub severity_matrix: BTreeMap<String, BTreeMap<String, String>>,
    /// From this severity on, accepting a risk needs an approver.
    pub escalate_at_severity: String,
    /// The roles that may accept such a risk or waive a check.
    pub approver_roles: Vec<String>,
    /// Days ahead that the due date of a risk may lie.
    pub max_risk_due_days: f64,
    /// Seconds that a measured result may be old (`evidenceMaxAge`).
    pub evidence_max_age_seconds: f64,
    /// Confidence for sample sizes, between 0 and 1.
    pub confidence: f64,
    /// The largest weight of a rollout's first step, in percent.
    pub max_first_step_percent: f64,
    /// The largest jump from the last step that bakes to full traffic, in percent.
    pub max_final_jump_percent: f64,
    /// The share of the error budget that a failing canary may burn before it is rolled back, as a ratio.
    pub max_rollout_budget_fraction: f64,
    /// The number of errors that a rollback threshold must mean, so that one failure does not trip it.
    pub min_expected_errors_at_threshold: f64,
    /// The number of replicas that a production service of tier critical or standard needs at least.
    pub min_replicas_in_production: f64,
    /// The error ratio that a load test may show; null where the team sets none, which means 1 - availability target.
    pub max_error_ratio_in_load_test: Option<f64>,
    /// The slack, as a ratio, under which a budget is called tight.
    pub headroom_warn: f64,
    /// The lowest and the highest target utilisation that need no explanation, as ratios.
    pub good_utilisation: [f64; 2],
    /// Seconds ago that a rollback may have been rehearsed (`rehearsalMaxAge`).
    pub rehearsal_max_age_seconds: f64,
    /// True where an approver must own the specification's file by `CODEOWNERS`.
    pub approvers_must_own: bool,
    /// What is demanded of waivers; no rule reads it.
    #[serde(skip)]
    pub waivers: WaiverPolicy,
}

impl Default for TeamPolicy {
    fn default() -> Self {
        let row = |cells: [usize; 5]| {
            LEVELS
                .iter()
                .zip(cells)
                .map(|(impact, level)| ((*impact).into(), LEVELS[level].into()))
        };
        Self {
            severity_matrix: LEVELS
                .iter()
                .zip(NIST_MATRIX)
                .map(|(likelihood, cells)| ((*likelihood).into(), row(cells).collect()))
                .collect(),
            escalate_at_severity: "high".into(),
            approver_roles: [
                "director-of-engineering",
                "vp-engineering",
                "head-of-sre",
                "cto",
            ]
            .map(Into::into)
            .into(),
            max_risk_due_days: 90.0,
            evidence_max_age_seconds: 14.0 * DAY,
            confidence: 0.95,
            max_first_step_percent: 10.0,
            max_final_jump_percent: 50.0,
            max_rollout_budget_fraction: 0.10,
            min_expected_errors_at_threshold: 2.0,
            min_replicas_in_production: 2.0,
            max_error_ratio_in_load_test: None,
            headroom_warn: 0.10,
            good_utilisation: [0.3, 0.85],
            rehearsal_max_age_seconds: 180.0 * DAY,
            approvers_must_own: false,
            waivers: WaiverPolicy::default(),
        }
    }
}

/// The keys of `[policy]`.
pub const KEYS: &[&str] = &[
    "severityMatrix",
    "escalateAtSeverity",
    "approverRoles",
    "maxRiskDueDays",
    "evidenceMaxAge",
    "confidence",
    "maxFirstStepPercent",
    "maxFinalJumpPercent",
    "maxRolloutBudgetFraction",
    "minExpectedErrorsAtThreshold",
    "minReplicasInProduction",
    "maxErrorRatioInLoadTest",
    "headroomWarn",
    "goodUtilisation",
    "rehearsalMaxAge",
    "approversMustOwn",
    "waivers",
];

impl TeamPolicy {
    /// The defaults with what `table` sets.
    pub(super) fn read(table: &Table<'_>) -> Result<Self, ConfigError> {
        table.allow(KEYS)?;
        let base = Self::default();
        let number = |key, low, high, default| {
            Ok::<f64, ConfigError>(table.number(key, low, high)?.unwrap_or(default))
        };
        Ok(Self {
            severity_matrix: matrix(table, base.severity_matrix)?,
            escalate_at_severity: table
                .choice("escalateAtSeverity", &LEVELS, "a level")?
                .unwrap_or(base.escalate_at_severity),
            approver_roles: table
                .strings("approverRoles")?
                .unwrap_or(base.approver_roles),
            max_risk_due_days: number("maxRiskDueDays", 0.0, 3650.0, base.max_risk_due_days)?,
            evidence_max_age_seconds: table
                .duration("evidenceMaxAge")?
                .unwrap_or(base.evidence_max_age_seconds),
            confidence: number("confidence", 0.5, 0.9999, base.confidence)?,
            max_first_step_percent: number(
                "maxFirstStepPercent",
                0.0,
                100.0,
                base.max_first_step_percent,
            )?,
            max_final_jump_percent: number(
                "maxFinalJumpPercent",
                0.0,
                100.0,
                base.max_final_jump_percent,
            )?,
            max_rollout_budget_fraction: number(
                "maxRolloutBudgetFraction",
                0.0,
                1.0,
                base.max_rollout_budget_fraction,
            )?,
            min_expected_errors_at_threshold: number(
                "minExpectedErrorsAtThreshold",
                0.0,
                1e6,
                base.min_expected_errors_at_threshold,
            )?,
            min_replicas_in_production: number(
                "minReplicasInProduction",
                0.0,
                1e4,
                base.min_replicas_in_production,
            )?,
            max_error_ratio_in_load_test: table.number("maxErrorRatioInLoadTest", 0.0, 1.0)?,
            headroom_warn: number("headroomWarn", 0.0, 1.0, base.headroom_warn)?,
            good_utilisation: table
                .numbers("goodUtilisation")?
                .unwrap_or(base.good_utilisation),
            rehearsal_max_age_seconds: table
                .duration("rehearsalMaxAge")?
                .unwrap_or(base.rehearsal_max_age_seconds),
            approvers_must_own: table
                .flag("approversMustOwn")?
                .unwrap_or(base.approvers_must_own),
            waivers: match table.table("waivers")? {
                Some(table) => WaiverPolicy::read(&table)?,
                None => base.waivers,
            },
        })
    }
}

type Matrix = BTreeMap<String, BTreeMap<String, String>>;

/// Each cell that is set replaces the default's.
fn matrix(table: &Table<'_>, mut matrix: Matrix) -> Result<Matrix, ConfigError> {
    let Some(rows) = table.table("severityMatrix")? else {
        return Ok(matrix);
    };
    rows.allow(&LEVELS)?;
    for likelihood in LEVELS {
        let Some(row) = rows.table(likelihood)? else {
            continue;
        };
        row.allow(&LEVELS)?;
        for impact in LEVELS {
            if let Some(level) = row.choice(impact, &LEVELS, "a level")? {
                matrix
                    .entry(likelihood.into())
                    .or_default()
                    .insert(impact.into(), level);
            }
        }
    }
    Ok(matrix)
}
