//! From what rules say to what users read: places, severities, order.

mod clashes;
mod of_packs;
mod order;
mod places;

pub(super) use order::{Key, key, sort};
pub(super) use places::place;
use places::{Located, as_rendered, place_of};

use super::{
    load::Unreadable,
    selection::{Selection, ServiceSetting},
};
use crate::{
    config::{Level, Project},
    document::{
        Node, Pointer,
        source::{Span, clip, folder},
    },
    finding::{Finding, Place, Related, Standing, Violation},
    fix::edit::Fixer,
    policy::{Evaluation, Pack},
    review::{Member, Review},
    rule::{
        DOCUMENT_NOT_JUDGED, Exposure, POLICY_UNUSABLE, QUANTITY_VALID, Rule, SYNTAX_INVALID,
        Severity, Subject, UNJUDGED,
    },
    schema::Refusal,
    waivers::WaiverProblem,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::Arc,
};

/// Characters of a message: rules quote names, and a name may be as long as a file.
const LONGEST_MESSAGE: usize = 1_000;
/// Characters of a service's name.
const LONGEST_NAME: usize = 200;

/// The finding about something that could not become a document.
#[derive(Debug)]
pub(super) struct Obstacle {
    pub finding: Finding,
    /// The root of its project.
    pub root: PathBuf,
    /// The services that documents which are lost with it speak of.
    pub services: BTreeSet<String>,
    /// True where a change took them away.
    pub lost: bool,
}

impl Obstacle {
    /// True where documents are there that nobody could read, or that are not judged where they stand.
    pub(super) fn is_unread(&self) -> bool {
        let unread = [SYNTAX_INVALID, DOCUMENT_NOT_JUDGED];
        let is_error = self.finding.severity == Severity::Error;
        is_error && !self.lost && unread.contains(&self.finding.rule.as_str())
    }

    /// True where rules of the team did not run on anything of the project.
    pub(super) fn is_of_all(&self) -> bool {
        self.finding.rule == POLICY_UNUSABLE
    }

    /// True where it may be a document of the review: it is an error, nobody knows of what service, and the file
    /// is in a folder with the review's own documents.
    pub(super) fn is_near(&self, review: &Review, members: &[Member]) -> bool {
        let place = folder(&self.finding.place.source.path);
        self.services.is_empty()
            && self.finding.severity == Severity::Error
            && review.documents().any(|(_, index)| {
                let member = &members[index];
                member.subject != Subject::Artifact && folder(&member.document.source.path) == place
            })
    }
}

/// Knows the rules and who wants them.
pub(super) struct Judge<'j> {
    pub pack: &'j Pack,
    pub selection: &'j Selection,
    /// The settings of each service's specifications, by root and name.
    settings: BTreeMap<(PathBuf, String), Vec<ServiceSetting>>,
}

impl<'j> Judge<'j> {
    pub(super) fn new(pack: &'j Pack, selection: &'j Selection, members: &[Member]) -> Self {
        let mut settings: BTreeMap<_, Vec<ServiceSetting>> = BTreeMap::new();
        for member in members {
            if member.subject == Subject::ServingSpec {
                let service = settings.entry(service(member)).or_default();
                service.push(setting(member));
            }
        }
        Self {
            pack,
            selection,
            settings,
        }
    }

    /// The settings in which what is said of a document counts: its own, or those of every
    /// specification that it belongs to.
    fn settings(&self, member: &Member) -> Vec<ServiceSetting> {
        if member.subject == Subject::ServingSpec {
            return vec![setting(member)];
        }
        let known = self.settings.get(&service(member));
        known.cloned().unwrap_or_default()
    }

    /// The findings in one document. What a schema refuses on behalf of a rule is left to that
    /// rule where it speaks of the same place itself: it knows the numbers.
    pub(super) fn document(
        &self,
        member: &Member,
        refusals: &[Refusal],
        evaluation: Evaluation,
        exposure: Exposure,
    ) -> Vec<Finding> {
        let mut violations = evaluation.violations;
        let mut judged: Vec<(Violation, bool, usize)> = Vec::new();
        for refusal in refusals {
            let said = &refusal.violation;
            let is_rest = refusal.rest.is_some();
            if !is_rest && violations.iter().any(|own| is_same(own, said)) {
                hand_over(said, &mut violations);
            } else if self.shows(refusal, &member.project) {
                let more = refusal.rest.map_or(0, |count| count.saturating_sub(1));
                judged.push((said.clone(), refusal.blocking, more));
            }
        }
        for violation in violations {
            // What is no quantity has no number, which other rules need.
            let mut refused = refusals.iter().map(|refusal| &refusal.violation);
            let is_obstacle = violation.rule == QUANTITY_VALID
                && member.kind().is_none()
                && refused.any(|said| is_same(&violation, said));
            let is_wanted = match is_obstacle {
                true => self.shows_obstacle(&member.project, &violation.rule),
                false => self.selection.contains(&member.project, &violation.rule),
            };
            if is_wanted {
                judged.push((violation, is_obstacle, 0));
            }
        }
        let settings = self.settings(member);
        let fixer = Fixer::new(&member.document);
        let mut findings = Vec::new();
        for (mut violation, obstacle, more) in judged {
            violation.cause = violation
                .cause
                .map(|cause| cause.within(&member.project.root));
            let fix = match &violation.remedy {
                Some(remedy) if member.requested && member.rendered.is_none() => fixer.fix(remedy),
                _ => None,
            };
            let rule = violation.rule.clone();
            let locate = |at: &Pointer, part: Option<Span>| {
                Some(Located {
                    place: place_of(member, &rule, at).narrowed(&member.document, part),
                    subject: member.subject,
                    rendered: as_rendered(member, at),
                })
            };
            let Some(finding) = self.finding(violation, exposure, locate) else {
                continue;
            };
            let finding = Finding {
                obstacle,
                fix,
                more,
                ..finding
            };
            findings.extend(self.weighed(finding, &member.project, &settings, exposure));
        }
        findings
    }

