# METADATA
# title: Canary replicas cannot serve their traffic weight
# description: |
#   Where the platform does not derive the canary's replicas from its weight, the two can drift apart, and
#   the canary fails from overload rather than from the change under test. The Argo Rollouts documentation
#   warns of 90 % of the traffic on 10 % of the pods. At each step that states `canaryReplicas`, these x
#   throughput x target utilisation must serve weight x `traffic.peakRps`. The same applies to a Rollout's
#   `setCanaryScale.replicas`.
# related_resources:
#   - description: Argo Rollouts, Canary
#     ref: https://argo-rollouts.readthedocs.io/en/stable/features/canary/
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [ServingSpec, Artifacts]
#   since: 0.1.0
#   help: Raise `canaryReplicas` at the step, or give the step a smaller weight.
#   reworded:
#     - now: "step at weight `{}` sends up to {} rps to `1` canary replica that serves {} rps; {} are needed"
#       then: "step at weight `{}` sends up to {} rps to `1` canary replicas that serve {} rps; {} are needed"
#     - now: "step at weight `{}` sends up to {} rps to `{}` canary replicas that serve {} rps; {} are needed"
#       then: "step at weight `{}` brings up to {} rps to `{}` canary replicas that carry {} rps; {} are needed"
#     - now: "{} sends up to {} rps at {} % to `{}` canary replicas that serve {} rps; {} are needed"
#       then: "{} brings up to {} rps at {} % to `{}` canary replicas that carry {} rps; {} are needed"
package servelint.rules.capacity["canary-capacity"]

import data.servelint.lib.compare
import data.servelint.lib.manifest
import data.servelint.lib.text
import data.servelint.lib.traffic

finding contains {
	"at": ["spec", "rollout", "steps", i, "canaryReplicas"],
	"message": message,
	"related": [{"at": ["spec", "rollout", "steps", i, "weight"], "message": "the weight of this step"}],
} if {
	some i, step in input.spec.rollout.steps
	step.canaryReplicas >= 0
	step.weight <= 100
	each := input.facts.capacity.effectiveRps
	load := (step.weight / 100) * input.spec.traffic.peakRps
	step.canaryReplicas * each < load
	compare.below(step.canaryReplicas * each, load)
	message := sprintf("step at weight `%v` sends up to %v rps to `%v` canary %s %v rps; %v are needed", [
		step.weight,
		text.number(load),
		step.canaryReplicas,
		text.word(step.canaryReplicas, "replica that serves", "replicas that serve"),
		text.number(step.canaryReplicas * each),
		ceil(text.number(load / each)),
	])
}

finding contains {
	"at": manifest.place(r.index, step.at),
	"message": message,
	"related": [{"at": ["serving", "spec", "capacity", "perReplica", "throughputRps"], "message": "the throughput of a replica"}],
} if {
	some r in traffic.rollouts
	some step in r.rollout.steps
	each := input.serving.facts.capacity.effectiveRps
	load := (step.weight / 100) * input.serving.spec.traffic.peakRps
	step.canaryReplicas * each < load
	compare.below(step.canaryReplicas * each, load)
	message := sprintf("%s sends up to %v rps at %v %% to `%v` canary %s %v rps; %v are needed", [
		manifest.called(r.facts),
		text.number(load),
		step.weight,
		step.canaryReplicas,
		text.word(step.canaryReplicas, "replica that serves", "replicas that serve"),
		text.number(step.canaryReplicas * each),
		ceil(text.number(load / each)),
	])
}
