//! What differs in each service since a revision, and what each changed fact needs.

use super::{
    Gathered, LintError, Request, Silent,
    change::{self, ChangeState, ServiceChange},
    changed::Changed,
    loosened, threads,
    trust::Trust,
};
use crate::{
    disk::OnDisk,
    document::{
        Node, Spot,
        source::{display_name, real_path},
    },
    facts::{
        change::{ChangeTopic, ChangedFact},
        references::reference,
    },
    finding::Report,
    policy::Pack,
    review::{
        ChangeNeeds, Difference, DifferenceState, FactDifference, Member, Review, ServiceDifference,
    },
    rule::Subject,
};
use std::{collections::BTreeSet, ptr};

/// What differs since the revision of the request, with what kept files from being read.
pub fn difference(request: &Request, pack: &Pack) -> Result<(Report, Difference), LintError> {
    threads::with_room(|| {
        let trust = Trust::of(request)?;
        let mut gathered = Gathered::new(request, &trust, pack, &Silent)?;
        let report = gathered.report(request, &trust, &Silent)?;
        Ok((report, found(&gathered, request)))
    })
}

fn found(gathered: &Gathered<'_>, request: &Request) -> Difference {
    let (changed, members) = (&gathered.changed, &gathered.loaded.members);
    let mut services = Vec::new();
    let mut unchanged = 0;
    let mut known: Vec<&Node> = Vec::new();
    for group in &gathered.groups {
        for review in &group.reviews {
            let past = loosened::spec_at_base(changed.past(), review, members);
            known.extend(past.map(|past| &past.node));
            let Some(spec) = review.spec(members) else {
                continue;
            };
            match changed.group(group, members) {
                true => services.extend(of_review(review, spec, changed, members)),
                false => unchanged += 1,
            }
        }
    }
    services.extend(gone(&known, changed, members, request));
    services.sort_by(|a: &ServiceDifference, b| {
        (&a.service, &a.environment, &a.file).cmp(&(&b.service, &b.environment, &b.file))
    });
    Difference {
        version: Difference::VERSION,
        since: request.since.clone().unwrap_or_default(),
        services,
        unchanged,
    }
}

fn of_review(
    review: &Review,
    spec: &Member,
    changed: &Changed,
    members: &[Member],
) -> Option<ServiceDifference> {
    let service = ServiceChange::of(changed, review, members)?;
    let needs = NeedsReader::new(&service, review, members, changed);
    let mut changes = Vec::new();
    for fact in &service.facts {
        let place = review.locate(&fact.at);
        let holder = place.and_then(|(index, _)| members.get(index));
        changes.push(FactDifference {
            what: fact.what,
            fact: fact.fact.clone(),
            file: holder.unwrap_or(spec).document.source.name.clone(),
            before: fact.before.clone(),
            after: fact.after.clone(),
            needs: needs.of(fact),
        });
    }
    let (state, reason) = match service.state {
        ChangeState::Compared => (DifferenceState::Compared, None),
        ChangeState::New => (DifferenceState::New, None),
        ChangeState::Unknown(reason) => (DifferenceState::Unknown, Some(reason)),
    };
    Some(ServiceDifference {
        service: review.called(members),
        environment: spec.environment().map(str::to_owned),
        file: spec.document.source.name.clone(),
        state,
        reason,
        changes,
        not_compared: service.gaps,
    })
}

/// The specifications of the revision that none at hand was made of.
fn gone(
    known: &[&Node],
    changed: &Changed,
    members: &[Member],
    request: &Request,
) -> Vec<ServiceDifference> {
    let paths: Vec<_> = request.paths.iter().map(|path| real_path(path)).collect();
    let mut gone = Vec::new();
    for past in changed.past() {
        let is_known = known.iter().any(|node| ptr::eq(*node, &past.node));
        let is_asked = paths.iter().any(|path| past.path.starts_with(path));
        if past.subject != Subject::ServingSpec || is_known || !is_asked {
            continue;
        }
        let is_read = members
            .iter()
            .any(|member| real_path(&member.document.source.path) == past.path);
        let is_open = past.path.is_there() && !is_read;
        let text = |keys: &[&str]| past.node.at(keys).and_then(Node::as_str);
        gone.push(ServiceDifference {
            service: past.service().unwrap_or_default().to_owned(),
            environment: text(&["spec", "environment"]).map(str::to_owned),
            file: display_name(&past.path),
            state: match is_open {
                true => DifferenceState::Unknown,
                false => DifferenceState::Removed,
            },
            reason: is_open.then(|| "nothing can be read in its file now".to_owned()),
            changes: Vec::new(),
            not_compared: Vec::new(),
        });
    }
    gone
}

