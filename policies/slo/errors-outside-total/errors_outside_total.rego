# METADATA
# title: Errors of an objective are no part of its total
# description: |
#   An objective is a ratio of errors, or of good events, to all events. Where the first query counts what
#   the second does not, the ratio says nothing: good minus total is never above 0, so the budget never
#   burns and no alert fires; the same query twice is always 1; and matchers that exclude each other, such as
#   `code=~"5.."` among `code=~"2.."` or a misspelt job, divide one population by another. Reported is only
#   what the queries themselves show: the same metric and wrappers, with matchers that cannot both hold.
# related_resources:
#   - description: SRE workbook, Implementing SLOs
#     ref: https://sre.google/workbook/implementing-slos/
#   - description: Sloth, SLI events
#     ref: https://sloth.dev/specs/default/
# custom:
#   severity: error
#   applies_to: [Artifacts]
#   since: 0.2.0
#   help: Count the errors among the events of the total, with the same metric and the same labels.
package servelint.rules.slo["errors-outside-total"]

import data.servelint.lib.manifest
import data.servelint.lib.objectives

finding contains {"at": at, "message": message, "related": [{"at": total, "message": "the query of all events"}]} if {
	some s in objectives.slos
	part := s.slo.part
	message := sprintf("%s: %s", [objectives.called("objective", s.slo), wrong(part)])
	at := manifest.place(s.index, part.at)
	total := manifest.place(s.index, part.total)
}

wrong(part) := sprintf("the query of %s is the query of all events, so their ratio is always 1", [counted(part.counts)]) if part.relation == "same"

wrong(part) := sprintf("the query of %s subtracts all events from a part of them, so it is never above 0", [counted(part.counts)]) if part.relation == "negative"

wrong(part) := sprintf("the query of %s counts nothing of all events, because %s exclude each other", [counted(part.counts), part.why]) if part.relation == "apart"

counted("errors") := "errors"

counted("good") := "good events"
