# METADATA
# title: Server runs code of a model that can change
# description: |
#   With `--trust-remote-code` the server imports Python files from the repository of the model and runs them with its own
#   rights: its network, its secrets, its GPUs. Where the model names no whole commit hash, whoever can push to the
#   repository decides what runs at the next start. Pinned by its commit, the code is what was reviewed.
# related_resources:
#   - description: Hugging Face Transformers, custom models (pin the commit of trusted code)
#     ref: https://huggingface.co/docs/transformers/custom_models
# custom:
#   severity: error
#   elsewhere: warning
#   unclaimed: warning
#   applies_to: [Artifacts]
#   since: 0.2.0
#   help: Pin the model by its commit hash (`--revision`) after a review of its code, or use a model that needs no code of its own.
package servelint.rules.supply["remote-code-trusted"]

import data.servelint.lib.manifest
import data.servelint.lib.pin

finding contains {"at": manifest.place(i, argument.at), "message": message, "related": related} if {
	some i, artifact in input.artifacts
	some argument in artifact.facts.workload.arguments
	argument.name == "trust-remote-code"
	value := lower(argument.value)
	not value in {"false", "0"}
	some model in artifact.facts.workload.models
	startswith(model.value, "hf://")
	not is_pinned(model.value)
	message := sprintf("%s runs the code in `%s`, which names no commit, so whoever can push there decides what runs", [
		manifest.called(artifact.facts),
		model.value,
	])
	related := [{"at": manifest.place(i, model.at), "message": "the model"}]
}

is_pinned(address) if {
	parts := split(replace(trim_prefix(address, "hf://"), "@", ":"), ":")
	pin.is_commit(parts[1])
}

is_pinned(address) if pin.has_digest(address)

# The specification pins that very location by a digest.
is_pinned(address) if {
	object.get(input.serving.spec.model, "digest", "") != ""
	input.serving.spec.model.uri == address
}
