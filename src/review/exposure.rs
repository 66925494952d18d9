//! Whether a service is in production, as far as its specification or its manifests say so.

use super::{Member, Review};
use crate::{document::Node, rule::Exposure};

/// Labels that name an environment, without their domain.
const LABELS: [&str; 3] = ["environment", "env", "stage"];

/// Words that name production.
const PRODUCTION: [&str; 3] = ["production", "prod", "prd"];

/// Words that turn the next one into its opposite.
const BEFORE: [&str; 3] = ["non", "not", "pre"];

impl Review {
    /// How much depends on the service, out of the `members` of the run. A specification decides; without one, a
    /// namespace or a label of a manifest does.
    pub fn exposure(&self, members: &[Member]) -> Exposure {
        let own = self.spec(members);
        match own.and_then(Member::environment) {
            Some("production") => return Exposure::Production,
            Some(_) => return Exposure::Elsewhere,
            None => {}
        }
        match self.rendered_for(members) {
            Some("production") => return Exposure::Production,
            Some(_) => return Exposure::Elsewhere,
            None => {}
        }
        let mut documents = self.members(members);
        // Nothing is known to be harmless until a document of ours says so, and one of them is here.
        let is_ours = |member: &Member| member.kind().is_none() && member.subject.own().is_none();
        let is_claimed = documents.any(is_ours) || self.artifacts.is_empty();
        match is_claimed || self.says_production(members) {
            true => Exposure::Production,
            false => Exposure::Unclaimed,
        }
    }

    fn says_production(&self, members: &[Member]) -> bool {
        let mut documents = self.members(members);
        documents.any(|member| says_production(&member.document.root))
    }
}

/// True where the namespace or a label of a manifest names production.
fn says_production(manifest: &Node) -> bool {
    let Some(metadata) = manifest.get("metadata") else {
        return false;
    };
    let namespace = metadata.get("namespace").and_then(Node::as_str);
    if namespace.is_some_and(names_production) {
        return true;
    }
    let labels = metadata.get("labels").map(Node::entries);
    let mut labels = labels.unwrap_or_default().iter();
    labels.any(|label| {
        let key = label.key.rsplit('/').next().unwrap_or_default();
        LABELS.contains(&key) && label.node.as_str().is_some_and(names_production)
    })
}

/// True for `prod`, `team-prod` and `Production`; false for `pre-prod`, `nonprod` and `products`.
fn names_production(text: &str) -> bool {
    let text = text.to_lowercase();
    let words: Vec<&str> = text.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let is_named = |at: usize| at == 0 || !BEFORE.contains(&words[at - 1]);
    let mut places = 0..words.len();
    places.any(|at| PRODUCTION.contains(&words[at]) && is_named(at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{
        read::{self, Format},
        source::Source,
    };

    #[test]
    fn production_is_told_by_whole_words() {
        for text in [
            "prod",
            "production",
            "ml-prod",
            "prod-eu",
            "PROD",
            "team_prd",
        ] {
            assert!(names_production(text), "{text}");
        }
        for text in [
            "products", "preprod", "pre-prod", "non-prod", "nonprod", "staging", "dev", "",
        ] {
            assert!(!names_production(text), "{text}");
        }
    }

    #[test]
    fn a_namespace_or_a_label_of_an_environment_says_it() {
        let table = [
            ("{namespace: ml-prod}", true),
            ("{labels: {environment: production}}", true),
            ("{labels: {example.org/env: prod}}", true),
            ("{labels: {app: prod}, namespace: ml}", false),
            ("{labels: {env: {prod: 1}}}", false),
            ("{name: prod}", false),
        ];
        for (metadata, wanted) in table {
            let text = format!("metadata: {metadata}\n");
            let parsed = read::parse(&Source::new("a.yaml", text), Format::Yaml);
            let root = &parsed.documents[0].root;
            assert_eq!(says_production(root), wanted, "{metadata}");
        }
    }
}
