# METADATA
# title: Traffic shift is outside of what the platform takes
# description: |
#   SageMaker refuses a canary of more than 50 % of the capacity, linear steps below 10 % or above 50 %, and waits above an hour; found out
#   when the endpoint is updated. Without `TrafficRoutingConfiguration`, or with `ALL_AT_ONCE`, all traffic moves in one go.
#   Ray Serve moves traffic in steps between which nothing is measured, and Seldon's shares must add up to something.
# related_resources:
#   - description: SageMaker, blue/green deployments
#     ref: https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-blue-green.html
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [Artifacts]
#   since: 0.2.0
#   help: Choose a size and a wait within the platform's limits.
package servelint.rules.rollout["traffic-shift-out-of-range"]

import data.servelint.lib.manifest
import data.servelint.lib.platform
import data.servelint.lib.text
import data.servelint.lib.traffic

finding contains {"at": manifest.place(r.index, r.rollout.steps[0].at), "message": message} if {
	some r in traffic.rollouts
	r.facts.platform == "sagemaker"
	r.rollout.strategy.value == "canary"
	most := platform.default_value("sagemaker", "any", "maxCanaryPercent")
	size := r.rollout.steps[0].weight
	size > most
	message := sprintf("a canary of %v %% is refused; SageMaker takes up to %v %%", [size, most])
}

finding contains {"at": manifest.place(r.index, r.rollout.steps[0].at), "message": message} if {
	some r in traffic.rollouts
	r.facts.platform == "sagemaker"
	r.rollout.strategy.value == "linear"
	least := platform.default_value("sagemaker", "any", "minLinearStepPercent")
	most := platform.default_value("sagemaker", "any", "maxLinearStepPercent")
	size := r.rollout.steps[0].weight
	not within(size, least, most)
	message := sprintf("linear steps of %v %% are refused; SageMaker takes %v to %v %%", [size, least, most])
}

finding contains {"at": manifest.place(r.index, wait.at), "message": message} if {
	some r in traffic.rollouts
	r.facts.platform == "sagemaker"
	wait := r.rollout.intervalSeconds
	most := platform.default_value("sagemaker", "any", "maxWaitSeconds")
	wait.value > most
	message := sprintf("a wait of %s is refused; SageMaker takes up to %s", [text.duration(wait.value), text.duration(most)])
}

finding contains {"at": manifest.place(r.index, r.rollout.strategy.at), "message": message} if {
	some r in traffic.rollouts
	r.rollout.strategy.value == "allAtOnce"
	message := sprintf("%s moves all traffic at once", [manifest.called(r.facts)])
}

finding contains {"at": manifest.place(r.index, r.rollout.at), "message": message} if {
	some r in traffic.rollouts
	r.facts.platform == "seldon"
	count(r.rollout.candidates) > 0
	sum([candidate.weight | some candidate in r.rollout.candidates]) == 0
	message := sprintf("the weights of %s add up to 0, so nobody gets traffic", [manifest.called(r.facts)])
}

within(size, least, most) if {
	size >= least
	size <= most
}
