# METADATA
# title: Evidence measures a different subject
# description: |
#   Results are reused: last quarter's model, a smaller fleet, shorter prompts. What the file states about
#   the model, the image, the replicas and the tokens of a request is compared with the specification and
#   with the item's `conditions`; token lengths may differ by 10 %. A model is the same where its name, or
#   the last part of it, is that of the specification's name or location, or the name of the service, under
#   which servers often offer it; a path on the server's own disk identifies no model. An AnalysisRun states its
#   namespace, its Rollout, labels and arguments: each is compared with the manifests of the review, where these
#   state another value for the same. An image is another
#   one where the repository differs, or both have a digest or both a tag that differ. Values that the file
#   does not state are listed under *not checked*. What the statement beside a result of a load or canary item, or of the
#   throughput of a replica, has (`servelint evidence record`) is compared with what goes live: revision, model, image, GPUs,
#   parallelism, arguments and tokens, as far as both are known. With `--since` or `--policy-from`, evidence of blocking load and
#   canary items that stands as it did at the base proves nothing about another revision, model, image, GPU or
#   parallelism than was specified there, in the specification or in a manifest; neither does a copy of it under another name.
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [Review]
#   since: 0.2.0
#   help: Measure what will be served, under the conditions that the item states.
#   reworded:
#     - now: "{} plans {} replicas, but `{}` measured {}"
#       then: "{} is about {} replicas, but `{}` measured {}"
#     - now: "{} plans {} tokens in {}, but `{}` has {} on average"
#       then: "{} is about {} tokens in {}, but `{}` has {} on average"
package servelint.rules.verification["evidence-wrong-subject"]

import data.servelint.lib.measured
import data.servelint.lib.pin
import data.servelint.lib.text

finding contains violation if {
	some file in measured.review_files
	row := file.row
	model := row.result.evidence.subject.model
	not is_served(model)
	message := sprintf("`%s` measured the model `%s`, but the specification serves `%s`", [
		row.result.path,
		model,
		input.serving.spec.model.name,
	])
	related := array.concat([{"at": ["serving", "spec", "model", "name"], "message": "the served model"}], file.related)
	violation := object.union({"at": row.at, "message": message, "related": related}, measured.mild(row.item))
}

finding contains violation if {
	some file in measured.review_files
	row := file.row
	image := row.result.evidence.subject.image
	served := input.serving.spec.serving.runtime.image
	is_other(image, served)
	message := sprintf("`%s` measured the image `%s`, but the specification serves `%s`", [row.result.path, image, served])
	related := array.concat([{"at": ["serving", "spec", "serving", "runtime", "image"], "message": "the served image"}], file.related)
	violation := object.union({"at": row.at, "message": message, "related": related}, measured.mild(row.item))
}

finding contains violation if {
	some row in measured.review_rows
	found := row.result.evidence.subject.replicas
	wanted := row.item.conditions.replicas
	found != wanted
	message := sprintf("%s plans %s, but `%s` measured %v", [row.name, text.counted(wanted, "replica"), row.result.path, found])
	violation := object.union({"at": row.at, "message": message, "related": plan(row, "replicas")}, measured.mild(row.item))
}

finding contains violation if {
	some row in measured.review_rows
	some key, words in {"inputTokens": "tokens in a prompt", "outputTokens": "tokens in an answer"}
	found := row.result.evidence.subject[key]
	wanted := row.item.conditions[key]
	abs(found - wanted) > wanted * 0.1
	message := sprintf("%s plans %v %s, but `%s` has %v on average", [
		row.name,
		wanted,
		words,
		row.result.path,
		measured.number(found),
	])
	violation := object.union({"at": row.at, "message": message, "related": plan(row, key)}, measured.mild(row.item))
}

# With a base: what was measured there is no proof of what the change makes of it.
finding contains violation if {
	changed := input.facts.changed
	some file in measured.review_files
	row := file.row
	row.item.category in {"load", "canary"}
	row.item.gate == "blocking"
	some older in changed.older
	row.result.path == older
	not is_recorded(row.result)
	some target in row.item.verifies
	startswith(target, "slo/")
	values := weighty(changed.values)
	message := sprintf("`%s` stands as it did at `%s`, but since then %s; nothing was measured again", [
		older,
		changed.since,
		concat(", ", [words |
			some value in values
			words := became(value)
		]),
	])
	places := [{"at": value.at, "message": value.what} | some value in values]
	violation := {
		"at": row.at,
		"message": message,
		"related": array.concat(places, file.related),
		"help": "Measure what the change makes of the service, and give the new file.",
		"cause": sprintf("older %s", [older]),
	}
}

became(value) := sprintf("%s became `%s` (it was `%s`)", [value.what, value.after, value.before]) if {
	value.before
	value.after
}

