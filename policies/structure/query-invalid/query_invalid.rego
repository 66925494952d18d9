# METADATA
# title: Query does not parse
# description: |
#   A query with a mistake in its syntax is refused: an analysis of Argo or Flagger then ends in an error
#   instead of a judgement, an alert is never loaded, and one broken rule keeps a whole file of rules out
#   of Prometheus. Only what no dialect takes is reported: brackets and quotes that do not close, operators
#   and values that cannot follow each other, and misspelt functions. Queries in MetricsQL, LogQL or another
#   language and templated text are listed as not checked. Template arguments such as `{{args.service}}`
#   may have any value.
# related_resources:
#   - description: Prometheus, querying basics
#     ref: https://prometheus.io/docs/prometheus/latest/querying/basics/
# custom:
#   severity: error
#   applies_to: [Artifacts]
#   since: 0.2.0
#   help: Correct the query at this place; `promtool check rules` and the expression browser of Prometheus report the same.
package servelint.rules.structure["query-invalid"]

import data.servelint.lib.manifest
import data.servelint.lib.queries

finding contains {"at": at, "within": fault.within, "message": message} if {
	some q in queries.all
	fault := q.query.fault
	at := manifest.place(q.index, q.query.at)
	message := sprintf("query of %s does not parse: %s", [queries.owner(q.query), fault.message])
}

# One line for each manifest and reason, at the first such query.
unchecked contains {"at": at, "message": message} if {
	some i, artifact in input.artifacts
	reasons := {query.unread | some query in artifact.facts.queries}
	some reason in reasons
	alike := [query | some query in artifact.facts.queries; query.unread == reason]
	first := alike[0]
	at := manifest.place(i, first.at)
	message := sprintf("query of %s%s: %s", [queries.owner(first), more(count(alike) - 1), reason])
}

more(0) := ""

more(n) := sprintf(" and %d more", [n]) if n > 0
