//! How far everything that a review rests on is shown: items, manifests, objectives, the throughput
//! of a replica, constraints with their checks, and ratings with their claims.

mod checks;
mod ratings;
mod unrendered;

use super::{
    layered,
    seen::{Documents, Seen},
};
use crate::{
    check::{judge, verdict::Basis},
    document::{Node, Pointer, Spot},
    facts::{ChecklistFacts, Facts, StateFacts},
    finding::{Claimed, Standing, State},
    manifest::UnknownWhy,
    review::{DeclaredFacts, Member, Review, UNRENDERED},
    rule::{Gate, Subject},
};

/// What a review rests on.
pub(super) fn basis(
    review: &Review,
    members: &[Member],
    documents: &Documents,
    seen: &Seen<'_>,
) -> Basis {
    let mut items = Vec::new();
    for index in &review.checklists {
        let (Some(member), Some(document)) = (members.get(*index), documents.get(index)) else {
            continue;
        };
        if let (Facts::Checklist(facts), false) = (&document.facts, member.broken) {
            of_items(member, facts, &mut items);
        }
    }
    let mut words = of_people(review, members, seen);
    words.extend(of_decisions(review, members, documents));
    let Some(spec) = review.spec(members).filter(|spec| !spec.broken) else {
        let items = items.into_iter().map(|item| item.standing);
        return Basis {
            standings: items.chain(words).collect(),
            verified_by: Vec::new(),
        };
    };
    words.extend(checks::of_checks(spec, review, members, seen));
    let mut standings = of_artifacts(spec, review, members, seen);
    standings.extend(of_joined(review, members));
    standings.extend(unrendered::of_unrendered(review, members));
    let mut verified_by = Vec::new();
    for (objective, deciding) in of_objectives(spec, &items, of_lists(review, members)) {
        verified_by.push((standings.len(), deciding));
        standings.push(objective);
    }
    let facts = review.serving.and_then(|index| documents.get(&index));
    if let Some(Facts::Serving(facts)) = facts.map(|document| &document.facts) {
        standings.extend(of_throughput(spec, facts.throughput_standing.as_ref()));
    }
    let first = standings.len();
    for (_, deciding) in &mut verified_by {
        deciding.iter_mut().for_each(|item| *item += first);
    }
    standings.extend(items.into_iter().map(|item| item.standing));
    standings.extend(words);
    Basis {
        standings,
        verified_by,
    }
}

/// The performance ratings of the decision logs.
fn of_decisions(review: &Review, members: &[Member], documents: &Documents) -> Vec<Standing> {
    let spec = review.spec(members);
    let is_production = spec.and_then(Member::environment) == Some("production");
    let mut standings = Vec::new();
    for index in &review.decisions {
        let (Some(log), Some(document)) = (members.get(*index), documents.get(index)) else {
            continue;
        };
        if let (Facts::Decisions(facts), false) = (&document.facts, log.broken) {
            ratings::of_ratings(log, facts, is_production, &mut standings);
        }
    }
    standings
}

/// What people are responsible for: the acceptances of risks, and verdicts that let the release go.
fn of_people(review: &Review, members: &[Member], seen: &Seen<'_>) -> Vec<Standing> {
    let mut standings = Vec::new();
    for (_, index) in review.documents() {
        let Some(member) = members.get(index).filter(|member| !member.broken) else {
            continue;
        };
        let root = Spot::root(&member.document.root);
        match member.subject {
            Subject::DecisionLog => {
                for risk in root.items_at(&["spec", "residualRisks"]) {
                    let name = risk.text_at(&["id"]).unwrap_or_default();
                    let said = risk.get("acceptance");
                    standings.extend(said.and_then(|said| {
                        of_person(Claimed::Acceptance, name, &said, (member, index), seen)
                    }));
                }
            }
            Subject::VerificationChecklist => {
                let verdict = root.find(&["spec", "verdict"]);
                let decision = verdict
                    .as_ref()
                    .and_then(|said| said.text_at(&["decision"]));
                if let (Some(said), Some(name)) =
                    (verdict, decision.filter(|name| *name != "no-go"))
                {
                    let of = (member, index);
                    standings.extend(of_person(Claimed::Verdict, name, &said, of, seen));
                }
            }
            _ => {}
        }
    }
    standings
}

