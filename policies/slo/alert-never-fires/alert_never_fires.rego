# METADATA
# title: Alert compares with a number that is out of reach
# description: |
#   An alert whose comparison can never hold stays silent whatever happens. The numbers on both sides are
#   compared by what they can be: a `count` of series is at least 1, because it yields nothing where there
#   are none; a rate and a sum of rates are never below 0; `up` is 0 or 1; a part minus its total is never
#   above 0. A share compared with a number above 1 is reported as a burn rate that is never reached.
# related_resources:
#   - description: Prometheus, operators
#     ref: https://prometheus.io/docs/prometheus/latest/querying/operators/
# custom:
#   severity: error
#   applies_to: [Artifacts]
#   since: 0.2.0
#   help: Compare with a number that the expression can reach, or use `absent()` to find what is missing.
package servelint.rules.slo["alert-never-fires"]

import data.servelint.lib.manifest
import data.servelint.lib.queries

finding contains {"at": at, "message": message} if {
	some q in queries.all
	q.query.purpose == "alert"
	never := q.query.never
	not is_share(never)
	at := manifest.place(q.index, q.query.at)
	message := sprintf("%s can never fire: what it compares with %v is %s", [
		queries.owner(q.query),
		never.value,
		queries.span(never),
	])
}

# `burnrate-unreachable` reports these.
is_share(never) if {
	abs(never.low) <= 100
	abs(never.high) <= 100
}
