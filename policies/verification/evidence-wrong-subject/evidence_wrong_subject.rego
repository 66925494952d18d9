# METADATA
# title: Evidence measures a different subject
# description: |
#   Results are reused: last quarter's model, a smaller fleet, shorter prompts. What the file states about
#   the model, the image, the replicas and the tokens of a request is compared with the specification and
#   with the item's `conditions`; token lengths may differ by 10 %. A model is the same where its name, or
#   the last part of it, is that of the specification's name or location, or the name of the service, under
#   which servers often offer it; a path on the server's own disk identifies no model. An image is another
#   one where the repository differs, or both have a digest or both a tag that differ. Values that the file
#   does not state are listed under *not checked*.
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
	message := sprintf("%s plans %v replicas, but `%s` measured %v", [row.name, wanted, row.result.path, found])
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

# The name without tag and digest.
repository(image) := trim_suffix(name, concat("", [":", pin.tag(name)])) if name := split(image, "@")[0]

plan(row, key) := [{"at": array.concat(array.slice(row.at, 0, 5), ["conditions", key]), "message": "the plan"}]
