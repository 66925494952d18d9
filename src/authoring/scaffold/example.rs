//! The example that a new rule begins as: an owner that is not a team, or a manifest without one.

use super::own::OwnExample;
use crate::rule::Subject;
use std::borrow::Cow;

const RULE: &str = include_str!("rule.rego");
const TEST: &str = include_str!("rule_test.rego");
const SERVING: &str = include_str!("serving.yaml");
const DECISIONS: &str = include_str!("decisions.yaml");
const CHECKLIST: &str = include_str!("checklist.yaml");
const DEPLOYMENT: &str = include_str!("deployment.yaml");

/// What there is an example for.
pub const SUBJECTS: [Subject; 5] = [
    Subject::ServingSpec,
    Subject::DecisionLog,
    Subject::VerificationChecklist,
    Subject::Review,
    Subject::Artifacts,
];

/// The parts in which the examples of subjects differ.
pub(super) struct RuleExample {
    subject: Subject,
    help: &'static str,
    /// The terms of a finding.
    place: &'static str,
    message: &'static str,
    conditions: &'static str,
    /// Of the names of tests.
    bad_name: &'static str,
    good_name: &'static str,
    /// The argument of the function that makes a document, and its values.
    argument: &'static str,
    bad: &'static str,
    good: &'static str,
    document: &'static str,
    /// The places in the document of the test.
    found: &'static str,
    /// The good document of its cases in the source of servelint, and in a pack.
    shared: &'static str,
    text: Cow<'static, str>,
    /// The edit of each, and where the finding is then.
    shared_edit: &'static str,
    text_edit: &'static str,
    at: &'static str,
    says: &'static str,
}

impl RuleExample {
    /// `own` is the document of a kind of the team.
    pub(super) fn of(subject: Subject, own: Option<OwnExample>) -> Option<Self> {
        let owned = Self::owned(subject);
        match subject {
            Subject::ServingSpec => Some(owned),
            Subject::DecisionLog => Some(Self {
                shared: "decisions.yaml",
                text: DECISIONS.into(),
                shared_edit: "replace: \"owner: team-feed-relevance}\\nspec:\\n  servingSpec: feed-ranker\\n  decisions\"\n    with: \"owner: dana}\\nspec:\\n  servingSpec: feed-ranker\\n  decisions\"",
                ..owned
            }),
            Subject::VerificationChecklist => Some(Self {
                shared: "checklist.yaml",
                text: CHECKLIST.into(),
                shared_edit: "replace: \"owner: team-feed-relevance}\"\n    with: \"owner: dana}\"",
                ..owned
            }),
            Subject::Review => Some(Self {
                place: "[\"serving\", \"metadata\", \"owner\"]",
                conditions: "\towner := input.serving.metadata.owner\n\tnot startswith(owner, \"team-\")",
                document: "{\"serving\": {\"metadata\": {\"owner\": owner}}}",
                found: "[\"serving\", \"metadata\", \"owner\"]",
                ..owned
            }),
            Subject::Artifacts => Some(Self::labelled()),
            Subject::Own(_) => own.map(|own| Self::named(subject, own)),
            Subject::Artifact | Subject::File => None,
        }
    }

    fn owned(subject: Subject) -> Self {
        Self {
            subject,
            help: "Name the team as the owner.",
            place: "[\"metadata\", \"owner\"]",
            message: "sprintf(\"owner `%s` is not a team: the names of teams begin with `team-`\", [owner])",
            conditions: "\towner := input.metadata.owner\n\tnot startswith(owner, \"team-\")",
            bad_name: "an_owner_that_is_not_a_team",
            good_name: "a_team",
            argument: "owner",
            bad: "\"dana\"",
            good: "\"team-example\"",
            document: "{\"metadata\": {\"owner\": owner}}",
            found: "[\"metadata\", \"owner\"]",
            shared: "minimal.yaml",
            text: SERVING.into(),
            shared_edit: "replace: \"owner: team-feed-relevance\"\n    with: \"owner: dana\"",
            text_edit: "replace: \"owner: team-example\"\n    with: \"owner: dana\"",
            at: "/metadata/owner",
            says: "owner `dana` is not a team",
        }
    }

