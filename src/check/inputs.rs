//! What each rule sees, for whoever wants to ask another engine the same.

use super::{
    Gathered, LintError, Request, Silent,
    evaluate::seen::{Asked, Seen},
    judge::Judge,
    threads::with_room,
    trust::Trust,
};
use crate::{
    finding::{Counts, Finding, Report},
    policy::{Pack, Question},
    review::{Group, Member, Review},
    rule::{Severity, Subject},
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

/// What `servelint input` prints; `schemas/inputs/v1.json` is generated from it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct InputAnswer {
    /// The version of this output. A new field is no new version.
    pub version: u32,
    /// One entry for each document, and for each service as a whole.
    pub inputs: Vec<RuleInput>,
}

impl InputAnswer {
    /// The version that is printed.
    pub const VERSION: u32 = 1;
}

/// One question to the rules of one subject.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RuleInput {
    /// What `input` is: a document of a kind, or everything about a service.
    pub subject: Subject,
    /// The service, where the document names one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// The files that it was made of, in the order of its documents.
    pub files: Vec<String>,
    /// The rules that are asked: those whose METADATA says `applies_to` this subject, and that the
    /// team wants.
    pub rules: Vec<String>,
    /// `input`, as the rules see it.
    pub input: Json,
    /// `data`, as the rules see it, save `servelint.platforms`, which stands beside the policies: `servelint`, and each pack
    /// of rules that the project names.
    pub data: Json,
}

/// What rules see of a run.
#[derive(Debug, Default)]
pub struct Inputs {
    /// In the order of the services: documents, then reviews.
    pub inputs: Vec<RuleInput>,
    /// Each service whose documents can be read, with the digest that a verdict on it records.
    pub digests: Vec<(String, String)>,
    /// What keeps further documents from the rules: its findings and failures.
    pub obstacles: Report,
}

/// One question to the rules of one subject, as they are asked it.
#[derive(Debug, Clone)]
pub struct RuleQuestion {
    /// What `input` is.
    pub subject: Subject,
    /// The service, where the document names one.
    pub service: Option<String>,
    /// The files that it was made of.
    pub files: Vec<String>,
    /// The rules that are asked.
    pub rules: Vec<String>,
    /// The question.
    pub question: Question,
}

