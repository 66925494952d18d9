# METADATA
# title: Manifest and specification state different values
# description: |
#   The arithmetic of a review rests on the specification: memory, capacity, timeouts, samples. What runs is
#   the manifest. Where the two differ, one of them is wrong, and every conclusion drawn from the
#   specification is about something that will not be applied. The rule compares the image, the model's
#   location and name, the deployment mode, the replicas (an autoscaler's bounds take precedence over a
#   fixed number), GPUs, the server's timeout, that of the gateway in a route (HTTPRoute, VirtualService), sequences at once, context length, memory share, parallelism,
#   the width of the KV cache, the arguments in `runtime.arguments`, batching, the time that a startup probe allows, the grace period and the disruption budget. What a
#   manifest does not state is not compared: a preset or a runtime of the cluster may supply it.
# related_resources:
#   - description: Kubernetes, Deployments
#     ref: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/
#   - description: Kubernetes, liveness, readiness and startup probes
#     ref: https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [Artifacts]
#   since: 0.1.0
#   help: Correct the wrong one of the two; if the manifest is right, check the numbers of the review again.
#   reworded:
#     - now: "{} has a limit of concurrent sequences of `{}`, but the specification has `{}`"
#       then: "{} has a limit of sequences at once of `{}`, but the specification says `{}`"
#     - now: "{} has a minimum replica count of `{}`, but the specification has `{}`"
#       then: "{} has a minimum of replicas of `{}`, but the specification says `{}`"
#     - now: "{} has a maximum replica count of `{}`, but the specification has `{}`"
#       then: "{} has a maximum of replicas of `{}`, but the specification says `{}`"
#     - now: "{}, but the specification has `{}`"
#       then: "{}, but the specification says `{}`"
package servelint.rules.runtime["artifact-drift"]

import data.servelint.lib.compare
import data.servelint.lib.manifest
import data.servelint.lib.routes
import data.servelint.lib.text

finding contains {
	"at": d.at,
	"message": sprintf("%s has %s `%v`, but the specification has `%v`", [manifest.called(d.facts), d.what, d.found, d.said]),
	"related": [{"at": array.concat(["serving"], d.path), "message": "the value in the specification"}],
} if {
	input.serving
	some d in differences
}

# Plain numbers.
differences contains difference(w, what, found, manifest.place(w.index, w.workload[key].at), said, path) if {
	some w in manifest.workloads
	some [what, key, path] in [
		["a limit of concurrent sequences of", "maxNumSeqs", ["spec", "serving", "maxNumSeqs"]],
		["a context length of", "maxModelLen", ["spec", "model", "contextLength"]],
		["a share of GPU memory of", "gpuMemoryUtilization", ["spec", "resources", "gpu", "memoryUtilization"]],
		["tensor parallelism of", "tensor", ["spec", "serving", "parallelism", "tensor"]],
		["pipeline parallelism of", "pipeline", ["spec", "serving", "parallelism", "pipeline"]],
	]
	found := w.workload[key].value
	said := object.get(input.serving, path, null)
	is_number(said)
	differ(found, said)
}

# Times: compared as seconds, the specification's shown as it is written.
differences contains difference(w, what, text.duration(found), manifest.place(w.index, w.workload[key].at), shown, path) if {
	some w in manifest.workloads
	some [what, key, fact, path] in [
		["a timeout of", "timeoutSeconds", ["facts", "spec", "timeouts", "server"], ["spec", "timeouts", "server"]],
		["a grace period of", "graceSeconds", ["facts", "spec", "health", "terminationGracePeriod"], ["spec", "health", "terminationGracePeriod"]],
		["a startup probe that allows", "startupSeconds", ["facts", "startupSeconds"], ["spec", "health", "startupProbe"]],
	]
	found := w.workload[key].value
	said := object.get(input.serving, fact, null)
	is_number(said)
	differ(found, said)
	shown := text.duration(said)
}

# A route is the gateway. The longest time of its ways counts: a health check may have a shorter one.
differences contains difference({"facts": facts}, "a timeout of", text.duration(longest.value), longest.at, shown, ["spec", "timeouts", "gateway"]) if {
	said := input.serving.facts.spec.timeouts.gateway
	some index, facts in routes.manifests
	longest := routes.longest(index, "timeoutSeconds")
	differ(longest.value, said)
	shown := text.duration(said)
}

