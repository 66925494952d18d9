# METADATA
# title: Manifest is invalid on its platform
# description: |
#   Some combinations fit the types of the API and are refused all the same when they are applied, which
#   shows on the day of the rollout. KServe takes `spec.canary` only with weights that add up to 100 at
#   most, without autoscaling fields in its predictors, and not together with `canaryTrafficPercent`. An
#   LLMInferenceService, and its prefill, has either a fixed number of replicas or `scaling`, whose minimum
#   is at least 1, with one autoscaler. The runtime that an InferenceService names must not be disabled and must list its format and
#   its protocol, and a probe that both describe must have one handler. Argo marks a Rollout as invalid whose step, pause, services or analysis
#   it cannot run: an analysis of a step that never ends, or one whose arguments nobody gives. Flagger fails
#   every check of a metric that comes from nowhere. Kubernetes refuses a selector that is absent or misses its own
#   pods, a container without a name or an image, two of one name, a mount without its volume, a name that is no DNS name, a
#   number where labels and variables take text, what is no quantity, and divided or overcommitted devices; and it cannot
#   probe a port that the container does not name. Triton refuses a preferred batch above the largest one.
#   The Gateway API refuses a try that may take longer than its request. Knative refuses traffic that does not add up to
#   100 %. KEDA refuses to scale to zero, or to fall back, by triggers of CPU and memory alone. The operator of NIM takes one kind of storage, and either replicas or an
#   autoscaler. Compose cannot publish one port of the machine by several replicas.
#   Sources: the validation code of each platform.
# related_resources:
#   - description: KServe, LLMInferenceService configuration
#     ref: https://kserve.github.io/website/docs/model-serving/generative-inference/llmisvc/llmisvc-configuration
#   - description: Argo Rollouts, validation of referenced templates
#     ref: https://github.com/argoproj/argo-rollouts/blob/master/pkg/apis/rollouts/validation/validation_references.go
#   - description: Flagger, checks of metrics
#     ref: https://github.com/fluxcd/flagger/blob/main/pkg/controller/scheduler_metrics.go
#   - description: Flagger, definition of the Canary
#     ref: https://github.com/fluxcd/flagger/blob/main/artifacts/flagger/crd.yaml
#   - description: Kubernetes, validation of core/v1
#     ref: https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go
#   - description: Kubernetes, validation of apps/v1
#     ref: https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/apps/validation/validation.go
#   - description: Kubernetes, the kubelet's prober
#     ref: https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/prober/worker.go
#   - description: KServe, validation of an InferenceService
#     ref: https://github.com/kserve/kserve/blob/master/pkg/apis/serving/v1beta1/inference_service_validation.go
#   - description: Triton, validation of a model configuration
#     ref: https://github.com/triton-inference-server/core/blob/main/src/model_config_utils.cc
#   - description: Gateway API, HTTPRoute timeouts
#     ref: https://gateway-api.sigs.k8s.io/guides/http-timeouts/
#   - description: Knative Serving, validation of traffic
#     ref: https://github.com/knative/serving/blob/main/pkg/apis/serving/v1/route_validation.go
#   - description: NVIDIA NIM operator, validation of a NIMService
#     ref: https://github.com/NVIDIA/k8s-nim-operator/blob/main/internal/webhook/apps/v1alpha1/nimservice_webhook_validation_helper.go
#   - description: KEDA, ScaledObject
#     ref: https://keda.sh/docs/latest/reference/scaledobject-spec/
# custom:
#   severity: error
#   applies_to: [Artifacts]
#   since: 0.1.0
#   help: Write what the platform accepts, as the message says.
#   reworded:
#     - now: "the revisions of `canary` add up to {} % of the traffic, more than all of it"
#       then: "the revisions of `canary` take {} % of the traffic together, more than there is"
#     - now: "`{}` cannot be set in a revision of `canary`, which has no autoscaling of its own"
#       then: "`{}` cannot be set in a revision of `canary`: it does not scale by itself"
#     - now: "`canaryTrafficPercent` and `canary` exclude each other: the first is for Knative mode, the second for Standard mode"
#       then: "`canaryTrafficPercent` and `canary` exclude each other: the one is for Knative mode, the other for Standard mode"
#     - now: "`scaling` needs a minimum of at least 1 replica, not `{}`"
#       then: "`scaling` keeps at least 1 replica, not `{}`"
package servelint.rules.runtime["refused-by-platform"]

import data.servelint.lib.admission
import data.servelint.lib.argo
import data.servelint.lib.compose
import data.servelint.lib.fields
import data.servelint.lib.kserve
import data.servelint.lib.kubernetes
import data.servelint.lib.manifest
import data.servelint.lib.text