/// What rests on a value that its schema refuses is not judged; the refusal says so, and nothing else has to.
fn doubted(standing: Standing, member: &Member, at: &Pointer) -> Standing {
    let mut unfit = member.unknown.iter().filter(|unknown| unknown.unfit);
    let touched = unfit.find(|unknown| at.contains(&unknown.at) || unknown.at.contains(at));
    match touched {
        Some(unknown) if standing.state < State::Unjudged => Standing {
            state: State::Unjudged,
            because: Some(format!("the schema refuses `{}`", unknown.at)),
            follows: true,
            ..standing
        },
        Some(_) => Standing {
            follows: true,
            ..standing
        },
        None => standing,
    }
}

fn of_person(
    claimed: Claimed,
    name: &str,
    said: &Spot<'_>,
    (member, index): (&Member, usize),
    seen: &Seen<'_>,
) -> Option<Standing> {
    let by = judge::name(said.text_at(&["by"])?);
    let because = match (seen.unproven(index).contains(&said.at), seen.has_base()) {
        (true, _) => format!("`{by}` is named only in this change"),
        (false, true) => format!("`{by}` said so"),
        (false, false) => {
            format!("`{by}` is named, and without a base nobody knows who wrote that")
        }
    };
    let standing = Standing {
        claimed,
        name: judge::name(name),
        gate: match claimed {
            Claimed::Acceptance => Gate::Risks,
            _ => Gate::Evidence,
        },
        blocking: true,
        state: State::Attested,
        because: Some(because),
        follows: false,
        place: judge::place(member, &said.at),
    };
    Some(doubted(standing, member, &said.at))
}

/// An item, and what it is said to verify.
struct ItemStanding<'m> {
    standing: Standing,
    verifies: Vec<&'m str>,
    /// False for one that asks for a word, such as the phase of an analysis.
    has_number: bool,
}

fn of_items<'m>(member: &'m Member, facts: &ChecklistFacts, items: &mut Vec<ItemStanding<'m>>) {
    let top = Pointer::default().key("spec").key("items");
    let written = list(member, &["spec", "items"]);
    for (number, (node, facts)) in written.iter().zip(&facts.items).enumerate() {
        let Some(known) = &facts.standing else {
            continue;
        };
        let text = |key: &str| node.get(key).and_then(Node::as_str);
        let verifies = node.get("verifies").map(Node::items).unwrap_or_default();
        let at = top.clone().index(number);
        let standing = Standing {
            claimed: Claimed::Item,
            name: judge::name(text("id").unwrap_or_default()),
            gate: Gate::of_item(text("category").unwrap_or_default()),
            blocking: text("gate") != Some("advisory"),
            state: known.state,
            because: known.because.clone(),
            follows: false,
            place: judge::place(member, &at),
        };
        items.push(ItemStanding {
            standing: doubted(standing, member, &at),
            verifies: verifies.iter().filter_map(Node::as_str).collect(),
            has_number: node.get("threshold").and_then(Node::as_str).is_none(),
        });
    }
}

fn of_artifacts(
    spec: &Member,
    review: &Review,
    members: &[Member],
    seen: &Seen<'_>,
) -> Vec<Standing> {
    let top = Pointer::default().key("spec").key("artifacts");
    let written = list(spec, &["spec", "artifacts"]);
    let mut standings = Vec::new();
    for (number, (node, facts)) in written
        .iter()
        .zip(&review.declared_facts(members))
        .enumerate()
    {
        let path = node.get("path").and_then(Node::as_str).unwrap_or_default();
        let (state, because) = match artifact(facts) {
            (State::Met, _) => as_it_stands(facts, review, members, seen),
            (state, because) => (state, because.map(str::to_owned)),
        };
        let at = top.clone().index(number);
        let standing = Standing {
            claimed: Claimed::Artifact,
            name: judge::name(facts.command.as_deref().unwrap_or(path)),
            gate: Gate::Rollout,
            blocking: true,
            state,
            because,
            follows: false,
            place: judge::place(spec, &at),
        };
        standings.push(doubted(standing, spec, &at));
    }
    standings
}

