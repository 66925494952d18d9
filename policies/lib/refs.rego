# METADATA
# description: |
#   What the documents of a review name (SLOs, analyses, assumptions, checklist items, risks, decisions, actions), so that
#   a reference from one document to another can be followed. For rules that apply to a Review.
package servelint.lib.refs

# METADATA
# description: The names that a reference of each kind may use. The host lists them; without it they are gathered here.
known := {kind: object.keys(names) | some kind, names in input.facts.names} if {
	# Without a condition there can be no `else`.
	# regal ignore:redundant-existence-check
	input.facts.names
} else := {
	"slo": {s.name | some s in input.serving.spec.slos},
	"analysis": {a.name | some a in input.serving.spec.rollout.analysis},
	"assumption": {a.id | some a in input.serving.spec.assumptions},
	"constraint": {c.id | some c in input.serving.spec.constraints},
	"item": {item.id | some list in input.checklists; some item in list.spec.items},
	"decision": {d.id | some log in input.decisions; some d in log.spec.decisions},
	"risk": {r.id | some log in input.decisions; some r in log.spec.residualRisks},
	"action": {a.id | some log in input.decisions; some a in log.spec.actions},
}

# METADATA
# description: Every checklist item with its place in the review.
items := [{"at": ["checklists", c, "spec", "items", i], "item": item, "facts": facts} |
	some c, list in input.checklists
	some i, item in list.spec.items
	facts := object.get(list, ["facts", "items", i], {})
]

# METADATA
# description: |
#   Ends a message about an unknown name: the name that was probably meant (other capitals, or a part of it), else the
#   few that there are. Of more than a hundred names none is proposed: each would be compared with each unknown name.
hint(name, names) := sprintf("; did you mean `%s`?", [near]) if {
	count(names) <= 100
	alike := sort([known_name | some known_name in names; resembles(known_name, name)])
	near := alike[0]
} else := sprintf("; known: `%s`", [concat("`, `", sort([known_name | some known_name in names]))]) if {
	count(names) in {1, 2, 3, 4}
} else := ""

# METADATA
# description: True where two names differ only in capitals or dashes, or one holds the other.
resembles(a, b) if contains(plain(a), plain(b))

resembles(a, b) if contains(plain(b), plain(a))

# METADATA
# description: True where at least one result is linked to the checklist item.
collected(item) if count(item.evidence) > 0

# METADATA
# description: |
#   Rows of place and reference, for everything that a review rests on. A function, because the host spares a rule the search
#   where every file is there and as it was recorded.
evidence(review) := union({
	{[at, reference] |
		some i, assumption in review.serving.spec.assumptions
		reference := assumption.basis.evidence
		at := ["serving", "spec", "assumptions", i, "basis", "evidence"]
	},
	{[at, reference] |
		reference := review.serving.spec.capacity.perReplica.evidence
		at := ["serving", "spec", "capacity", "perReplica", "evidence"]
	},
	{[at, reference] |
		some d, log in review.decisions
		some i, decision in log.spec.decisions
		some k, reference in decision.outcome.evidence
		at := ["decisions", d, "spec", "decisions", i, "outcome", "evidence", k]
	},
	{[at, reference] |
		some d, log in review.decisions
		some i, decision in log.spec.decisions
		some j, option in decision.options
		some dimension, judged in option.tradeoffs
		some k, reference in judged.evidence
		at := ["decisions", d, "spec", "decisions", i, "options", j, "tradeoffs", dimension, "evidence", k]
	},
	{[at, reference] |
		some d, log in review.decisions
		some i, decision in log.spec.decisions
		some j, option in decision.options
		some dimension, judged in option.tradeoffs
		reference := judged.claim.evidence
		at := ["decisions", d, "spec", "decisions", i, "options", j, "tradeoffs", dimension, "claim", "evidence"]
	},
	{[at, reference] |
		some entry in items
		some k, reference in entry.item.evidence
		at := array.concat(entry.at, ["evidence", k])
	},
})

# METADATA
# description: The path of an evidence reference, which is a string or an object with `path`.
path(evidence) := evidence if is_string(evidence)

path(evidence) := evidence.path if is_object(evidence)

plain(name) := replace(lower(name), "_", "-")
