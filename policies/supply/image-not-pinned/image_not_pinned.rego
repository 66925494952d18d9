# METADATA
# title: Image is not pinned
# description: |
#   A tag can move to another build. Two replicas of one rollout may then run different code, and a rollback
#   may not restore what ran before. In production the image is named by its digest. A missing tag means
#   `latest`, which moves with each release: that is reported in every environment. In manifests every image
#   of the pods is judged, sidecars included. On manifests that no specification claims, a moving tag is a
#   warning and the tag of a version an info, as with a model. An image that a ServingRuntime supplies is unknown. The code that Ray
#   Serve downloads when a replica starts is judged as well, where its address is an archive of a branch, or names nothing that
#   could be a commit or a version.
#   Source: the Kubernetes documentation advises against `latest` in production and recommends digests.
# related_resources:
#   - description: Kubernetes, Images
#     ref: https://kubernetes.io/docs/concepts/containers/images/
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [ServingSpec, Artifacts]
#   since: 0.1.0
#   help: Append the digest that was tested, as in `name@sha256:...` with all 64 hex digits.
#   reworded:
#     - now: "image `{}` is pinned by its tag alone, which can be moved; a digest cannot"
#       then: "image `{}` is pinned by its tag alone, which can be moved; production needs a digest"
package servelint.rules.supply["image-not-pinned"]

import data.servelint.lib.manifest
import data.servelint.lib.pin

finding contains {"at": ["spec", "serving", "runtime", "image"], "message": message, "cause": cause(image)} if {
	image := input.spec.serving.runtime.image
	image != ""
	not pin.has_digest(image)
	message := why(image)
}

# Each place of a manifest once, whatever other manifests say of the same image.
finding contains {"at": manifest.place(i, image.at), "message": message, "severity": severity, "cause": cause(image.value)} if {
	some i, artifact in input.artifacts
	some image in artifact.facts.workload.images
	image.value != ""
	not pin.has_digest(image.value)
	message := why(image.value)
	severity := weight(image.value)
}

# A digest that no image can have.
finding contains {"at": ["spec", "serving", "runtime", "image"], "message": message, "cause": cause(image)} if {
	image := input.spec.serving.runtime.image
	message := stand_in(image)
}

finding contains {"at": manifest.place(i, image.at), "message": message, "cause": cause(image.value)} if {
	some i, artifact in input.artifacts
	some image in artifact.facts.workload.images
	message := stand_in(image.value)
}

stand_in(image) := sprintf("image `%s` has a digest that is %s, which pins nothing", [image, pin.placeholder(image)]) if {
	pin.has_digest(image)
}

# The archive of a branch is made anew with each commit.
finding contains {"at": manifest.place(i, code.at), "message": message, "severity": pin.weight("moving"), "help": help} if {
	some i, artifact in input.artifacts
	some code in artifact.facts.workload.code
	is_of_a_branch(code.value)
	help := "Name a commit or a tag in the address, as in `archive/refs/tags/v1.2.zip`."
	message := sprintf("code `%s` is the archive of a branch, so each start may load another commit", [code.value])
}

# Anything else that is downloaded, by the measure of a model: a digit in its path may be a version.
finding contains {"at": manifest.place(i, code.at), "message": message, "severity": pin.weight("moving"), "help": help} if {
	some i, artifact in input.artifacts
	some code in artifact.facts.workload.code
	regex.match(`^(https?|s3|gs|azure|abfss)://[^/]+/[^0-9]*$`, code.value)
	not is_of_a_branch(code.value)
	help := "Store each version under an address of its own, with its commit or version, and name that."
	message := sprintf("code `%s` names neither a commit nor a version, so each start may load another", [code.value])
}

is_of_a_branch(address) if regex.match(`^https://github\.com/[^/]+/[^/]+/(archive/(refs/heads/.+|main|master)\.(zip|tar\.gz)|zipball/(main|master))$`, address)

is_of_a_branch(address) if regex.match(`^https://codeload\.github\.com/[^/]+/[^/]+/(legacy\.)?(zip|tar\.gz)/(refs/heads/.+|main|master)$`, address)

is_of_a_branch(address) if regex.match(`^https://[^/]+/.+/-/archive/(main|master|develop|HEAD)/[^/]+\.(zip|tar\.gz)$`, address)

# An image is one to pin, wherever it is named.
cause(image) := sprintf("image %s", [image])

# A digest that is none is refused by the registry, whatever it serves.
weight(image) := "error" if {
	contains(image, "@")
} else := pin.weight("versioned") if {
	tag := pin.tag(image)
	tag != ""
	not pin.moves(tag)
} else := pin.weight("moving")

why(image) := sprintf("image `%s` has a digest that is not `sha256:` and 64 hex digits", [image]) if contains(image, "@")

why(image) := sprintf("image `%s` has no tag, so each pull may bring another build", [image]) if {
	not contains(image, "@")
	pin.tag(image) == ""
}

why(image) := sprintf("image `%s` has the moving tag `%s`, so each pull may bring another build", [image, tag]) if {
	not contains(image, "@")
	tag := pin.tag(image)
	pin.moves(tag)
}

why(image) := sprintf("image `%s` is pinned by its tag alone, which can be moved%s", [image, pin.needed]) if {
	not contains(image, "@")
	tag := pin.tag(image)
	tag != ""
	not pin.moves(tag)
	pin.names_a_version_is_too_little
}

# A runtime or a preset holds the image.
unchecked contains {"at": manifest.place(w.index, w.workload.at), "message": message} if {
	some w in manifest.workloads
	w.facts.readiness == "preset"
	not w.workload.images
	message := sprintf("whether the image of %s is pinned: a runtime or preset of the cluster supplies it", [manifest.called(w.facts)])
}
