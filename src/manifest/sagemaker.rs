//! SageMaker: how an update of an endpoint moves traffic. Alone, in a request that creates or
//! updates an endpoint, or in a template of CloudFormation.

use super::{
    facts::{ManifestFacts, ShiftFacts, put},
    links::Links,
    ray,
};
use crate::{
    document::{Node, Spot},
    facts::{Placed, unless_empty},
};

const POLICIES: [&str; 2] = ["BlueGreenUpdatePolicy", "RollingUpdatePolicy"];
const ENDPOINT: &str = "AWS::SageMaker::Endpoint";

/// True where a deployment configuration stands in the document.
pub(super) fn is_config(root: &Node) -> bool {
    config(&Spot::root(root)).is_some()
}

/// The deployment configuration: the document itself, a request's, or that of the only endpoint of a template.
fn config<'n>(root: &Spot<'n>) -> Option<Spot<'n>> {
    let is_config = |spot: &Spot<'_>| POLICIES.iter().any(|policy| spot.get(policy).is_some());
    if is_config(root) {
        return Some(root.clone());
    }
    if let Some(config) = root.get("DeploymentConfig") {
        return Some(config).filter(is_config);
    }
    let resources = root
        .get("Resources")
        .map(|resources| resources.entries())
        .unwrap_or_default();
    let mut endpoints = resources
        .into_iter()
        .filter(|(_, resource)| resource.text_at(&["Type"]) == Some(ENDPOINT))
        .filter_map(|(_, resource)| resource.find(&["Properties", "DeploymentConfig"]));
    endpoints
        .next()
        .filter(is_config)
        .filter(|_| endpoints.next().is_none())
}

/// Writes the facts of a deployment configuration.
pub(super) fn deployment(root: &Spot<'_>, facts: &mut ManifestFacts) {
    let Some(config) = config(root) else { return };
    let mut rollout = ShiftFacts {
        at: Some(config.at.clone()),
        ..ShiftFacts::default()
    };
    let alarms = config.find(&["AutoRollbackConfiguration", "Alarms"]);
    put(
        &mut rollout.alarms,
        alarms.map(|list| Placed::new(list.items().len(), &list.at)),
    );
    if let Some(routing) = config.find(&["BlueGreenUpdatePolicy", "TrafficRoutingConfiguration"]) {
        shift(&routing, &mut rollout);
    } else if let Some(rolling) = config.get("RollingUpdatePolicy") {
        put(
            &mut rollout.strategy,
            Some(Placed::new("rolling", &rolling.at)),
        );
        let wait = rolling.get("WaitIntervalInSeconds");
        put(
            &mut rollout.interval_seconds,
            wait.and_then(|wait| wait.placed_seconds()),
        );
    }
    facts.rollout = unless_empty(rollout);
}

fn shift(routing: &Spot<'_>, rollout: &mut ShiftFacts) {
    let kind = routing.get("Type");
    let word = match kind.as_ref().and_then(Spot::text) {
        Some("CANARY") => "canary",
        Some("LINEAR") => "linear",
        Some("ALL_AT_ONCE") => "allAtOnce",
        _ => return,
    };
    put(
        &mut rollout.strategy,
        kind.map(|kind| Placed::new(word, &kind.at)),
    );
    let wait = routing.get("WaitIntervalInSeconds");
    put(
        &mut rollout.interval_seconds,
        wait.as_ref().and_then(Spot::placed_seconds),
    );
    let key = if word == "canary" {
        "CanarySize"
    } else {
        "LinearStepSize"
    };
    let Some(size) = routing.get(key).filter(|_| word != "allAtOnce") else {
        return;
    };
    // A number of instances is no share of traffic.
    let is_percent = size.text_at(&["Type"]) == Some("CAPACITY_PERCENT");
    let Some(value) = size.get("Value").filter(|_| is_percent) else {
        return;
    };
    put(&mut rollout.step_percent, value.placed_number());
    let Some(by) = value.number().filter(|by| *by >= 1.0) else {
        return;
    };
    rollout.timed = true;
    rollout.traffic_routing = true;
    let bake = wait.and_then(|wait| wait.seconds());
    let mut steps = ray::equal_steps(by, &value, bake);
    if word == "canary" {
        // After the canary, all the rest at once.
        steps.truncate(1);
        rollout.implicit_last |= by < 100.0;
    }
    rollout.steps = steps;
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
    use crate::manifest::tests::facts;
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