    /// The findings in a document of which only the schema spoke. No environment makes them milder.
    pub(super) fn refused(&self, member: &Member, refusals: &[Refusal]) -> Vec<Finding> {
        self.document(
            member,
            refusals,
            Evaluation::default(),
            Exposure::Production,
        )
    }

    /// The findings in a review, each in the document that its path leads to.
    pub(super) fn review(
        &self,
        review: &Review,
        members: &[Member],
        evaluation: Evaluation,
        exposure: Exposure,
    ) -> Vec<Finding> {
        let Some(first) = review.members(members).next() else {
            return Vec::new();
        };
        let project = &first.project;
        let settings = Vec::from_iter(review.spec(members).map(setting));
        let locate = |at: &Pointer, part: Option<Span>| {
            let (member, at) = review.locate(at)?;
            let member = members.get(member)?;
            Some(Located {
                place: place(member, &at).narrowed(&member.document, part),
                subject: member.subject,
                rendered: as_rendered(member, &at),
            })
        };
        let mut findings = Vec::new();
        for mut violation in evaluation.violations {
            if !self.selection.contains(project, &violation.rule) {
                continue;
            }
            violation.cause = violation.cause.map(|cause| cause.within(&project.root));
            if let Some(finding) = self.finding(violation, exposure, locate) {
                findings.extend(self.weighed(finding, project, &settings, exposure));
            }
        }
        findings
    }

    /// The findings about what could not become a document.
    pub(super) fn syntax(&self, errors: &[Unreadable]) -> Vec<Obstacle> {
        let mut obstacles = Vec::new();
        for error in errors {
            let Some(rule) = self.pack.rules().get(error.rule) else {
                continue;
            };
            if self.selection.contains_obstacle(&error.project, rule) {
                let spoken = error.spoken.iter();
                obstacles.push(Obstacle {
                    finding: unreadable(error, rule),
                    root: error.project.root.clone(),
                    services: spoken.filter_map(|held| held.service.clone()).collect(),
                    lost: error.lost,
                });
            }
        }
        obstacles
    }

    /// What keeps the rules from running is shown whatever was selected.
    fn shows(&self, refusal: &Refusal, project: &Project) -> bool {
        match refusal.blocking {
            true => self.shows_obstacle(project, &refusal.violation.rule),
            false => self.selection.contains(project, &refusal.violation.rule),
        }
    }

    fn shows_obstacle(&self, project: &Project, rule: &str) -> bool {
        let rule = self.pack.rules().get(rule);
        rule.is_some_and(|rule| self.selection.contains_obstacle(project, rule))
    }

    /// The finding about an exception; `None` where the team does not want the rule.
    pub(super) fn waiver_problem(&self, problem: WaiverProblem) -> Option<Finding> {
        let rule = self.pack.rules().get(problem.rule)?;
        if !self.selection.contains(&problem.project, &rule.id) {
            return None;
        }
        let message = clip(&problem.message, LONGEST_MESSAGE);
        let finding = Finding {
            help: problem.help.or_else(|| Some(rule.help.clone())),
            ..Finding::new(&rule.id, rule.severity, message, problem.place)
        };
        self.weighed(finding, &problem.project, &[], Exposure::Production)
    }

    /// The finding that something which a review rests on was compared with nothing; `None` where the team
    /// does not want the rule.
    pub(super) fn unjudged(&self, claim: &Standing, project: &Project) -> Option<Finding> {
        let rule = self.pack.rules().get(UNJUDGED)?;
        if !self.selection.contains(project, &rule.id) {
            return None;
        }
        let because = claim.because.as_deref().unwrap_or_default();
        let message = format!("{} was not judged: {because}", claim.called());
        let severity = match claim.blocking {
            true => rule.severity,
            false => Severity::Warning,
        };
        let message = clip(&message, LONGEST_MESSAGE);
        let finding = Finding {
            help: Some(rule.help.clone()),
            ..Finding::new(&rule.id, severity, message, claim.place.clone())
        };
        self.weighed(finding, project, &[], Exposure::Production)
    }

