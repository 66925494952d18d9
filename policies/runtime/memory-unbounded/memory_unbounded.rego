# METADATA
# title: Server states no memory
# description: |
#   Without a request for memory the scheduler counts the server as using none, and places it beside others on a node that cannot
#   hold them all. Without a limit either, it grows until the node runs out; the kubelet then ends first the pods that use
#   more than they asked for, and that is each pod that asked for nothing. A server reads whole weights into memory while it
#   loads, so it happens at a start or an update. A limit alone is accepted, because Kubernetes takes it as the
#   request as well. Pods that KServe or Ray complete are not judged. It is a warning, because a LimitRange of the namespace may
#   supply both.
# related_resources:
#   - description: Kubernetes, resource management for pods and containers
#     ref: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
#   - description: Kubernetes, node-pressure eviction
#     ref: https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/
# custom:
#   severity: warning
#   elsewhere: info
#   unclaimed: warning
#   applies_to: [Artifacts]
#   since: 0.2.0
#   help: "State what the server needs at most while it loads: `resources: {requests: {memory: ...}, limits: {memory: ...}}`, with the same value in both."
package servelint.rules.runtime["memory-unbounded"]

import data.servelint.lib.containers
import data.servelint.lib.fields
import data.servelint.lib.manifest

finding contains object.union({"at": manifest.place(entry.pod.index, entry.at), "message": message}, advice) if {
	some entry in containers.whole_servers
	every side in ["requests", "limits"] {
		object.get(fields.mapping_at(entry.container, ["resources", side]), "memory", null) == null
	}

	# The pod as a whole may have them, since Kubernetes 1.34.
	object.get(fields.mapping(entry.pod.spec), "resources", null) == null
	message := sprintf("%s of %s requests no memory and has no limit of it, so it is the first to be ended where memory is short", [
		containers.called(entry),
		manifest.called(entry.pod.facts),
	])
}

# What to paste, where the specification states it.
advice := {"help": sprintf("Add what the specification states for a replica: `resources: {requests: {memory: %s}, limits: {memory: %s}}`.", [stated, stated])} if {
	stated := input.serving.spec.resources.memory
}

advice := {} if not input.serving.spec.resources.memory
