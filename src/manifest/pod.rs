//! What a pod's specification says about serving.

use super::facts::{WorkloadFacts, put};
use super::{engine, resources};
use crate::{
    document::Spot,
    facts::{Number, Placed},
    units,
};

/// Names that platforms give to the container that serves.
const SERVING: [&str; 2] = ["kserve-container", "main"];

/// Writes what a pod's specification says: images, GPUs, engine arguments, startup and grace.
pub(super) fn pod(spec: &Spot<'_>, workload: &mut WorkloadFacts) {
    let containers = containers(spec);
    if let Some(serving) = containers.first() {
        container(serving, workload);
    }
    workload.images.extend(images(spec));
    for container in containers.iter().chain(&spec.items_at(&["initContainers"])) {
        workload.resources.extend(resources::of(container));
    }
    put(
        &mut workload.grace_seconds,
        spec.placed_seconds_at(&["terminationGracePeriodSeconds"]),
    );
}

/// The images of a pod, that of the container that serves first.
pub(super) fn images(spec: &Spot<'_>) -> Vec<Placed<String>> {
    let inits = spec.items_at(&["initContainers"]);
    let all = containers(spec).into_iter().chain(inits);
    all.filter_map(|container| container.get("image")?.placed_text())
        .collect()
}

/// Writes what the container that serves says, but for its image.
pub(super) fn container(serving: &Spot<'_>, workload: &mut WorkloadFacts) {
    put(&mut workload.gpus, gpus(serving));
    engine::arguments(serving, workload);
    let startup = serving.get("startupProbe");
    let liveness = serving.get("livenessProbe");
    put(
        &mut workload.startup_seconds,
        startup.as_ref().and_then(patience),
    );
    // A startup probe holds the liveness probe back.
    put(
        &mut workload.liveness_seconds,
        liveness
            .filter(|_| startup.is_none())
            .as_ref()
            .and_then(patience),
    );
    put(&mut workload.pre_stop_seconds, pre_stop(serving));
}

/// The containers of a pod, the one that serves first.
pub(super) fn containers<'n>(spec: &Spot<'n>) -> Vec<Spot<'n>> {
    let mut containers = spec.items_at(&["containers"]);
    let by_name = containers.iter().position(has_serving_name);
    // Else the one with the GPUs: a sidecar needs none.
    let by_gpu = || {
        containers
            .iter()
            .position(|container| gpus(container).is_some())
    };
    if let Some(index) = by_name.or_else(by_gpu) {
        let chosen = containers.remove(index);
        containers.insert(0, chosen);
    }
    containers
}

fn has_serving_name(container: &Spot<'_>) -> bool {
    let name = container.text_at(&["name"]);
    name.is_some_and(|name| SERVING.contains(&name))
}

/// GPUs of whatever vendor: `nvidia.com/gpu`, `amd.com/gpu`.
pub(super) fn gpus(container: &Spot<'_>) -> Option<Placed<Number>> {
    ["limits", "requests"].iter().find_map(|side| {
        let resources = container.find(&["resources", side])?;
        let entries = resources.entries();
        let (_, count) = entries.iter().find(|(name, _)| name.ends_with("/gpu"))?;
        count.placed_quantity()
    })
}

/// How long a probe lets a container take at most: Kubernetes' defaults are 10 s and 3 tries once a probe
/// is written at all, and 0 means the default.
fn patience(probe: &Spot<'_>) -> Option<Placed<Number>> {
    let field = |key: &str, default: f64| match probe.get(key) {
        Some(value) => value
            .seconds()
            .map(|value| if value == 0.0 { default } else { value }),
        None => Some(default),
    };
    let (delay, period) = (
        field("initialDelaySeconds", 0.0)?,
        field("periodSeconds", 10.0)?,
    );
    Placed::number(delay + period * field("failureThreshold", 3.0)?, &probe.at)
}

