# METADATA
# title: Traffic shift is outside the platform's limits
# description: |
#   SageMaker refuses an update whose steps it cannot make: a canary takes at most 50 % of the capacity, a
#   linear step 10 to 50 %, and the wait between steps is at most 3600 seconds. The request fails only when
#   it is sent: the endpoint keeps the old model while the release counts as done. Sizes in instances depend
#   on the fleet and are not checked. The waits of an update and the one before the old fleet ends must fit
#   into `MaximumExecutionTimeoutInSeconds`, after which an update stops: a canary waits once, linear steps of
#   10 % nine times, and a rolling update after each batch. A rule of an HTTPRoute, GRPCRoute or VirtualService whose
#   backends all have the weight 0 answers no request at all.
# related_resources:
#   - description: SageMaker API, TrafficRoutingConfig
#     ref: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_TrafficRoutingConfig.html
#   - description: SageMaker API, BlueGreenUpdatePolicy
#     ref: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_BlueGreenUpdatePolicy.html
#   - description: Gateway API, weights of backends
#     ref: https://gateway-api.sigs.k8s.io/guides/traffic-splitting/
# custom:
#   severity: error
#   applies_to: [Artifacts]
#   since: 0.1.0
#   help: Choose a size and a wait within the limits that the message names.
#   reworded:
#     - now: "{} of {} % is too large; SageMaker accepts at most {} %"
#       then: "{} of {} % is more than the {} % that SageMaker takes"
#     - now: "{} of {} % is outside the {} to {} % that SageMaker accepts"
#       then: "{} of {} % is not within the {} to {} % that SageMaker takes"
#     - now: "a wait of {} between steps is too long; SageMaker accepts at most {}"
#       then: "a wait of {} between steps is more than the {} that SageMaker takes"
package servelint.rules.rollout["traffic-shift-out-of-range"]

import data.servelint.lib.manifest
import data.servelint.lib.platform
import data.servelint.lib.routes
import data.servelint.lib.text
import data.servelint.lib.traffic

finding contains {
	"at": manifest.place(r.index, r.rollout.stepPercent.at),
	"message": sprintf("%s of %v %% is too large; SageMaker accepts at most %v %%", [step(r), r.rollout.stepPercent.value, most]),
} if {
	some r in traffic.rollouts
	r.facts.platform == "sagemaker"
	r.rollout.strategy.value == "canary"
	most := platform.default_value("sagemaker", "any", "maxCanaryPercent")
	r.rollout.stepPercent.value > most
}

finding contains {
	"at": manifest.place(r.index, r.rollout.stepPercent.at),
	"message": sprintf("%s of %v %% is outside the %v to %v %% that SageMaker accepts", [step(r), r.rollout.stepPercent.value, least, most]),
} if {
	some r in traffic.rollouts
	r.facts.platform == "sagemaker"
	r.rollout.strategy.value == "linear"
	least := platform.default_value("sagemaker", "any", "minLinearStepPercent")
	most := platform.default_value("sagemaker", "any", "maxLinearStepPercent")
	outside(r.rollout.stepPercent.value, least, most)
}

finding contains {
	"at": manifest.place(r.index, r.rollout.intervalSeconds.at),
	"message": sprintf("a wait of %s between steps is too long; SageMaker accepts at most %s", [
		text.duration(r.rollout.intervalSeconds.value),
		text.duration(most),
	]),
} if {
	some r in traffic.rollouts
	r.facts.platform == "sagemaker"
	most := platform.default_value("sagemaker", "any", "maxWaitSeconds")
	r.rollout.intervalSeconds.value > most
}

finding contains {
	"at": manifest.place(r.index, array.concat(policy.at, ["MaximumExecutionTimeoutInSeconds"])),
	"message": sprintf("the waits of this update add up to %s, but it may take %s at most", [
		text.durations(policy.waits, policy.limit)[0],
		text.durations(policy.waits, policy.limit)[1],
	]),
} if {
	some r in traffic.rollouts
	r.facts.platform == "sagemaker"
	policy := timed(r)
	policy.waits >= policy.limit
}

timed(r) := {"at": at, "limit": limit, "waits": (waits(r) * wait) + end} if {
	at := array.concat(r.rollout.at, ["BlueGreenUpdatePolicy"])
	written := object.get(input.artifacts[r.index], at, {})
	limit := written.MaximumExecutionTimeoutInSeconds
	is_number(limit)
	wait := object.get(r.rollout, ["intervalSeconds", "value"], 0)
	end := object.get(written, "TerminationWaitInSeconds", 0)
	is_number(end)
} else := {"at": at, "limit": limit, "waits": batches * wait} if {
	at := array.concat(r.rollout.at, ["RollingUpdatePolicy"])
	written := object.get(input.artifacts[r.index], at, {})
	limit := written.MaximumExecutionTimeoutInSeconds
	is_number(limit)
	written.MaximumBatchSize.Type == "CAPACITY_PERCENT"
	share := written.MaximumBatchSize.Value
	share > 0
	batches := ceil(100 / share)
	wait := r.rollout.intervalSeconds.value
}

# How often a shift waits before the next one.
waits(r) := 0 if r.rollout.strategy.value == "allAtOnce"

waits(r) := 1 if r.rollout.strategy.value == "canary"

waits(r) := ceil(100 / r.rollout.stepPercent.value) - 1 if {
	r.rollout.strategy.value == "linear"
	r.rollout.stepPercent.value > 0
}

step(r) := "a canary" if r.rollout.strategy.value == "canary"

step(r) := "a linear step" if r.rollout.strategy.value == "linear"

outside(value, least, _) if value < least

outside(value, _, most) if value > most

finding contains {
	"at": manifest.place(entry.index, entry.way.at),
	"message": sprintf("every backend of this rule of %s has the weight 0, so its requests are answered with errors", [manifest.called(entry.facts)]),
	"help": "Give the backend that answers a weight above 0.",
} if {
	some entry in routes.ways
	fewest := {"gateway-api": 1, "istio": 2}[entry.facts.platform]
	count(entry.way.backends) >= fewest
	every backend in entry.way.backends {
		backend.weight.value == 0
	}
}
