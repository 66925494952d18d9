//! The verdict over one service, once it is known which findings are excepted.

mod refuted;

use super::{
    judge::{Judge, Key, files, key, name, setting, sort},
    selection::ServiceSetting,
};
use crate::{
    config::{Project, plain_name},
    document::source::{Source, display_name},
    finding::{
        Claimed, Finding, GateOutcome, Place, ReviewOutcome, Standing, State, SwitchedOff, Tally,
        Verdict, add_once, of_one_cause, owner_of,
    },
    policy::Pack,
    review::{Member, Review},
    rule::{
        Gate, PLACEHOLDER_TEXT, Severity, Subject, TARGET_LOOSENED, VERDICT_STALE, WAIVER_UNPROVEN,
    },
};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Who has to approve a waiver that nothing proves.
const WAIVERS: &str = "everybody in whose name the change waives something";

/// Who has to decide again where a verdict was given over something else.
const VERDICTS: &str = "the person who gives the verdict";

/// What a review rests on.
#[derive(Debug, Default)]
pub(super) struct Basis {
    /// In the order of its documents; nothing where they cannot be compared.
    pub standings: Vec<Standing>,
    /// Of each objective among them, by number, the items that decide how it stands.
    pub verified_by: Vec<(usize, Vec<usize>)>,
}

/// A review whose findings are known, before anyone knows which of them are excepted.
#[derive(Debug)]
pub(super) struct Pending {
    service: String,
    environment: Option<String>,
    files: Vec<String>,
    findings: Vec<Finding>,
    /// Rules that failed on it.
    failures: Vec<String>,
    project: Option<Arc<Project>>,
    /// The file of its specification, or of its first document.
    spec: Option<Arc<Source>>,
    /// The environment and the tier of its specification.
    settings: Vec<ServiceSetting>,
    /// Which of our documents take part.
    subjects: BTreeSet<Subject>,
    standings: Vec<Standing>,
    /// See [`Basis::verified_by`].
    verified_by: Vec<(usize, Vec<usize>)>,
    /// True where something was to be rendered for it, and was not.
    is_unrendered: bool,
    /// The folder that its manifests are rendered from, where no document of ours takes part.
    folder: Option<String>,
}

/// The folder that a manifest is rendered from, as users see it.
fn rendered_folder(member: &Member) -> Option<String> {
    let folder = member.rendered.as_ref()?.from.folder.as_ref()?;
    Some(display_name(folder)).filter(|name| !name.is_empty())
}

impl Pending {
    /// With the findings of its documents and of their comparison.
    pub(super) fn new(
        review: &Review,
        members: &[Member],
        findings: Vec<Finding>,
        failures: Vec<String>,
    ) -> Self {
        let first = review.members(members).next();
        let spec = review.spec(members);
        let rendered = || {
            let object = first.filter(|_| spec.is_none())?.rendered.as_ref()?;
            object.from.label.as_deref()
        };
        Self {
            service: name(&review.called(members)),
            environment: spec
                .and_then(Member::environment)
                .or_else(rendered)
                .map(name),
            files: files(review, members)
                .into_iter()
                .map(str::to_owned)
                .collect(),
            findings,
            failures,
            project: first.map(|member| Arc::clone(&member.project)),
            spec: first.map(|member| Arc::clone(&member.document.source)),
            folder: first.filter(|_| spec.is_none()).and_then(rendered_folder),
            settings: spec.map(setting).into_iter().collect(),
            subjects: review
                .members(members)
                .map(|member| member.subject)
                .collect(),
            standings: Vec::new(),
            verified_by: Vec::new(),
            is_unrendered: review.is_unrendered(members),
        }
    }

    /// The same with what it rests on.
    pub(super) fn resting_on(self, basis: Basis) -> Self {
        let Basis {
            standings,
            verified_by,
        } = basis;
        Self {
            standings,
            verified_by,
            ..self
        }
    }

    /// What it rests on that was compared with nothing, and that no error which stands speaks of. A draft
    /// is full of it, and says so once.
    pub(super) fn unjudged(
        &self,
        excepted: &BTreeSet<Key<'_>>,
    ) -> impl Iterator<Item = (&Standing, &Arc<Project>)> {
        let standing = self
            .findings
            .iter()
            .filter(|finding| !excepted.contains(&key(finding)));
        let errors: Vec<&Finding> = standing.collect();
        let is_draft = errors
            .iter()
            .any(|finding| finding.rule == PLACEHOLDER_TEXT);
        self.standings
            .iter()
            .filter(move |claim| {
                !is_draft
                    && claim.state == State::Unjudged
                    && !claim.follows
                    && !errors.iter().any(|finding| speaks_of(finding, claim))
            })
            .filter_map(|claim| Some((claim, self.project.as_ref()?)))
    }

