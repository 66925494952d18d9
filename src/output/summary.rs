//! The words about a whole report that several formats share.

use super::{
    safe::escape,
    style::{Ink, Style},
    unreviewed::{common, nameless},
};
use crate::{
    finding::{
        Finding, GateState, NotChecked, Report, ReviewOutcome, StateCounts, Suppression,
        SuppressionKind, Tally, Topic, Verdict,
    },
    rule::{PLACEHOLDER_TEXT, Severity},
    units::{counted, first_named},
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Subjects named for one reason.
const SUBJECTS: usize = 3;

/// `2 errors, 1 warning in 4 files (7 documents, 2 reviews, 74 rules), 1 waived, 3 not checked`
pub(super) fn tally(report: &Report, style: &Style) -> String {
    let standing: Vec<String> = report
        .tally()
        .rows()
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(severity, count)| style.paint(severity.into(), &counted(count, severity.word())))
        .collect();
    let standing = if standing.is_empty() {
        style.paint(Ink::Good, "no findings")
    } else {
        standing.join(", ")
    };
    let counts = report.counts;
    let (waived, known) = report.exceptions();
    let mut beside = String::new();
    for (count, what) in [
        (waived, "waived"),
        (known, "in the baseline"),
        (report.approved(), "approved"),
        (report.unlisted.len(), "old and not listed"),
        (gaps(report).count(), "not checked"),
    ] {
        if count > 0 {
            beside.push_str(&format!(", {count} {what}"));
        }
    }
    let policy = match policy(report) {
        Some(policy) => format!("; {policy}"),
        None => String::new(),
    };
    format!(
        "{standing} in {} ({}, {}, {}){beside}{}{policy}",
        counted(counts.files, "file"),
        counted(counts.documents, "document"),
        counted(counts.reviews, "review"),
        counted(counts.rules, "rule"),
        fixable(report),
    )
}

/// `policy: new`, or the revision whose policy judged, where somebody asked for one.
pub(super) fn policy(report: &Report) -> Option<String> {
    let policy = report.policy.as_ref()?;
    Some(format!("policy: {}", escape(policy.word())))
}

/// `115 rules in force; off: slo by servelint.toml:3`; `None` where neither the configuration nor a flag switches any
/// off: who reads a report need not be who ran it.
pub(super) fn in_force(review: &ReviewOutcome) -> Option<String> {
    let mut by_place: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for one in &review.switched_off {
        by_place.entry(&one.by).or_default().push(&one.name);
    }
    let mut off = Vec::new();
    for (place, names) in by_place {
        let names = match names.len() > SUBJECTS {
            true if place == "--select" => "all others".to_owned(),
            true => counted(names.len(), "rule"),
            false => names.join(", "),
        };
        off.push(format!("{} by {}", escape(&names), escape(place)));
    }
    let rules = counted(review.rules_in_force, "rule");
    let told = || format!("{rules} in force; off: {}", first_named(&off, SUBJECTS));
    (!off.is_empty()).then(told)
}

/// `; 2 fixable with `--fix`, 1 more with `--fix --unsafe``; empty where nothing is.
fn fixable(report: &Report) -> String {
    match report.fixable() {
        (0, 0) => String::new(),
        (safe, 0) => format!("; {safe} fixable with `--fix`"),
        (0, other) => format!("; {other} fixable with `--fix --unsafe`"),
        (safe, other) => {
            format!("; {safe} fixable with `--fix`, {other} more with `--fix --unsafe`")
        }
    }
}

/// `2 errors, 1 warning`; empty where nothing was found.
pub(super) fn found(tally: Tally) -> String {
    let counts = tally.rows().into_iter().filter(|(_, count)| *count > 0);
    counts
        .map(|(severity, count)| counted(count, severity.word()))
        .collect::<Vec<_>>()
        .join(", ")
}

/// The same of a review, and how many findings are excepted: a `go` that rests on exceptions says so.
pub(super) fn standing(review: &ReviewOutcome) -> String {
    let mut counts: Vec<String> = Some(found(review.tally))
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect();
    if review.suppressed > 0 {
        counts.push(format!("{} excepted", review.suppressed));
    }
    counts.join(", ")
}

