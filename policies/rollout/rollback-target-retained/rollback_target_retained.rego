# METADATA
# title: Rollback revision is not retained
# description: |
#   A rollback goes to a revision that still exists. Controllers keep `revisionHistoryLimit` old ones; with
#   a limit of 0, or a target further back than the limit, there is nothing to return to. After a blue/green
#   switch the old pods live for `scaleDownDelaySeconds`; with less than 30 s, connections move back to pods
#   that are gone. A stable workload that is stopped by annotation has to start before it can serve.
# related_resources:
#   - description: Argo Rollouts, specification
#     ref: https://argo-rollouts.readthedocs.io/en/stable/features/specification/
# custom:
#   severity: error
#   elsewhere: warning
#   unclaimed: warning
#   applies_to: [Artifacts]
#   since: 0.2.0
#   gate: rollback
#   help: Keep enough revisions, and keep the old one running until the new one is proven.
#   help_for:
#     Artifact: Keep enough revisions (`revisionHistoryLimit`), and keep the old pods until routes have followed.
package servelint.rules.rollout["rollback-target-retained"]

import data.servelint.lib.manifest
import data.servelint.lib.platform
import data.servelint.lib.traffic

finding contains {"at": manifest.place(w.index, kept.at), "message": message, "related": related} if {
	some w in manifest.workloads
	kept := w.workload.revisionHistoryLimit
	kept.value == 0
	message := sprintf("%s keeps no old revision, so there is nothing to roll back to", [manifest.called(w.facts)])
	related := promised
}

finding contains {"at": manifest.place(w.index, kept.at), "message": message, "related": promised} if {
	some w in manifest.workloads
	kept := w.workload.revisionHistoryLimit
	kept.value > 0
	distance := input.serving.metadata.revision - target
	distance > kept.value
	message := sprintf("%s keeps %v old revisions, but the rollback goes back %v, to `%v`", [
		manifest.called(w.facts),
		kept.value,
		distance,
		target,
	])
}

finding contains {"at": manifest.place(r.index, delay.at), "message": message} if {
	some r in traffic.rollouts
	r.rollout.strategy.value == "blueGreen"
	delay := r.rollout.scaleDownDelaySeconds
	usual := platform.default_value("argo-rollouts", "any", "scaleDownDelaySeconds")
	delay.value < usual
	message := sprintf("%s removes the old pods %vs after the switch; routes need %vs to follow", [
		manifest.called(r.facts),
		delay.value,
		usual,
	])
}

finding contains {"at": manifest.place(i, stopped.at), "message": message} if {
	some i, artifact in input.artifacts
	artifact.facts.role == "stable-workload"
	stopped := artifact.facts.workload.stopped
	message := sprintf("%s is the revision to return to, and it is stopped", [manifest.called(artifact.facts)])
}

target := number if {
	text := input.serving.spec.rollback.targetRevision
	regex.match(`^[0-9]+$`, text)
	number := to_number(text)
}

default promised := []

promised := [{"at": ["serving", "spec", "rollback", "targetRevision"], "message": "the revision to return to"}] if {
	input.serving.spec.rollback.targetRevision
}
