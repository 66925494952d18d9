# METADATA
# title: Rollback time objective is shorter than the cold start
# description: |
#   A rollback is quick while the old version still runs: traffic moves back and that is all. Once it is
#   scaled down, its replicas must start and load the model first, so the recovery time (`rto`) cannot be
#   shorter than `capacity.coldStart`. The old version counts as scaled down where
#   `serving.scaleDownOnPromotion` is true, and after a blueGreen or rolling rollout unless it is false. An
#   `rto` equal to the cold start passes, though it leaves no time to decide. A Rollout with
#   `dynamicStableScale` shrinks the old version as the new one grows, and a stable workload that is stopped
#   does not run.
# related_resources:
#   - description: Argo Rollouts, blue/green strategy
#     ref: https://argo-rollouts.readthedocs.io/en/stable/features/bluegreen/
# custom:
#   severity: error
#   applies_to: [ServingSpec, Artifacts]
#   since: 0.1.0
#   gate: rollback
#   help: Keep the old version running and set `scaleDownOnPromotion` to false.
package servelint.rules.rollout["rollback-rto-vs-cold-start"]

import data.servelint.lib.compare
import data.servelint.lib.manifest

finding contains {
	"at": ["spec", "rollback", "rto"],
	"message": message,
	"related": [{"at": ["spec", "capacity", "coldStart"], "message": "the time that a replica takes to start"}],
} if {
	input.facts.spec.rollback.rto < input.facts.spec.capacity.coldStart
	compare.below(input.facts.spec.rollback.rto, input.facts.spec.capacity.coldStart)
	message := sprintf("rollback is promised within `%s`, but %s and takes `%s` to start", [
		input.spec.rollback.rto,
		reason(input.spec),
		input.spec.capacity.coldStart,
	])
}

finding contains {
	"at": manifest.place(i, gone.at),
	"message": message,
	"related": [{"at": ["serving", "spec", "rollback", "rto"], "message": "the promised rollback time"}],
} if {
	some i, artifact in input.artifacts
	gone := scaled_down(artifact.facts)
	rto := input.serving.facts.spec.rollback.rto
	start := input.serving.facts.spec.capacity.coldStart
	compare.below(rto, start)
	message := sprintf("rollback is promised within `%s`, but %s scales the old version down, which takes `%s` to start", [
		input.serving.spec.rollback.rto,
		manifest.called(artifact.facts),
		input.serving.spec.capacity.coldStart,
	])
}

reason(spec) := "the old version is scaled down on promotion" if spec.serving.scaleDownOnPromotion

reason(spec) := sprintf("a %s rollout scales the old version down", [spec.rollout.strategy]) if {
	not stated(spec)
	spec.rollout.strategy in {"blueGreen", "rolling"}
}

stated(spec) if is_boolean(spec.serving.scaleDownOnPromotion)

scaled_down(facts) := facts.rollout.dynamicStableScale if facts.rollout.dynamicStableScale.value == true

scaled_down(facts) := facts.workload.stopped if facts.role == "stable-workload"
