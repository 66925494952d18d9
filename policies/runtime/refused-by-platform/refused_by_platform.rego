# METADATA
# title: Manifest is invalid on its platform
# description: |
#   Some combinations fit the types of the API and are refused all the same when they are applied, which
#   shows on the day of the rollout. KServe takes `spec.canary` only with weights that add up to 100 at
#   most, without autoscaling fields in its predictors, and not together with `canaryTrafficPercent`. An
#   LLMInferenceService, and its prefill, has either a fixed number of replicas or `scaling`, whose minimum
#   is at least 1, with one autoscaler.
# related_resources:
#   - description: KServe, LLMInferenceService configuration
#     ref: https://kserve.github.io/website/docs/model-serving/generative-inference/llmisvc/llmisvc-configuration
# custom:
#   severity: error
#   applies_to: [Artifacts]
#   since: 0.1.0
#   help: Keep one of the fields that exclude each other, as the message says.
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
