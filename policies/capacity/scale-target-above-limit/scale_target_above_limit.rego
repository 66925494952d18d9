# METADATA
# title: Autoscaling target is above the concurrency limit of a replica
# description: |
#   An autoscaler that watches the requests in flight adds replicas once each holds more than its target.
#   Where a replica accepts fewer than that, the number never reaches the target: requests queue, and
#   nothing is added. The target must be at or below the limit. KServe in Knative mode compares
#   `scaleTarget` (metric `concurrency`, the default there) with `containerConcurrency`; in Standard mode
#   the limit has no effect, which another rule reports. A Service of Knative has the annotation
#   `autoscaling.knative.dev/target` for it. Ray Serve compares `target_ongoing_requests` (2
#   where it is not written) with `max_ongoing_requests` (5 where it is not written). An engine counts no
#   more running requests than it has slots (`--max-num-seqs` of vLLM, `--parallel` of llama.cpp), so an
#   autoscaler that watches this number cannot see a higher target. Where it counts requests in flight, a
#   target above the slots is a warning: replicas are added only once requests wait at each.
# related_resources:
#   - description: Knative, Configuring concurrency
#     ref: https://knative.dev/docs/serving/autoscaling/concurrency/
#   - description: Ray Serve, autoscaling
#     ref: https://docs.ray.io/en/latest/serve/autoscaling-guide.html
# custom:
#   severity: error
#   elsewhere: warning
#   unclaimed: warning
#   applies_to: [ServingSpec, Artifacts]
#   since: 0.1.0
#   help: Lower the target below the limit, usually to 70 to 80 % of it, or raise the limit.
#   reworded:
#     - now: "the autoscaler targets {} requests per replica, but a replica admits {} at once"
#       then: "the autoscaler aims at {} requests a replica, but a replica takes {} at once"
#     - now: "the autoscaler of {} targets {} requests per replica{}, but a replica admits {} at once{}"
#       then: "the autoscaler of {} aims at {} requests a replica{}, but a replica takes {} at once{}"
package servelint.rules.capacity["scale-target-above-limit"]

import data.servelint.lib.fields
import data.servelint.lib.manifest
import data.servelint.lib.platform
import data.servelint.lib.text

finding contains {
	"at": manifest.place(w.index, target.at),
	"message": sprintf("the autoscaler targets %s per replica, but a replica admits %v at once", [text.counted(target.value, "request"), limit.value]),
	"related": [{"at": manifest.place(w.index, limit.at), "message": "the limit"}],
} if {
	some w in manifest.workloads
	watches_requests(w)
	target := w.workload.scaleTarget
	limit := w.workload.concurrency
	limit.value > 0
	target.value > limit.value
}

# Ray Serve: each of its deployments, with the platform's own numbers where one of the two is not written.
finding contains {
	"at": manifest.place(i, target.at),
	"message": sprintf("the autoscaler of %s targets %s per replica%s, but a replica admits %v at once%s", [
		named(deployment),
		text.counted(target.value, "request"),
		target.whence,
		limit.value,
		limit.whence,
	]),
	"related": [{"at": manifest.place(i, limit.at), "message": "the limit"} | limit.whence == ""],
} if {
	some i, artifact in input.artifacts
	artifact.facts.platform == "ray-serve"
	artifact.facts.role != "stable-workload"
	some deployment in artifact.facts.deployments
	deployment.autoscaled
	target := written_or_default(deployment, "scaleTarget")
	limit := written_or_default(deployment, "concurrency")
	limit.value > 0
	target.value > limit.value
}

# Requests that wait beyond what a replica answers within the timeout of the client have been given up by then.
finding contains {
	"at": ["spec", "capacity", "scaling", "target"],
	"message": message,
	"related": [
		{"at": ["spec", "capacity", "perReplica", "throughputRps"], "message": "what a replica answers"},
		{"at": ["spec", "timeouts", "client"], "message": "how long a client waits"},
	],
	"help": "Set a target that a replica works off well within the timeout of the client.",
} if {
	regex.match(`(^|[_:])(num_requests_waiting|queue_(size|length|depth)|waiting_requests)$`, input.spec.capacity.scaling.metric)
	target := input.spec.capacity.scaling.target
	is_number(target)
	rate := input.spec.capacity.perReplica.throughputRps
	rate > 0
	waits := target / rate
	timeout := input.facts.spec.timeouts.client
	waits > timeout
	message := sprintf("the autoscaler targets %s per replica, which answers %v requests/s: they wait %s, longer than the client's %s", [
		text.counted(target, "waiting request"),
		rate,
		text.duration(waits),
		text.duration(timeout),
	])
}