    /// The finding with the weight that the team gives it; `None` for none at all. What keeps rules
    /// from running keeps its own. A case that the rule calls milder stays so where the level is not.
    fn weighed(
        &self,
        mut finding: Finding,
        project: &Project,
        settings: &[ServiceSetting],
        exposure: Exposure,
    ) -> Option<Finding> {
        let rule = self.pack.rules().get(&finding.rule)?;
        if finding.obstacle {
            return Some(finding);
        }
        let milder = finding.severity < rule.severity_at(exposure);
        match self
            .selection
            .level(project, rule, &finding.place.source.path, settings)
        {
            None => {}
            Some(Level::Off) => return None,
            Some(Level::At(level)) if milder => finding.severity = finding.severity.min(level),
            Some(Level::At(level)) => finding.severity = level,
        }
        Some(finding)
    }

    fn finding(
        &self,
        violation: Violation,
        exposure: Exposure,
        locate: impl Fn(&Pointer, Option<Span>) -> Option<Located>,
    ) -> Option<Finding> {
        let rule = self.pack.rules().get(&violation.rule)?;
        let first_wording = rule.first_wording(&violation.message);
        let Located {
            place,
            subject,
            rendered,
        } = locate(&violation.at, violation.within)?;
        let mut shown = BTreeSet::from([bytes(&place)]);
        let mut related = Vec::new();
        for (at, message) in violation.related {
            let Some(Located { place, .. }) = locate(&at, None) else {
                continue;
            };
            // Through an alias several paths lead to the same bytes, which are shown once.
            if shown.insert(bytes(&place)) || place.alias.is_none() {
                related.push(Related { place, message });
            }
        }
        related.extend(rendered);
        let severity = severity(rule, violation.severity, exposure);
        let message = clip(&violation.message, LONGEST_MESSAGE);
        Some(Finding {
            related,
            first_wording: first_wording.map(|message| clip(&message, LONGEST_MESSAGE)),
            help: violation
                .help
                .or_else(|| Some(rule.help_in(subject).to_owned())),
            cause: violation.cause,
            ..Finding::new(&violation.rule, severity, message, place)
        })
    }
}

/// Where the bytes of a place begin.
fn bytes(place: &Place) -> (String, usize) {
    (place.source.name.clone(), place.span.start())
}

/// True where a rule itself says what a schema refuses on its behalf: of the place, of one around it or
/// of one in it.
fn is_same(own: &Violation, refusal: &Violation) -> bool {
    own.rule == refusal.rule && (own.at.contains(&refusal.at) || refusal.at.contains(&own.at))
}

/// The schema knows the spelling, the rule that speaks instead of it does not.
fn hand_over(refusal: &Violation, violations: &mut [Violation]) {
    for own in violations {
        // One that has a remedy of its own keeps it.
        if own.remedy.is_none() && is_same(own, refusal) {
            own.remedy.clone_from(&refusal.remedy);
            return;
        }
    }
}

/// The service that a document belongs to, by the root of its project and its name.
fn service(member: &Member) -> (PathBuf, String) {
    let name = member.service().unwrap_or_default();
    (member.project.root.clone(), name.to_owned())
}

/// The environment and the tier of a specification.
pub(super) fn setting(spec: &Member) -> ServiceSetting {
    let tier = spec
        .document
        .root
        .at(&["spec", "tier"])
        .and_then(Node::as_str);
    (
        spec.environment().map(str::to_owned),
        tier.map(str::to_owned),
    )
}

/// A name from a document, short enough to print.
pub(super) fn name(text: &str) -> String {
    clip(text, LONGEST_NAME)
}

/// A rule may call a case milder than itself, never graver.
fn severity(rule: &Rule, own: Option<Severity>, exposure: Exposure) -> Severity {
    let limit = rule.severity_at(exposure);
    own.map_or(limit, |own| own.min(limit))
}

/// `ServingSpec/ranker`, `InferenceService/ranker`: what a document is called, wherever in its file it stands.
pub(super) fn identity(member: &Member) -> String {
    let root = &member.document.root;
    let own = root.at(&["metadata", "name"]).and_then(Node::as_str);
    let name = own.or(member.service()).unwrap_or_default();
    if let Some(kind) = member.kind() {
        return format!("{}/{name}", kind.name);
    }
    match root.get("kind").and_then(Node::as_str) {
        // Of a kind that only its definition knows.
        Some(kind) if member.subject == Subject::Artifact => format!("{kind}/{name}"),
        _ => format!("{}/{name}", member.subject),
    }
}

/// The finding about what could not become a document.
fn unreadable(error: &Unreadable, rule: &Rule) -> Finding {
    let related = error.related.as_ref().map(|(span, message)| Related {
        place: Place::bare(Arc::clone(&error.place.source), *span),
        message: message.clone(),
    });
    Finding {
        related: related.into_iter().collect(),
        help: error.help.clone().or_else(|| Some(rule.help.clone())),
        fix: error.fix.clone(),
        obstacle: true,
        ..Finding::new(
            &rule.id,
            error.severity,
            error.message.clone(),
            error.place.clone(),
        )
    }
}

/// The files that hold a review's documents.
pub(super) fn files<'m>(review: &Review, members: &'m [Member]) -> BTreeSet<&'m str> {
    review
        .members(members)
        .map(|member| member.document.source.name.as_str())
        .collect()
}
