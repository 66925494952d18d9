//! SageMaker: how an update of an endpoint moves traffic. Alone, in a request that creates or
//! updates an endpoint, or in a template of CloudFormation.

use super::{
    facts::{ManifestFacts, ShiftFacts},
    links::Links,
    ray,
};
use crate::{
    document::{Node, Spot},
    facts::Placed,
};

const POLICIES: [&str; 2] = ["BlueGreenUpdatePolicy", "RollingUpdatePolicy"];
const ENDPOINT: &str = "AWS::SageMaker::Endpoint";

/// Fields that only a request to update an endpoint has.
const UPDATES: [&str; 2] = [
    "RetainAllVariantProperties",
    "ExcludeRetainedVariantProperties",
];

/// True where a deployment configuration stands in the document, or is missing at an endpoint that is updated.
pub(super) fn is_config(root: &Node) -> bool {
    let root = Spot::root(root);
    config(&root).is_some() || unconfigured(&root).is_some()
}

/// What updates an endpoint without a deployment configuration: a request, or the only endpoint of a template.
/// One that retains the configuration of the update before has one.
fn unconfigured<'n>(root: &Spot<'n>) -> Option<Spot<'n>> {
    let mut endpoints = Vec::new();
    for (_, resource) in root.entries_at(&["Resources"]) {
        if resource.text_at(&["Type"]) == Some(ENDPOINT) {
            endpoints.extend(resource.get("Properties"));
        }
    }
    let updates = UPDATES.iter().any(|key| root.get(key).is_some());
    if updates && root.get("EndpointConfigName").is_some() {
        endpoints.push(root.clone());
    }
    let [only] = endpoints.as_slice() else {
        return None;
    };
    let has = |key: &str| only.get(key).is_some();
    (!has("DeploymentConfig") && !has("RetainDeploymentConfig")).then(|| only.clone())
}

/// The deployment configuration: the document itself, a request's, or that of the only endpoint of a template.
fn config<'n>(root: &Spot<'n>) -> Option<Spot<'n>> {
    if has_policy(root) {
        return Some(root.clone());
    }
    if let Some(config) = root.get("DeploymentConfig") {
        return Some(config).filter(has_policy);
    }
    let mut configs = Vec::new();
    for (_, resource) in root.entries_at(&["Resources"]) {
        if resource.text_at(&["Type"]) == Some(ENDPOINT) {
            configs.extend(resource.find(&["Properties", "DeploymentConfig"]));
        }
    }
    match configs.as_slice() {
        [only] if has_policy(only) => Some(only.clone()),
        _ => None,
    }
}

fn has_policy(config: &Spot<'_>) -> bool {
    POLICIES.iter().any(|policy| config.get(policy).is_some())
}

/// Writes the facts of a deployment configuration.
pub(super) fn deployment(root: &Spot<'_>, facts: &mut ManifestFacts) {
    let Some(config) = config(root) else {
        facts.rollout = unconfigured(root).map(|endpoint| ShiftFacts {
            strategy: Some(Placed::new("allAtOnce", &endpoint.at)),
            at: Some(endpoint.at),
            ..ShiftFacts::default()
        });
        return;
    };
    let routing = config.find(&["BlueGreenUpdatePolicy", "TrafficRoutingConfiguration"]);
    let shift = match (routing, config.get("RollingUpdatePolicy")) {
        (Some(routing), _) => shift(&routing),
        (None, Some(rolling)) => ShiftFacts {
            strategy: Some(Placed::new("rolling", &rolling.at)),
            interval_seconds: rolling.placed_seconds_at(&["WaitIntervalInSeconds"]),
            ..ShiftFacts::default()
        },
        (None, None) => ShiftFacts::default(),
    };
    let alarms = config.find(&["AutoRollbackConfiguration", "Alarms"]);
    facts.rollout = Some(ShiftFacts {
        at: Some(config.at.clone()),
        alarms: alarms.map(|list| Placed::new(list.items().len(), &list.at)),
        ..shift
    });
}

