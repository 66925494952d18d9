//! The facts of the manifests of a service, compared with the base.

use super::{super::changed::Changed, touches};
use crate::{
    check::loosened,
    document::{Node, Pointer, Spot, source::real_path},
    facts::change::ChangedFact,
    manifest::{self, Kind},
    review::{Member, Part, Review},
};

/// What stands beside the revision that is rolled out.
const STABLE: &str = "stable-workload";

/// What became of a manifest.
enum Former<'b> {
    /// It is as it was.
    Same,
    /// It was this one.
    Was(&'b Node),
    /// Nothing is known of it, for this reason.
    Open(&'static str),
}

/// The changed facts of the manifests of a review, and what was not compared.
pub(super) fn compare(
    spec: &Node,
    changed: &Changed,
    review: &Review,
    members: &[Member],
) -> (Vec<ChangedFact>, Vec<String>) {
    let (mut facts, mut gaps) = (Vec::new(), Vec::new());
    let artifacts = Pointer::default().key("artifacts");
    for (place, part) in review.artifacts.iter().enumerate() {
        let Some(member) = members.get(part.member) else {
            continue;
        };
        let Some(kind) = member.kind().filter(|_| part.role != STABLE) else {
            continue;
        };
        let root = &member.document.root;
        let called = kind.links(root).name.unwrap_or("?");
        let name = format!("{} {called}", kind.name);
        let changes = changed.changes();
        if changes.is_some_and(|changes| changed.is_layered(member, changes)) {
            gaps.push(format!(
                "{name}: a layer over it changed, and what it makes of the manifest is not compared"
            ));
        }
        match former((part, kind), spec, changed, members) {
            Former::Same => {}
            Former::Open(reason) => gaps.push(format!("{name}: {reason}")),
            Former::Was(before) => {
                let at = artifacts.clone().index(place);
                let (before, after) =
                    (manifest::derive(kind, before), manifest::derive(kind, root));
                for fact in manifest::changes(&name, &before, &after) {
                    let at = at.clone().join(&fact.at);
                    facts.push(ChangedFact { at, ..fact });
                }
            }
        }
    }
    (facts, gaps)
}

/// What a manifest was: what had its role in the specification where that was another file, else that of its name.
fn former<'b>(
    (part, kind): (&Part, &'static Kind),
    spec: &Node,
    changed: &'b Changed,
    members: &'b [Member],
) -> Former<'b> {
    let Some(member) = members.get(part.member) else {
        return Former::Same;
    };
    if let Some(before) = of_role((part, kind), spec, changed, members) {
        return Former::Was(before);
    }
    if !touches(changed, member) {
        return Former::Same;
    }
    if let Some(before) = loosened::manifest_before(changed.past(), kind, member, members) {
        return match changed.unknown().contains(&before.path) {
            true => Former::Open("what it was at the base does not parse"),
            false => Former::Was(&before.node),
        };
    }
    Former::Open(match changed.is_unread(&member.project.root) {
        true => "what it was at the base cannot be read",
        false => "it is new, so its facts are compared with nothing",
    })
}

/// The manifest of another file that had the role at the base, where there was one of the kind.
fn of_role<'b>(
    (part, kind): (&Part, &'static Kind),
    spec: &Node,
    changed: &'b Changed,
    members: &'b [Member],
) -> Option<&'b Node> {
    let member = members.get(part.member).filter(|_| part.declared)?;
    let own = real_path(&member.document.source.path);
    let mut files = Vec::new();
    for entry in Spot::root(spec).items_at(&["spec", "artifacts"]) {
        if entry.text_at(&["role"]) == Some(&part.role) {
            let path = entry.text_at(&["path"])?;
            files.push(real_path(&member.project.root.join(path)));
        }
    }
    let [file] = files.as_slice() else {
        return None;
    };
    if *file == own {
        return None;
    }
    let is_kind = |known: Option<&'static Kind>| known.is_some_and(|known| known.name == kind.name);
    let past = changed.past().iter();
    let past = past.filter(|past| past.path == *file && is_kind(past.kind));
    let here = members.iter().filter(|other| {
        let path = real_path(&other.document.source.path);
        path == *file && is_kind(other.kind()) && !touches(changed, other)
    });
    let past = past.map(|past| &past.node);
    let mut found = past.chain(here.map(|other| &other.document.root));
    let first = found.next()?;
    found.next().is_none().then_some(first)
}