# Requests in flight beyond the slots of the engine wait.
finding contains {
	"at": ["spec", "capacity", "scaling", "target"],
	"message": sprintf("the autoscaler targets %s per replica, but the engine runs %v at once, so replicas are added only while requests wait", [text.counted(target, "request"), slots]),
	"related": [{"at": ["spec", "serving", "maxNumSeqs"], "message": "the slots of the engine"}],
	"severity": "warning",
} if {
	input.spec.capacity.scaling.metric == "concurrency"
	target := input.spec.capacity.scaling.target
	slots := input.spec.serving.maxNumSeqs
	slots > 0
	target > slots
}

finding contains {
	"at": manifest.place(w.index, target.at),
	"message": sprintf("the autoscaler targets %s per replica, but the engine runs %v at once, so replicas are added only while requests wait", [text.counted(target.value, "request"), slots.value]),
	"related": [{"at": manifest.place(w.index, slots.at), "message": "the slots of the engine"}],
	"severity": "warning",
} if {
	some w in manifest.workloads
	watches_requests(w)
	target := w.workload.scaleTarget
	slots := w.workload.maxNumSeqs
	slots.value > 0
	target.value > slots.value
}

# The number of running requests never exceeds the slots.
finding contains {
	"at": manifest.place(j, watched.at),
	"message": sprintf("%s targets %s per replica, but %s has %s, so the number never gets there", [
		manifest.called(scaler.facts),
		text.counted(watched.target, "running request"),
		manifest.called(w.facts),
		text.counted(slots.value, "slot"),
	]),
	"related": [{"at": manifest.place(w.index, slots.at), "message": "the slots of the engine"}],
} if {
	some w in manifest.workloads
	slots := w.workload.maxNumSeqs
	slots.value > 0
	some j, scaler in input.artifacts
	target := scaler.facts.autoscaler.target
	target.kind == w.facts.kind
	target.name == w.facts.name
	some watched in running(scaler)
	watched.target > slots.value
}

# The targets of an autoscaler for the number of requests that an engine runs: by metric of the pods, or by a query for
# the sum over all of them.
running(scaler) := array.concat(
	[{"at": ["spec", "metrics", m, source, "target", "averageValue"], "target": target} |
		some m, metric in fields.list_at(scaler, ["spec", "metrics"])
		some source in ["pods", "external"]
		is_running(metric[source].metric.name)
		target := number(metric[source].target.averageValue)
	],
	[{"at": ["spec", "triggers", t, "metadata", "threshold"], "target": target} |
		some t, trigger in fields.list_at(scaler, ["spec", "triggers"])
		trigger.type == "prometheus"
		object.get(trigger, "metricType", "AverageValue") == "AverageValue"
		is_string(trigger.metadata.query)
		regex.match(`^\s*(sum|avg|max)?\s*\(?\s*[a-zA-Z_:]+\s*(\{[^{}]*\})?\s*\)?\s*$`, trigger.metadata.query)
		is_running(trigger.metadata.query)
		target := number(trigger.metadata.threshold)
	],
)

is_running(name) if {
	is_string(name)
	some known in ["requests_processing", "num_requests_running", "num_running_reqs"]
	contains(name, known)
}

number(value) := value if is_number(value)

number(value) := to_number(value) if {
	is_string(value)
	regex.match(`^[0-9]+(\.[0-9]+)?$`, value)
}

watches_requests(w) if {
	w.facts.kind == "InferenceService"
	w.workload.scaleMetric.value == "concurrency"
	not is_standard(w.facts)
}

# Knative counts requests in flight unless told otherwise.
watches_requests(w) if {
	w.facts.kind == "InferenceService"
	not w.workload.scaleMetric
	manifest.mode(w.facts) == "Knative"
}

is_standard(facts) if manifest.mode(facts) == "Standard"

watches_requests(w) if {
	w.facts.platform == "knative"
	object.get(w.workload, ["scaleMetric", "value"], "concurrency") == "concurrency"
}

written_or_default(deployment, key) := {"value": written.value, "at": written.at, "whence": ""} if {
	written := deployment[key]
} else := {"value": value, "at": deployment.at, "whence": " by default"} if {
	value := platform.default_value("ray-serve", "any", key)
}

named(deployment) := sprintf("`%s`", [deployment.name]) if deployment.name

named(deployment) := "a deployment" if not deployment.name
