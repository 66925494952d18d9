# METADATA
# title: An outer timeout is not longer than the one inside it
# description: |
#   A request passes the client, the gateway and the server, and each of them waits for the next. If an
#   outer one gives up first or at the same moment, the inner one keeps working on an answer that nobody
#   reads, and the error that the caller sees names the wrong component. A retry then adds load to a server
#   that is still busy with the first attempt. So client > gateway > server. Timeouts that the specification
#   omits are skipped; the remaining ones are still compared. The SRE book, chapter 22, gives the reasons
#   under deadlines and their propagation.
# related_resources:
#   - description: SRE book, Addressing Cascading Failures
#     ref: https://sre.google/sre-book/addressing-cascading-failures/
# custom:
#   severity: error
#   applies_to: [ServingSpec]
#   since: 0.1.0
#   help: Make each outer timeout longer than the inner one by at least the network time between them.
package servelint.rules.runtime["timeouts-order"]

import data.servelint.lib.compare

finding contains {
	"at": ["spec", "timeouts", outer],
	"message": message,
	"related": [{"at": ["spec", "timeouts", inner], "message": "the timeout inside it"}],
} if {
	facts := input.facts.spec.timeouts
	some [outer, inner] in [["client", "gateway"], ["gateway", "server"], ["client", "server"]]
	longer := facts[outer]
	shorter := facts[inner]
	longer <= shorter * 2
	not compare.above(longer, shorter)
	not between(outer, inner, facts)
	message := sprintf("%s timeout `%s` is not longer than the %s timeout `%s`", [
		outer,
		input.spec.timeouts[outer],
		inner,
		input.spec.timeouts[inner],
	])
}

# The gateway stands between client and server, and is compared with both.
between("client", "server", facts) if facts.gateway