# GPUs of a replica, over all its nodes. How many nodes a separate worker adds is not always written.
differences contains difference(w, "GPUs for a replica:", found, manifest.place(w.index, w.workload.gpus.at), said, ["spec", "resources", "gpu", "count"]) if {
	some w in manifest.workloads
	nodes := nodes_of(w.workload)
	found := w.workload.gpus.value * nodes
	said := input.serving.spec.resources.gpu.count
	is_number(said)
	differ(found, said)
}

# With several workloads nobody knows how the replicas are shared between them.
differences contains difference(sized[0].w, "a minimum replica count of", found, sized[0].least.at, said, ["spec", "capacity", "replicas", "min"]) if {
	count(sized) == 1
	found := sized[0].least.value
	said := input.serving.spec.capacity.replicas.min
	differ(found, said)
}

differences contains difference(bounded[0].w, "a maximum replica count of", found, bounded[0].most.at, said, ["spec", "capacity", "replicas", "max"]) if {
	count(bounded) == 1
	found := bounded[0].most.value
	said := input.serving.spec.capacity.replicas.max
	differ(found, said)
}

# Batches stand in the server's configuration, or in the predictor of KServe.
differences contains difference(w, "batches of at most", found, manifest.place(w.index, w.batching.maxBatchSize.at), said, ["spec", "serving", "batching", "maxBatchSize"]) if {
	some w in batchers
	found := w.batching.maxBatchSize.value
	said := input.serving.spec.serving.batching.maxBatchSize
	is_number(said)
	found != said
}

differences contains difference(w, "a batching delay of", text.duration(found), place, shown, ["spec", "serving", "batching", "maxQueueDelay"]) if {
	some w in batchers
	found := w.batching.maxQueueDelaySeconds.value
	place := manifest.place(w.index, w.batching.maxQueueDelaySeconds.at)
	said := input.serving.facts.spec.serving.batching.maxQueueDelay
	differ(found, said)
	shown := text.duration(said)
}

# A number and a share of replicas differ even where they come to the same today.
differences contains difference(w, bound, found, manifest.place(w.index, w.facts.pdb[key].at), said, ["spec", "health", "podDisruptionBudget", key]) if {
	some w in budgets
	some [key, bound] in [["minAvailable", "a minimum available of"], ["maxUnavailable", "a maximum unavailable of"]]
	found := w.facts.pdb[key].value
	said := input.serving.spec.health.podDisruptionBudget[key]
	sprintf("%v", [found]) != sprintf("%v", [said])
}

differences contains difference(w, "the mode", found, manifest.place(w.index, w.workload.mode.at), said, ["spec", "serving", "deploymentMode"]) if {
	some w in manifest.workloads
	input.serving.spec.serving.platform == "kserve"
	found := w.workload.mode.value
	said := input.serving.spec.serving.deploymentMode
	found != said
}

differences contains difference(w, "the model name", found, manifest.place(w.index, w.workload.modelName.at), said, ["spec", "model", "name"]) if {
	some w in manifest.workloads
	found := w.workload.modelName.value
	said := input.serving.spec.model.name
	found != said
}

differences contains difference(w, "the model", found.value, manifest.place(w.index, found.at), said, ["spec", "model", "uri"]) if {
	some w in manifest.workloads
	said := input.serving.spec.model.uri
	found := w.workload.models[0]
	not has_model(w.workload, said)
}

differences contains difference(w, "the image", found.value, manifest.place(w.index, found.at), said, ["spec", "serving", "runtime", "image"]) if {
	some w in manifest.workloads
	said := input.serving.spec.serving.runtime.image
	states_image(w)
	not has_image(w.workload, said)
	found := nearest_image(w.workload, said)
}

