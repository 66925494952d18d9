# METADATA
# title: Rollout waits for a person although the rollback is automatic
# description: |
#   A pause without a duration waits until someone goes on, for hours or for a weekend, with two revisions in front of users.
#   The specification says that rollback needs nobody; who wrote that expects the rollout to end by itself as well, and the times
#   that were reckoned with do not hold.
# related_resources:
#   - description: Argo Rollouts, canary strategy
#     ref: https://argo-rollouts.readthedocs.io/en/stable/features/canary/
# custom:
#   severity: warning
#   elsewhere: info
#   applies_to: [Artifacts]
#   since: 0.2.0
#   help: Give the pause a duration, or say in the specification that the rollout is manual.
package servelint.rules.rollout["indefinite-pause"]

import data.servelint.lib.manifest
import data.servelint.lib.traffic

finding contains {
	"at": manifest.place(r.index, step.at),
	"message": message,
	"related": [{"at": ["serving", "spec", "rollback", "automatic"], "message": "said to need nobody"}],
} if {
	input.serving.spec.rollback.automatic == true
	some r in traffic.rollouts
	some step in r.rollout.steps
	step.indefinite
	message := sprintf("%s waits at %v %% until someone goes on", [manifest.called(r.facts), step.weight])
}