/// How long the hook before the stop sleeps, where that is all that it begins with.
fn pre_stop(container: &Spot<'_>) -> Option<Placed<Number>> {
    let hook = container.find(&["lifecycle", "preStop"])?;
    if let Some(seconds) = hook.find(&["sleep", "seconds"]) {
        return seconds.placed_seconds();
    }
    let command = hook.find(&["exec", "command"])?;
    let items = command.items();
    let words: Vec<&str> = items.iter().filter_map(Spot::text).collect();
    let seconds = match words.as_slice() {
        [program, time] if program.ends_with("sleep") => slept(time),
        [_, flag, script] if flag.starts_with('-') && flag.ends_with('c') => {
            slept(script.trim_start().strip_prefix("sleep ")?)
        }
        _ => None,
    };
    Placed::number(seconds?, &command.at)
}

/// The time of `sleep`, which other commands may follow: `35`, `2m; nginx -s quit`.
fn slept(rest: &str) -> Option<f64> {
    let rest = rest.trim_start();
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '.');
    let (time, then) = rest.split_at(end.unwrap_or(rest.len()));
    let then = then.trim_start_matches([' ', '\t']);
    // In the background nothing waits for it.
    let waits = then.is_empty() || then.starts_with([';', '\n']) || then.starts_with("&&");
    let seconds = time
        .parse()
        .ok()
        .or_else(|| units::duration_seconds(time).ok());
    seconds.filter(|seconds: &f64| waits && seconds.is_finite() && *seconds >= 0.0)
}

#[cfg(test)]
mod tests {
    use crate::manifest::tests::facts;
    use serde_json::Value as Json;

    fn container(text: &str) -> Json {
        facts(&format!(
            "{{apiVersion: apps/v1, kind: Deployment, spec: {{template: {{spec: {{containers: [{{name: a, {text}}}]}}}}}}}}"
        ))["workload"]
            .clone()
    }

    /// Delay, period and threshold (`-` is not written), and the seconds until a container that does not answer
    /// is ended.
    const PROBES: [(&str, &str, &str, f64); 8] = [
        ("-", "-", "-", 30.0),
        ("5", "-", "-", 35.0),
        ("-", "5", "1", 5.0),
        ("-", "10", "60", 600.0),
        ("15", "10", "60", 615.0),
        ("30", "5", "120", 630.0),
        ("0", "0", "0", 30.0),
        ("120", "30", "-", 210.0),
    ];

    #[test]
    fn a_probe_ends_a_container_after_its_delay_and_its_tries() {
        for (delay, period, threshold, wanted) in PROBES {
            let fields = [
                ("initialDelaySeconds", delay),
                ("periodSeconds", period),
                ("failureThreshold", threshold),
            ];
            let written = fields.iter().filter(|(_, value)| *value != "-");
            let fields: Vec<String> = written
                .map(|(key, value)| format!("{key}: {value}"))
                .collect();
            let probe = format!("{{{}}}", fields.join(", "));
            let startup = container(&format!("startupProbe: {probe}"));
            assert_eq!(startup["startupSeconds"]["value"], wanted, "{probe}");
            let liveness = container(&format!("livenessProbe: {probe}"));
            assert_eq!(liveness["livenessSeconds"]["value"], wanted, "{probe}");
            let held = container(&format!("startupProbe: {{}}, livenessProbe: {probe}"));
            assert_eq!(held["livenessSeconds"], Json::Null, "{probe}");
        }
    }

    #[test]
    fn a_hook_sleeps_as_long_as_it_says() {
        let table = [
            ("sleep: {seconds: 15}", Some(15.0)),
            ("exec: {command: [sleep, \"35\"]}", Some(35.0)),
            ("exec: {command: [/bin/sleep, 2m]}", Some(120.0)),
            ("exec: {command: [sh, -c, \"sleep 20\"]}", Some(20.0)),
            (
                "exec: {command: [/bin/bash, -ec, \"sleep 5; nginx -s quit\"]}",
                Some(5.0),
            ),
            ("exec: {command: [sh, -c, \"sleep 5 && true\"]}", Some(5.0)),
            ("exec: {command: [sh, -c, \"sleep 5 & true\"]}", None),
            ("exec: {command: [sh, -c, \"sleep $GRACE\"]}", None),
            ("exec: {command: [sh, -c, \"touch /tmp/drain\"]}", None),
            ("httpGet: {path: /drain, port: 8000}", None),
        ];
        for (hook, wanted) in table {
            let found = container(&format!("lifecycle: {{preStop: {{{hook}}}}}"));
            assert_eq!(found["preStopSeconds"]["value"].as_f64(), wanted, "{hook}");
        }
    }
}