    /// Adds what a pack of conftest's contract says of its files.
    pub(super) fn add(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Adds a rule that failed on its files.
    pub(super) fn fail(&mut self, failure: String) {
        self.failures.push(failure);
    }

    /// True where its documents belong to this project.
    pub(super) fn is_of(&self, project: &Project) -> bool {
        self.project
            .as_ref()
            .is_some_and(|own| own.root == project.root)
    }

    /// The names of the files that it is about.
    pub(super) fn files(&self) -> &[String] {
        &self.files
    }

    /// The verdict without what is `excepted`, but with what is `added` to its files.
    pub(super) fn outcome(
        mut self,
        excepted: &BTreeSet<Key<'_>>,
        added: &[Finding],
        judge: &Judge<'_>,
    ) -> ReviewOutcome {
        let (rules_in_force, switched_off) = self.rules(judge);
        for finding in added {
            if self.files.contains(&finding.place.source.name) {
                self.findings.push(finding.clone());
            }
        }
        sort(&mut self.findings);
        let is_excepted = |finding: &Finding| excepted.contains(&key(finding));
        refuted::lower(
            &mut self.standings,
            &self.findings,
            &is_excepted,
            judge.pack,
        );
        refuted::follow(&mut self.standings, &self.verified_by);
        let all = self.findings.len();
        self.findings
            .retain(|finding| !excepted.contains(&key(finding)));
        let (verdict, gates) = (self.verdict(), self.gates(judge.pack));
        // Each gate knows its own places; of what has one cause, the service as a whole has one finding.
        let found = std::mem::take(&mut self.findings);
        let suppressed = all - found.len();
        self.findings = of_one_cause(found);
        ReviewOutcome {
            reasons: self.reasons(verdict),
            approvers: match verdict == Verdict::Escalate && self.waits_for_a_role() {
                true => self.approvers(),
                false => Vec::new(),
            },
            consents: match verdict {
                Verdict::Escalate => self.consents(),
                _ => Vec::new(),
            },
            gates,
            suppressed,
            path: self
                .folder
                .or_else(|| self.spec.as_ref().map(|spec| spec.name.clone())),
            service: self.service,
            environment: self.environment,
            verdict,
            manifests_only: self.subjects == BTreeSet::from([Subject::Artifact]),
            tally: Tally::of(&self.findings),
            standings: self.standings,
            files: self.files,
            rules_in_force,
            switched_off,
            is_unrendered: self.is_unrendered,
        }
    }

    /// How many rules are in force, and what switched off the others.
    fn rules(&self, judge: &Judge<'_>) -> (usize, Vec<SwitchedOff>) {
        match (&self.project, &self.spec) {
            (Some(project), Some(spec)) => {
                let (selection, pack) = (judge.selection, judge.pack);
                selection.in_force(pack, project, &spec.path, &self.settings)
            }
            _ => (0, Vec::new()),
        }
    }

    fn verdict(&self) -> Verdict {
        let tally = Tally::of(&self.findings);
        let is_missed = self.holds_back(State::Missed);
        // What a failed rule would have said is unknown, so nobody may go.
        if is_missed || !self.failures.is_empty() {
            return Verdict::NoGo;
        }
        let is_review = self.subjects.contains(&Subject::ServingSpec);
        if !is_review && !self.has_own_documents() {
            return Verdict::NotReviewed;
        }
        if self.placeholders().next().is_some() {
            return Verdict::Draft;
        }
        if tally.errors > 0 || self.holds_back(State::Unjudged) {
            return Verdict::NoGo;
        }
        match (tally.escalations > 0, is_review) {
            (true, _) => Verdict::Escalate,
            (false, true) => Verdict::Go,
            (false, false) => Verdict::NotReviewed,
        }
    }

    fn has_own_documents(&self) -> bool {
        self.subjects.iter().any(|subject| {
            matches!(
                subject,
                Subject::DecisionLog | Subject::VerificationChecklist
            )
        })
    }

    /// True where something that blocks is in this state, whether or not the rule that says so takes part.
    fn holds_back(&self, state: State) -> bool {
        self.standings.iter().any(|claim| {
            let decides = matches!(
                claim.claimed,
                Claimed::Item | Claimed::Objective | Claimed::Constraint | Claimed::Rating
            );
            claim.blocking && claim.state == state && decides
        })
    }

    /// What says that the review was not written to its end.
    fn placeholders(&self) -> impl Iterator<Item = &Finding> {
        self.findings
            .iter()
            .filter(|finding| finding.rule == PLACEHOLDER_TEXT)
    }

    /// The gates of which anything is known; none where there is no review.
    fn gates(&self, pack: &Pack) -> Vec<GateOutcome> {
        if !self.subjects.contains(&Subject::ServingSpec) {
            return Vec::new();
        }
        let mut findings: BTreeMap<Gate, Vec<&Finding>> = BTreeMap::new();
        for finding in &self.findings {
            let claim = self
                .standings
                .iter()
                .find(|claim| speaks_of(finding, claim));
            let own = pack.rules().get(&finding.rule).map(|rule| rule.gate);
            let gate = claim.map(|claim| claim.gate).or(own);
            findings
                .entry(gate.unwrap_or(Gate::Scope))
                .or_default()
                .push(finding);
        }
        let mut gates = Vec::new();
        for gate in Gate::ALL {
            let found = findings.remove(&gate).unwrap_or_default();
            let claims = self.standings.iter().filter(|claim| claim.gate == gate);
            let is_known =
                claims.clone().next().is_some() || !found.is_empty() || self.writes_about(gate);
            if is_known {
                gates.push(GateOutcome::new(gate, found.iter().copied(), claims));
            }
        }
        gates
    }

    /// True where a document is there whose text is about the gate.
    fn writes_about(&self, gate: Gate) -> bool {
        match gate {
            Gate::Scope => true,
            Gate::Options | Gate::Risks => self.subjects.contains(&Subject::DecisionLog),
            _ => false,
        }
    }

    /// What stands against it, errors first.
    fn reasons(&self, verdict: Verdict) -> Vec<String> {
        let mut standing: Vec<&Finding> = self.findings.iter().collect();
        standing.retain(|finding| {
            finding.severity >= Severity::Escalation
                || (verdict == Verdict::Draft && finding.rule == PLACEHOLDER_TEXT)
        });
        standing.sort_by_key(|finding| Reverse(finding.severity));
        let mut reasons = Vec::new();
        for finding in standing {
            reasons.push(format!("{}: {}", finding.rule, finding.message));
        }
        for claim in &self.standings {
            let is_said = self
                .findings
                .iter()
                .any(|finding| speaks_of(finding, claim));
            let adds = !claim.follows || reasons.is_empty();
            if claim.blocking && claim.state >= State::Unjudged && adds && !is_said {
                reasons.push(claim.told());
            }
        }
        reasons.extend(self.failures.iter().cloned());
        reasons
    }

    /// What escalates and stands.
    fn escalations(&self) -> impl Iterator<Item = &Finding> {
        let all = self.findings.iter();
        all.filter(|finding| finding.severity == Severity::Escalation)
    }

    /// True where something escalates that a role may accept in the documents.
    fn waits_for_a_role(&self) -> bool {
        let mut escalations = self.escalations();
        const OTHERS: [&str; 3] = [TARGET_LOOSENED, WAIVER_UNPROVEN, VERDICT_STALE];
        escalations.any(|finding| !OTHERS.contains(&finding.rule.as_str()))
    }

    /// Whose approval of the change is needed beside that of a role.
    fn consents(&self) -> Vec<String> {
        let mut consents = Vec::new();
        for finding in self.escalations() {
            match finding.rule.as_str() {
                TARGET_LOOSENED => add_once(&mut consents, owner_of(&finding.place)),
                WAIVER_UNPROVEN => add_once(&mut consents, WAIVERS.to_owned()),
                VERDICT_STALE => add_once(&mut consents, VERDICTS.to_owned()),
                _ => {}
            }
        }
        consents
    }

    /// Each role that may approve, with its people where the team names them.
    fn approvers(&self) -> Vec<String> {
        let Some(project) = &self.project else {
            return Vec::new();
        };
        let owners = self.owners(project);
        let mut approvers = Vec::new();
        for role in &project.config.policy.approver_roles {
            let people = project.config.approvers.get(role);
            let people = people.map(Vec::as_slice).unwrap_or_default();
            approvers.push(name(&approver(role, people, owners.as_ref())));
        }
        approvers
    }

    /// The owners of its file by their plain names; `None` where approvers need not be owners.
    fn owners(&self, project: &Project) -> Option<BTreeSet<String>> {
        let owners = project.owners(&self.spec.as_ref()?.path)?;
        Some(owners.iter().map(|owner| plain_name(owner)).collect())
    }
}

/// True where a finding is about what a claim stands on: at its place, in it, or with it among the places
/// that share its cause. For something that blocks only an error says so.
fn speaks_of(finding: &Finding, claim: &Standing) -> bool {
    let weighs = finding.severity == Severity::Error || !claim.blocking;
    let is_in = |place: &Place| {
        place.source.name == claim.place.source.name
            && place.document == claim.place.document
            && claim.place.pointer.contains(&place.pointer)
    };
    let mut related = finding.related.iter();
    weighs && (is_in(&finding.place) || related.any(|other| is_in(&other.place)))
}

/// `director-of-engineering (m.osei, @org/leads)`: a role, with those of its people who may approve.
fn approver(role: &str, people: &[String], owners: Option<&BTreeSet<String>>) -> String {
    if people.is_empty() {
        return role.to_owned();
    }
    let mut may: Vec<&str> = Vec::new();
    for person in people {
        if owners.is_none_or(|owners| owners.contains(&plain_name(person))) {
            may.push(person);
        }
    }
    match may.is_empty() {
        true => format!("{role} (none of {} owns the file)", people.join(", ")),
        false => format!("{role} ({})", may.join(", ")),
    }
}

/// Takes the path from every review whose name is the only one of its kind.
pub(super) fn keep_paths_of_namesakes(reviews: &mut [ReviewOutcome]) {
    let mut seen = BTreeSet::new();
    let namesakes: BTreeSet<String> = reviews
        .iter()
        .filter(|review| !seen.insert(review.service.as_str()))
        .map(|review| review.service.clone())
        .collect();
    for review in reviews {
        if !namesakes.contains(&review.service) {
            review.path = None;
        }
    }
}