became(value) := sprintf("%s became `%s` (it was not stated)", [value.what, value.after]) if not value.before

became(value) := sprintf("%s is no longer stated (it was `%s`)", [value.what, value.before]) if not value.after

# What the statement beside a result has, and what goes live.
finding contains violation if {
	some file in measured.review_files
	rows := [row |
		some use in file.uses
		row := measured.review_rows[use]
		is_measured(row.item)
	]
	row := rows[0]
	row.result.binding.status == "bound"
	others := differences(row.result.binding.subject, input.facts.subject)
	count(others) > 0
	values := weighty(others)
	message := sprintf("`%s` was measured on another subject: since then %s", [
		row.result.path,
		concat(", ", [words |
			some value in values
			words := sprintf("%s became `%v` (it was `%v`)", [value.what, value.after, value.before])
		]),
	])
	places := [{"at": array.concat(["serving"], value.at), "message": value.what} |
		some value in values
		object.get(input.serving, value.at, null) != null
	]
	violation := object.union(
		{"at": row.at, "message": message, "related": array.concat(places, file.related), "help": again},
		measured.mild(row.item),
	)
}

again := "Measure what goes live, with `servelint evidence record`."

# A drill ages by itself, and a result that only advises is compared as well.
is_measured(item) if item.category in {"load", "canary"}

is_measured(item) if item == {}

# A command that was seen to run on what goes live is a new measurement, whatever the file was before.
is_recorded(result) if {
	result.binding.status == "bound"
	result.binding.kind == "recorded"
	count(differences(result.binding.subject, input.facts.subject)) == 0
}

# In which values two subjects differ; what one of them does not have is not known.
differences(then, now) := array.concat(array.concat(single(then, now), tokens(then, now)), arguments_of(then, now))

single(then, now) := [value |
	some row in [
		{"key": "service", "what": "the service", "at": ["metadata", "name"]},
		{"key": "revision", "what": "the revision", "at": ["metadata", "revision"]},
		{"key": "model", "what": "the model", "at": ["spec", "model", "uri"]},
		{"key": "modelDigest", "what": "the digest of the model", "at": ["spec", "model", "digest"]},
		{"key": "weightBytes", "what": "the bytes of a weight", "at": ["spec", "model", "weightBytesPerParameter"]},
		{"key": "contextLength", "what": "the context length", "at": ["spec", "model", "contextLength"]},
		{"key": "server", "what": "the server", "at": ["spec", "serving", "runtime", "name"]},
		{"key": "image", "what": "the image", "at": ["spec", "serving", "runtime", "image"]},
		{"key": "gpu", "what": "the GPU", "at": ["spec", "resources", "gpu", "type"]},
		{"key": "gpus", "what": "the number of GPUs", "at": ["spec", "resources", "gpu", "count"]},
		{"key": "cpu", "what": "the CPU", "at": ["spec", "resources", "cpu"]},
		{"key": "tensor", "what": "the tensor parallelism", "at": ["spec", "serving", "parallelism", "tensor"]},
		{"key": "pipeline", "what": "the pipeline parallelism", "at": ["spec", "serving", "parallelism", "pipeline"]},
		{"key": "data", "what": "the data parallelism", "at": ["spec", "serving", "parallelism", "data"]},
		{"key": "maxNumSeqs", "what": "the limit of concurrent sequences", "at": ["spec", "serving", "maxNumSeqs"]},
		{"key": "maxModelLen", "what": "the length of a sequence", "at": ["spec", "serving", "maxModelLen"]},
		{"key": "maxBatchSize", "what": "the largest batch", "at": ["spec", "serving", "batching", "maxBatchSize"]},
	]
	before := object.get(then, row.key, null)
	after := object.get(now, row.key, null)
	before != null
	after != null
	before != after
	not is_same(row.key, then, now)
	value := {"what": row.what, "at": row.at, "before": before, "after": after}
]

# Two names of one image, and two places of one model.
is_same("image", then, now) if {
	before := then.image
	after := now.image
	not is_other(before, after)
}

is_same("model", then, now) if then.modelDigest == now.modelDigest

tokens(then, now) := [value |
	some key, words in {"inputTokens": "of a prompt", "outputTokens": "of an answer"}
	some statistic in ["p50", "p95", "max"]
	before := object.get(then, [key, statistic], null)
	after := object.get(now, [key, statistic], null)
	is_number(before)
	is_number(after)
	abs(before - after) > before * 0.1
	value := {"what": sprintf("%s tokens %s", [statistic, words]), "at": ["spec", "traffic", key, statistic], "before": before, "after": after}
]