/// Shown each question of a run, its service and its files.
type QuestionVisitor<'v> = &'v mut dyn FnMut(&Asked<'_>, Option<&str>, Vec<String>);

/// The questions of a run of `request` to the rules of `pack`, and what keeps further documents from being one.
///
/// # Errors
/// As [`inputs`].
pub fn questions(request: &Request, pack: &Pack) -> Result<(Vec<RuleQuestion>, Report), LintError> {
    with_room(|| {
        let mut questions = Vec::new();
        let (_, obstacles) = visited(request, pack, &mut |asked, service, files| {
            questions.push(RuleQuestion {
                subject: asked.subject,
                service: service.map(str::to_owned),
                files,
                rules: asked.evaluator.rules().map(str::to_owned).collect(),
                question: asked.question.clone(),
            });
        })?;
        Ok((questions, obstacles))
    })
}

/// What the rules of `pack` would be asked in a run of `request`.
pub fn inputs(request: &Request, pack: &Pack) -> Result<Inputs, LintError> {
    with_room(|| asked(request, pack))
}

fn asked(request: &Request, pack: &Pack) -> Result<Inputs, LintError> {
    let mut inputs = Vec::new();
    let (digests, obstacles) = visited(request, pack, &mut |asked, service, files| {
        inputs.extend(RuleInput::of(asked, service, files));
    })?;
    Ok(Inputs {
        inputs,
        digests,
        obstacles,
    })
}

/// Shows each question, and answers with the digests of the services and with what keeps documents from the rules.
fn visited(
    request: &Request,
    pack: &Pack,
    visit: QuestionVisitor<'_>,
) -> Result<(Vec<(String, String)>, Report), LintError> {
    let mut digests = Vec::new();
    let obstacles = with_seen(request, pack, &mut |gathered, seen| {
        for group in &gathered.groups {
            of_group(group, &gathered.loaded.members, seen, visit);
            if let (Some(review), Some(digest)) = (group.reviews.first(), seen.digest(group)) {
                digests.push((review.service.clone(), digest));
            }
        }
    })?;
    Ok((digests, obstacles))
}

/// Shows what rules see of a run, and answers with what keeps documents from them.
pub(super) fn with_seen(
    request: &Request,
    pack: &Pack,
    look: &mut dyn FnMut(&Gathered<'_>, &Seen<'_>),
) -> Result<Report, LintError> {
    let trust = Trust::of(request)?;
    let gathered = Gathered::new(request, &trust, pack, &Silent)?;
    let loaded = &gathered.loaded;
    let seen = Seen::new(
        &gathered.groups,
        loaded,
        trust.unproven(&loaded.members)?,
        &gathered.pack,
        &gathered.selection,
        request.today,
    )?;
    look(&gathered, &seen);
    let mut failures = loaded.found.failures.clone();
    failures.extend(loaded.failures.iter().cloned());
    let mut obstacles = Report {
        counts: Counts {
            reviews: gathered
                .groups
                .iter()
                .map(|group| group.reviews.len())
                .sum(),
            ..super::counts(loaded, &gathered.groups, &gathered.selection)
        },
        findings: obstacles(&gathered),
        failures,
        ..Report::default()
    };
    super::finish(&mut obstacles, &gathered.pack);
    Ok(obstacles)
}

fn of_group(group: &Group, members: &[Member], seen: &Seen<'_>, visit: QuestionVisitor<'_>) {
    let documents = seen.documents(group);
    for index in documents.keys() {
        let member = &members[*index];
        if let Some(asked) = seen.of_document(*index, &documents) {
            let files = vec![member.document.source.name.clone()];
            visit(&asked, member.service(), files);
        }
    }
    for review in &group.reviews {
        for asked in seen.of_review(review, &documents) {
            let service = Some(review.service.as_str()).filter(|name| !name.is_empty());
            visit(&asked, service, files(review, members));
        }
    }
}

/// The files of a review's documents, each once.
fn files(review: &Review, members: &[Member]) -> Vec<String> {
    let mut files: Vec<String> = Vec::new();
    for (_, index) in review.documents() {
        let name = &members[index].document.source.name;
        if !files.contains(name) {
            files.push(name.clone());
        }
    }
    files
}

/// What does not parse, has other types than its schema says, or is the second of its kind.
fn obstacles(gathered: &Gathered<'_>) -> Vec<Finding> {
    let (loaded, selection) = (&gathered.loaded, &gathered.selection);
    let judge = Judge::new(&gathered.pack, selection, &loaded.members);
    let mut findings = Vec::new();
    for obstacle in judge.syntax(&loaded.syntax) {
        findings.push(obstacle.finding);
    }
    for (index, refusals) in &loaded.refusals {
        let member = &loaded.members[*index];
        if !member.is_whole() && (member.requested || member.subject != Subject::Artifact) {
            findings.extend(judge.refused(member, refusals));
        }
    }
    for clash in gathered.groups.iter().flat_map(|group| &group.clashes) {
        findings.extend(judge.clash_as_obstacle(clash, &loaded.members));
    }
    // A file that nobody named and that does not parse is most often none of ours.
    findings.retain(|finding| finding.obstacle && finding.severity == Severity::Error);
    findings
}

impl RuleInput {
    /// `None` where no rule is asked.
    fn of(asked: &Asked<'_>, service: Option<&str>, files: Vec<String>) -> Option<Self> {
        let rules: Vec<String> = asked.evaluator.rules().map(str::to_owned).collect();
        let (input, _) = asked.question.to_json();
        (!rules.is_empty()).then(|| Self {
            subject: asked.subject,
            service: service.map(str::to_owned),
            files,
            rules,
            input,
            data: asked.evaluator.data(&asked.question),
        })
    }
}
