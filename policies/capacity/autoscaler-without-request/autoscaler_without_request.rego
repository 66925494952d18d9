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

import data.servelint.lib.fields
import data.servelint.lib.manifest

finding contains {
	"at": manifest.place(i, watched.at),
	"message": sprintf("%s watches the %s utilisation of %s, whose container `%s` requests none, so it cannot scale", [
		manifest.called(scaler.facts),
		shown(watched.resource),
		manifest.called(w.facts),
		silent[0],
	]),
	"related": [{"at": manifest.place(w.index, w.workload.at), "message": "the pods"}],
} if {
	some i, scaler in input.artifacts
	target := scaler.facts.autoscaler.target
	some watched in utilisations(scaler.spec)
	some w in manifest.workloads
	w.facts.kind == target.kind
	w.facts.name == target.name
	silent := [container.name |
		some container in fields.list_at(input.artifacts[w.index], ["spec", "template", "spec", "containers"])
		is_string(container.name)
		not stated(container, watched.resource)
	]
	count(silent) > 0
}

# The utilisations that an autoscaler watches, of either version of the API and of KEDA.
utilisations(spec) := array.concat(
	[{"resource": metric.resource.name, "at": ["spec", "metrics", m, "resource"]} |
		some m, metric in fields.list_at(spec, ["metrics"])
		metric.resource.target.type == "Utilization"
	],
	array.concat(
		[{"resource": "cpu", "at": ["spec", "targetCPUUtilizationPercentage"]} | is_number(spec.targetCPUUtilizationPercentage)],
		[{"resource": trigger.type, "at": ["spec", "triggers", t]} |
			some t, trigger in fields.list_at(spec, ["triggers"])
			trigger.type in {"cpu", "memory"}
			object.get(trigger, "metricType", "Utilization") == "Utilization"
			object.get(fields.mapping_at(trigger, ["metadata"]), "containerName", null) == null
		],
	),
)

# A limit stands in for a request that is not written.
stated(container, resource) if object.get(fields.mapping_at(container, ["resources", "requests"]), resource, null) != null

stated(container, resource) if object.get(fields.mapping_at(container, ["resources", "limits"]), resource, null) != null

shown("cpu") := "CPU"

shown(resource) := resource if resource != "cpu"
