# METADATA
# description: |
#   The queries in the manifests of a review, and the numbers that they can yield. For rules that apply to Artifacts.
package servelint.lib.queries

import data.servelint.lib.manifest

# METADATA
# description: Every query, with the index and the facts of its manifest.
all := [{"index": i, "query": query, "facts": artifact.facts} |
	some i, artifact in input.artifacts
	some query in artifact.facts.queries
]

# METADATA
# description: |
#   The queries that decide about a rollout, each with its metric and the places of both: those of Argo's templates, and those
#   of Flagger's templates with each metric of a Canary that refers to them.
judged := array.concat(
	[{"query": q.query, "at": manifest.place(q.index, q.query.at), "metric": metric, "index": q.index} |
		some q in all
		metric := q.facts.analyses[q.query.metric]
	],
	[{"query": q.query, "at": manifest.place(q.index, q.query.at), "metric": metric, "index": i} |
		some q in all
		q.query.purpose == "template"
		some i, artifact in input.artifacts
		artifact.facts.kind == "Canary"
		some metric in artifact.facts.analyses
		metric.template == q.query.name
	],
)

# METADATA
# description: What a query belongs to, in messages, such as "metric `errors`".
owner(query) := sprintf("%s `%s`", [noun(query.purpose), query.name]) if query.name

owner(query) := sprintf("this %s", [noun(query.purpose)]) if not query.name

noun("analysis") := "metric"

noun("template") := "metric template"

noun("alert") := "alert"

noun("record") := "recording rule"

noun(purpose) := "objective" if purpose in {"errors", "good", "total", "ratio"}

# METADATA
# description: True where a result of this number fails the bound of a metric.
fails(bound, number) if {
	bound.fails == "gt"
	number > bound.value
}

fails(bound, number) if {
	bound.fails == "gte"
	number >= bound.value
}

fails(bound, number) if {
	bound.fails == "lt"
	number < bound.value
}

fails(bound, number) if {
	bound.fails == "lte"
	number <= bound.value
}

# METADATA
# description: True where every number that the query can yield fails the bound.
always_fails(bound, query) if {
	bound.fails in {"gt", "gte"}
	fails(bound, query.low)
}

always_fails(bound, query) if {
	bound.fails in {"lt", "lte"}
	fails(bound, query.high)
}

# METADATA
# description: True where no number that the query can yield fails the bound.
never_fails(bound, query) if {
	bound.fails in {"gt", "gte"}
	most := query.high
	not fails(bound, most)
}

never_fails(bound, query) if {
	bound.fails in {"lt", "lte"}
	least := query.low
	not fails(bound, least)
}

# METADATA
# description: The numbers that a query can yield, in words, such as "between 0 and 1".
span(query) := sprintf("between %v and %v", [low, query.high]) if {
	low := query.low
	low != query.high
}

span(query) := sprintf("%v", [query.low]) if query.low == query.high

span(query) := sprintf("at least %v", [low]) if {
	low := query.low
	not query.high
}

span(query) := sprintf("at most %v", [high]) if {
	high := query.high
	not query.low
}

# METADATA
# description: A bound of a metric in words, such as "above 0.05".
limit(bound) := sprintf("%s %v", [side(bound.fails), bound.value])

side("gt") := "above"

side("gte") := "at or above"

side("lt") := "below"

side("lte") := "at or below"