finding contains {"at": ["artifacts", i, "spec", "canary"], "message": message} if {
	some i, artifact in input.artifacts
	artifact.facts.kind == "InferenceService"
	weights := [revision.trafficPercent | some revision in artifact.spec.canary]
	sum(weights) > 100
	message := sprintf("the revisions of `canary` add up to %v %% of the traffic, more than all of it", [text.number(sum(weights))])
}

finding contains {"at": ["artifacts", i, "spec", "canary", c, "predictor", key], "message": message} if {
	some i, artifact in input.artifacts
	artifact.facts.kind == "InferenceService"
	some c, revision in artifact.spec.canary
	some key in ["maxReplicas", "scaleTarget", "scaleMetric", "autoScaling"]
	revision.predictor[key]
	message := sprintf("`%s` cannot be set in a revision of `canary`, which has no autoscaling of its own", [key])
}

finding contains {
	"at": ["artifacts", i, "spec", "predictor", "canaryTrafficPercent"],
	"message": "`canaryTrafficPercent` and `canary` exclude each other: the first is for Knative mode, the second for Standard mode",
	"related": [{"at": ["artifacts", i, "spec", "canary"], "message": "the field that it excludes"}],
} if {
	some i, artifact in input.artifacts
	artifact.facts.kind == "InferenceService"
	is_number(artifact.spec.predictor.canaryTrafficPercent)
	count(artifact.spec.canary) > 0
}

finding contains {
	"at": array.concat(part.at, ["replicas"]),
	"message": "`replicas` and `scaling` exclude each other",
	"related": [{"at": array.concat(part.at, ["scaling"]), "message": "the field that it excludes"}],
} if {
	some part in parts
	is_number(part.spec.replicas)
	part.spec.scaling
}

finding contains {"at": array.concat(part.at, ["scaling", "minReplicas"]), "message": message} if {
	some part in parts
	part.spec.scaling.minReplicas < 1
	message := sprintf("`scaling` needs a minimum of at least 1 replica, not `%v`", [part.spec.scaling.minReplicas])
}

finding contains {"at": array.concat(part.at, ["scaling"]), "message": "`scaling` names two autoscalers, `wva` and `keda`"} if {
	some part in parts
	part.spec.scaling.wva
	part.spec.scaling.keda
}

finding contains {"at": manifest.place(i, row[0]), "message": sprintf("%s is refused: %s", [manifest.called(artifact.facts), row[1]])} if {
	some i, artifact in input.artifacts
	not artifact.facts.broken
	some row in rows(artifact)
}

rows(artifact) := argo.refused(artifact) if artifact.facts.kind == "Rollout"

rows(artifact) := flagger(artifact.spec) if artifact.facts.kind == "Canary"

rows(artifact) := kubernetes.autoscaler(artifact) if artifact.facts.kind == "HorizontalPodAutoscaler"

rows(artifact) := kubernetes.budget(artifact.spec) if artifact.facts.kind == "PodDisruptionBudget"

rows(artifact) := keda(artifact.spec) if artifact.facts.kind == "ScaledObject"

rows(artifact) := gateway(artifact) if artifact.facts.platform == "gateway-api"

rows(artifact) := knative(artifact.spec) if artifact.facts.platform == "knative"

rows(artifact) := pool(artifact.spec) if artifact.facts.kind == "InferencePool"

rows(artifact) := nim(artifact.spec) if artifact.facts.kind == "NIMService"

rows(artifact) := kserve.probes(artifact) if artifact.facts.kind == "InferenceService"

rows(artifact) := triton(artifact) if artifact.facts.platform == "triton"

finding contains {"at": manifest.place(i, row[0]), "message": sprintf("%s is refused: %s", [manifest.called(artifact.facts), row[1]])} if {
	some i, artifact in input.artifacts
	artifact.facts.workload
	some row in array.concat(
		array.concat(kubernetes.unmatched(artifact), kubernetes.stuck(artifact)),
		array.concat(
			kubernetes.resources(artifact.facts.workload),
			kubernetes.hooks(fields.mapping_at(artifact, ["spec", "template", "spec"]), ["spec", "template", "spec"]),
		),
	)
}

finding contains {"at": manifest.place(i, row[0]), "message": sprintf("%s is refused: %s", [manifest.called(artifact.facts), row[1]])} if {
	some i, artifact in input.artifacts
	not artifact.facts.broken
	some row in array.concat(admission.pods(artifact), admission.object_rows(artifact))
}

# KServe does not start an InferenceService whose runtime does not fit.
finding contains {
	"at": manifest.place(i, row[0]),
	"message": sprintf("%s is refused: %s", [manifest.called(artifact.facts), row[1]]),
	"related": [{"at": manifest.place(j, row[2]), "message": "the runtime"}],
} if {
	some i, artifact in input.artifacts
	artifact.facts.runtime
	j := kserve.runtime_of(artifact)
	some row in kserve.refused(artifact, input.artifacts[j])
}

