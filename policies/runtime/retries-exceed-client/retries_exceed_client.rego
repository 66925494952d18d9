# METADATA
# title: Retries take longer than the client timeout
# description: |
#   With `attempts` tries of `perTryTimeout` each, the last try may end after attempts x perTryTimeout. If
#   the client has given up by then, the last tries are wasted work at the moment when the service is slow.
#   That is how retries turn a slow spell into an overload (SRE book, chapter 22, on retries). A product
#   equal to the client timeout passes. A route in the manifests that sets the number of retries and the time of a try
#   (`retry.attempts` and `timeouts.backendRequest` of an HTTPRoute, `attempts` and `perTryTimeout` of a VirtualService,
#   both further tries after the first) is compared with its own timeout, which cuts the last tries, and with the client.
#   Those of a VirtualService count where `retryOn` has `5xx`, `gateway-error`, `reset` or `504`: the others, and those that
#   a mesh makes by default, follow failed connections and not slow answers.
# related_resources:
#   - description: SRE book, Addressing Cascading Failures
#     ref: https://sre.google/sre-book/addressing-cascading-failures/
#   - description: Gateway API, HTTPRoute timeouts
#     ref: https://gateway-api.sigs.k8s.io/guides/http-timeouts/
#   - description: Istio, HTTPRetry
#     ref: https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRetry
# custom:
#   severity: warning
#   unclaimed: info
#   applies_to: [ServingSpec, Artifacts]
#   since: 0.1.0
#   help: Lower the number or the time of the tries, or let the client wait for all of them.
package servelint.rules.runtime["retries-exceed-client"]

import data.servelint.lib.compare
import data.servelint.lib.manifest
import data.servelint.lib.routes
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

# The timeout of a route cuts its last tries.
finding contains {
	"at": t.at,
	"message": sprintf("%s allows %v tries of %s, which take %s, but ends a request after %s", [
		manifest.called(t.facts),
		t.tries,
		text.duration(t.each),
		text.duration(t.all),
		text.duration(limit.value),
	]),
	"related": [{"at": manifest.place(t.index, limit.at), "message": "the time of a request"}],
} if {
	some t in retried
	limit := t.way.timeoutSeconds
	compare.above(t.all, limit.value)
}

# What is left of them outlasts the client.
finding contains {
	"at": t.at,
	"message": sprintf("%s tries a request %v times for %s each, up to %s, but the client gives up after `%s`", [
		manifest.called(t.facts),
		t.tries,
		text.duration(t.each),
		text.duration(longest),
		input.serving.spec.timeouts.client,
	]),
	"related": [{"at": ["serving", "spec", "timeouts", "client"], "message": "the time that the client waits"}],
} if {
	client := input.serving.facts.spec.timeouts.client
	some t in retried
	longest := min([t.all, object.get(t.way, ["timeoutSeconds", "value"], t.all)])
	compare.above(longest, client)
}

# The ways with retries whose time is known.
retried := [{
	"index": entry.index,
	"facts": entry.facts,
	"way": entry.way,
	"at": manifest.place(entry.index, entry.way.retries.at),
	"tries": tries,
	"each": each,
	"all": tries * each,
} |
	some entry in routes.ways
	entry.way.retries.value > 0
	after_timeouts(entry)
	tries := entry.way.retries.value + 1
	each := entry.way.trySeconds.value
]

# The Gateway API counts a timeout among the failures of a connection that are tried again.
after_timeouts(entry) if entry.facts.platform == "gateway-api"

after_timeouts(entry) if {
	entry.facts.platform == "istio"
	conditions := object.get(input.artifacts[entry.index], array.concat(entry.way.at, ["retries", "retryOn"]), "")
	some condition in split(conditions, ",")
	trim_space(condition) in {"5xx", "gateway-error", "reset", "504"}
}
