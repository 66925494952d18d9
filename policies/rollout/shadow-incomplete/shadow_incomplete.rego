# METADATA
# title: Shadow description is incomplete
# description: |
#   A shadow copies real requests to the new version and throws its answers away. It is worth its cost only
#   if somebody has said how much is copied (`percent`), for how long (`duration`), what is compared with
#   the stable version (`metric`), and what serves the extra load (`replicas`). Without a comparison the
#   shadow only shows that the new version does not crash; without capacity it competes with the users. The
#   rule applies to rollouts that have a `shadow` or use that strategy.
# related_resources:
#   - description: Argo Rollouts, traffic mirroring
#     ref: https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/
# custom:
#   severity: warning
#   elsewhere: info
#   applies_to: [ServingSpec]
#   since: 0.1.0
#   gate: canary
#   help: State `percent`, `duration`, `metric` and `replicas` of the shadow.
#   reworded:
#     - now: "shadow has no `replicas`: it does not define what serves the copied load"
#       then: "shadow has no `replicas`: it does not say what carries the copied load"
#     - now: "shadow has no `{}`: it does not define {}"
#       then: "shadow has no `{}`: it does not say {}"
package servelint.rules.rollout["shadow-incomplete"]

finding contains {"at": ["spec", "rollout", "shadow", key], "message": message} if {
	shadow := input.spec.rollout.shadow
	some key, what in needed
	object.get(shadow, key, null) == null
	message := sprintf("shadow has no `%s`: it does not define %s", [key, what])
}

finding contains {"at": ["spec", "rollout", "shadow"], "message": message} if {
	input.spec.rollout.strategy == "shadow"
	not input.spec.rollout.shadow
	message := "rollout has the strategy `shadow` but does not describe the shadow"
}

needed := {
	"percent": "how much traffic is copied",
	"duration": "for how long traffic is copied",
	"metric": "what is compared with the stable version",
	"replicas": "what serves the copied load",
}
