# METADATA
# title: A declared change has no proof of its own
# description: |
#   What was measured on the former model, image, arguments, GPUs or parallelism says nothing about the new ones. With
#   `--since` or `--policy-from`, each entry of `spec.change` about such a fact that changed names, in `provenBy`, blocking
#   checklist items that were measured on it. The rule reports an entry without items, an item that only advises or has
#   no evidence, evidence that stands as it did at the base (there or under another name), and a run that is the one of the
#   base or began before it. An item with a `waiver` is answered for by a person. Where no file tells when it was measured,
#   only its content is compared. Facts that are no part of what is measured need no new run: their items are judged
#   again on the results that there are.
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [Review]
#   since: 0.2.0
#   help: Measure what the change makes of the service in a blocking item, and name it in `provenBy`.
package servelint.rules.verification["change-unproven"]

import data.servelint.lib.change
import data.servelint.lib.refs

finding contains {
	"at": entry.at,
	"message": sprintf("entry %d of `spec.change` names no item that proves the changed %s: %s", [
		entry.number,
		nouns[entry.what],
		change.became(subject_of(entry.what)),
	]),
} if {
	some entry in asked
	count(object.get(entry.entry, "provenBy", [])) == 0
}

finding contains object.union({"at": row.at, "related": [{"at": row.item_at, "message": "the item"}]}, said) if {
	some row in named
	said := fault(row)
}

# The entries of this change about something that is measured.
asked := [entry |
	some entry in change.entries
	not entry.stale
	entry.what in change.measured
]

# The items that they name, as far as there are such items.
named := [row |
	some entry in asked
	some k, id in entry.entry.provenBy
	some found in refs.items
	found.item.id == id
	row := {
		"at": array.concat(entry.at, ["provenBy", k]),
		"what": entry.what,
		"id": id,
		"item": found.item,
		"item_at": found.at,
		"facts": found.facts,
	}
]

fault(row) := {"message": sprintf("`%s` only advises: a changed %s is proven by an item that blocks", [row.id, nouns[row.what]])} if {
	row.item.gate == "advisory"
} else := {"message": sprintf("`%s` has no evidence, so it proves no changed %s", [row.id, nouns[row.what]])} if {
	item := row.item
	not refs.collected(item)
	not row.item.waiver
} else := {
	"message": sprintf("the evidence of `%s` stands as it did at `%s`, so it proves no changed %s", [row.id, change.since, nouns[row.what]]),
	"follows": sprintf("older %s", [paths[0]]),
} if {
	paths := sort([path | some path in evidence_of(row.item)])
	count(paths) > 0
	every path in paths { path in input.facts.change.older }
} else := {"message": sprintf("`%s` was measured at %s, and at `%s` already at %s: it proves no changed %s", [
	row.id,
	latest.text,
	change.since,
	before.startedAt,
	nouns[row.what],
])} if {
	some before in input.facts.change.measured
	before.item == row.id
	starts := [{"day": result.startedDay, "text": result.evidence.startedAt, "is_local": object.get(result, "startedLocally", false)} |
		some result in row.facts.results
		is_number(result.startedDay)
	]
	count(starts) > 0
	days := max([start.day | some start in starts])
	some latest in starts
	latest.day == days
	is_no_later(latest, before)
}

# Within a day only the same time tells: two zones may name it differently. Without an offset it may be the neighbouring day.
is_no_later(latest, before) if latest.day + slack(latest, before) < before.startedDay

is_no_later(latest, before) if latest.text == before.startedAt

slack(latest, before) := 1 if {
	true in {latest.is_local, object.get(before, "startedLocally", false)}
} else := 0

evidence_of(item) := {refs.path(reference) | some reference in item.evidence}

subject_of(what) := subjects[0] if {
	subjects := [fact | some fact in change.facts_of(what); fact.subject]
}

nouns := {
	"model": "model",
	"image": "image",
	"arguments": "arguments",
	"gpus": "GPUs",
	"parallelism": "parallelism",
	"capacity": "CPU",
}
