//! From what rules say to what users read: places, severities, order, verdicts.

use super::{load::Unreadable, selection::Selection};
use crate::{
    config::Project,
    document::Pointer,
    finding::{Finding, Place, Related, ReviewOutcome, Verdict, Violation},
    policy::{Evaluation, Pack},
    review::{Clash, Member, Review},
    rule::{Rule, Severity, UNKNOWN_FIELD},
    schema::Refusal,
};
use std::collections::BTreeSet;

/// Knows the rules and who wants them.
pub(super) struct Judge<'j> {
    pub pack: &'j Pack,
    pub selection: &'j Selection,
}

impl Judge<'_> {
    /// The findings in one document. What a schema refuses on behalf of a rule is left to that
    /// rule where it speaks of the same place itself: it knows the numbers.
    pub(super) fn document(
        &self,
        member: &Member,
        refusals: &[Refusal],
        evaluation: Evaluation,
        production: bool,
    ) -> Vec<Finding> {
        let said = |refusal: &Violation| {
            evaluation.violations.iter().any(|violation| {
                violation.rule == refusal.rule
                    && (violation.at.contains(&refusal.at) || refusal.at.contains(&violation.at))
            })
        };
        let kept: Vec<Violation> = refusals
            .iter()
            .map(|refusal| &refusal.violation)
            .filter(|violation| !said(violation))
            .cloned()
            .collect();
        kept.into_iter()
            .chain(evaluation.violations)
            .filter_map(|violation| {
                let name_is_wrong = violation.rule == UNKNOWN_FIELD;
                let locate = |at: &Pointer| {
                    Some(if name_is_wrong { key_place(member, at) } else { place(member, at) })
                };
                self.finding(violation, &member.project, production, locate)
            })
            .collect()
    }

    /// The findings in a review, each in the document that its path leads to.
    pub(super) fn review(
        &self,
        review: &Review,
        members: &[Member],
        evaluation: Evaluation,
        production: bool,
    ) -> Vec<Finding> {
        let locate = |at: &Pointer| {
            let (member, at) = review.locate(at)?;
            Some(place(members.get(member)?, &at))
        };
        let project =
            review.documents().find_map(|(_, index)| members.get(index)).map(|member| &member.project);
        let Some(project) = project else { return Vec::new() };
        evaluation
            .violations
            .into_iter()
            .filter_map(|violation| self.finding(violation, project, production, locate))
            .collect()
    }

    /// The finding that two specifications are one service.
    pub(super) fn clash(&self, clash: &Clash, members: &[Member]) -> Option<Finding> {
        let (member, first) = (members.get(clash.member)?, members.get(clash.first)?);
        let locate = |at: &Pointer| Some(place(member, at));
        let mut finding = self.finding(clash.violation.clone(), &member.project, true, locate)?;
        finding
            .related
            .push(Related { place: place(first, &clash.violation.at), message: "the first one".into() });
        Some(finding)
    }

    fn finding(
        &self,
        violation: Violation,
        project: &Project,
        production: bool,
        locate: impl Fn(&Pointer) -> Option<Place>,
    ) -> Option<Finding> {
        let rule = self
            .pack
            .rules()
            .get(&violation.rule)
            .filter(|rule| self.selection.contains(project, &rule.id))?;
        let place = locate(&violation.at)?;
        // Through an alias several paths lead to the same bytes, which are shown once.
        let bytes = |place: &Place| (place.source.name.clone(), place.span.start());
        let mut shown = BTreeSet::from([bytes(&place)]);
        let related = violation
            .related
            .into_iter()
            .filter_map(|(at, message)| Some(Related { place: locate(&at)?, message }))
            .filter(|other| shown.insert(bytes(&other.place)) || other.place.alias.is_none());
        Some(Finding {
            severity: severity(rule, violation.severity, production),
            place,
            related: related.collect(),
            message: violation.message,
            help: violation.help.or_else(|| Some(rule.help.trim().to_owned())),
            rule: violation.rule,
        })
    }
}

/// A rule may call a case milder than itself, never graver.
fn severity(rule: &Rule, own: Option<Severity>, production: bool) -> Severity {
    let limit = if production { rule.severity } else { rule.elsewhere };
    own.map_or(limit, |own| own.min(limit))
}

fn place(member: &Member, at: &Pointer) -> Place {
    let found = member.document.root.resolve(at);
    Place {
        source: std::sync::Arc::clone(&member.document.source),
        span: found.point,
        pointer: at.clone(),
        alias: found.alias,
        missing: !found.complete,
    }
}

/// The key where the value is not to blame.
fn key_place(member: &Member, at: &Pointer) -> Place {
    let key = member.document.root.resolve(at).key;
    let found = place(member, at);
    Place { span: key.unwrap_or(found.span), ..found }
}

/// Findings about what could not become a document.
pub(super) fn syntax(unreadable: &[Unreadable], pack: &Pack, selection: &Selection) -> Vec<Finding> {
    let wanted = unreadable.iter().filter(|error| selection.contains(&error.project, error.rule));
    wanted
        .map(|error| Finding {
            rule: error.rule.to_owned(),
            severity: error.severity,
            message: error.message.clone(),
            place: error.place.clone(),
            related: error
                .related
                .iter()
                .map(|(span, message)| Related {
                    place: Place::bare(std::sync::Arc::clone(&error.place.source), *span),
                    message: message.clone(),
                })
                .collect(),
            help: error.help.clone().or_else(|| pack.rules().get(error.rule).map(|rule| rule.help.clone())),
        })
        .collect()
}

/// The verdict over the findings of a review's documents and of their comparison.
pub(super) fn outcome<'f>(
    review: &Review,
    members: &[Member],
    findings: impl Iterator<Item = &'f Finding>,
) -> ReviewOutcome {
    let documents: Vec<&Member> = review.documents().filter_map(|(_, index)| members.get(index)).collect();
    let files: BTreeSet<&str> = documents.iter().map(|member| member.document.source.name.as_str()).collect();
    let mut standing: Vec<&Finding> = findings
        .filter(|finding| {
            finding.severity >= Severity::Escalation && files.contains(finding.place.source.name.as_str())
        })
        .collect();
    standing.sort_by(|a, b| (b.severity, key(a)).cmp(&(a.severity, key(b))));
    let verdict = match standing.first().map(|finding| finding.severity) {
        Some(Severity::Error) => Verdict::NoGo,
        Some(_) => Verdict::Escalate,
        None => Verdict::Go,
    };
    let reasons = standing.iter().map(|finding| format!("{}: {}", finding.rule, finding.message));
    ReviewOutcome {
        service: review.service.clone(),
        environment: review.serving.and_then(|index| members[index].environment()).map(str::to_owned),
        verdict,
        reasons: reasons.collect(),
        files: files.into_iter().map(str::to_owned).collect(),
    }
}

type Key<'f> = (&'f str, usize, usize, &'f str, &'f Pointer, &'f str);

fn key(finding: &Finding) -> Key<'_> {
    let place = &finding.place;
    (
        &place.source.name,
        place.span.start(),
        place.span.end(),
        &finding.rule,
        &place.pointer,
        &finding.message,
    )
}

/// By file, place and rule; what several reviews said of one place alike stands once.
pub(super) fn sort(findings: &mut Vec<Finding>) {
    findings.sort_by(|a, b| (key(a), b.severity).cmp(&(key(b), a.severity)));
    findings.dedup_by(|b, a| key(a) == key(b));
}