# A port of the machine belongs to one container.
finding contains {"at": manifest.place(entry.index, array.concat(entry.at, ["ports", n])), "message": message, "related": related, "help": help} if {
	some entry in compose.servers
	replicas := object.get(fields.mapping_at(entry.service, ["deploy"]), "replicas", 1)
	is_number(replicas)
	replicas > 1
	object.get(fields.mapping_at(entry.service, ["deploy"]), "mode", "replicated") == "replicated"
	object.get(fields.mapping_at(entry.service, ["deploy"]), "endpoint_mode", null) == null
	some n, published in fields.list_at(entry.service, ["ports"])
	port := fixed(published)
	message := sprintf("service `%s` has %v replicas that publish port %v of the machine, and only the first can", [entry.name, replicas, port])
	related := [{"at": manifest.place(entry.index, array.concat(entry.at, ["deploy", "replicas"])), "message": "the replicas"}]
	help := "Publish the port by a proxy in front of the replicas, or give a range of ports: `8000-8003:8000`."
}

# One port of the machine: neither a range nor a port that Docker chooses.
fixed(published) := found[1] if {
	is_string(published)
	found := regex.find_all_string_submatch_n(`^(?:[0-9.]+:)?([0-9]+):[0-9]+(?:/(?:tcp|udp))?$`, published, 1)[0]
}

fixed(published) := published.published if {
	is_object(published)
	regex.match(`^[0-9]+$`, sprintf("%v", [published.published]))
	object.get(published, "mode", "host") != "ingress"
}

# Accepted, and without effect.
finding contains {"at": manifest.place(i, row[0]), "message": sprintf("%s: %s", [manifest.called(artifact.facts), row[1]])} if {
	some i, artifact in input.artifacts
	not artifact.facts.broken
	some row in admission.nameless_ports(artifact)
}

unchecked contains {
	"at": ["artifacts", i],
	"message": sprintf("whether the API server takes %s: it has no selector, no labels and no image, like a patch", [manifest.called(artifact.facts)]),
} if {
	some i, artifact in input.artifacts
	not artifact.facts.broken
	admission.is_fragment(artifact)
}

# An analysis of a step must end by itself.
finding contains {
	"at": manifest.place(j, row[0]),
	"message": sprintf("%s is refused: metric `%s` of its analysis has an `interval` and no `count`, so it never ends", [
		manifest.called(artifact.facts),
		row[1],
	]),
	"related": [{"at": manifest.place(i, run.at), "message": "the analysis"}],
} if {
	some i, artifact in input.artifacts
	artifact.facts.kind == "Rollout"
	some run in argo.runs(artifact)
	run.inline
	count(run.templates) == run.whole
	some j in run.templates
	some row in argo.endless(input.artifacts[j])
}

finding contains {
	"at": manifest.place(i, array.concat(run.at, ["args"])),
	"message": sprintf("%s is refused: argument `%s` of its analysis has no value, neither in the template nor here", [
		manifest.called(artifact.facts),
		name,
	]),
	"related": [{"at": ["artifacts", j, "spec", "args"], "message": "the arguments of the template"} | some j in run.templates],
} if {
	some i, artifact in input.artifacts
	artifact.facts.kind == "Rollout"
	some run in argo.runs(artifact)
	count(run.templates) == run.whole
	some name in argo.unresolved(run, [input.artifacts[j] | some j in run.templates])
}

# A metric of Flagger has a name that Flagger knows, a template or a query.
flagger(spec) := array.concat(
	[[["spec", "analysis", "metrics", m], sprintf("metric `%s` is none of Flagger's own (`request-success-rate`, `request-duration`) and has no `templateRef`, so every check fails", [metric.name])] |
		some m, metric in fields.list_at(spec, ["analysis", "metrics"])
		is_string(metric.name)
		not metric.name in {"request-success-rate", "request-duration"}
		object.get(metric, "templateRef", null) == null
		object.get(metric, "query", "") in {"", null}
	],
	array.concat(shapes(spec), intervals(spec)),
)

shapes(spec) := [[["spec", "analysis", keys[1]], sprintf("`%s` and `%s` exclude each other", [keys[0], keys[1]])] |
	keys := [key | some key in ["iterations", "stepWeight", "stepWeights"]; object.get(fields.mapping_at(spec, ["analysis"]), key, null) != null]
	count(keys) > 1
]

intervals(spec) := [[array.concat(["spec", "analysis"], at), sprintf("the interval `%s` does not begin with minutes or seconds, such as `1m` or `30s`", [interval])] |
	metrics := [["metrics", m] | some m, metric in fields.list_at(spec, ["analysis", "metrics"]); is_object(metric)]
	some holder in array.concat([[]], metrics)
	at := array.concat(holder, ["interval"])
	interval := object.get(fields.mapping_at(spec, ["analysis"]), at, "1m")
	is_string(interval)
	regex.match(`^[0-9]+h`, interval)
]

