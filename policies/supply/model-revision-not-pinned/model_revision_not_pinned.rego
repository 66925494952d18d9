# METADATA
# title: Model revision is not pinned
# description: |
#   A model location that names no revision can resolve to other weights each time a replica starts: two
#   replicas of one rollout then serve different models, and a rollback does not restore the old one. A
#   digest in `model.digest` pins every location. Otherwise `hf://owner/model:revision` needs the whole
#   commit hash, since a branch or tag can move; an image such as `oci://host/model` needs a tag that is not
#   a moving one, and its digest in production; and a path, as in `s3://bucket/model/2026-10-02/model.onnx`,
#   needs a part that names a version. Since versions are written in many ways, a path with any digit in it
#   is accepted unless a part says `latest` or `current`. Manifests are checked by the same measure; a
#   digest in the specification settles the location that it names. On manifests that no specification claims, a
#   model without a version is a warning and the tag of a version an info, as with an image. An engine that takes its model from the Hub
#   is pinned by `--revision`, and `models:/name/3` of MLflow by its number. Source: the Hugging Face Hub
#   resolves a missing revision to the branch `main`; stages and aliases of MLflow are moved by hand.
# related_resources:
#   - description: Hugging Face Hub, Download files
#     ref: https://huggingface.co/docs/huggingface_hub/guides/download
#   - description: MLflow, Model Registry
#     ref: https://mlflow.org/docs/latest/ml/model-registry/
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [ServingSpec, Artifacts]
#   since: 0.1.0
#   help: Append the commit hash or a version to the location, or state the digest in `model.digest`.
#   help_for:
#     Artifact: Append the commit hash or a version to the location, or pass it to the engine with `--revision`.
#   reworded:
#     - now: "model `{}` is pinned by its tag alone, which can be moved; a digest cannot"
#       then: "model `{}` is pinned by its tag alone, which can be moved; production needs a digest"
#     - now: "model `{}` has a part that names the newest version, so each start may load another"
#       then: "model `{}` has a part that names whatever is newest, so each start may load another"
package servelint.rules.supply["model-revision-not-pinned"]

import data.servelint.lib.containers
import data.servelint.lib.manifest
import data.servelint.lib.pin

finding contains {"at": ["spec", "model", "uri"], "message": message} if {
	address := input.spec.model.uri
	object.get(input.spec.model, "digest", "") == ""
	message := sprintf("model `%s` %s", [address, problems(address)])
}

finding contains {"at": manifest.place(i, model.at), "message": message, "severity": pin.weight(how(model.value)), "help": advice_for(i, model)} if {
	some i, artifact in input.artifacts
	some model in artifact.facts.workload.models
	not settled(model.value)
	message := sprintf("model `%s` %s", [model.value, problems(model.value)])
}

# A hash that no version can have.
finding contains {"at": ["spec", "model", key], "message": message} if {
	some key in ["uri", "digest"]
	address := input.spec.model[key]
	message := sprintf("model `%s` has a hash that is %s, which pins nothing", [address, pin.placeholder(address)])
}

finding contains {"at": manifest.place(i, model.at), "message": message, "help": advice(model.value)} if {
	some i, artifact in input.artifacts
	some model in artifact.facts.workload.models
	message := sprintf("model `%s` has a hash that is %s, which pins nothing", [model.value, pin.placeholder(model.value)])
}

# Whether the name is one of a version, as that of an image may be.
how(address) := "versioned" if {
	startswith(address, "hf://")
	pin.names_a_version(revision(trim_prefix(address, "hf://")))
} else := "versioned" if {
	startswith(address, "oci://")
	tag := pin.tag(address)
	tag != ""
	not pin.moves(tag)
} else := "moving"

# llama.cpp has no flag for a revision.
advice_for(index, model) := "Download the file of a commit into a volume or an image, and name it by `-m`: llama.cpp takes no revision." if {
	engine_at(index, model.at) == "llama.cpp"
} else := advice(model.value)

engine_at(index, at) := containers.engine(object.get(input.artifacts[index], array.slice(at, 0, count(at) - 2), {}))

# What pins a model there.
advice(address) := "Name the number of a version, as in `models:/churn/3`." if {
	startswith(address, "models:/")
} else := "Pass the commit hash to the engine with `--revision`, or append it to the location." if {
	startswith(address, "hf://")
} else := "Append the digest, as in `name@sha256:...` with all 64 hex digits." if {
	startswith(address, "oci://")
} else := "Store each version under a path of its own, and name that."

settled(address) if {
	object.get(input.serving.spec.model, "digest", "") != ""
	input.serving.spec.model.uri == address
}

problems(address) := problem if {
	[scheme, rest] := split(address, "://")
	not pin.has_digest(address)
	problem := why(scheme, rest)
}

problems(address) := sprintf("names `%s`, a stage or alias that may move to another version", [name]) if {
	startswith(address, "models:/")
	not startswith(address, "models://")
	parts := split(replace(trim_prefix(address, "models:/"), "@", "/"), "/")
	name := parts[1]
	not regex.match(`^[0-9]+$`, name)
}

why(scheme, rest) := "names no revision, so each start may load another" if {
	scheme == "hf"
	revision(rest) == ""
}

why(scheme, rest) := sprintf("names `%s`, which is not a whole commit hash and may move", [name]) if {
	scheme == "hf"
	name := revision(rest)
	name != ""
	not pin.is_commit(name)
	is_reported(name)
}

# The tag of a version is enough where that of an image is.
is_reported(name) if not pin.names_a_version(name)

is_reported(_) if pin.names_a_version_is_too_little

why(scheme, rest) := "has no tag, so each start may load another" if {
	scheme == "oci"
	pin.tag(rest) == ""
}

why(scheme, rest) := sprintf("has the moving tag `%s`, so each start may load another", [tag]) if {
	scheme == "oci"
	tag := pin.tag(rest)
	pin.moves(tag)
}

why(scheme, rest) := sprintf("is pinned by its tag alone, which can be moved%s", [pin.needed]) if {
	scheme == "oci"
	pin.names_a_version_is_too_little
	tag := pin.tag(rest)
	tag != ""
	not pin.moves(tag)
}

why(scheme, rest) := "names no version in its path, so each start may load another" if {
	not scheme in {"hf", "oci"}
	path := beyond_bucket(rest)
	not has_digit(path)
	not moving_part(path)
}

why(scheme, rest) := "has a part that names the newest version, so each start may load another" if {
	not scheme in {"hf", "oci"}
	moving_part(beyond_bucket(rest))
}

# What follows owner/model, behind `:` or `@`.
revision(rest) := name if {
	parts := split(replace(rest, "@", ":"), ":")
	name := concat(":", array.slice(parts, 1, count(parts)))
}

beyond_bucket(rest) := lower(concat("/", array.slice(parts, 1, count(parts)))) if parts := split(rest, "/")

has_digit(path) if {
	some digit in ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]
	contains(path, digit)
}

moving_part(path) if contains(path, "latest")

moving_part(path) if "current" in split(path, "/")
