//! Under which terms a waiver holds: what it has to say, what may be waived, by whom and for how long.

use super::{
    Waiver,
    comment::{FORM, shown},
};
use crate::{
    config::{Project, plain_name},
    did_you_mean::nearest,
    finding::Finding,
    rule::{
        Rule, Severity, WAIVER_EXPIRED, WAIVER_MALFORMED, WAIVER_NOT_ALLOWED, WAIVER_UNKNOWN_RULE,
    },
    units,
};
use std::collections::BTreeMap;

/// Why a waiver does not hold: the rule of the host that says so, its message and its help.
pub(super) type TermsProblem = (&'static str, String, Option<String>);

/// The rules that there are, and the day.
pub(super) struct WaiverTerms<'t> {
    pub rules: &'t BTreeMap<String, Rule>,
    pub today: i64,
}

impl WaiverTerms<'_> {
    /// How many days a waiver still holds; negative when it has expired.
    pub(super) fn days_left(&self, draft: &Waiver) -> Option<i64> {
        draft
            .until
            .as_deref()
            .and_then(units::day_number)
            .map(|day| day - self.today)
    }

    /// Why a waiver of this rule does not hold, whatever is found.
    pub(super) fn objection(
        &self,
        name: &str,
        draft: &Waiver,
        project: &Project,
    ) -> Option<TermsProblem> {
        let Some(rule) = self.rules.get(name) else {
            return Some(self.unknown(name));
        };
        let policy = &project.config.policy.waivers;
        let lists = |listed: &String| *listed == rule.id || *listed == rule.category;
        if !rule.is_waivable() {
            let message =
                format!("`{name}` cannot be waived: it says that something else is unknown");
            return Some((WAIVER_NOT_ALLOWED, message, Some("fix the finding".into())));
        }
        if policy.never.iter().any(lists) {
            let message = format!("the team does not allow waivers of `{name}`");
            return Some((WAIVER_NOT_ALLOWED, message, None));
        }
        let missing: Vec<&str> = [
            ("reason", draft.reason.is_none(), "a reason"),
            ("owner", draft.by.is_none(), "who answers for it"),
            ("expiry", draft.until.is_none(), "its last day"),
        ]
        .into_iter()
        .filter(|(part, is_missing, _)| *is_missing && policy.requires(part))
        .map(|(_, _, words)| words)
        .collect();
        if !missing.is_empty() {
            let message = format!("the waiver of `{name}` does not say {}", missing.join(", "));
            return Some((WAIVER_MALFORMED, message, Some(FORM.into())));
        }
        let left = self.days_left(draft)?;
        let until = draft.until.as_deref().unwrap_or_default();
        if left < 0 {
            let message = format!(
                "the waiver of `{name}` expired on {until}, {} ago",
                days(-left)
            );
            return Some((WAIVER_EXPIRED, message, None));
        }
        let most = policy.max_days.filter(|most| i64_to_f64(left) > *most)?;
        let message = format!(
            "the waiver of `{name}` ends on {until}, in {}; the team allows {most}",
            days(left)
        );
        Some((
            WAIVER_NOT_ALLOWED,
            message,
            Some("choose an earlier day".into()),
        ))
    }

    fn unknown(&self, name: &str) -> TermsProblem {
        let is_category = self.rules.values().any(|rule| rule.category == name);
        let (message, help) = match (
            is_category,
            nearest(name, self.rules.keys().map(String::as_str)),
        ) {
            (true, _) => (
                format!("`{name}` is a category: a waiver names single rules"),
                None,
            ),
            (false, Some(known)) => (
                format!("there is no rule `{}`", shown(name)),
                Some(format!("did you mean `{known}`?")),
            ),
            (false, None) => (format!("there is no rule `{}`", shown(name)), None),
        };
        (WAIVER_UNKNOWN_RULE, message, help)
    }
}

/// Why this finding is not theirs to waive.
pub(super) fn refusal(
    finding: &Finding,
    draft: &Waiver,
    project: &Project,
) -> Option<(String, &'static str)> {
    let name = &finding.rule;
    if finding.obstacle {
        let message =
            format!("this case of `{name}` cannot be waived: it keeps the rules from running");
        return Some((
            message,
            "fix the value; the results of the rules are unknown until then",
        ));
    }
    let config = &project.config;
    if finding.severity != Severity::Escalation || config.approvers.is_empty() {
        return None;
    }
    let roles = &config.policy.approver_roles;
    let mut people = roles
        .iter()
        .filter_map(|role| config.approvers.get(role))
        .flatten();
    let by = draft.by.as_deref().map(plain_name);
    if by.is_some() && people.any(|known| Some(plain_name(known)) == by) {
        return None;
    }
    let by = draft.by.as_deref().unwrap_or("nobody");
    let message = format!(
        "`{name}` waits for an approver, and `{}` is none of them",
        shown(by)
    );
    Some((
        message,
        "an escalation is waived by a person of an approver role in `[approvers]`",
    ))
}

fn days(count: i64) -> String {
    if count == 1 {
        "1 day".into()
    } else {
        format!("{count} days")
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "days between two dates of four-digit years are few"
)]
fn i64_to_f64(days: i64) -> f64 {
    days as f64
}
