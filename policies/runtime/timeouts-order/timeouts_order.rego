# METADATA
# title: An outer timeout is not longer than the one inside it
# description: |
#   A request passes the client, the gateway and the server, and each of them waits for the next. If an
#   outer one gives up first or at the same moment, the inner one keeps working on an answer that nobody
#   reads, and the error that the caller sees names the wrong component. A retry then adds load to a server
#   that is still busy with the first attempt. So client > gateway > server. Timeouts that the specification
#   omits are skipped; the remaining ones are still compared. The SRE book, chapter 22, gives the reasons
#   under deadlines and their propagation. A route in the manifests (HTTPRoute, VirtualService) is such a gateway: its
#   timeout, and that of a single try, are compared with the server's, and its timeout with the client's where the
#   specification states no gateway. Of several rules of a route the longest time counts, because a health check may
#   have a shorter one. NGINX ends a request whose answer does not go on for `proxy-read-timeout`; that is compared
#   where answers are not streamed. Where no specification states the server's timeout, that of an InferenceService or a
#   Service of Knative takes its place, as a warning, because it is an upper limit and often a generous one.
# related_resources:
#   - description: SRE book, Addressing Cascading Failures
#     ref: https://sre.google/sre-book/addressing-cascading-failures/
# custom:
#   severity: error
#   unclaimed: warning
#   applies_to: [ServingSpec, Artifacts]
#   since: 0.1.0
#   help: Make each outer timeout longer than the inner one by at least the network time between them.
package servelint.rules.runtime["timeouts-order"]

import data.servelint.lib.compare
import data.servelint.lib.manifest
import data.servelint.lib.routes
import data.servelint.lib.text

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

# A route gives up before the server, or at the same moment.
finding contains {
	"at": cut.at,
	"message": sprintf("%s ends %s after %s, but the server may take `%s`", [
		manifest.called(facts),
		what,
		text.duration(cut.value),
		input.serving.spec.timeouts.server,
	]),
	"related": [{"at": ["serving", "spec", "timeouts", "server"], "message": "the timeout inside it"}],
	"help": "Let the route wait longer than the server by at least the network time between them, and set no shorter one for a try.",
} if {
	server := input.serving.facts.spec.timeouts.server
	some index, facts in routes.manifests
	some key, what in limits
	cut := routes.longest(index, key)
	cut.value <= server
}

# With a gateway in the specification the difference from that is reported.
finding contains {
	"at": longest.at,
	"severity": "warning",
	"message": sprintf("%s lets requests take %s, but the client gives up after `%s`", [
		manifest.called(facts),
		text.duration(longest.value),
		input.serving.spec.timeouts.client,
	]),
	"related": [{"at": ["serving", "spec", "timeouts", "client"], "message": "the time that the client waits"}],
	"help": "Let the route give up before the client does.",
} if {
	client := input.serving.facts.spec.timeouts.client
	not input.serving.facts.spec.timeouts.gateway
	some index, facts in routes.manifests
	longest := routes.longest(index, "timeoutSeconds")
	longest.value >= client
}

limits["timeoutSeconds"] := "requests"

limits["trySeconds"] := "each try"

# Streamed answers go on before they end.
limits["silenceSeconds"] := "a request without an answer" if input.serving.spec.serving.mode == "online"

# A workload that states its own timeout, where the specification states none for the server.
finding contains {
	"at": outer.at,
	"severity": "warning",
	"message": sprintf("%s ends requests after %s, but %s lets them take %s", [
		manifest.called(facts),
		text.duration(outer.value),
		manifest.called(server.facts),
		text.duration(server.timeout.value),
	]),
	"related": [{"at": manifest.place(server.index, server.timeout.at), "message": "the timeout inside it"}],
	"help": "Let the route wait longer than the server by at least the network time between them.",
} if {
	some server in servers
	some index, facts in routes.manifests
	outer := routes.longest(index, "timeoutSeconds")
	outer.value < server.timeout.value
}

finding contains {
	"at": manifest.place(server.index, server.timeout.at),
	"severity": "warning",
	"message": sprintf("%s lets requests take %s, but the %s gives up after `%s`", [
		manifest.called(server.facts),
		text.duration(server.timeout.value),
		outer,
		input.serving.spec.timeouts[outer],
	]),
	"related": [{"at": ["serving", "spec", "timeouts", outer], "message": "the timeout around it"}],
	"help": "Let the server give up before the gateway, and that before the client.",
} if {
	some server in servers
	outer := outermost[0]
	input.serving.facts.spec.timeouts[outer] <= server.timeout.value
}

# The one workload, where it states a timeout and the specification none.
servers := [{"index": w.index, "facts": w.facts, "timeout": timeout} |
	not stated
	count(manifest.workloads) == 1
	some w in manifest.workloads
	timeout := w.workload.timeoutSeconds
]

stated if input.serving.facts.spec.timeouts.server

# What waits for the server directly.
outermost := [name |
	some name in ["gateway", "client"]
	input.serving.facts.spec.timeouts[name]
]
