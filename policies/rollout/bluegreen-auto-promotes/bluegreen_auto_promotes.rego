# METADATA
# title: Blue/green rollout promotes automatically without analysis
# description: |
#   Argo promotes a blue/green rollout as soon as its new pods are ready, unless `autoPromotionEnabled` is
#   false or an analysis before the promotion fails. Ready means that a probe answered; nothing was
#   measured, and all users move at once. An analysis after the promotion finds what users have already met.
# related_resources:
#   - description: Argo Rollouts, blue/green strategy
#     ref: https://argo-rollouts.readthedocs.io/en/stable/features/bluegreen/
# custom:
#   severity: error
#   elsewhere: warning
#   unclaimed: warning
#   applies_to: [Artifacts]
#   since: 0.2.0
#   help: Add a `prePromotionAnalysis`, or set `autoPromotionEnabled` to false so that someone reviews it first.
#   reworded:
#     - now: "{} moves all traffic as soon as its pods are ready, without analysis or approval before the promotion"
#       then: "{} moves all traffic as soon as its pods are ready: no analysis before the promotion, and nobody has to agree"
package servelint.rules.rollout["bluegreen-auto-promotes"]

import data.servelint.lib.manifest
import data.servelint.lib.traffic

finding contains {"at": manifest.place(r.index, r.rollout.at), "message": message} if {
	some r in traffic.rollouts
	r.facts.platform == "argo-rollouts"
	r.rollout.strategy.value == "blueGreen"
	not r.rollout.autoPromotion.value == false
	not r.rollout.prePromotionAnalysis
	message := sprintf("%s moves all traffic as soon as its pods are ready, without analysis or approval before the promotion", [
		manifest.called(r.facts),
	])
}
