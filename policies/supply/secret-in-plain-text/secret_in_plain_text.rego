# METADATA
# title: Secret stands in the manifest
# description: |
#   A token or a password as the value of an environment variable, or as an argument of the server, can be read by everybody
#   who can read the repository, the pod or the output of a build, and stays in the history. A value counts as a secret by the
#   name of its variable (`HF_TOKEN`, `OPENAI_API_KEY`, a name that ends in `_TOKEN`, `_API_KEY`, `_PASSWORD`, `_SECRET` or
#   `_SECRET_KEY`) where it has letters and digits and at least eight characters, or by its own shape (`hf_...`, `sk-...`,
#   `nvapi-...`, `ghp_...`). References such as `$(TOKEN)`, templates, paths and words that ask to be replaced do not count.
# related_resources:
#   - description: Kubernetes, good practices for Secrets
#     ref: https://kubernetes.io/docs/concepts/security/secrets-good-practices/
#   - description: Hugging Face, user access tokens
#     ref: https://huggingface.co/docs/hub/security-tokens
# custom:
#   severity: error
#   unclaimed: warning
#   applies_to: [Artifacts]
#   since: 0.2.0
#   help: "Read it from a Secret (`valueFrom: {secretKeyRef: {name: NAME, key: KEY}}`), and revoke the one that was written here."
package servelint.rules.supply["secret-in-plain-text"]

import data.servelint.lib.compose
import data.servelint.lib.containers
import data.servelint.lib.fields
import data.servelint.lib.manifest
import data.servelint.lib.stack

finding contains {"at": manifest.place(entry.pod.index, at), "message": message} if {
	some entry in containers.all
	some n, variable in fields.list_at(entry.container, ["env"])
	is_string(variable.name)
	is_string(variable.value)
	is_secret(variable.name, variable.value)
	at := array.concat(entry.at, ["env", n, "name"])
	message := sprintf("%s of %s has the secret `%s` in plain text", [
		containers.called(entry),
		manifest.called(entry.pod.facts),
		variable.name,
	])
}

finding contains {"at": manifest.place(entry.pod.index, at), "message": message} if {
	some entry in containers.all
	some found in arguments(entry.container)
	is_written(found.value)
	at := array.concat(entry.at, found.at)
	message := sprintf("%s of %s is given `--%s` in plain text", [
		containers.called(entry),
		manifest.called(entry.pod.facts),
		found.name,
	])
}

# The values of the production stack take the token itself, or the Secret that holds it.
finding contains {"at": manifest.place(entry.index, array.concat(entry.at, ["hf_token"])), "message": message, "help": help} if {
	some entry in stack.models
	is_string(entry.model.hf_token)
	is_written(entry.model.hf_token)
	message := sprintf("model `%v` has the secret `hf_token` in plain text", [entry.name])
	help := "Write `hf_token: {secretName: NAME, secretKey: KEY}`, and revoke the token that was written here."
}

finding contains {"at": manifest.place(entry.index, array.concat(entry.at, ["env", n, "name"])), "message": message} if {
	some entry in stack.models
	some n, variable in fields.list_at(entry.model, ["env"])
	is_string(variable.name)
	is_string(variable.value)
	is_secret(variable.name, variable.value)
	message := sprintf("model `%v` has the secret `%s` in plain text", [entry.name, variable.name])
}

# A service of Compose, whose variables come from a file that git ignores or from the shell.
finding contains {"at": manifest.place(entry.index, array.concat(entry.at, row[2])), "message": message, "help": help} if {
	some entry in compose.all
	some row in compose.variables(entry.service)
	is_secret(row[0], row[1])
	message := sprintf("service `%s` has the secret `%s` in plain text", [entry.name, row[0]])
	help := sprintf("Write `%s: ${%s}` and set it in the environment or in an `.env` file that git ignores, and revoke this value.", [row[0], row[0]])
}

# The key stands in one word with its argument, or in the next word, or within the line of a shell.
arguments(container) := array.concat(
	[{"at": row[0], "name": match[1], "value": trim(match[2], `"'`)} |
		some row in containers.words(container)
		some match in regex.find_all_string_submatch_n(`(?:^|\s)--(api-key|api_key|hf-token|hf_token|token)[= ]+(\S+)`, row[1], -1)
	],
	[{"at": next[0], "name": trim_left(row[1], "-"), "value": next[1]} |
		words := containers.words(container)
		some n, row in words
		regex.match(`^--(api-key|api_key|hf-token|hf_token|token)$`, row[1])
		next := words[n + 1]
	],
)

is_secret(name, value) if {
	regex.match(`(^|_)(TOKEN|API_?KEY|PASSWORD|PASSWD|SECRET|SECRET_?KEY|ACCESS_KEY|PRIVATE_KEY)$`, upper(name))
	is_written(value)
}

is_secret(_, value) if has_shape(value)

is_written(value) if has_shape(value)

# No reference, no template, no path, no address, and nothing that asks to be replaced.
is_written(value) if {
	count(value) >= 8
	regex.match(`^[^\s$<{\[/%][^\s$<{\[]*$`, value)
	regex.match(`[A-Za-z]`, value)
	regex.match(`[0-9]`, value)
	not contains(value, "://")
	not asks(value)
}

has_shape(value) if {
	regex.match(`^(hf_[A-Za-z0-9]{30,}|sk-[A-Za-z0-9_-]{20,}|nvapi-[A-Za-z0-9_-]{20,}|ghp_[A-Za-z0-9]{30,}|glpat-[A-Za-z0-9_-]{20,})$`, value)
	not asks(value)
}

asks(value) if regex.match(`(?i)(your|change|replace|example|dummy|x{4,}|placeholder|todo|redacted|insert|here|fake|test|\.\.\.|\*{3})`, value)
