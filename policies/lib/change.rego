# METADATA
# description: |
#   What a change makes of a service, and what `spec.change` says of it. For rules that apply to a Review. The host compares
#   the facts with those of the base; without it, and where there is no base, there are no topics and no entries.
package servelint.lib.change

# METADATA
# description: The revision that is compared with, as it was named.
since := input.facts.change.since

# METADATA
# description: What changed, in the words of `spec.change`.
topics := {fact.what | some fact in input.facts.change.facts}

# METADATA
# description: The changed facts of a topic, in their order.
facts_of(what) := [fact | some fact in input.facts.change.facts; fact.what == what]

# METADATA
# description: The topics with a fact that is a part of what was measured.
measured contains fact.what if {
	some fact in input.facts.change.facts
	fact.subject
}

# METADATA
# description: |
#   The entries of `spec.change` with their places; `stale` where the base has the same one.
entries := [row |
	input.facts.change
	some i, entry in input.serving.spec.change.entries
	row := {
		"at": ["serving", "spec", "change", "entries", i],
		"what": entry.what,
		"number": i + 1,
		"entry": entry,
		"stale": i in input.facts.change.stale,
	}
]

# METADATA
# description: The topics that an entry declares.
declared contains entry.what if {
	some entry in entries
	not entry.stale
}

# METADATA
# description: The blocking items that measure an objective under load or in a canary, by their ids.
blocking := [item.id |
	some list in input.checklists
	some item in list.spec.items
	item.gate == "blocking"
	item.category in {"load", "canary"}
	count([target | some target in item.verifies; startswith(target, "slo/")]) > 0
]

# METADATA
# description: A changed fact in words.
became(fact) := sprintf("`%s` became `%s` (it was `%s`)", [fact.fact, fact.after, fact.before]) if {
	fact.before
	fact.after
}

became(fact) := sprintf("`%s` is new: `%s`", [fact.fact, fact.after]) if not fact.before

became(fact) := sprintf("`%s` is gone (it was `%s`)", [fact.fact, fact.before]) if not fact.after
