# METADATA
# title: Head and workers of a Ray cluster run different versions
# description: |
#   A worker joins a cluster of its own version of Ray and Python only; one of another version ends with "Version mismatch" and is
#   started again without end. Versions are those in the tags of Ray's own images (`rayproject/`), and in the tags of one image with
#   two tags; images of two names may hold the same version and are not compared. `rayVersion` tells KubeRay how to set
#   up the cluster, and has to be the version of the images.
# related_resources:
#   - description: Ray on Kubernetes, RayCluster configuration (rayVersion)
#     ref: https://docs.ray.io/en/latest/cluster/kubernetes/user-guides/config.html
# custom:
#   severity: error
#   applies_to: [Artifacts]
#   since: 0.2.0
#   help: Name one image, by one tag or digest, in the head and in each group of workers, and its version in `rayVersion`.
package servelint.rules.runtime["ray-versions-differ"]

import data.servelint.lib.fields
import data.servelint.lib.manifest
import data.servelint.lib.pin

finding contains {"at": manifest.place(i, worker.at), "message": message, "related": related} if {
	some i, artifact in input.artifacts
	artifact.facts.kind == "RayService"
	head := image_of(artifact, ["spec", "rayClusterConfig", "headGroupSpec"])
	some g, _ in fields.list_at(artifact, ["spec", "rayClusterConfig", "workerGroupSpecs"])
	worker := image_of(artifact, ["spec", "rayClusterConfig", "workerGroupSpecs", g])
	comparable(head.image, worker.image)
	some part in ["version", "python"]
	wanted := versions(head.image)[part]
	found := versions(worker.image)[part]
	wanted != found
	message := sprintf("workers of %s run %s `%s`, and their head runs `%s`, so they cannot join", [
		manifest.called(artifact.facts),
		words(part),
		found,
		wanted,
	])
	related := [{"at": manifest.place(i, head.at), "message": "the image of the head"}]
}

finding contains {"at": manifest.place(i, array.concat(config, ["rayVersion"])), "message": message, "related": related, "severity": "warning"} if {
	some i, artifact in input.artifacts
	artifact.facts.kind == "RayService"
	config := ["spec", "rayClusterConfig"]
	said := object.get(artifact, array.concat(config, ["rayVersion"]), null)
	is_string(said)
	regex.match(`^[0-9]+\.[0-9]+\.[0-9]+$`, said)
	head := image_of(artifact, array.concat(config, ["headGroupSpec"]))
	contains(head.image, "rayproject/")
	found := versions(head.image).version
	found != said
	message := sprintf("`rayVersion` of %s is `%s`, and its head runs `%s`", [manifest.called(artifact.facts), said, found])
	related := [{"at": manifest.place(i, head.at), "message": "the image of the head"}]
}

# Ray runs in the first container of each pod.
image_of(artifact, group) := {"at": at, "image": image} if {
	at := array.concat(group, ["template", "spec", "containers", 0, "image"])
	image := object.get(artifact, at, null)
	is_string(image)
}

comparable(one, other) if {
	contains(one, "rayproject/")
	contains(other, "rayproject/")
}

comparable(one, other) if {
	name := split(one, concat("", [":", pin.tag(one)]))[0]
	name == split(other, concat("", [":", pin.tag(other)]))[0]
}

# What a tag such as `2.49.0-py311-gpu` names.
versions(image) := object.union(
	{"version": number | some number in regex.find_n(`^[0-9]+\.[0-9]+(\.[0-9]+)?`, pin.tag(image), 1)},
	{"python": trim_prefix(word, "-") | some word in regex.find_n(`-py3[0-9]+`, pin.tag(image), 1)},
)

words("version") := "version"

words("python") := "Python"