arguments_of(then, now) := [value |
	old := object.get(then, "arguments", {})
	new := object.get(now, "arguments", {})
	some name in (object.keys(old) | object.keys(new))
	before := argument(old, name, then, now)
	after := argument(new, name, then, now)
	before != after
	value := {"what": sprintf("argument `%s`", [name]), "at": ["spec", "serving", "runtime", "arguments", name], "before": before, "after": after}
]

# That an argument is not there is known where both list all of theirs.
argument(list, name, _, _) := list[name]

argument(list, name, then, now) := "not set" if {
	not list[name]
	then.argumentsFrom == now.argumentsFrom
}

# A new number of the revision alone says that something changed; where more is known, that is said.
weighty(values) := others if {
	others := [value | some value in values; value.what != "the revision"]
	count(others) > 0
} else := values

# What an AnalysisRun states of itself, and what the manifests have in its place.
finding contains violation if {
	some file in measured.review_files
	row := file.row
	some other in elsewhere(row.result.evidence.subject)
	message := sprintf("`%s` is about %s `%s`, but the manifests have `%s`", [
		row.result.path,
		other.what,
		other.found,
		other.wanted[0].value,
	])
	related := array.concat([{"at": other.wanted[0].at, "message": other.what}], file.related)
	violation := object.union({"at": row.at, "message": message, "related": related}, measured.mild(row.item))
}

elsewhere(subject) := ({other |
	some row in [
		{"what": "the namespace", "found": object.get(subject, "namespace", ""), "known": namespaces},
		{"what": "the Rollout", "found": object.get(subject, "rollout", ""), "known": rollouts},
	]
	row.found != ""
	other := differing(row.what, row.found, row.known)
} | {other |
	some key in ["app", "app.kubernetes.io/name", "app.kubernetes.io/instance"]
	found := subject.labels[key]
	other := differing(sprintf("the label `%s`", [key]), found, labels(key))
}) | {other |
	some name, found in subject.arguments
	other := differing(sprintf("the argument `%s`", [name]), found, arguments(name))
}

# Nothing where the manifests say nothing, or one of them says the same.
differing(what, found, known) := {"what": what, "found": found, "wanted": known} if {
	count(known) > 0
	every row in known { row.value != found }
}

namespaces := [{"value": name, "at": ["artifacts", i, "metadata", "namespace"]} |
	some i, artifact in input.artifacts
	name := artifact.metadata.namespace
]

rollouts := [{"value": artifact.metadata.name, "at": ["artifacts", i, "metadata", "name"]} |
	some i, artifact in input.artifacts
	artifact.facts.kind == "Rollout"
]

labels(key) := [{"value": value, "at": array.concat(["artifacts", i], array.concat(path, [key]))} |
	some i, artifact in input.artifacts
	some path in [["metadata", "labels"], ["spec", "template", "metadata", "labels"], ["spec", "selector", "matchLabels"]]
	value := object.get(object.get(artifact, path, {}), key, null)
	is_string(value)
]

# What a Rollout gives its analyses as it is written, whatever step it is for.
arguments(name) := [{"value": value, "at": array.concat(["artifacts", i], path)} |
	some i, artifact in input.artifacts
	artifact.facts.kind == "Rollout"
	walk(artifact.spec.strategy, [below, entry])
	count(below) > 1
	below[count(below) - 2] == "args"
	entry.name == name
	value := entry.value
	is_string(value)
	path := array.concat(array.concat(["spec", "strategy"], below), ["value"])
]

is_served(_) if not input.serving.spec.model

is_served(model) if model == input.serving.spec.model.name

is_served(model) if startswith(model, "/")

is_served(model) if lower(model) == lower(input.service)

is_served(model) if last(model) == last(input.serving.spec.model.name)

is_served(model) if last(model) == last(without_revision(input.serving.spec.model.uri))

last(name) := parts[count(parts) - 1] if parts := split(lower(trim_suffix(name, "/")), "/")

# `hf://owner/model:revision` without what follows the colon.
without_revision(address) := split(parts[count(parts) - 1], ":")[0] if parts := split(address, "/")

is_other(image, served) if repository(image) != repository(served)

is_other(image, served) if {
	digests := [digest | some name in [image, served]; digest := split(name, "@")[1]]
	count(digests) == 2
	digests[0] != digests[1]
}

is_other(image, served) if {
	tags := [tag | some name in [image, served]; not contains(name, "@"); tag := pin.tag(name); tag != ""]
	count(tags) == 2
	tags[0] != tags[1]
}

# The name without tag and digest, and without what Docker Hub's names may leave out.
repository(image) := full if {
	name := split(image, "@")[0]
	bare := trim_suffix(name, concat("", [":", pin.tag(name)]))
	full := trim_prefix(trim_prefix(trim_prefix(bare, "index."), "docker.io/"), "library/")
}

plan(row, key) := [{"at": array.concat(array.slice(row.at, 0, 5), ["conditions", key]), "message": "the plan"}]
