# METADATA
# title: Autoscaler watches a share of a request that is not set
# description: |
#   A utilisation is a share of what the containers request. Where one of them requests nothing, and has no
#   limit that would stand in for the request, the HorizontalPodAutoscaler cannot compute it and never scales.
#   A server with a GPU often has no request for CPU, and its load shows elsewhere anyway: in running or waiting
#   requests. It is a warning, because a LimitRange of the namespace may supply the request. Source: the
#   documentation of the algorithm.
# related_resources:
#   - description: Kubernetes, Horizontal Pod Autoscaling, algorithm details
#     ref: https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#algorithm-details
# custom:
#   severity: warning
#   applies_to: [Artifacts]
#   since: 0.2.0
#   help: Set the request of every container, or scale on requests in flight.
package servelint.rules.capacity["autoscaler-without-request"]

import data.servelint.lib.autoscalers
import data.servelint.lib.fields
import data.servelint.lib.manifest

finding contains {
	"at": manifest.place(scaler.index, watched.at),
	"message": sprintf("%s watches the %s utilisation of %s, whose container `%s` requests none, so it cannot scale", [
		manifest.called(artifact.facts),
		autoscalers.shown(watched.name),
		manifest.called(w.facts),
		silent[0],
	]),
	"related": [{"at": manifest.place(w.index, w.workload.at), "message": "the pods"}],
} if {
	some w in manifest.workloads
	some scaler in manifest.scalers(w)
	artifact := input.artifacts[scaler.index]
	some watched in utilisations(artifact.spec)
	silent := [container.name |
		some container in fields.list_at(input.artifacts[w.index], ["spec", "template", "spec", "containers"])
		is_string(container.name)
		not stated(container, watched.name)
	]
	count(silent) > 0
}

# The utilisations among what an autoscaler watches.
utilisations(spec) := [{"name": metric.name, "at": array.concat(metric.at, below)} |
	some metric in autoscalers.metrics(spec)
	below := share(metric)
]

# Where a share of a request is written, below the metric.
share(metric) := ["resource"] if {
	metric.entry.resource.name == metric.name
	metric.entry.resource.target.type == "Utilization"
}

share(metric) := [] if metric.at == ["spec", "targetCPUUtilizationPercentage"]

share(metric) := [] if {
	metric.at[1] == "triggers"
	metric.name in {"cpu", "memory"}
	object.get(metric.entry, "metricType", "Utilization") == "Utilization"
	object.get(fields.mapping_at(metric.entry, ["metadata"]), "containerName", null) == null
}

# A limit stands in for a request that is not written.
stated(container, resource) if object.get(fields.mapping_at(container, ["resources", "requests"]), resource, null) != null

stated(container, resource) if object.get(fields.mapping_at(container, ["resources", "limits"]), resource, null) != null
