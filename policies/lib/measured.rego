# METADATA
# description: |
#   What the evidence behind claims really says: rows of claim and result, for rules about a VerificationChecklist, a
#   ServingSpec or a Review. The host reads the files; without it there are no rows.
package servelint.lib.measured

# METADATA
# description: |
#   Every result behind a claim of this document, with its place, the checklist item (empty for the throughput of a replica)
#   and how messages call the claim.
rows := array.concat(item_rows, capacity_rows)

# METADATA
# description: The same for all documents of a review.
review_rows := array.concat(
	[row |
		some c, list in input.checklists
		some i, item in list.spec.items
		some result in list.facts.items[i].results
		row := {"at": array.concat(["checklists", c], result.at), "item": item, "name": item_name(item, i), "result": result}
	],
	[row |
		some result in input.serving.facts.capacityResults
		row := {"at": array.concat(["serving"], result.at), "item": {}, "name": replica, "result": result}
	],
)

item_rows := [row |
	some i, item in input.spec.items
	some result in input.facts.items[i].results
	row := {"at": result.at, "item": item, "name": item_name(item, i), "result": result}
]

capacity_rows := [row |
	some result in input.facts.capacityResults
	row := {"at": result.at, "item": {}, "name": replica, "result": result}
]

replica := "the throughput of a replica"

# METADATA
# description: |
#   Each run of each file of this document once, at its gravest use, with the indexes of all its rows: what is wrong with a file is said
#   once, however many claims rest on it.
files := [file |
	some uses in groups
	order := [n | some [_, n] in sort([use | some use in uses])]
	file := {"row": rows[order[0]], "uses": order, "related": [{"at": rows[n].at, "message": "also used here"} |
		some k, n in order
		k > 0
	]}
]

# METADATA
# description: |
#   Each file of a list of results once, in the order of their paths: its first result, and the other uses as related
#   places.
once(results) := [{"result": same[0], "related": related} |
	some path in {result.path | some result in results}
	same := [result | some result in results; result.path == path]
	related := [{"at": result.at, "message": "also used here"} |
		some n, result in same
		n > 0
	]
]

groups[key] contains [rank(row.item), n] if {
	some n, row in rows
	key := run(row.result)
}

# One file may hold several runs, and may be read in several ways.
run(result) := concat(" ", [object.get(result, key, "") | some key in ["status", "format", "select", "path"]])

# METADATA
# description: The same for all documents of a review.
review_files := [file |
	some uses in review_groups
	order := [n | some [_, n] in sort([use | some use in uses])]
	file := {"row": review_rows[order[0]], "uses": order, "related": [{"at": review_rows[n].at, "message": "also used here"} |
		some k, n in order
		k > 0
	]}
]

review_groups[key] contains [rank(row.item), n] if {
	some n, row in review_rows
	key := run(row.result)
}

# What blocks comes first.
rank(item) := 1 if {
	item.gate == "advisory"
} else := 0

# METADATA
# description: The severity of a finding about an item, to be joined to it; only what blocks stops a release.
mild(item) := {"severity": "warning"} if {
	item.gate == "advisory"
} else := {}

# METADATA
# description: |
#   The day on which a result was measured, in days since 1970-01-01: what stands in its file counts before `collectedAt` of the
#   reference at this path of its document. Undefined where neither has a day.
taken(facts, at, result) := result.startedDay if {
	is_number(result.startedDay)
} else := collected(facts, at)

# METADATA
# description: The day of `collectedAt` at this path of the document that has these facts, likewise.
collected(facts, at) := day if {
	day := object.get(facts, array.concat(at, ["collectedAt"]), null)
	is_number(day)
}

# METADATA
# description: How messages call a checklist item.
item_name(item, index) := sprintf("item `%v`", [object.get(item, "id", index + 1)])

# METADATA
# description: A statistic and a metric as messages name them, such as "p99 request_latency".
measure(item) := concat(" ", [part |
	some key in ["statistic", "name"]
	part := object.get(item, ["metric", key], "")
	not part in {"", "value", "phase", "ratio"}
])

# METADATA
# description: At most six decimals.
number(x) := round(x * 1000000) / 1000000

# METADATA
# description: A result with its unit, as messages show it.
shown(result) := sprintf("`%s`", [result.text]) if is_string(result.text)

shown(result) := sprintf("%v", [number(result.value)]) if {
	is_number(result.value)
	result.unit == "ratio"
}

shown(result) := sprintf("%v %s", [number(result.value), result.unit]) if {
	is_number(result.value)
	result.unit != "ratio"
}

# METADATA
# description: The messages of the tool's cautions of that kind, the first ones.
cautions(result, kind) := [caution.message |
	some caution in result.evidence.cautions
	caution.kind == kind
]

# METADATA
# description: |
#   The rate of a run that a plan is compared with, and what it was: `reached`, or `asked for` where that much was reached, for
#   less cannot be reached than is asked for. Empty where the file tells neither.
rates(evidence) := [[evidence.offeredRps, "asked for"]] if {
	is_number(evidence.offeredRps)
	object.get(evidence, "achievedRps", evidence.offeredRps) >= evidence.offeredRps * 0.98
} else := [[evidence.achievedRps, "reached"]] if {
	is_number(evidence.achievedRps)
} else := []