/// How far a manifest that is there is what will be applied: what a layer changes, or somebody has yet to fill in,
/// only a person knows.
fn as_it_stands(
    facts: &DeclaredFacts,
    review: &Review,
    members: &[Member],
    seen: &Seen<'_>,
) -> (State, Option<String>) {
    let parts = facts
        .parts
        .iter()
        .filter_map(|part| review.artifacts.get(*part));
    let mut open = parts.clone().filter_map(|part| members.get(part.member));
    let mut parts = parts;
    let twin = || parts.find_map(|part| seen.twins.because(part, review, members));
    match open.find_map(as_open).or_else(twin) {
        Some(because) => (State::Attested, Some(because)),
        None => (State::Met, None),
    }
}

/// Why a manifest is not yet what will be applied.
fn as_open(member: &Member) -> Option<String> {
    let layered = member
        .unrendered
        .clone()
        .or_else(|| layered::because(member));
    layered.or_else(|| placeholder(member))
}

/// The first value of a specification that somebody has yet to fill in.
fn placeholder(member: &Member) -> Option<String> {
    let own = Pointer::default().key("metadata");
    let mut open = member
        .unknown
        .iter()
        .filter(|unknown| !own.contains(&unknown.at));
    open.find_map(|unknown| match &unknown.why {
        UnknownWhy::Placeholder(name) => {
            let name = judge::name(name);
            Some(format!("`{name}` at `{}` is a placeholder", unknown.at))
        }
        UnknownWhy::Encrypted => Some(format!("`{}` is encrypted", unknown.at)),
        UnknownWhy::Refused => None,
    })
}

/// Manifests that join by name and that a layer changes: nobody declared them, and what is applied is another one.
fn of_joined(review: &Review, members: &[Member]) -> Vec<Standing> {
    let mut standings = Vec::new();
    for part in review.artifacts.iter().filter(|part| !part.declared) {
        let Some(member) = members.get(part.member) else {
            continue;
        };
        let first = member.layers.iter().find(|change| change.counts);
        let (Some(because), Some(first)) = (layered::because(member), first) else {
            continue;
        };
        standings.push(Standing {
            claimed: Claimed::Artifact,
            name: judge::name(&member.document.source.name),
            gate: Gate::Rollout,
            blocking: true,
            state: State::Attested,
            because: Some(because),
            follows: false,
            place: judge::place(member, &first.at),
        });
    }
    standings
}

/// How far an entry of `spec.artifacts` is what it says.
fn artifact(facts: &DeclaredFacts) -> (State, Option<&'static str>) {
    let missed = |because| (State::Missed, Some(because));
    match facts.status {
        "missing" => missed("it does not exist"),
        "outside" => missed("it is outside the repository"),
        "directory" => missed("it is a folder"),
        "present" if facts.documents == 0 => (
            State::Unjudged,
            Some("it holds no manifest of a kind that is read"),
        ),
        "present" if facts.parts.is_empty() => missed("its selector matches nothing"),
        "present" if !facts.fits => missed("it cannot play the role that it is given"),
        "present" => (State::Met, None),
        UNRENDERED => (State::Attested, Some("it was not rendered")),
        "remote" => (
            State::Unjudged,
            Some("it is a remote address, which is not fetched"),
        ),
        _ => (State::Unjudged, Some("it cannot be read")),
    }
}

/// Whether the checklists of a review can be read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lists {
    Read,
    None,
    Broken,
}

fn of_lists(review: &Review, members: &[Member]) -> Lists {
    let mut lists = review.checklists.iter().filter_map(|at| members.get(*at));
    let items = Pointer::default().key("spec").key("items");
    let is_unfit = |list: &Member| {
        list.unknown
            .iter()
            .any(|unknown| items.contains(&unknown.at))
    };
    match lists.any(|list| list.broken || is_unfit(list)) {
        true => Lists::Broken,
        false if review.checklists.is_empty() => Lists::None,
        false => Lists::Read,
    }
}