keda(spec) := array.concat(
	[[["spec", "idleReplicaCount"], sprintf("`idleReplicaCount` of %v is not below `minReplicaCount` of %v", [spec.idleReplicaCount, least])] |
		is_number(spec.idleReplicaCount)
		least := least_replicas(spec)
		spec.idleReplicaCount >= least
	],
	array.concat(
		[[["spec", "fallback"], "`fallback` needs a trigger other than `cpu` and `memory`"] |
			object.get(fields.mapping(spec), "fallback", null) != null
			only_resources(spec)
			object.get(fields.mapping_at(spec, ["advanced", "scalingModifiers"]), "formula", "") == ""
		],
		[[["spec", "minReplicaCount"], "triggers of `cpu` and `memory` cannot scale to 0, which is the minimum unless `minReplicaCount` is set"] |
			object.get(fields.mapping(spec), "minReplicaCount", 0) in {0, null}
			only_resources(spec)
			object.get(fields.mapping_at(spec, ["scaleTargetRef"]), "kind", "Deployment") in {"Deployment", "StatefulSet"}
		],
	),
)

# KEDA compares with 1 where the minimum is written as 0.
least_replicas(spec) := max([1, spec.minReplicaCount]) if is_number(spec.minReplicaCount)

least_replicas(spec) := 0 if object.get(spec, "minReplicaCount", null) == null

only_resources(spec) if {
	triggers := fields.list_at(spec, ["triggers"])
	count(triggers) > 0
	every trigger in triggers {
		trigger.type in {"cpu", "memory"}
	}
}

# The schema of the Gateway API compares the two.
gateway(artifact) := [[way.trySeconds.at, sprintf("`backendRequest` of %s is longer than `request` of %s", [text.duration(way.trySeconds.value), text.duration(way.timeoutSeconds.value)])] |
	some way in artifact.facts.routes
	way.trySeconds.value > way.timeoutSeconds.value
]

knative(spec) := [[["spec", "traffic"], sprintf("the percentages of `traffic` add up to %v, not 100", [total])] |
	targets := fields.list_at(spec, ["traffic"])
	count(targets) > 0
	shares := [share | some target in targets; share := object.get(fields.mapping(target), "percent", 0)]
	every share in shares {
		is_number(share)
	}
	total := sum(shares)
	total != 100
]

pool(spec) := [[["spec", "targetPorts"], sprintf("a pool has 1 to 8 `targetPorts`, not %v", [count(ports)])] |
	is_array(spec.targetPorts)
	ports := spec.targetPorts
	out_of_bounds(count(ports))
]

# What the webhook of the NIM operator refuses.
nim(spec) := array.concat(
	[[["spec", "storage"], sprintf("`storage` names %v of `nimCache`, `pvc`, `emptyDir` and `hostPath`, and one is needed", [count(kinds)])] |
		storage := fields.mapping_at(spec, ["storage"])
		kinds := [kind | some kind in ["nimCache", "pvc", "emptyDir", "hostPath"]; chosen(kind, object.get(storage, kind, null))]
		count(kinds) != 1
	],
	array.concat(
		[[["spec", "replicas"], "`replicas` and `scale.enabled` exclude each other"] |
			spec.scale.enabled == true
			is_number(spec.replicas)
		],
		[[["spec", "scale"], "`scale.enabled` needs the bounds of `scale.hpa`"] |
			spec.scale.enabled == true
			count(fields.mapping_at(spec, ["scale", "hpa"])) == 0
		],
	),
)

# The operator takes a kind of which nothing is set as one that is not there, but for `emptyDir`.
chosen("emptyDir", value) if is_object(value)

chosen("hostPath", value) if {
	is_string(value)
	value != ""
}

chosen(kind, value) if {
	kind in {"nimCache", "pvc"}
	some field in fields.mapping(value)
	not field in {"", null}
}

triton(artifact) := [[array.concat(batching.at, ["preferred_batch_size"]), sprintf("a preferred batch of %v is larger than `max_batch_size` of %v", [size, most])] |
	batching := artifact.facts.batching
	most := batching.maxBatchSize.value
	most > 0
	some size in batching.preferred
	size > most
]

out_of_bounds(number) if number < 1

out_of_bounds(number) if number > 8

# The deployments of each LLMInferenceService.
parts contains {"at": ["artifacts", i, "spec"], "spec": spec} if {
	some i, artifact in input.artifacts
	artifact.facts.kind == "LLMInferenceService"
	spec := artifact.spec
}

parts contains {"at": ["artifacts", i, "spec", "prefill"], "spec": prefill} if {
	some i, artifact in input.artifacts
	artifact.facts.kind == "LLMInferenceService"
	prefill := artifact.spec.prefill
}
