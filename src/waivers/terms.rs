//! Under which terms a waiver holds: what it has to say, what may be waived, by whom and for how long.

use super::{
    Waiver,
    comment::{FORM, shown},
};
use crate::{
    config::{Project, plain_name},
    did_you_mean::nearest,
    finding::Finding,
    names,
    rule::{
        GOVERNANCE, Rule, Severity, WAIVER_EXPIRED, WAIVER_MALFORMED, WAIVER_NOT_ALLOWED,
        WAIVER_UNKNOWN_RULE,
    },
    units,
};
use std::collections::BTreeMap;

/// Why a waiver does not hold.
pub(super) struct Objection {
    /// The rule of the host that says so.
    pub rule: &'static str,
    pub message: String,
    pub help: Option<String>,
}

impl Objection {
    pub(super) fn new(rule: &'static str, message: impl Into<String>, help: Option<&str>) -> Self {
        Self {
            rule,
            message: message.into(),
            help: help.map(str::to_owned),
        }
    }
}

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
    ) -> Option<Objection> {
        let Some(rule) = self.rules.get(name) else {
            return Some(self.unknown(name));
        };
        let policy = &project.config.policy.waivers;
        if !rule.is_waivable() {
            let why = match rule.category == GOVERNANCE {
                true => "it is about who may change or excuse what",
                false => "it says that something else is unknown",
            };
            let message = format!("`{name}` cannot be waived: {why}");
            return Some(Objection::new(
                WAIVER_NOT_ALLOWED,
                message,
                Some("fix the finding"),
            ));
        }
        if policy.forbids(rule) {
            let message = format!("the team does not allow waivers of `{name}`");
            return Some(Objection::new(WAIVER_NOT_ALLOWED, message, None));
        }
        let missing = missing(draft, project);
        if !missing.is_empty() {
            let message = format!("the waiver of `{name}` does not say {}", missing.join(", "));
            return Some(Objection::new(WAIVER_MALFORMED, message, Some(FORM)));
        }
        self.out_of_time(name, draft, policy.max_days)
    }

    /// Why a waiver does not hold today: it is over, or holds for longer than the team allows.
    fn out_of_time(&self, name: &str, draft: &Waiver, most: Option<f64>) -> Option<Objection> {
        let left = self.days_left(draft)?;
        let until = draft.until.as_deref().unwrap_or_default();
        if left < 0 {
            let message = format!(
                "the waiver of `{name}` expired on {until}, {} ago",
                days(-left)
            );
            return Some(Objection::new(WAIVER_EXPIRED, message, None));
        }
        let most = most.filter(|most| i64_to_f64(left) > *most)?;
        let message = format!(
            "the waiver of `{name}` ends on {until}, in {}; the team allows {most}",
            days(left)
        );
        let help = "choose an earlier day";
        Some(Objection::new(WAIVER_NOT_ALLOWED, message, Some(help)))
    }

    fn unknown(&self, name: &str) -> Objection {
        if self.rules.values().any(|rule| rule.category == name) {
            let message = format!("`{name}` is a category: a waiver names single rules");
            return Objection::new(WAIVER_UNKNOWN_RULE, message, None);
        }
        let known = nearest(name, self.rules.keys().map(String::as_str));
        Objection {
            rule: WAIVER_UNKNOWN_RULE,
            message: format!("there is no rule `{}`", shown(name)),
            help: known.map(|known| format!("did you mean `{known}`?")),
        }
    }
}

/// What the team asks a waiver for and this one does not say, in words.
fn missing(draft: &Waiver, project: &Project) -> Vec<&'static str> {
    let policy = &project.config.policy.waivers;
    let mut missing = Vec::new();
    for (part, is_missing, words) in [
        ("reason", is_hollow(draft.reason.as_ref()), "a reason"),
        ("owner", is_nobody(draft.by.as_ref()), "who answers for it"),
        ("expiry", draft.until.is_none(), "its last day"),
    ] {
        if is_missing && policy.requires(part) {
            missing.push(words);
        }
    }
    missing
}

/// True where nothing is said, in whatever characters.
fn is_hollow(said: Option<&String>) -> bool {
    said.is_none_or(|text| names::says_nothing(text))
}

/// True where nobody is named.
fn is_nobody(name: Option<&String>) -> bool {
    name.is_none_or(|name| names::names_nobody(name))
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