fn shift(routing: &Spot<'_>) -> ShiftFacts {
    let (word, size) = match routing.text_at(&["Type"]) {
        Some("CANARY") => ("canary", routing.get("CanarySize")),
        Some("LINEAR") => ("linear", routing.get("LinearStepSize")),
        Some("ALL_AT_ONCE") => ("allAtOnce", None),
        _ => return ShiftFacts::default(),
    };
    let wait = routing.get("WaitIntervalInSeconds");
    let shift = ShiftFacts {
        strategy: routing.get("Type").map(|kind| Placed::new(word, &kind.at)),
        interval_seconds: wait.as_ref().and_then(Spot::placed_seconds),
        ..ShiftFacts::default()
    };
    // A number of instances is no share of traffic.
    let size = size.filter(|size| size.text_at(&["Type"]) == Some("CAPACITY_PERCENT"));
    let Some(value) = size.and_then(|size| size.get("Value")) else {
        return shift;
    };
    let shift = ShiftFacts {
        step_percent: value.placed_number(),
        ..shift
    };
    let Some(by) = value.number().filter(|by| *by >= 1.0) else {
        return shift;
    };
    let mut steps = ray::equal_steps(by, &value, wait.and_then(|wait| wait.seconds()));
    if word == "canary" {
        // After the canary, all the rest at once.
        steps.truncate(1);
    }
    ShiftFacts {
        timed: true,
        traffic_routing: true,
        implicit_last: word == "canary" && by < 100.0,
        steps,
        ..shift
    }
}

/// An endpoint's name, where a request names it.
pub(super) fn links(root: &Node) -> Links<'_> {
    let name = root.get("EndpointName").and_then(Node::as_str);
    Links {
        name,
        service: name,
        ..Links::default()
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        document::{
            read::{self, Format},
            source::Source,
        },
        manifest::tests::facts,
    };
    use serde_json::{Value as Json, json};

    const CANARY: &str = "{BlueGreenUpdatePolicy: {TrafficRoutingConfiguration: {Type: CANARY, WaitIntervalInSeconds: 600, CanarySize: {Type: CAPACITY_PERCENT, Value: 10}}}}";

    fn rollout(text: &str) -> Json {
        facts(text)["rollout"].clone()
    }

    #[test]
    fn a_configuration_is_found_alone_in_a_request_and_in_a_template() {
        let request = format!("{{EndpointName: chat, DeploymentConfig: {CANARY}}}");
        let template = format!(
            "{{Resources: {{Chat: {{Type: 'AWS::SageMaker::Endpoint', Properties: {{DeploymentConfig: {CANARY}}}}}}}}}"
        );
        for text in [CANARY, &request, &template] {
            let rollout = rollout(text);
            assert_eq!(rollout["strategy"]["value"], "canary", "{text}");
            assert_eq!(rollout["steps"][0]["weight"], 10, "{text}");
            assert_eq!(rollout["steps"][0]["bakeSeconds"], 600, "{text}");
            assert_eq!(rollout["implicitLast"], true, "{text}");
        }
        assert_eq!(facts(&request)["name"], "chat");
        assert_eq!(
            rollout(&template)["at"],
            json!(["Resources", "Chat", "Properties", "DeploymentConfig"])
        );
    }

    #[test]
    fn an_endpoint_without_a_configuration_is_updated_all_at_once() {
        let endpoint = |more: &str| {
            format!(
                "{{Resources: {{Chat: {{Type: 'AWS::SageMaker::Endpoint', Properties: {{EndpointConfigName: v2{more}}}}}}}}}"
            )
        };
        let found = rollout(&endpoint(""));
        assert_eq!(found["strategy"]["value"], "allAtOnce");
        assert_eq!(found["at"], json!(["Resources", "Chat", "Properties"]));
        assert!(found.get("alarms").is_none());
        let is_kind = |text: &str| {
            let source = Source::new("a.yaml", text);
            let parsed = read::parse(&source, Format::Yaml);
            super::is_config(&parsed.documents[0].root)
        };
        assert!(is_kind(
            "{EndpointName: chat, EndpointConfigName: v2, RetainAllVariantProperties: true}"
        ));
        // The first one cannot be told from an update, and a retained configuration is one.
        assert!(!is_kind("{EndpointName: chat, EndpointConfigName: v2}"));
        assert!(!is_kind(&endpoint(", RetainDeploymentConfig: true")));
    }

    #[test]
    fn a_number_of_instances_is_no_share() {
        let rollout = rollout(&CANARY.replace("CAPACITY_PERCENT", "INSTANCE_COUNT"));
        assert_eq!(rollout["strategy"]["value"], "canary");
        assert!(rollout.get("steps").is_none() && rollout.get("stepPercent").is_none());
    }

    #[test]
    fn an_empty_list_of_alarms_is_none() {
        let text = CANARY.replacen('{', "{AutoRollbackConfiguration: {Alarms: []}, ", 1);
        assert_eq!(rollout(&text)["alarms"]["value"], 0);
        assert!(rollout(CANARY).get("alarms").is_none());
    }
}
