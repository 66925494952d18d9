# METADATA
# title: Parallelism does not match the GPU count of a replica
# description: |
#   An engine spreads a model over tensor x pipeline GPUs. With fewer GPUs than that it does not start; with
#   more, the others are paid for and idle. The product is compared with the GPUs of a replica: in a
#   specification with `resources.gpu.count`, in a manifest with the GPUs of the pod that serves, times its
#   nodes where KServe's `workerSpec` or a LeaderWorkerSet says how many there are. Data parallelism, and workers
#   whose number is not written, are not checked.
# related_resources:
#   - description: vLLM, parallelism and scaling
#     ref: https://docs.vllm.ai/en/latest/serving/parallelism_scaling/
# custom:
#   severity: error
#   applies_to: [ServingSpec, Artifacts]
#   since: 0.1.0
#   tags: [gpu]
#   help: Set tensor x pipeline parallelism to the number of GPUs of a replica, or request as many GPUs.
#   reworded:
#     - now: "the model is spread over 1 GPU ({}), but a replica has `{}`"
#       then: "the model is spread over 1 GPUs ({}), but a replica has `{}`"
#     - now: "{} spreads the model over 1 GPU ({}), but a replica has {}"
#       then: "{} spreads the model over 1 GPUs ({}), but a replica has {}"
package servelint.rules.capacity["gpu-parallelism-mismatch"]

import data.servelint.lib.containers
import data.servelint.lib.manifest
import data.servelint.lib.text

finding contains {
	"at": ["spec", "serving", "parallelism"],
	"message": sprintf("the model is spread over %s (%s), but a replica has `%v`", [text.counted(wanted, "GPU"), shape(tensor, pipeline), gpus]),
	"related": [{"at": ["spec", "resources", "gpu", "count"], "message": "the GPUs of a replica"}],
} if {
	parallelism := input.spec.serving.parallelism
	tensor := object.get(parallelism, "tensor", 1)
	pipeline := object.get(parallelism, "pipeline", 1)
	wanted := tensor * pipeline
	gpus := input.spec.resources.gpu.count
	gpus != wanted
}

finding contains {
	"at": manifest.place(w.index, w.workload.tensor.at),
	"message": sprintf("%s spreads the model over %s (%s), but a replica has %v", [
		manifest.called(w.facts),
		text.counted(wanted, "GPU"),
		shape(w.workload.tensor.value, pipeline),
		gpus,
	]),
	"severity": severity,
	"related": [{"at": manifest.place(w.index, w.workload.gpus.at), "message": "the GPUs of the serving pod"}],
} if {
	some w in manifest.workloads
	not spreads_data(w.workload)
	not spans_nodes(w)
	nodes := nodes_of(w.workload)
	pipeline := pipeline_of(w.workload)
	wanted := w.workload.tensor.value * pipeline
	gpus := w.workload.gpus.value * nodes
	gpus != wanted
	severity := weight(gpus, wanted)
}

# With too few GPUs the engine does not start; idle ones only cost money.
weight(gpus, wanted) := "error" if gpus < wanted

weight(gpus, wanted) := idle if gpus > wanted

idle := "warning" if input.facts.unclaimed

idle := "error" if not input.facts.unclaimed

# A worker of unknown number: the first pod still holds whole tensor groups.
finding contains {
	"at": manifest.place(w.index, w.workload.tensor.at),
	"message": sprintf("%s shares each layer between %s, but its pod has %v", [
		manifest.called(w.facts),
		text.counted(w.workload.tensor.value, "GPU"),
		w.workload.gpus.value,
	]),
	"severity": "warning",
	"related": [{"at": manifest.place(w.index, w.workload.gpus.at), "message": "the GPUs of the pod"}],
} if {
	some w in manifest.workloads
	not spreads_data(w.workload)
	w.workload.worker
	not w.workload.nodes
	w.workload.gpus.value < w.workload.tensor.value
}

spreads_data(workload) if workload.data.value > 1

# A server that others join from pods of their own, whose number is not written here.
spans_nodes(w) if {
	not w.workload.nodes
	at := w.workload.tensor.at
	container := object.get(input.artifacts[w.index], array.slice(at, 0, count(at) - 2), {})
	some part in ["--nnodes", "--node-rank", "--headless", "--dist-init-addr", "--data-parallel-address", "ray start", "--ray_cluster_size", "--distributed-executor-backend=ray", "--distributed-executor-backend ray"]
	contains(containers.line(container), part)
}

nodes_of(workload) := workload.nodes.value

nodes_of(workload) := 1 if {
	not workload.nodes
	not workload.worker
}

pipeline_of(workload) := workload.pipeline.value

pipeline_of(workload) := 1 if not workload.pipeline

shape(tensor, pipeline) := sprintf("tensor `%v` x pipeline `%v`", [tensor, pipeline])
