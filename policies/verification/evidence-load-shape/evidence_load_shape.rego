# METADATA
# title: Test load does not model independent users
# description: |
#   Users do not wait for each other. A generator whose requests wait for answers slows down with the server
#   and hides the queueing that it should find (coordinated omission); one without a rate, or one that fell
#   behind its own, measured some other load than it was asked for. The latencies of such a run are a lower
#   bound. A closed loop is correct where the callers are one as well; state the reason in
#   `method.loadShape`.
# related_resources:
#   - description: Gil Tene, How NOT to measure latency
#     ref: https://www.infoq.com/presentations/latency-response-time/
# custom:
#   severity: warning
#   elsewhere: info
#   applies_to: [VerificationChecklist, ServingSpec]
#   since: 0.2.0
#   gate: load
#   help: Send requests on a schedule, at the planned rate, from enough generators; or say in `method.loadShape` why this shape is the right one.
package servelint.rules.verification["evidence-load-shape"]

import data.servelint.lib.measured

finding contains {"at": row.at, "message": message, "related": file.related} if {
	some file in measured.files
	row := file.row
	is_latency(file)
	not explained(file)
	kinds := [kind |
		some kind in ["generator-behind", "unbounded-load", "closed-loop"]
		count(measured.cautions(row.result, kind)) > 0
	]
	message := sprintf("latency in `%s` is a lower bound: %s", [row.result.path, measured.cautions(row.result, kinds[0])[0]])
}

is_latency(file) if {
	some use in file.uses
	measured.rows[use].result.isLatency
}

explained(file) if {
	some use in file.uses
	measured.rows[use].item.method.loadShape
}