/// An item as far as it tells what a change needs.
struct NeededItem<'m> {
    id: &'m str,
    category: &'m str,
    blocks: bool,
    verifies: Vec<&'m str>,
    /// True where it has a result that the base does not have, or a person answers for it.
    is_new: bool,
}

impl NeededItem<'_> {
    /// True for what tells how the service bears its traffic.
    fn measures(&self) -> bool {
        let of_slo = |target: &&str| target.starts_with("slo/");
        let is_measured = matches!(self.category, "load" | "canary");
        self.blocks && is_measured && self.verifies.iter().any(of_slo)
    }

    /// True where a change of the fact changes what its results mean.
    fn is_about(&self, fact: &ChangedFact) -> bool {
        let mut parts = fact.fact.split('/');
        let (first, second) = (parts.next().unwrap_or_default(), parts.next());
        match fact.what {
            ChangeTopic::Slos => {
                let slo = second.map(|name| name.split(' ').next().unwrap_or(name));
                let of_slo = |target: &str| match (first, slo) {
                    ("slos" | "alerts", Some(slo)) => target.strip_prefix("slo/") == Some(slo),
                    _ => target.starts_with("slo/"),
                };
                self.verifies.iter().any(|target| of_slo(target))
            }
            ChangeTopic::Rollout if first == "rollback" => self
                .verifies
                .iter()
                .any(|target| target.starts_with("rollback/")),
            ChangeTopic::Rollout => self.category == "canary",
            _ => self.category == "load",
        }
    }
}

/// What the changed facts of a service need.
struct NeedsReader<'m> {
    items: Vec<NeededItem<'m>>,
    /// The topics that `spec.change` declares for this change.
    declared: BTreeSet<&'m str>,
}

impl<'m> NeedsReader<'m> {
    fn new(
        service: &ServiceChange,
        review: &Review,
        members: &'m [Member],
        changed: &Changed,
    ) -> Self {
        let mut items = Vec::new();
        for list in review.checklists.iter().filter_map(|at| members.get(*at)) {
            let root = Spot::root(&list.document.root);
            for item in root.items_at(&["spec", "items"]) {
                items.extend(needed(&item, list, changed));
            }
        }
        let spec = review
            .spec(members)
            .map(|spec| Spot::root(&spec.document.root));
        let entries = spec.map(|spec| spec.items_at(&["spec", "change", "entries"]));
        let entries = entries.unwrap_or_default().into_iter().enumerate();
        let fresh = entries.filter(|(at, _)| !service.stale.contains(at));
        Self {
            items,
            declared: fresh
                .filter_map(|(_, entry)| entry.text_at(&["what"]))
                .collect(),
        }
    }

    fn of(&self, fact: &ChangedFact) -> ChangeNeeds {
        let ids = |items: Vec<&NeededItem<'m>>| {
            let ids: BTreeSet<&str> = items.into_iter().map(|item| item.id).collect();
            ids.into_iter().map(str::to_owned).collect()
        };
        let items = || self.items.iter();
        let measuring: Vec<_> = items().filter(|item| item.measures()).collect();
        let (mut measure, mut judged) = (Vec::new(), Vec::new());
        match fact.subject {
            true => measure.extend(measuring.iter().copied().filter(|item| !item.is_new)),
            false => judged.extend(items().filter(|item| item.is_about(fact))),
        }
        ChangeNeeds {
            declaration: !self.declared.contains(fact.what.word()),
            item: fact.subject && measuring.is_empty(),
            measure: ids(measure),
            judged: ids(judged),
        }
    }
}

fn needed<'m>(item: &Spot<'m>, list: &Member, changed: &Changed) -> Option<NeededItem<'m>> {
    let evidence = item.items_at(&["evidence"]);
    let paths = evidence.iter().filter_map(|entry| reference(entry.value));
    let paths: Vec<String> = paths.map(|known| known.path.to_owned()).collect();
    let older = change::older(changed, &list.project.root, paths.iter());
    let verifies = item.items_at(&["verifies"]);
    Some(NeededItem {
        id: item.text_at(&["id"])?,
        category: item.text_at(&["category"]).unwrap_or_default(),
        blocks: item.text_at(&["gate"]) == Some("blocking"),
        verifies: verifies.iter().filter_map(Spot::text).collect(),
        is_new: older.len() < paths.len() || item.get("waiver").is_some(),
    })
}
