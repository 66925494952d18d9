//! The facts of a service that its checks are compared with.

use super::Seen;
use crate::{
    manifest::{Guess, Role},
    review::{self, FactCheck, Review, StatedFact, StatedSources},
};

impl Seen<'_> {
    /// What a service states of each fact, and what its checks make of that; `None` without a specification that rules
    /// can rely on.
    pub(in crate::check) fn stated(
        &self,
        review: &Review,
        guess: Guess<'_>,
    ) -> Option<(Vec<StatedFact>, Vec<FactCheck>)> {
        let spec = review.spec(&self.loaded.members)?;
        if spec.broken {
            return None;
        }
        let mut held = Vec::new();
        for (at, part) in review.artifacts.iter().enumerate() {
            let role = self.guessed_role(review, at, guess);
            let role = role.unwrap_or_else(|| part.role.clone());
            let manifest = self.manifests.get(part.member);
            if let Some(manifest) = manifest.filter(|_| role != Role::StableWorkload.word()) {
                held.push((at, manifest));
            }
        }
        let manifests = held
            .iter()
            .map(|(at, manifest)| (*at, &manifest.with(guess).1));
        let root = spec.seen(guess);
        let sources = StatedSources {
            spec: &root,
            manifests: manifests.collect(),
            cut: review.cut,
            traffic: &self.traffic.of_review(review, &self.loaded.members),
            config: &spec.project.config,
        };
        let facts = review::stated(&sources);
        let checks = review::checks(&root, &facts);
        Some((facts, checks))
    }
}