/// `2 missed, 1 unjudged, 9 attested, 14 met`; empty where the service rests on nothing.
pub(super) fn states(counts: StateCounts) -> String {
    let rows = counts.rows().into_iter().filter(|(_, count)| *count > 0);
    let rows = rows.map(|(state, count)| format!("{count} {state}"));
    rows.collect::<Vec<_>>().join(", ")
}

/// `missed load; unjudged canary; attested scope, options; met rollout`: the gates by what became of them, the
/// worst first. Empty where there are none.
pub(super) fn gates(review: &ReviewOutcome) -> String {
    let mut by_state: Vec<(GateState, Vec<&str>)> = Vec::new();
    let mut gates: Vec<_> = review.gates.iter().collect();
    gates.sort_by_key(|gate| gate.state.rank());
    for gate in gates {
        match by_state.last_mut() {
            Some((state, names)) if *state == gate.state => names.push(gate.gate.word()),
            _ => by_state.push((gate.state, vec![gate.gate.word()])),
        }
    }
    let lists = by_state
        .into_iter()
        .map(|(state, names)| format!("{} {}", state.word(), names.join(", ")));
    lists.collect::<Vec<_>>().join("; ")
}

/// `error[timeouts-order]`
pub(super) fn tag(finding: &Finding) -> String {
    format!("{}[{}]", finding.severity, escape(&finding.rule))
}

/// `support-chat`, and where another service has the same name: `support-chat (a/spec.yaml)`
pub(super) fn service(review: &ReviewOutcome) -> String {
    match &review.path {
        Some(path) => format!("{} ({})", escape(&review.service), escape(path)),
        None => escape(&review.service).into_owned(),
    }
}

/// `support-chat no-go in production: 2 missed, 9 attested, 14 met; 2 errors; gates: missed load; met rollout`
pub(super) fn verdict(review: &ReviewOutcome) -> String {
    let mut line = format!("{} {}", service(review), review.verdict.word());
    if let Some(environment) = &review.environment {
        line.push_str(&format!(" in {}", escape(environment)));
    }
    let mut parts = vec![states(review.states()), standing(review)];
    parts.extend(approvers(review));
    parts.retain(|part| !part.is_empty());
    if !parts.is_empty() {
        line.push_str(&format!(": {}", parts.join("; ")));
    }
    let gates = gates(review);
    if !gates.is_empty() {
        line.push_str(&format!("; gates: {gates}"));
    }
    if let Some(rules) = in_force(review) {
        line.push_str(&format!("; {rules}"));
    }
    line.trim_end().to_owned()
}

/// `to be approved by an owner of `a.yaml`, and by one of: director-of-engineering (m.osei), cto`
pub(super) fn approvers(review: &ReviewOutcome) -> Option<String> {
    let mut parts = Vec::new();
    if !review.consents.is_empty() {
        let named = first_named(&review.consents, SUBJECTS);
        let each = if review.consents.len() > 1 {
            "each of: "
        } else {
            ""
        };
        parts.push(format!("by {each}{}", escape(&named)));
    }
    if !review.approvers.is_empty() {
        let named = review.approvers.join(", ");
        parts.push(format!("by one of: {}", escape(&named)));
    }
    (!parts.is_empty()).then(|| format!("to be approved {}", parts.join(", and ")))
}

/// The help of a finding, where its rule has any.
pub(super) fn help(finding: &Finding) -> Option<&str> {
    let help = finding.help.as_deref();
    help.filter(|help| !help.trim().is_empty())
}

/// Why a finding does not stand: `waived by dana.k until 2027-01-31: the reason`. Foreign text.
pub(super) fn told(finding: &Finding) -> String {
    let by = finding.suppression.as_ref();
    by.map(Suppression::told).unwrap_or_default()
}

/// `12 known findings`, where there are any.
pub(super) fn known(report: &Report) -> Option<String> {
    match report.exceptions() {
        (_, 0) => None,
        (_, count) => Some(counted(count, "known finding")),
    }
}

/// What is waived; the findings of a baseline are many and old, so they are counted only.
pub(super) fn waived(report: &Report) -> impl Iterator<Item = &Finding> {
    report.suppressed.iter().filter(|finding| {
        let kind = finding.suppression.as_ref().map(|by| by.kind);
        kind != Some(SuppressionKind::Baseline)
    })
}

