# METADATA
# title: Each update takes all replicas away
# description: |
#   With `type: Recreate` Kubernetes ends all pods of a Deployment before it starts new ones, so each update is an outage for as
#   long as a model takes to load. A rolling update does the same where it may take away as many pods as there are: `maxUnavailable:
#   100%`, or one of one replica. Where neither setting allows anything, Kubernetes takes one away. The number of replicas is the
#   fewest that the manifests allow; where it is unknown, only `Recreate` is judged. A StatefulSet ends each pod before it makes
#   the next one, so one replica is an outage as well; so does a LeaderWorkerSet with a group, all of whose pods end
#   together, unless `maxSurge` allows one more.
# related_resources:
#   - description: Kubernetes, StatefulSets, rolling updates
#     ref: https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#rolling-updates
#   - description: Kubernetes, Deployments, strategy
#     ref: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#strategy
# custom:
#   severity: error
#   elsewhere: info
#   unclaimed: warning
#   applies_to: [Artifacts]
#   since: 0.2.0
#   help: "Write `strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}`. It needs room for one more replica; without such a GPU, serve by two replicas and take one away."
package servelint.rules.rollout["update-is-outage"]

import data.servelint.lib.claims
import data.servelint.lib.manifest
import data.servelint.lib.platform
import data.servelint.lib.pods
import data.servelint.lib.text

finding contains object.union({"at": manifest.place(w.index, kind.at), "message": message}, instead(w, claims.held(w.index))) if {
	some w in array.concat(judged, runtimes)
	kind := w.workload.strategyType
	kind.value == "Recreate"
	message := sprintf("%s ends all its replicas before it starts new ones (`Recreate`), so each update is an outage while the model loads", [manifest.called(w.facts)])
}

# A rolling update would wait for the volume.
instead(w, []) := {} if w.facts.kind == "Deployment"

instead(w, []) := {"help": "Write `deploymentStrategy: RollingUpdate`. It needs room for one more replica."} if {
	w.facts.kind == "VLLMRuntime"
}

instead(_, held) := {"help": sprintf("Move the data of claim `%s` (`%s`) to one that all replicas can mount, such as `accessModes: [ReadWriteMany]`; then write `strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}`.", [held[0].name, held[0].mode])} if {
	count(held) > 0
}

finding contains {"at": manifest.place(w.index, setting.at), "message": message, "related": related} if {
	some w in judged
	not recreates(w)
	setting := written(w)
	fewest := manifest.fewest(w)
	fewest.value > 0
	missing := pods.limits(
		object.get(w.workload, ["maxSurge", "value"], "25%"),
		object.get(w.workload, ["maxUnavailable", "value"], "25%"),
		fewest.value,
	).unavailable
	missing >= fewest.value
	message := sprintf("an update of %s may take away all %s at once", [manifest.called(w.facts), text.counted(fewest.value, "replica")])
	related := [{"at": fewest.at, "message": "the fewest replicas"}]
}

# A StatefulSet ends a pod before it makes the one that follows it.
finding contains {"at": fewest.at, "message": message} if {
	some w in manifest.workloads
	w.facts.kind == "StatefulSet"
	object.get(w.workload, ["strategyType", "value"], "RollingUpdate") == "RollingUpdate"
	fewest := manifest.fewest(w)
	fewest.value == 1
	message := sprintf("%s has one replica, which is ended before the new one starts, so each update is an outage while the model loads", [manifest.called(w.facts)])
}

# A group ends before the one that follows it is made, as `maxSurge` is 0 and `maxUnavailable` 1 where they are not written.
finding contains {"at": fewest.at, "message": message, "help": help} if {
	some w in manifest.workloads
	w.facts.kind == "LeaderWorkerSet"
	fewest := manifest.fewest(w)
	fewest.value > 0
	surge := setting(w, "maxSurge")
	unavailable := setting(w, "maxUnavailable")
	pods.up(surge, fewest.value) == 0
	pods.down(unavailable, fewest.value) >= fewest.value
	message := sprintf("an update of %s ends %s of pods before it makes a new one, so each update is an outage while the model loads", [
		manifest.called(w.facts),
		text.word(fewest.value, "its only group", sprintf("all its %v groups", [fewest.value])),
	])
	help := "Write `rolloutStrategy: {type: RollingUpdate, rollingUpdateConfiguration: {maxSurge: 1, maxUnavailable: 0}}`. It needs the GPUs of one more group; without them, serve by two groups."
}

setting(w, key) := object.get(w.workload, [key, "value"], platform.default_value("leader-worker-set", "any", key))

judged := [w |
	some w in manifest.workloads
	w.facts.kind == "Deployment"
	not manifest.replaced(w)
]

# The operator of the production stack makes a Deployment.
runtimes := [w |
	some w in manifest.workloads
	w.facts.kind == "VLLMRuntime"
]

recreates(w) if w.workload.strategyType.value == "Recreate"

written(w) := w.workload.maxUnavailable

written(w) := w.workload.maxSurge if not w.workload.maxUnavailable
