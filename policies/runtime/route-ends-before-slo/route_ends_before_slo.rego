# METADATA
# title: Route ends requests sooner than an SLO allows
# description: |
#   An SLO says how long a request may take. A route (HTTPRoute, VirtualService) that ends requests before that turns some which the
#   SLO would have counted as good into errors, and the tail that the SLO is about can no longer be measured. The longest time that a
#   manifest gives requests on their way to the workload is compared with the largest value among the SLOs on `request_latency` and
#   `time_to_first_token`, as is that of each try. A timeout equal to that value passes. What the specification states for the
#   gateway is compared by timeout-below-slo.
# related_resources:
#   - description: Gateway API, HTTPRoute timeouts
#     ref: https://gateway-api.sigs.k8s.io/guides/http-timeouts/
#   - description: SRE book, Addressing Cascading Failures
#     ref: https://sre.google/sre-book/addressing-cascading-failures/
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [Artifacts]
#   since: 0.2.0
#   help: Raise the timeout of the route above the SLO's value, or lower the SLO's value to what users actually get.
package servelint.rules.runtime["route-ends-before-slo"]

import data.servelint.lib.compare
import data.servelint.lib.manifest
import data.servelint.lib.routes
import data.servelint.lib.slo
import data.servelint.lib.text

finding contains {
	"at": limit.at,
	"message": sprintf("%s ends %s after %s, but SLO `%s` allows %s", [
		manifest.called(facts),
		what,
		text.durations(limit.value, seconds)[0],
		input.serving.spec.slos[index].name,
		text.durations(limit.value, seconds)[1],
	]),
	"related": [{"at": ["serving", "spec", "slos", index, "value"], "message": "the SLO that allows more"}],
} if {
	[seconds, index] := slo.slowest(input.serving.spec, input.serving.facts)
	some i, facts in routes.manifests
	some key, what in {"timeoutSeconds": "requests", "trySeconds": "each try"}
	limit := routes.longest(i, key)
	limit.value > 0
	compare.below(limit.value, seconds)
	object.get(input.serving.facts, ["spec", "timeouts", "gateway"], -1) != limit.value
}