/// Why the exit code is 2, if it is. A run without anything to judge must not look like one that
/// passed.
pub(super) fn failures(report: &Report) -> Vec<String> {
    match report.failures.is_empty() && report.exit_code() == 2 {
        true => vec!["nothing to check: no document of a known kind was found".to_owned()],
        false => report.failures.clone(),
    }
}

/// The verdict of the whole run in a word or two.
pub(super) fn headline(report: &Report) -> &'static str {
    match report.verdict() {
        _ if report.exit_code() == 2 => "the run failed",
        verdict => verdict.word(),
    }
}

/// What was not checked. Findings that are only counted were.
pub(super) fn gaps(report: &Report) -> impl Iterator<Item = &NotChecked> {
    let gaps = report.not_checked.iter();
    gaps.filter(|gap| gap.subject != Topic::Old)
}

/// What is said of findings that changed services had at the base already. Foreign text.
pub(super) fn old(report: &Report) -> impl Iterator<Item = &str> {
    let notes = report.not_checked.iter();
    let notes = notes.filter(|gap| gap.subject == Topic::Old);
    notes.map(|gap| gap.reason.as_str())
}

/// Those of them that hold a service back which nothing listed holds back: else its verdict would have no reason in
/// sight.
pub(super) fn deciding(report: &Report) -> Vec<&Finding> {
    let mut held: Vec<&ReviewOutcome> = report.reviews.iter().collect();
    held.retain(|review| {
        let mut listed = report.findings.iter();
        !listed.any(|finding| decides(finding, review))
    });
    let mut deciding: Vec<&Finding> = report.unlisted.iter().collect();
    deciding.retain(|finding| held.iter().any(|review| decides(finding, review)));
    deciding
}

/// True where the verdict over a service rests on the finding.
fn decides(finding: &Finding, review: &ReviewOutcome) -> bool {
    let weighs = match review.verdict {
        Verdict::NoGo => finding.severity == Severity::Error,
        Verdict::Escalate => finding.severity == Severity::Escalation,
        Verdict::Draft => finding.rule == PLACEHOLDER_TEXT,
        Verdict::Go | Verdict::NotReviewed => false,
    };
    weighs && review.files.contains(&finding.place.source.name)
}

/// One line for each reason, naming the first subjects that share it, in the order of the report. Many reasons that
/// differ in names only are one, with `…` for the names.
pub(super) fn not_checked(report: &Report) -> Vec<String> {
    gathered(&Vec::from_iter(gaps(report)))
}

/// What was not checked for a reason that few share, and one line for each reason that many share.
pub(super) fn few_and_many(report: &Report) -> (Vec<&NotChecked>, Vec<String>) {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for gap in gaps(report) {
        *counts.entry(nameless(&gap.reason)).or_default() += 1;
    }
    let is_rare = |gap: &&NotChecked| {
        let count = counts.get(&nameless(&gap.reason));
        count.is_none_or(|count| *count <= SUBJECTS)
    };
    let (few, many): (Vec<_>, Vec<_>) = gaps(report).partition(is_rare);
    (few, gathered(&many))
}

fn gathered(gaps: &[&NotChecked]) -> Vec<String> {
    let mut alike: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for gap in gaps {
        alike
            .entry(nameless(&gap.reason))
            .or_default()
            .insert(&gap.reason);
    }
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    // Only finds the group: a map alone would lose the order of the report.
    let mut known: HashMap<String, usize> = HashMap::new();
    for gap in gaps {
        let reason = match alike.get(&nameless(&gap.reason)) {
            Some(reasons) if reasons.len() > SUBJECTS => common(reasons.iter().copied()),
            _ => gap.reason.clone(),
        };
        let at = *known.entry(reason.clone()).or_insert(groups.len());
        match groups.get_mut(at) {
            Some((_, subjects)) => {
                let subject = gap.subject.to_string();
                // A file may have many documents, which follow each other.
                if subjects.last() != Some(&subject) {
                    subjects.push(subject);
                }
            }
            None => groups.push((reason, vec![gap.subject.to_string()])),
        }
    }
    groups
        .into_iter()
        .map(|(reason, subjects)| format!("{}: {reason}", first_named(&subjects, SUBJECTS)))
        .collect()
}
