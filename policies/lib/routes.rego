# METADATA
# description: |
#   The ways by which requests reach the workloads of a review: rules of HTTPRoute, GRPCRoute and VirtualService, and
#   Ingress. A route of several services has ways to others, which are left out. For rules that apply to Artifacts.
package servelint.lib.routes

import data.servelint.lib.manifest

# METADATA
# description: The ways to the workloads of the review, each with the index of its manifest and the facts of that.
ways := [{"index": i, "way": way, "facts": artifact.facts} |
	served := names
	some i, artifact in input.artifacts
	some way in artifact.facts.routes
	reaches(way, served)
]

reaches(way, served) if {
	some backend in way.backends
	backend.name in served
}

# The Services and pools of the review, and its workloads, whose Services often have the same name.
names contains name if {
	some artifact in input.artifacts
	name := artifact.facts.name
	artifact.facts.platform != "openslo"
	artifact.facts.kind in {"Service", "InferencePool", "Deployment", "StatefulSet", "Rollout", "InferenceService"}
}

# The Services that KServe and KubeRay make.
names contains name if {
	some artifact in input.artifacts
	some [kind, ending] in [["InferenceService", "predictor"], ["RayService", "serve-svc"]]
	artifact.facts.kind == kind
	name := sprintf("%s-%s", [artifact.facts.name, ending])
}

# METADATA
# description: |
#   The longest time that a manifest gives requests on their ways to the workload, with its place: a probe or a dashboard
#   may have a shorter one. Undefined where one of these ways sets none. `key` is a field of the facts of a way.
longest(index, key) := value if {
	mine := [entry.way | some entry in ways; entry.index == index]
	every way in mine {
		way[key]
	}
	[_, value] := max([[way[key].value, {"value": way[key].value, "at": manifest.place(index, way[key].at)}] | some way in mine])
}

# METADATA
# description: The indexes of the manifests that have ways to the workload, with their facts.
manifests := {entry.index: entry.facts | some entry in ways}

# METADATA
# description: |
#   The percentages of requests that the backends of a way get, in their order. The weights are relative. Undefined where
#   one is not written, and where they add up to 0.
shares(way) := [share |
	some weight in weights
	share := (100 * weight) / total
] if {
	weights := [backend.weight.value | some backend in way.backends]
	count(weights) == count(way.backends)
	total := sum(weights)
	total > 0
}

# METADATA
# description: True where a controller moves the weights, so that those of the file are only the first ones.
moved if {
	some artifact in input.artifacts
	artifact.facts.kind in {"Rollout", "Canary"}
}
