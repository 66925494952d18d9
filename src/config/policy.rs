//! The thresholds that rules compare with: `[policy]` of `servelint.toml`.

use super::{ConfigError, WaiverPolicy, reader::ConfigTable};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

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
    /// True where a person may waive, accept and decide on what is their own.
    pub self_approval: bool,
    /// Days ahead that the due date of a risk may lie.
    pub max_risk_due_days: f64,
    /// The number of open accepted risks of severity `moderate` or above, below the escalation level, that need no approver.
    pub max_accepted_risks: f64,
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
    /// The keys of `[policy]` that a `servelint.toml` sets.
    pub stated: BTreeSet<String>,
    /// What is demanded of waivers; no rule reads it.
    #[serde(skip)]
    pub waivers: WaiverPolicy,
}

impl Default for TeamPolicy {
    fn default() -> Self {
        Self {
            severity_matrix: nist_matrix(),
            escalate_at_severity: "high".into(),
            approver_roles: [
                "director-of-engineering",
                "vp-engineering",
                "head-of-sre",
                "cto",
            ]
            .map(Into::into)
            .into(),
            self_approval: false,
            max_risk_due_days: 90.0,
            max_accepted_risks: 3.0,
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
            stated: BTreeSet::new(),
            waivers: WaiverPolicy::default(),
        }
    }
}

/// [`NIST_MATRIX`] with the names of its levels.
fn nist_matrix() -> Matrix {
    let mut matrix = Matrix::new();
    for (likelihood, cells) in LEVELS.iter().zip(NIST_MATRIX) {
        let row = matrix.entry((*likelihood).into()).or_default();
        for (impact, severity) in LEVELS.iter().zip(cells) {
            row.insert((*impact).into(), LEVELS[severity].into());
        }
    }
    matrix
}

/// The keys of `[policy]`.
pub const KEYS: &[&str] = &[
    "severityMatrix",
    "escalateAtSeverity",
    "approverRoles",
    "selfApproval",
    "maxRiskDueDays",
    "maxAcceptedRisks",
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
    /// Replaces what `table` sets.
    pub(super) fn read(&mut self, table: &ConfigTable<'_>) -> Result<(), ConfigError> {
        // A table that is none of ours is for the pack of that name, which is not known here.
        let is_known = |key: &&str| !KEYS.contains(key) && table.is_table(key);
        let packs: Vec<&str> = table.keys().filter(is_known).collect();
        table.allow(&[KEYS, &packs].concat())?;
        let own = table.keys().filter(|key| KEYS.contains(key));
        self.stated.extend(own.map(str::to_owned));
        // In the order of the fields: where several values are wrong, the first of them is reported.
        self.read_risks(table)?;
        self.read_rollout(table)?;
        self.read_service(table)?;
        match table.table("waivers")? {
            Some(table) => self.waivers.read(&table),
            None => Ok(()),
        }
    }

    /// What risks may be accepted, and what evidence counts.
    fn read_risks(&mut self, table: &ConfigTable<'_>) -> Result<(), ConfigError> {
        set_cells(&mut self.severity_matrix, table)?;
        let level = table.choice("escalateAtSeverity", &LEVELS, "a level")?;
        set(&mut self.escalate_at_severity, level);
        set(&mut self.approver_roles, table.strings("approverRoles")?);
        set(&mut self.self_approval, table.flag("selfApproval")?);
        let days = table.number("maxRiskDueDays", 0.0, 3650.0)?;
        set(&mut self.max_risk_due_days, days);
        let most = table.number("maxAcceptedRisks", 0.0, 1e4)?;
        set(&mut self.max_accepted_risks, most);
        let age = table.duration("evidenceMaxAge")?;
        set(&mut self.evidence_max_age_seconds, age);
        // With certainty no sample is large enough, and below one half none says anything.
        let confidence = table.number("confidence", 0.5, 0.9999)?;
        set(&mut self.confidence, confidence);
        Ok(())
    }

    /// How far and how fast a rollout may go.
    fn read_rollout(&mut self, table: &ConfigTable<'_>) -> Result<(), ConfigError> {
        let step = table.number("maxFirstStepPercent", 0.0, 100.0)?;
        set(&mut self.max_first_step_percent, step);
        let jump = table.number("maxFinalJumpPercent", 0.0, 100.0)?;
        set(&mut self.max_final_jump_percent, jump);
        let fraction = table.number("maxRolloutBudgetFraction", 0.0, 1.0)?;
        set(&mut self.max_rollout_budget_fraction, fraction);
        let errors = table.number("minExpectedErrorsAtThreshold", 0.0, 1e6)?;
        set(&mut self.min_expected_errors_at_threshold, errors);
        Ok(())
    }

    /// What a service in production has to show.
    fn read_service(&mut self, table: &ConfigTable<'_>) -> Result<(), ConfigError> {
        let replicas = table.number("minReplicasInProduction", 0.0, 1e4)?;
        set(&mut self.min_replicas_in_production, replicas);
        if let Some(ratio) = table.number("maxErrorRatioInLoadTest", 0.0, 1.0)? {
            self.max_error_ratio_in_load_test = Some(ratio);
        }
        set(
            &mut self.headroom_warn,
            table.number("headroomWarn", 0.0, 1.0)?,
        );
        let range = table.numbers("goodUtilisation")?;
        set(&mut self.good_utilisation, range);
        let age = table.duration("rehearsalMaxAge")?;
        set(&mut self.rehearsal_max_age_seconds, age);
        set(
            &mut self.approvers_must_own,
            table.flag("approversMustOwn")?,
        );
        Ok(())
    }
}

pub(super) type Matrix = BTreeMap<String, BTreeMap<String, String>>;

/// Replaces a default by what the table sets.
fn set<T>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}

/// Each cell that is set replaces the default's.
fn set_cells(matrix: &mut Matrix, table: &ConfigTable<'_>) -> Result<(), ConfigError> {
    let Some(rows) = table.table("severityMatrix")? else {
        return Ok(());
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
    Ok(())
}
