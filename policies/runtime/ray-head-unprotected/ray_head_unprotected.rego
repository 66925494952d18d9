# METADATA
# title: Restart of the Ray head ends the service
# description: |
#   The head of a Ray cluster knows which replicas exist and where. It keeps that in memory, unless its store (GCS) is backed by
#   Redis: when the head pod is moved or restarted, KubeRay then makes the whole cluster anew, and nothing is served until the models are
#   loaded again. With fault tolerance the workers go on serving meanwhile. `gcsFaultToleranceOptions`, the annotation
#   `ray.io/ft-enabled: "true"` and a `RAY_REDIS_ADDRESS` of the head count.
# related_resources:
#   - description: KubeRay, GCS fault tolerance
#     ref: https://docs.ray.io/en/latest/cluster/kubernetes/user-guides/kuberay-gcs-ft.html
# custom:
#   severity: warning
#   elsewhere: info
#   unclaimed: info
#   applies_to: [Artifacts]
#   since: 0.2.0
#   help: "Add `gcsFaultToleranceOptions: {redisAddress: \"redis:6379\"}` to `rayClusterConfig`, with the address of a Redis that outlives the cluster (KubeRay 1.3 and later)."
package servelint.rules.runtime["ray-head-unprotected"]

import data.servelint.lib.containers
import data.servelint.lib.fields
import data.servelint.lib.manifest

finding contains {"at": manifest.place(i, ["spec", "rayClusterConfig", "headGroupSpec"]), "message": message} if {
	some i, artifact in input.artifacts
	artifact.facts.kind == "RayService"
	config := fields.mapping_at(artifact, ["spec", "rayClusterConfig"])
	is_object(config.headGroupSpec)
	not is_protected(artifact, config)
	message := sprintf("the head of %s keeps its state in memory, so nothing is served after its restart until the models are loaded again", [manifest.called(artifact.facts)])
}

is_protected(_, config) if is_object(config.gcsFaultToleranceOptions)

is_protected(artifact, config) if {
	some holder in [artifact, config, object.get(config, ["headGroupSpec", "template"], {})]
	lower(fields.mapping_at(holder, ["metadata", "annotations"])["ray.io/ft-enabled"]) == "true"
}

is_protected(_, config) if {
	some container in fields.list_at(config, ["headGroupSpec", "template", "spec", "containers"])
	containers.has_variable(container, "RAY_REDIS_ADDRESS")
}
