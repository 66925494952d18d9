# METADATA
# title: Retries take longer than the client timeout
# description: |
#   With `attempts` tries of `perTryTimeout` each, the last try may end after attempts x perTryTimeout. If
#   the client has given up by then, the last tries are wasted work at the moment when the service is slow.
#   That is how retries turn a slow spell into an overload (SRE book, chapter 22, on retries). A product
#   equal to the client timeout passes.
# related_resources:
#   - description: SRE book, Addressing Cascading Failures
#     ref: https://sre.google/sre-book/addressing-cascading-failures/
# custom:
#   severity: warning
#   applies_to: [ServingSpec]
#   since: 0.1.0
#   help: Lower `attempts` or `perTryTimeout`, or let the client wait for all of its tries.
package servelint.rules.runtime["retries-exceed-client"]

import data.servelint.lib.compare
import data.servelint.lib.text

finding contains {
	"at": ["spec", "timeouts", "retries"],
	"message": message,
	"related": [{"at": ["spec", "timeouts", "client"], "message": "the time that the client waits"}],
} if {
	total := input.facts.retriesSeconds
	total > input.facts.spec.timeouts.client
	compare.above(total, input.facts.spec.timeouts.client)
	message := sprintf("%v tries of `%s` take up to %s, but the client gives up after `%s`", [
		input.spec.timeouts.retries.attempts,
		input.spec.timeouts.retries.perTryTimeout,
		text.duration(total),
		input.spec.timeouts.client,
	])
}