    fn labelled() -> Self {
        Self {
            help: "Add the label `team` with the name of the team.",
            place: "[\"artifacts\", i, \"metadata\"]",
            message: "sprintf(\"%s `%s` has no label `team`\", [artifact.facts.kind, artifact.facts.name])",
            conditions: "\tsome i, artifact in input.artifacts\n\tartifact.facts.workload\n\tlabels := object.get(artifact, [\"metadata\", \"labels\"], {})\n\tnot labels.team",
            bad_name: "a_workload_without_a_team",
            good_name: "a_team",
            argument: "labels",
            bad: "{}",
            good: "{\"team\": \"example\"}",
            document: "{\"artifacts\": [{\n\t\"metadata\": {\"labels\": labels},\n\t\"facts\": {\"kind\": \"Deployment\", \"name\": \"example\", \"workload\": {\"at\": []}},\n}]}",
            found: "[\"artifacts\", 0, \"metadata\"]",
            shared: "{base: deployment.yaml, edits: [{replace: \"metadata: {name: ranker}\\nspec:\\n  replicas\", with: \"metadata: {name: ranker, labels: {team: feed}}\\nspec:\\n  replicas\"}]}",
            text: DEPLOYMENT.into(),
            shared_edit: "remove: \", labels: {team: feed}\"",
            text_edit: "remove: \", labels: {team: example}\"",
            at: "/metadata",
            says: "has no label `team`",
            ..Self::owned(Subject::Artifacts)
        }
    }

    /// Of a kind of the team nothing is known but its name.
    fn named(subject: Subject, own: OwnExample) -> Self {
        Self {
            help: "Give it the name of a service of the team.",
            place: "[\"metadata\", \"name\"]",
            message: "sprintf(\"`%s` is not a service of the team: their names begin with `example-`\", [name])",
            conditions: "\tname := input.metadata.name\n\tnot startswith(name, \"example-\")",
            bad_name: "a_name_of_another_team",
            good_name: "a_name_of_the_team",
            argument: "name",
            bad: "\"other\"",
            good: "\"example-service\"",
            document: "{\"metadata\": {\"name\": name}}",
            found: "[\"metadata\", \"name\"]",
            text: own.text.into(),
            text_edit: "replace: \"name: example-service\"\n    with: \"name: other\"",
            at: "/metadata/name",
            says: "`other` is not a service of the team",
            ..Self::owned(subject)
        }
    }

    pub(super) fn rule(&self, id: &str, package: &str, is_own: bool) -> String {
        let since = match is_own {
            true => format!("#   since: {}\n", env!("CARGO_PKG_VERSION")),
            false => String::new(),
        };
        filled(
            RULE,
            &[
                ("{TITLE}", &title(id)),
                ("{SUBJECT}", &self.subject.to_string()),
                ("{SINCE}", &since),
                ("{HELP}", self.help),
                ("{PACKAGE}", &format!("{package}[\"{id}\"]")),
                ("{PLACE}", self.place),
                ("{MESSAGE}", self.message),
                ("{CONDITIONS}", self.conditions),
            ],
        )
    }

    pub(super) fn test(&self, id: &str, package: &str) -> String {
        filled(
            TEST,
            &[
                ("{TEST_PACKAGE}", &format!("{package}[\"{id}_test\"]")),
                ("{PACKAGE}", &format!("{package}[\"{id}\"]")),
                ("{BAD_NAME}", self.bad_name),
                ("{GOOD_NAME}", self.good_name),
                ("{BAD}", self.bad),
                ("{GOOD}", self.good),
                ("{FOUND}", self.found),
                ("{ARGUMENT}", self.argument),
                ("{DOCUMENT}", self.document),
            ],
        )
    }

    pub(super) fn cases(&self, is_own: bool) -> String {
        let (good, edit) = match is_own {
            true => (format!(" {}\n", self.shared), self.shared_edit),
            false => (indented(&self.text), self.text_edit),
        };
        format!(
            "good:{good}cases:\n  - name: {}\n    {edit}\n    finds:\n      - {{at: {}, message: \"{}\"}}\n",
            self.bad_name.replace('_', " "),
            self.at,
            self.says
        )
    }
}

/// A document as a text of YAML in a map.
fn indented(text: &str) -> String {
    let mut block = " |\n".to_owned();
    for line in text.lines() {
        block.push_str("  ");
        block.push_str(line);
        block.push('\n');
    }
    block
}

/// `Cost center` of `cost-center`.
fn title(id: &str) -> String {
    let words = id.replace('-', " ");
    let mut letters = words.chars();
    let first = letters.next().unwrap_or_default().to_ascii_uppercase();
    format!("{first}{}", letters.as_str())
}

fn filled(template: &str, parts: &[(&str, &str)]) -> String {
    let mut text = template.to_owned();
    for (name, part) in parts {
        text = text.replace(name, part);
    }
    text
}