# A cache in fewer bits holds more tokens, and answers may differ.
differences contains difference(w, sprintf("a KV cache in `%s` with bytes for each element of", [argument.value]), found, at, said, ["spec", "model", "kvCache", "bytesPerElement"]) if {
	some w in manifest.workloads
	some argument in w.workload.arguments
	argument.name == "kv-cache-dtype"
	found := width(argument.value)
	said := input.serving.spec.model.kvCache.bytesPerElement
	differ(found, said)
	at := manifest.place(w.index, argument.at)
}

differences contains difference(w, sprintf("the argument `--%s`", [argument.name]), argument.value, at, said, path) if {
	some w in manifest.workloads
	some argument in w.workload.arguments
	said := input.serving.spec.serving.runtime.arguments[argument.name]
	sprintf("%v", [said]) != argument.value
	path := ["spec", "serving", "runtime", "arguments", argument.name]
	at := manifest.place(w.index, argument.at)
}

width(dtype) := 1 if startswith(dtype, "fp8")

width(dtype) := 1 if dtype == "int8"

width(dtype) := 2 if dtype in {"bfloat16", "bf16", "float16", "fp16", "half"}

width(dtype) := 4 if dtype in {"float32", "fp32", "float"}

difference(w, what, found, at, said, path) := {"facts": w.facts, "what": what, "found": found, "at": at, "said": said, "path": path}

batchers := [{"index": i, "facts": artifact.facts, "batching": artifact.facts.batching} |
	some i, artifact in input.artifacts
	artifact.facts.role != "stable-workload"
	artifact.facts.batching
]

# Of several budgets nobody knows which one is meant.
budgets := [w | some w in all_budgets; count(all_budgets) == 1]

all_budgets := [{"index": i, "facts": artifact.facts} |
	some i, artifact in input.artifacts
	artifact.facts.pdb
]

sized := [{"w": w, "least": least} | some w in manifest.workloads; least := manifest.fewest(w)]

bounded := [{"w": w, "most": most} | some w in manifest.workloads; most := manifest.most(w)]

differ(a, b) if compare.below(a, b)

differ(a, b) if compare.above(a, b)

nodes_of(workload) := workload.nodes.value

nodes_of(workload) := 1 if {
	not workload.nodes
	not workload.worker
}

has_model(workload, said) if {
	some model in workload.models
	trim_right(model.value, "/") == trim_right(said, "/")
}

has_image(workload, said) if {
	some image in workload.images
	same_image(image.value, said)
}

same_image(a, b) if a == b

# A tag beside a digest changes nothing.
same_image(a, b) if {
	contains(a, "@sha256:")
	split(a, "@")[1] == split(b, "@")[1]
	repository(a) == repository(b)
}

# The image that was probably meant: of the same repository, else that of the container that serves.
nearest_image(workload, said) := image if {
	near := [image | some image in workload.images; repository(image.value) == repository(said)]
	image := near[0]
} else := workload.images[0]

repository(image) := concat("/", array.concat(array.slice(parts, 0, count(parts) - 1), [last])) if {
	parts := split(split(image, "@")[0], "/")
	last := split(parts[count(parts) - 1], ":")[0]
}

# Beside a model, the containers of an InferenceService are sidecars: its runtime brings the one that serves.
states_image(w) if {
	w.workload.images[0]
	not is_sidecar(w)
}

is_sidecar(w) if {
	w.facts.kind == "InferenceService"
	w.facts.readiness == "preset"
	at := w.workload.images[0].at
	is_number(at[count(at) - 2])
}

# The parts of a manifest that no rule reads.
unchecked contains {"at": ["artifacts", i, "spec", part], "message": message} if {
	some i, artifact in input.artifacts
	artifact.facts.kind == "InferenceService"
	some part in ["transformer", "explainer"]
	artifact.spec[part]
	message := sprintf("the %s of %s was not checked, because only the predictor is read", [part, manifest.called(artifact.facts)])
}

unchecked contains {"at": ["artifacts", i, "spec", "baseRefs"], "message": message} if {
	some i, artifact in input.artifacts
	artifact.facts.kind == "LLMInferenceService"
	count(artifact.spec.baseRefs) > 0
	message := sprintf("%s is merged with `%s`, which was not read; values that it does not set itself were not checked", [
		manifest.called(artifact.facts),
		concat("`, `", [base.name | some base in artifact.spec.baseRefs]),
	])
}
