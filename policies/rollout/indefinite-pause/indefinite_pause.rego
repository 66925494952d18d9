# METADATA
# title: Rollout pauses indefinitely although the rollback is automatic
# description: |
#   A pause without a duration waits until someone resumes it, for hours or for a weekend, with two
#   revisions serving users. The specification states that rollback is automatic, so its times assume that
#   the rollout ends by itself as well.
# related_resources:
#   - description: Argo Rollouts, canary strategy
#     ref: https://argo-rollouts.readthedocs.io/en/stable/features/canary/
# custom:
#   severity: warning
#   elsewhere: info
#   applies_to: [Artifacts]
#   since: 0.2.0
#   help: Give the pause a duration, or set `rollback.automatic` to false in the specification.
#   reworded:
#     - now: "{} pauses at {} % until someone resumes it"
#       then: "{} waits at {} % until someone goes on"
package servelint.rules.rollout["indefinite-pause"]

import data.servelint.lib.manifest
import data.servelint.lib.traffic

finding contains {
	"at": manifest.place(r.index, step.at),
	"message": message,
	"related": [{"at": ["serving", "spec", "rollback", "automatic"], "message": "declared automatic"}],
} if {
	input.serving.spec.rollback.automatic == true
	some r in traffic.rollouts
	some step in r.rollout.steps
	step.indefinite
	message := sprintf("%s pauses at %v %% until someone resumes it", [manifest.called(r.facts), step.weight])
}