/// Each objective as the items that verify it stand: the worst of those that block, else of those that
/// advise. One that nothing verifies matters where the service is in production. Beside each are the numbers of the
/// items that decide.
fn of_objectives(
    spec: &Member,
    items: &[ItemStanding<'_>],
    lists: Lists,
) -> Vec<(Standing, Vec<usize>)> {
    let top = Pointer::default().key("spec").key("slos");
    let is_production = spec.environment() == Some("production");
    let mut standings = Vec::new();
    for (number, node) in list(spec, &["spec", "slos"]).iter().enumerate() {
        let name = node.get("name").and_then(Node::as_str).unwrap_or_default();
        let target = format!("slo/{name}");
        let (numbers, verifying): (Vec<usize>, Vec<&ItemStanding<'_>>) = items
            .iter()
            .enumerate()
            .filter(|(_, item)| item.verifies.contains(&target.as_str()))
            .unzip();
        if verifying.is_empty() && !is_production {
            continue;
        }
        // A latency has a value that somebody measures; the ratio of an availability has none.
        let (state, because) = match verifying.is_empty() {
            true if lists == Lists::Broken => {
                let because = "the checklist that may verify it does not fit its schema";
                (State::Unjudged, Some(because.into()))
            }
            _ => objective(&verifying, node.get("value").is_some()),
        };
        // Where no checklist can be read, that is what there is to say.
        let follows = lists != Lists::Read
            || !is_production
            || verifying.iter().any(|item| item.standing.blocking);
        let at = top.clone().index(number);
        let standing = Standing {
            claimed: Claimed::Objective,
            name: judge::name(name),
            gate: Gate::Scope,
            blocking: is_production,
            state,
            because,
            follows,
            place: judge::place(spec, &at.clone().key("name")),
        };
        let blocks = |item: &usize| items[*item].standing.blocking;
        let blocking: Vec<usize> = numbers.iter().copied().filter(blocks).collect();
        let deciding = match blocking.is_empty() {
            true => numbers,
            false => blocking,
        };
        standings.push((doubted(standing, spec, &at), deciding));
    }
    standings
}

/// How an objective stands by the items that verify it; a latency is shown by a number.
fn objective(verifying: &[&ItemStanding<'_>], is_latency: bool) -> (State, Option<String>) {
    let (blocking, advisory): (Vec<_>, Vec<_>) =
        verifying.iter().partition(|item| item.standing.blocking);
    let deciding: &[&&ItemStanding<'_>] = match blocking.is_empty() {
        true => &advisory,
        false => &blocking,
    };
    let Some(worst) = deciding.iter().max_by_key(|item| item.standing.state) else {
        let because = "no checklist item verifies it";
        return (State::Unjudged, Some(because.into()));
    };
    if worst.standing.state > State::Met {
        let because = worst.told(&format!("is {}", worst.standing.state));
        return (worst.standing.state, Some(because));
    }
    // What only advises holds nothing up, and what it shows is known all the same.
    let mut advice = advisory.iter();
    if let Some(missed) = advice.find(|item| item.standing.state == State::Missed) {
        return (
            State::Attested,
            Some(missed.told("is missed, and only advises")),
        );
    }
    match is_latency && !deciding.iter().any(|item| item.has_number) {
        true => (
            State::Attested,
            Some(worst.told("shows a word and no number")),
        ),
        false => (State::Met, None),
    }
}

impl ItemStanding<'_> {
    /// Why an objective is no better.
    fn told(&self, why: &str) -> String {
        format!("item `{}`, which verifies it, {why}", self.standing.name)
    }
}

fn of_throughput(spec: &Member, known: Option<&StateFacts>) -> Option<Standing> {
    let known = known?;
    let at = Pointer::default()
        .key("spec")
        .key("capacity")
        .key("perReplica");
    let standing = Standing {
        claimed: Claimed::Throughput,
        name: "throughputRps".into(),
        gate: Gate::Load,
        blocking: spec.environment() == Some("production"),
        state: known.state,
        because: known.because.clone(),
        follows: false,
        place: judge::place(spec, &at.clone().key("evidence")),
    };
    Some(doubted(standing, spec, &at))
}

fn list<'m>(member: &'m Member, path: &[&str]) -> &'m [Node] {
    let node = member.document.root.at(path);
    node.map(Node::items).unwrap_or_default()
}
