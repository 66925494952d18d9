# METADATA
# description: The PersistentVolumeClaims that the pods of workloads mount, as far as their manifests are in the review.
# related_resources:
#   - description: Kubernetes, access modes of persistent volumes
#     ref: https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes
package servelint.lib.claims

import data.servelint.lib.fields

# METADATA
# description: |
#   The claims of a workload whose volume one node, or one pod, holds at a time: the name, the path to it in the workload, the
#   index of the claim, and the access mode. Takes the index of the workload.
held(index) := [{"name": name, "at": array.concat(pod.at, ["volumes", n, "persistentVolumeClaim", "claimName"]), "index": j, "mode": mode} |
	artifact := input.artifacts[index]
	some pod in artifact.facts.pods
	spec := fields.mapping(object.get(artifact, pod.at, {}))
	some n, volume in fields.list_at(spec, ["volumes"])
	name := volume.persistentVolumeClaim.claimName
	places := claims_of(name)
	count(places) == 1
	j := places[0]
	mode := only_mode(input.artifacts[j])
]

claims_of(name) := [j |
	some j, claim in input.artifacts
	claim.facts.kind == "PersistentVolumeClaim"
	claim.facts.name == name
]

# Of several modes the volume may have any.
only_mode(claim) := modes[0] if {
	not claim.facts.broken
	modes := fields.list_at(claim, ["spec", "accessModes"])
	count(modes) == 1
	modes[0] in {"ReadWriteOnce", "ReadWriteOncePod"}
}

# METADATA
# description: True where all pods of a specification run on one node.
on_one_node(spec) if is_string(spec.nodeName)

on_one_node(spec) if {
	object.get(fields.mapping_at(spec, ["nodeSelector"]), "kubernetes.io/hostname", null) != null
}

on_one_node(spec) if {
	some term in fields.list_at(spec, ["affinity", "podAffinity", "requiredDuringSchedulingIgnoredDuringExecution"])
	term.topologyKey == "kubernetes.io/hostname"
}
