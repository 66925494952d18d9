# METADATA
# title: Batching waits longer than the latency budget allows
# description: |
#   A server that batches lets a request wait for others, up to a delay. Under light load most requests wait
#   that long, so the delay is part of their latency and has to fit into the budget's component for
#   queueing; without such a component it has to stay below the whole limit of the SLO. Triton counts
#   `max_queue_delay_microseconds` in microseconds: 200000 is 200 ms, which is easily taken for 200 µs. The
#   rule compares the specification's `serving.batching.maxQueueDelay` and the server's configuration.
# related_resources:
#   - description: Triton, dynamic batcher
#     ref: https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/user_guide/batcher.html
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [ServingSpec, Artifacts]
#   since: 0.1.0
#   help: Lower the delay, or give queueing a larger part of the budget and take it from another component.
package servelint.rules.capacity["batch-delay-over-budget"]

import data.servelint.lib.compare
import data.servelint.lib.manifest
import data.servelint.lib.text

finding contains {
	"at": ["spec", "serving", "batching", "maxQueueDelay"],
	"message": sprintf("batching lets a request wait `%v`, but %s allows %s", [
		input.spec.serving.batching.maxQueueDelay,
		limit.what,
		text.duration(limit.seconds),
	]),
	"related": [{"at": limit.path, "message": "the limit"}],
} if {
	delay := input.facts.spec.serving.batching.maxQueueDelay
	limit := allowed(input)
	compare.above(delay, limit.seconds)
}

finding contains {
	"at": manifest.place(i, delay.at),
	"message": sprintf("%s lets a request wait %s for a batch, but %s allows %s", [
		manifest.called(artifact.facts),
		text.durations(delay.value, limit.seconds)[0],
		limit.what,
		text.durations(delay.value, limit.seconds)[1],
	]),
	"related": [{"at": array.concat(["serving"], limit.path), "message": "the limit"}],
} if {
	some i, artifact in input.artifacts
	artifact.facts.role != "stable-workload"
	delay := artifact.facts.batching.maxQueueDelaySeconds
	limit := allowed(input.serving)
	compare.above(delay.value, limit.seconds)
}

allowed(document) := {"what": what, "seconds": seconds, "path": ["spec", "latencyBudget", "components", "queue"]} if {
	what := "the latency budget's component for queueing"
	seconds := document.facts.spec.latencyBudget.components.queue
} else := {"what": sprintf("the limit of SLO `%s`", [name]), "seconds": seconds, "path": ["spec", "slos", i, "value"]} if {
	name := document.spec.latencyBudget.slo
	some i, slo in document.spec.slos
	slo.name == name
	seconds := document.facts.slos[i].valueSeconds
}
