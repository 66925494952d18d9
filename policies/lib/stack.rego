# METADATA
# description: |
#   The servers of the production stack of vLLM: those of its operator, and the models in the values of its chart, as far as they are
#   deployed. What stands there is left out where it is no literal of the expected type.
# related_resources:
#   - description: production-stack, the Deployment of the chart
#     ref: https://github.com/vllm-project/production-stack/blob/main/helm/templates/deployment-vllm-multi.yaml
#   - description: production-stack, the claim of the chart
#     ref: https://github.com/vllm-project/production-stack/blob/main/helm/templates/pvc.yaml
#   - description: production-stack, the Deployment of the operator
#     ref: https://github.com/vllm-project/production-stack/blob/main/operator/internal/controller/vllmruntime_controller.go
package servelint.lib.stack

import data.servelint.lib.fields

# METADATA
# description: The runtimes of the operator, each with its index.
runtimes := [{"index": i, "facts": artifact.facts, "spec": fields.mapping_at(artifact, ["spec"])} |
	some i, artifact in input.artifacts
	artifact.facts.kind == "VLLMRuntime"
	object.get(artifact.facts, "role", "") != "stable-workload"
]

# METADATA
# description: The models of the chart, each with the path to it and its name for messages.
models := [{"index": i, "at": ["servingEngineSpec", "modelSpec", m], "model": model, "name": object.get(model, "name", m)} |
	some i, artifact in input.artifacts
	artifact.facts.kind == "production-stack values"
	object.get(artifact.facts, "role", "") != "stable-workload"
	object.get(fields.mapping_at(artifact, ["servingEngineSpec"]), "enableEngine", true) != false
	some m, model in fields.list_at(artifact, ["servingEngineSpec", "modelSpec"])
	is_object(model)
	object.get(model, "enabled", true) != false
	object.get(fields.mapping_at(model, ["raySpec"]), "enabled", false) != true
]

# METADATA
# description: |
#   The claims that several pods of one node share, each with what mounts it: the path to the access mode, or to the claim where
#   it is not written, and the fewest pods.
shared_claims := array.concat(
	[{"index": entry.index, "at": array.concat(entry.at, [key]), "called": sprintf("model `%v`", [entry.name]), "fewest": fewest} |
		some entry in models
		is_string(entry.model.pvcStorage)
		entry.model.pvcStorage != ""
		object.get(entry.model, "pvcExistingClaimName", "") in {"", null}
		key := once(entry.model)
		fewest := pods(entry.model)
		fewest > 1
	],
	[{"index": entry.index, "at": ["spec", "storageConfig", "accessMode"], "called": sprintf("VLLMRuntime `%s`", [entry.facts.name]), "fewest": fewest} |
		some entry in runtimes
		entry.spec.storageConfig.enabled == true
		entry.spec.storageConfig.accessMode == "ReadWriteOnce"
		fewest := fewest_of(entry.facts.workload)
		fewest > 1
	],
)

once(model) := "pvcStorage" if fields.list_at(model, ["pvcAccessMode"]) == []

once(model) := "pvcAccessMode" if fields.list_at(model, ["pvcAccessMode"]) == ["ReadWriteOnce"]

pods(model) := model.replicaCount if {
	is_number(model.replicaCount)
	object.get(fields.mapping_at(model, ["keda"]), "enabled", false) != true
}

pods(model) := model.keda.minReplicaCount if {
	model.keda.enabled == true
	is_number(model.keda.minReplicaCount)
}

fewest_of(workload) := workload.minReplicas.value if {
	workload.autoscaled
} else := workload.replicas.value
