# METADATA
# title: A server with GPUs is scaled by its CPU
# description: |
#   A model server on GPUs is full while its CPU idles: a core a process feeds the GPU, whatever the load. An autoscaler that watches
#   only CPU or memory then adds replicas by chance, or never, while requests queue. Requests in flight, requests that wait and the
#   use of the KV cache tell how busy such a server is.
# related_resources:
#   - description: Google Kubernetes Engine, best practices for autoscaling LLM inference on GPUs
#     ref: https://cloud.google.com/kubernetes-engine/docs/best-practices/machine-learning/inference/autoscaling
# custom:
#   severity: warning
#   applies_to: [Artifacts]
#   since: 0.2.0
#   help: Scale by a metric of the server, such as `vllm:num_requests_waiting` or the requests in flight, through KEDA or a metrics adapter.
package servelint.rules.capacity["scaled-on-cpu"]

import data.servelint.lib.autoscalers
import data.servelint.lib.manifest

finding contains {"at": manifest.place(scaler.index, watched[0].at), "message": message, "related": related} if {
	some w in manifest.workloads
	w.workload.gpus.value > 0
	some scaler in manifest.scalers(w)
	artifact := input.artifacts[scaler.index]
	watched := autoscalers.metrics(artifact.spec)
	count(watched) > 0
	every metric in watched { metric.name in {"cpu", "memory"} }
	message := sprintf("%s scales %s, which has GPUs, by its %s alone", [
		manifest.called(artifact.facts),
		manifest.called(w.facts),
		concat(" and ", [autoscalers.shown(name) | some name in {metric.name | some metric in watched}]),
	])
	related := [{"at": manifest.place(w.index, w.workload.gpus.at), "message": "the GPUs"}]
}

finding contains {"at": manifest.place(w.index, metric.at), "message": message, "related": related} if {
	some w in manifest.workloads
	w.facts.kind == "InferenceService"
	w.workload.gpus.value > 0
	metric := w.workload.scaleMetric
	metric.value in {"cpu", "memory"}
	message := sprintf("%s, which has GPUs, is scaled by its %s alone", [manifest.called(w.facts), autoscalers.shown(metric.value)])
	related := [{"at": manifest.place(w.index, w.workload.gpus.at), "message": "the GPUs"}]
}
