//! Which way each threshold of `[policy]` loosens.
//!
//! A key without a direction does not compile: the policy is taken apart field by field.

use super::{LEVELS, TeamPolicy, WaiverPolicy};
use std::collections::BTreeSet;

/// A threshold that lets more pass than before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoosenedKey {
    /// The key, as `policy.confidence`.
    pub key: String,
    /// The value before.
    pub old: String,
    /// The value now.
    pub new: String,
}

/// Which values let more pass.
#[derive(Debug, Clone, Copy)]
enum LooseSide {
    /// Larger ones.
    Higher,
    /// Smaller ones.
    Lower,
}

impl LooseSide {
    fn is(self, old: f64, new: f64) -> bool {
        match self {
            Self::Higher => new > old,
            Self::Lower => new < old,
        }
    }
}

/// What was found so far.
#[derive(Default)]
struct LoosenedKeys(Vec<LoosenedKey>);

impl LoosenedKeys {
    fn push(&mut self, key: &str, old: impl Into<String>, new: impl Into<String>) {
        self.0.push(LoosenedKey {
            key: format!("policy.{key}"),
            old: old.into(),
            new: new.into(),
        });
    }

    fn number(&mut self, key: &str, looser: LooseSide, old: f64, new: f64) {
        if looser.is(old, new) {
            self.push(key, old.to_string(), new.to_string());
        }
    }

    fn seconds(&mut self, key: &str, old: f64, new: f64) {
        if LooseSide::Higher.is(old, new) {
            self.push(key, duration(old), duration(new));
        }
    }

    /// Elements of a list that are gone.
    fn gone(&mut self, key: &str, old: &[String], new: &[String]) {
        if old.iter().any(|element| !new.contains(element)) {
            self.push(key, list(old), list(new));
        }
    }
}

