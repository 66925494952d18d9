//! Second manifests of an object that a specification declares: which of the two is applied, no file tells.

use crate::{
    check::{judge, load, note},
    document::{Node, source::real_path},
    finding::{NotChecked, Topic},
    review::{Member, Part, Review},
    rule::Subject,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

/// The manifests of a run by what they are called, as numbers of members.
#[derive(Debug, Default)]
pub(super) struct Twins {
    by_name: BTreeMap<(&'static str, String), Vec<usize>>,
    /// The files that specifications declare, without links.
    declared: BTreeSet<PathBuf>,
}

impl Twins {
    pub(super) fn of(members: &[Member]) -> Self {
        let mut found = Self::default();
        for (index, member) in members.iter().enumerate() {
            if let Some(called) = called(member) {
                found.by_name.entry(called).or_default().push(index);
            }
        }
        found.by_name.retain(|_, alike| alike.len() > 1);
        // Most runs have none, and resolving links costs system calls.
        if !found.by_name.is_empty() {
            let specs = members.iter();
            for spec in specs.filter(|member| member.subject == Subject::ServingSpec) {
                let paths = load::artifact_paths(spec);
                let root = &spec.project.root;
                found
                    .declared
                    .extend(paths.map(|path| real_path(&root.join(path))));
            }
        }
        found
    }

    /// Another manifest of the object of a declared one, which no specification declares and which is neither a part
    /// of the review nor put over the declared one.
    fn twin<'m>(&self, part: &Part, review: &Review, members: &'m [Member]) -> Option<&'m Member> {
        let own = members.get(part.member).filter(|_| part.declared)?;
        let alike = self.by_name.get(&called(own)?)?;
        let is_other = |index: &&usize| {
            let mut parts = review.artifacts.iter();
            !parts.any(|part| part.member == **index)
        };
        let mut others = alike
            .iter()
            .filter(is_other)
            .filter_map(|index| members.get(*index));
        others.find(|other| {
            let path = real_path(&other.document.source.path);
            may_be_one(own, other)
                && !self.declared.contains(&path)
                && !own.layer_files.contains(&path)
        })
    }

    /// Why a declared manifest may not be the one that is applied.
    pub(super) fn because(
        &self,
        part: &Part,
        review: &Review,
        members: &[Member],
    ) -> Option<String> {
        let twin = self.twin(part, review, members)?;
        Some(format!(
            "`{}` holds another {}, and which of them is applied is not known",
            judge::name(&twin.document.source.name),
            words(twin)?
        ))
    }

    /// The second manifests of what a review declares.
    pub(super) fn notes(&self, review: &Review, members: &[Member]) -> Vec<NotChecked> {
        let mut notes = Vec::new();
        for part in &review.artifacts {
            let (Some(own), Some(twin)) =
                (members.get(part.member), self.twin(part, review, members))
            else {
                continue;
            };
            let (name, declared) = (&twin.document.source.name, &own.document.source.name);
            let reason = format!(
                "it holds another {} than `{}`, which service `{}` declares, and is not judged with it: name it in `spec.artifacts`, or leave it out by `exclude`",
                words(twin).unwrap_or_default(),
                judge::name(declared),
                judge::name(&review.service),
            );
            notes.push(note(Topic::File(name.clone()), reason));
        }
        notes
    }
}

/// The kind and the name of a manifest that has one.
fn called(member: &Member) -> Option<(&'static str, String)> {
    let kind = member.kind().filter(|_| !member.broken)?;
    let name = member.document.root.at(&["metadata", "name"])?.as_str()?;
    Some((kind.name, name.to_owned()))
}

/// ``Deployment `ranker` ``.
fn words(member: &Member) -> Option<String> {
    let (kind, name) = called(member)?;
    Some(format!("{kind} `{}`", judge::name(&name)))
}

/// True unless both say that they are in different namespaces.
fn may_be_one(one: &Member, other: &Member) -> bool {
    let namespace = |member: &Member| {
        let namespace = member.document.root.at(&["metadata", "namespace"]);
        namespace.and_then(Node::as_str).map(str::to_owned)
    };
    match (namespace(one), namespace(other)) {
        (Some(one), Some(other)) => one == other,
        _ => true,
    }
}
