# METADATA
# title: Runtime image is not pinned
# description: |
#   A tag is a name that can be given to another build. Two replicas of one rollout may then run
#   different code, and a rollback may not restore what ran before. In production the image is named by
#   its digest. A missing tag means `latest`, which moves with each release: that is reported in every
#   environment.
#   Source: the Kubernetes documentation advises against `latest` in production and recommends digests.
# related_resources:
#   - description: Kubernetes, Images
#     ref: https://kubernetes.io/docs/concepts/containers/images/
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [ServingSpec]
#   since: 0.1.0
#   help: Append the digest that was tested, as in `name@sha256:...` with all 64 hex digits.
package servelint.rules.supply["image-not-pinned"]

import data.servelint.lib.pin

finding contains {"at": ["spec", "serving", "runtime", "image"], "message": message} if {
	image := input.spec.serving.runtime.image
	image != ""
	not pin.has_digest(image)
	message := why(image)
}

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

why(image) := sprintf("image `%s` is pinned by its tag alone, which can be moved; production needs a digest", [image]) if {
	not contains(image, "@")
	tag := pin.tag(image)
	tag != ""
	not pin.moves(tag)
	input.spec.environment == "production"
}