/// A threshold that is a number: its key, which values let more pass, and how it is read.
type NumberKey = (&'static str, LooseSide, fn(&TeamPolicy) -> f64);

/// The thresholds that are plain numbers.
const NUMBERS: [NumberKey; 9] = [
    ("maxRiskDueDays", LooseSide::Higher, |policy| {
        policy.max_risk_due_days
    }),
    ("maxAcceptedRisks", LooseSide::Higher, |policy| {
        policy.max_accepted_risks
    }),
    ("confidence", LooseSide::Lower, |policy| policy.confidence),
    ("maxFirstStepPercent", LooseSide::Higher, |policy| {
        policy.max_first_step_percent
    }),
    ("maxFinalJumpPercent", LooseSide::Higher, |policy| {
        policy.max_final_jump_percent
    }),
    ("maxRolloutBudgetFraction", LooseSide::Higher, |policy| {
        policy.max_rollout_budget_fraction
    }),
    ("minExpectedErrorsAtThreshold", LooseSide::Lower, |policy| {
        policy.min_expected_errors_at_threshold
    }),
    ("minReplicasInProduction", LooseSide::Lower, |policy| {
        policy.min_replicas_in_production
    }),
    // The slack under which a budget is called tight.
    ("headroomWarn", LooseSide::Lower, |policy| {
        policy.headroom_warn
    }),
];

/// A threshold that is a duration: its key, and how it is read.
type AgeKey = (&'static str, fn(&TeamPolicy) -> f64);

/// The thresholds that are durations, in seconds: older ones let more pass.
const AGES: [AgeKey; 2] = [
    ("evidenceMaxAge", |policy| policy.evidence_max_age_seconds),
    ("rehearsalMaxAge", |policy| policy.rehearsal_max_age_seconds),
];

impl TeamPolicy {
    /// What a policy in the place of this one loosens. Where it is not known which value is looser, any other
    /// one counts.
    pub fn loosened(&self, new: &Self) -> Vec<LoosenedKey> {
        let Self {
            severity_matrix,
            escalate_at_severity,
            approver_roles,
            self_approval,
            max_error_ratio_in_load_test,
            good_utilisation,
            approvers_must_own,
            waivers,
            // These stand in the tables above.
            max_risk_due_days: _,
            max_accepted_risks: _,
            confidence: _,
            max_first_step_percent: _,
            max_final_jump_percent: _,
            max_rollout_budget_fraction: _,
            min_expected_errors_at_threshold: _,
            min_replicas_in_production: _,
            headroom_warn: _,
            evidence_max_age_seconds: _,
            rehearsal_max_age_seconds: _,
            // To state a default loosens nothing.
            stated: _,
        } = self;
        let mut found = LoosenedKeys::default();
        for (key, looser, value) in NUMBERS {
            found.number(key, looser, value(self), value(new));
        }
        for (key, value) in AGES {
            found.seconds(key, value(self), value(new));
        }
        let ratio = new.max_error_ratio_in_load_test;
        found.ratio(
            "maxErrorRatioInLoadTest",
            *max_error_ratio_in_load_test,
            ratio,
        );
        found.matrix(severity_matrix, &new.severity_matrix);
        if rank(&new.escalate_at_severity) > rank(escalate_at_severity) {
            found.push(
                "escalateAtSeverity",
                escalate_at_severity,
                &new.escalate_at_severity,
            );
        }
        found.roles(approver_roles, &new.approver_roles);
        found.range("goodUtilisation", *good_utilisation, new.good_utilisation);
        if *approvers_must_own && !new.approvers_must_own {
            found.push("approversMustOwn", "true", "false");
        }
        if !*self_approval && new.self_approval {
            found.push("selfApproval", "false", "true");
        }
        found.waivers(waivers, &new.waivers);
        found.0
    }
}

impl LoosenedKeys {
    /// Without a ratio it depends on the objective, so whether a set one is looser is not known.
    fn ratio(&mut self, key: &str, old: Option<f64>, new: Option<f64>) {
        let is_stricter = matches!((old, new), (Some(old), Some(new)) if new <= old);
        if old != new && !is_stricter {
            self.push(key, optional(old), optional(new));
        }
    }

    /// A range that reaches further than before.
    fn range(&mut self, key: &str, [low, high]: [f64; 2], [new_low, new_high]: [f64; 2]) {
        if new_low < low || new_high > high {
            let (old, new) = (
                format!("[{low}, {high}]"),
                format!("[{new_low}, {new_high}]"),
            );
            self.push(key, old, new);
        }
    }

    /// A risk that weighs less than before.
    fn matrix(&mut self, old: &super::policy::Matrix, new: &super::policy::Matrix) {
        for (likelihood, row) in old {
            for (impact, level) in row {
                let now = new.get(likelihood).and_then(|row| row.get(impact));
                if let Some(now) = now.filter(|now| rank(now) < rank(level)) {
                    self.push(&format!("severityMatrix.{likelihood}.{impact}"), level, now);
                }
            }
        }
    }

    /// Other roles than before: more may approve, or others.
    fn roles(&mut self, old: &[String], new: &[String]) {
        let set = |roles: &[String]| -> BTreeSet<String> { roles.iter().cloned().collect() };
        if set(old) != set(new) {
            self.push("approverRoles", list(old), list(new));
        }
    }

    fn waivers(&mut self, old: &WaiverPolicy, new: &WaiverPolicy) {
        let WaiverPolicy {
            require,
            max_days,
            never,
        } = old;
        self.gone("waivers.require", require, &new.require);
        self.gone("waivers.never", never, &new.never);
        let is_longer = match (max_days, new.max_days) {
            (Some(old), Some(new)) => new > *old,
            (Some(_), None) => true,
            (None, _) => false,
        };
        if is_longer {
            self.push(
                "waivers.maxDays",
                optional(*max_days),
                optional(new.max_days),
            );
        }
    }
}

fn rank(level: &str) -> Option<usize> {
    LEVELS.iter().position(|known| *known == level)
}

fn optional(number: Option<f64>) -> String {
    number.map_or("unset".to_owned(), |number| number.to_string())
}

fn list(texts: &[String]) -> String {
    format!("[{}]", texts.join(", "))
}

/// `14d`, or `90s`.
fn duration(seconds: f64) -> String {
    let days = seconds / 86_400.0;
    match days >= 1.0 && days.fract() == 0.0 {
        true => format!("{days}d"),
        false => format!("{seconds}s"),
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        config::{Config, KEYS},
        document::source::Source,
    };

    fn policy(text: &str) -> super::TeamPolicy {
        let text = format!("[policy]\n{text}\n");
        let config = Config::parse(&Source::new("servelint.toml", text));
        config.expect("valid").policy
    }

    /// For each key: a stricter value, then a looser one.
    const PAIRS: &[(&str, &str, &str)] = &[
        (
            "severityMatrix.low",
            "severityMatrix.low.high = \"high\"",
            "severityMatrix.low.high = \"low\"",
        ),
        (
            "escalateAtSeverity",
            "escalateAtSeverity = \"moderate\"",
            "escalateAtSeverity = \"high\"",
        ),
        (
            "maxRiskDueDays",
            "maxRiskDueDays = 30",
            "maxRiskDueDays = 31",
        ),
        (
            "maxAcceptedRisks",
            "maxAcceptedRisks = 2",
            "maxAcceptedRisks = 3",
        ),
        (
            "selfApproval",
            "selfApproval = false",
            "selfApproval = true",
        ),
        (
            "evidenceMaxAge",
            "evidenceMaxAge = \"7d\"",
            "evidenceMaxAge = \"8d\"",
        ),
        ("confidence", "confidence = 0.99", "confidence = 0.98"),
        (
            "maxFirstStepPercent",
            "maxFirstStepPercent = 5",
            "maxFirstStepPercent = 6",
        ),
        (
            "maxFinalJumpPercent",
            "maxFinalJumpPercent = 5",
            "maxFinalJumpPercent = 6",
        ),
        (
            "maxRolloutBudgetFraction",
            "maxRolloutBudgetFraction = 0.1",
            "maxRolloutBudgetFraction = 0.2",
        ),
        (
            "minExpectedErrorsAtThreshold",
            "minExpectedErrorsAtThreshold = 3",
            "minExpectedErrorsAtThreshold = 2",
        ),
        (
            "minReplicasInProduction",
            "minReplicasInProduction = 3",
            "minReplicasInProduction = 2",
        ),
        (
            "maxErrorRatioInLoadTest",
            "maxErrorRatioInLoadTest = 0.1",
            "maxErrorRatioInLoadTest = 0.2",
        ),
        ("headroomWarn", "headroomWarn = 0.2", "headroomWarn = 0.1"),
        (
            "goodUtilisation",
            "goodUtilisation = [0.4, 0.8]",
            "goodUtilisation = [0.4, 0.9]",
        ),
        (
            "rehearsalMaxAge",
            "rehearsalMaxAge = \"7d\"",
            "rehearsalMaxAge = \"8d\"",
        ),
        (
            "approversMustOwn",
            "approversMustOwn = true",
            "approversMustOwn = false",
        ),
        (
            "waivers.maxDays",
            "waivers.maxDays = 10",
            "waivers.maxDays = 11",
        ),
        (
            "waivers.require",
            "waivers.require = [\"reason\"]",
            "waivers.require = []",
        ),
        (
            "waivers.never",
            "waivers.never = [\"slo\"]",
            "waivers.never = []",
        ),
    ];

    #[test]
    fn each_key_loosens_one_way() {
        for (key, strict, loose) in PAIRS {
            let (strict, loose) = (policy(strict), policy(loose));
            let found = strict.loosened(&loose);
            let keys: Vec<&str> = found.iter().map(|found| found.key.as_str()).collect();
            assert_eq!(keys.len(), 1, "{key}: {keys:?}");
            assert!(keys[0].starts_with(&format!("policy.{key}")), "{keys:?}");
            assert_eq!(loose.loosened(&strict), [], "{key}");
            assert_eq!(strict.loosened(&strict), [], "{key}");
        }
    }

    #[test]
    fn roles_are_never_exchanged_in_silence() {
        let (one, two) = (
            policy("approverRoles = [\"cto\"]"),
            policy("approverRoles = [\"cto\", \"dev\"]"),
        );
        assert_eq!(one.loosened(&two).len(), 1);
        assert_eq!(two.loosened(&one).len(), 1);
    }

    #[test]
    fn every_key_has_a_direction() {
        for key in KEYS {
            let is_known = PAIRS
                .iter()
                .any(|(known, ..)| known.split('.').next() == Some(key));
            assert!(is_known || *key == "approverRoles", "{key}");
        }
    }
}
