# METADATA
# title: New pods wait for a volume that an old one holds
# description: |
#   A claim with `ReadWriteOncePod` is mounted by one pod at a time, and one with `ReadWriteOnce` by the pods of one node. An update that starts a
#   new pod before it ends an old one (`maxSurge`; the default with one replica) never completes with the first, and with the second it
#   waits wherever the scheduler chooses another node, as it does where the GPUs of the node are taken. Of several replicas only those
#   that can mount the claim start. Volumes of some drivers, such as NFS, are not attached to a node, so `ReadWriteOnce` is a warning.
#   Pods that are bound to one node, and claims whose manifest is elsewhere, are not judged for it.
# related_resources:
#   - description: Kubernetes, access modes of persistent volumes
#     ref: https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes
#   - description: Kubernetes, Deployments, rolling update
#     ref: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [Artifacts]
#   since: 0.2.0
#   help: "Keep the model on a claim that all replicas can mount (`accessModes: [ReadWriteMany]` or `[ReadOnlyMany]`), or in an image or a bucket."
package servelint.rules.rollout["volume-held-by-old-pod"]

import data.servelint.lib.claims
import data.servelint.lib.fields
import data.servelint.lib.manifest
import data.servelint.lib.pods
import data.servelint.lib.stack
import data.servelint.lib.text

finding contains {"at": manifest.place(w.index, claim.at), "message": message, "severity": weight(claim), "related": related(claim)} if {
	some w in judged
	some claim in claims.held(w.index)
	is_open(w, claim)
	fewest := fewest_of(w)
	fewest > 1
	message := sprintf("%s of %s mount claim `%s`, which %s (`%s`), so %s", [
		text.counted(fewest, "replica"),
		manifest.called(w.facts),
		claim.name,
		scope(claim.mode),
		claim.mode,
		outcome(claim.mode),
	])
}

finding contains {"at": manifest.place(w.index, claim.at), "message": message, "severity": weight(claim), "related": related(claim)} if {
	some w in judged
	w.facts.kind == "Deployment"
	some claim in claims.held(w.index)
	is_open(w, claim)
	fewest_of(w) == 1
	object.get(w.workload, ["strategyType", "value"], "RollingUpdate") == "RollingUpdate"
	limits := pods.limits(
		object.get(w.workload, ["maxSurge", "value"], "25%"),
		object.get(w.workload, ["maxUnavailable", "value"], "25%"),
		1,
	)
	limits.surge > 0
	limits.unavailable == 0
	message := sprintf("an update of %s starts its new pod before it ends the old one, which keeps claim `%s` (`%s`), so %s", [
		manifest.called(w.facts),
		claim.name,
		claim.mode,
		end(claim.mode),
	])
}

# The production stack makes one claim for all pods of a model.
finding contains {"at": manifest.place(claim.index, claim.at), "message": message, "severity": "warning"} if {
	some claim in stack.shared_claims
	message := sprintf("%s of %s mount one claim, which the pods of one node mount at a time (`ReadWriteOnce`), so those on other nodes wait", [
		text.counted(claim.fewest, "replica"),
		claim.called,
	])
}

judged := [w |
	some w in manifest.workloads
	w.facts.kind in {"Deployment", "Rollout", "StatefulSet"}
	not manifest.replaced(w)
]

# One pod at a time is one pod, wherever it runs.
is_open(_, claim) if claim.mode == "ReadWriteOncePod"

is_open(w, claim) if {
	claim.mode == "ReadWriteOnce"
	artifact := input.artifacts[w.index]
	every pod in artifact.facts.pods {
		spec := fields.mapping(object.get(artifact, pod.at, {}))
		not claims.on_one_node(spec)
	}
}

# One replica, where nothing says how many.
fewest_of(w) := fewest.value if {
	fewest := manifest.fewest(w)
} else := 1 if {
	count(manifest.scalers(w)) == 0
	not w.workload.replicas
}

weight(claim) := "error" if claim.mode == "ReadWriteOncePod"

weight(claim) := "warning" if claim.mode == "ReadWriteOnce"

related(claim) := [{"at": ["artifacts", claim.index, "spec", "accessModes"], "message": "the claim"}]

scope("ReadWriteOncePod") := "one pod mounts at a time"

scope("ReadWriteOnce") := "the pods of one node mount at a time"

outcome("ReadWriteOncePod") := "all but the first never start"

outcome("ReadWriteOnce") := "those on other nodes wait"

end("ReadWriteOncePod") := "the update never completes"

end("ReadWriteOnce") := "the new pod waits unless it starts on the same node"
