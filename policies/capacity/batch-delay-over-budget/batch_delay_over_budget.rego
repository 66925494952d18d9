# METADATA
# title: Batching may wait longer than the budget allows
# description: |
#   Triton holds a request for up to `max_queue_delay_microseconds` to join it with others. That wait is part of the queue component of
#   the latency budget. The unit is easily misread: 200000 looks like 200 and is 200 ms, as in a published sample. Compared with the
#   `queue` component of `latencyBudget`, and with `serving.batching.maxQueueDelay` where it is stated.
# related_resources:
#   - description: Triton Inference Server, dynamic batcher
#     ref: https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/user_guide/batcher.html
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [Artifacts]
#   since: 0.2.0
#   help: Shorten the delay, or give the queue more of the budget.
package servelint.rules.capacity["batch-delay-over-budget"]

import data.servelint.lib.compare
import data.servelint.lib.manifest
import data.servelint.lib.text

finding contains {
	"at": manifest.place(i, delay.at),
	"message": message,
	"related": [{"at": ["serving", "spec", "latencyBudget", "components", "queue"], "message": "the budget"}],
} if {
	some i, artifact in input.artifacts
	delay := artifact.facts.batching.maxQueueDelaySeconds
	budget := input.serving.facts.spec.latencyBudget.components.queue
	compare.above(delay.value, budget)
	message := sprintf("a request may wait %s for others to join its batch, but the budget for the queue is %s", [
		text.duration(delay.value),
		text.duration(budget),
	])
}

finding contains {
	"at": manifest.place(i, delay.at),
	"message": message,
	"related": [{"at": ["serving", "spec", "serving", "batching", "maxQueueDelay"], "message": "what the specification says"}],
} if {
	some i, artifact in input.artifacts
	delay := artifact.facts.batching.maxQueueDelaySeconds
	said := input.serving.facts.spec.serving.batching.maxQueueDelay
	abs(delay.value - said) > 0.0000005
	message := sprintf("a request may wait %s for others to join its batch, but the specification says %s", [
		text.duration(delay.value),
		text.duration(said),
	])
}

finding contains {
	"at": manifest.place(i, size.at),
	"message": message,
	"related": [{"at": ["serving", "spec", "serving", "batching", "maxBatchSize"], "message": "what the specification says"}],
} if {
	some i, artifact in input.artifacts
	size := artifact.facts.batching.maxBatchSize
	said := input.serving.spec.serving.batching.maxBatchSize
	size.value != said
	message := sprintf("batches hold up to %v requests, but the specification says %v", [size.value, said])
}
