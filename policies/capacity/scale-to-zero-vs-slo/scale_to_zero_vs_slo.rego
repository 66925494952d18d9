# METADATA
# title: Scale to zero breaks the latency SLO
# description: |
#   With a minimum of 0 replicas the first request after a pause waits for a whole cold start. If that takes
#   longer than a latency SLO allows, each pause in traffic costs error budget, and at low traffic the SLO
#   cannot be met at all. Large models take minutes to load, so this always affects them. Limits on
#   `request_latency` and `time_to_first_token` are compared, with the minimum of the specification and with
#   that of the manifest.
# related_resources:
#   - description: Knative, Configuring scale to zero
#     ref: https://knative.dev/docs/serving/autoscaling/scale-to-zero/
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [ServingSpec, Artifacts]
#   since: 0.1.0
#   help: Keep at least one replica.
#   reworded:
#     - now: "with `0` replicas the first request waits `{}` for a cold start; the limit of a latency SLO is {}"
#       then: "with `0` replicas a first request waits `{}` for a cold start, beyond the {} of a latency SLO"
#     - now: "{} may scale to `0` replicas: the first request then waits `{}` for a cold start; the limit of a latency SLO is {}"
#       then: "{} may scale to `0` replicas: a first request then waits `{}` for a cold start, beyond the {} of a latency SLO"
package servelint.rules.capacity["scale-to-zero-vs-slo"]

import data.servelint.lib.manifest
import data.servelint.lib.text

finding contains {
	"at": ["spec", "capacity", "replicas", "min"],
	"message": message,
	"related": [{"at": ["spec", "slos", i, "value"], "message": "the cold start is longer than this"} | some i in broken],
} if {
	# Undefined where there are none.
	strictest := min({input.facts.slos[i].valueSeconds | some i in broken})
	message := sprintf("with `0` replicas the first request waits `%s` for a cold start; the limit of a latency SLO is %s", [
		input.spec.capacity.coldStart,
		text.duration(strictest),
	])
}

# A manifest that may scale to nothing although the specification keeps replicas.
finding contains {
	"at": least.at,
	"message": message,
	"related": [{"at": ["serving", "spec", "slos", i, "value"], "message": "the cold start is longer than this"} | some i in missed],
} if {
	some w in manifest.workloads
	least := manifest.fewest(w)
	least.value == 0
	input.serving.spec.capacity.replicas.min > 0
	strictest := min({input.serving.facts.slos[i].valueSeconds | some i in missed})
	message := sprintf("%s may scale to `0` replicas: the first request then waits `%s` for a cold start; the limit of a latency SLO is %s", [
		manifest.called(w.facts),
		input.serving.spec.capacity.coldStart,
		text.duration(strictest),
	])
}

# The SLOs that a cold start breaks.
broken := [i |
	input.spec.capacity.replicas.min == 0
	some i, objective in input.spec.slos
	objective.indicator.type in {"request_latency", "time_to_first_token"}
	input.facts.spec.capacity.coldStart > input.facts.slos[i].valueSeconds
]

missed := [i |
	some i, objective in input.serving.spec.slos
	objective.indicator.type in {"request_latency", "time_to_first_token"}
	input.serving.facts.spec.capacity.coldStart > input.serving.facts.slos[i].valueSeconds
]
