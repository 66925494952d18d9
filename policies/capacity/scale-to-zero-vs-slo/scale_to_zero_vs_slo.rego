# METADATA
# title: Scale to zero breaks the latency SLO
# description: |
#   With a minimum of 0 replicas the first request after a pause waits for a whole cold start. If that takes
#   longer than a latency SLO allows, each pause in traffic costs error budget, and at low traffic the SLO
#   cannot be met at all. Large models take minutes to load, so this always affects them. Limits on
#   `request_latency` and `time_to_first_token` are compared, with the minimum of the specification and with
#   that of the manifest. KEDA and Knative scale to zero unless a minimum is written, and KEDA by
#   `idleReplicaCount` even with one.
# related_resources:
#   - description: Knative, Configuring scale to zero
#     ref: https://knative.dev/docs/serving/autoscaling/scale-to-zero/
#   - description: KEDA, ScaledObject
#     ref: https://keda.sh/docs/latest/reference/scaledobject-spec/
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
import data.servelint.lib.platform
import data.servelint.lib.slo
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

# The platform's minimum is 0.
finding contains {
	"at": silent.at,
	"message": sprintf("%s sets no `%s`, so it may scale to `0` replicas: the first request then waits `%s` for a cold start; the limit of a latency SLO is %s", [
		manifest.called(silent.facts),
		silent.field,
		input.serving.spec.capacity.coldStart,
		text.duration(strictest),
	]),
	"related": [{"at": ["serving", "spec", "slos", i, "value"], "message": "the cold start is longer than this"} | some i in missed],
} if {
	input.serving.spec.capacity.replicas.min > 0
	some silent in silents
	strictest := min({input.serving.facts.slos[i].valueSeconds | some i in missed})
}

# While no trigger is active, the minimum does not count.
finding contains {
	"at": manifest.place(scaler.index, ["spec", "idleReplicaCount"]),
	"message": sprintf("%s idles at `0` replicas: the first request then waits `%s` for a cold start; the limit of a latency SLO is %s", [
		manifest.called(input.artifacts[scaler.index].facts),
		input.serving.spec.capacity.coldStart,
		text.duration(strictest),
	]),
	"related": [{"at": ["serving", "spec", "slos", i, "value"], "message": "the cold start is longer than this"} | some i in missed],
} if {
	input.serving.spec.capacity.replicas.min > 0
	some w in manifest.workloads
	some scaler in manifest.scalers(w)
	input.artifacts[scaler.index].facts.kind == "ScaledObject"
	input.artifacts[scaler.index].spec.idleReplicaCount == 0
	scaler.bounds.min.value > 0
	strictest := min({input.serving.facts.slos[i].valueSeconds | some i in missed})
}

# What scales and states no minimum, where that of the platform is 0.
silents contains {"facts": w.facts, "field": "autoscaling.knative.dev/min-scale", "at": manifest.place(w.index, ["spec", "template", "metadata", "annotations", "autoscaling.knative.dev/min-scale"])} if {
	some w in manifest.workloads
	w.facts.platform == "knative"
	not w.workload.minReplicas
	platform.default_value("knative", "any", "minReplicas") == 0
}

silents contains {"facts": input.artifacts[scaler.index].facts, "field": "minReplicaCount", "at": manifest.place(scaler.index, ["spec", "minReplicaCount"])} if {
	some w in manifest.workloads
	some scaler in manifest.scalers(w)
	input.artifacts[scaler.index].facts.kind == "ScaledObject"
	not scaler.bounds.min
	platform.default_value("keda", "any", "minReplicas") == 0
}

# The SLOs that a cold start breaks.
broken := [i |
	input.spec.capacity.replicas.min == 0
	some i, objective in input.spec.slos
	objective.indicator.type in slo.answer_types
	input.facts.spec.capacity.coldStart > input.facts.slos[i].valueSeconds
]

missed := [i |
	some i, objective in input.serving.spec.slos
	objective.indicator.type in slo.answer_types
	input.serving.facts.spec.capacity.coldStart > input.serving.facts.slos[i].valueSeconds
]
