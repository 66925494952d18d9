# METADATA
# title: Timeout is left to the platform's default
# description: |
#   An InferenceService in Knative mode that sets no `timeout` gets one nevertheless: 300 s unless the cluster
#   says otherwise. An answer of 8,000 tokens at 40 ms each takes longer, so long generations end in 504s
#   although nothing was configured. With a specification the default is compared with the server timeout
#   and with the longest answer that it allows, and a default that is longer than the specification says is
#   reported as well; without one, the default is only named, because the required time is unknown. In
#   Standard mode a default exists only where KServe makes routes of the Gateway API, which is a setting of
#   the cluster: how long a request may take is then *not checked*, and so it is where no mode is written. A Service of
#   Knative has the default of Knative mode. NGINX ends a request whose answer does not go on for 60 s where an Ingress
#   sets no `proxy-read-timeout`; that is compared with a specification whose answers are not streamed.
# related_resources:
#   - description: KServe issue 3525, 504 on long generations
#     ref: https://github.com/kserve/kserve/issues/3525
#   - description: NGINX ingress controller, custom timeouts
#     ref: https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#custom-timeouts
# custom:
#   severity: warning
#   unclaimed: info
#   applies_to: [Artifacts]
#   since: 0.1.0
#   help: Set `spec.predictor.timeout` to the time that the server may take, in seconds.
#   reworded:
#     - now: "{} sets no timeout, so {} ends requests after {}, but the specification has `{}`"
#       then: "{} sets no timeout, so {} ends requests after {}, but the specification says `{}`"
package servelint.rules.runtime["timeout-platform-default"]

import data.servelint.lib.compare
import data.servelint.lib.manifest
import data.servelint.lib.platform
import data.servelint.lib.routes
import data.servelint.lib.text

finding contains {
	"at": at(w),
	"message": sprintf("%s sets no timeout, so %s ends requests after %s, but %s", [
		manifest.called(w.facts),
		sprintf("%s mode", [limit.mode]),
		text.duration(limit.seconds),
		need.why,
	]),
	"related": array.concat([{"at": need.at, "message": "the time that is needed"}], manifest.mode_places(w)),
} if {
	some w in silent
	need := needed
	limit := usual(w)
	compare.below(limit.seconds, need.seconds)
}

# Longer than the specification says is drift: a request holds its place for as long as the platform lets it.
finding contains {
	"at": at(w),
	"message": sprintf("%s sets no timeout, so %s ends requests after %s, but the specification has `%s`", [
		manifest.called(w.facts),
		sprintf("%s mode", [limit.mode]),
		text.duration(limit.seconds),
		input.serving.spec.timeouts.server,
	]),
	"related": array.concat(
		[{"at": ["serving", "spec", "timeouts", "server"], "message": "the value in the specification"}],
		manifest.mode_places(w),
	),
} if {
	some w in silent
	said := input.serving.facts.spec.timeouts.server
	limit := usual(w)
	compare.above(limit.seconds, said)
}

finding contains {
	"at": at(w),
	"message": sprintf("%s sets no timeout, so requests end after %s in %s mode", [
		manifest.called(w.facts),
		text.duration(limit.seconds),
		limit.mode,
	]),
	"related": manifest.mode_places(w),
} if {
	not input.serving
	some w in silent
	limit := usual(w)
}

silent := [w |
	some w in manifest.workloads
	has_default(w.facts)
	not w.workload.timeoutSeconds
	not w.workload.stopped
]

has_default(facts) if facts.kind == "InferenceService"

has_default(facts) if facts.platform == "knative"

at(w) := manifest.place(w.index, array.concat(w.workload.at, ["timeout"])) if w.facts.kind == "InferenceService"

at(w) := manifest.place(w.index, array.concat(w.workload.at, ["timeoutSeconds"])) if w.facts.platform == "knative"

# What the platform puts in place of the missing timeout.
usual(w) := {"mode": mode, "seconds": seconds} if {
	mode := manifest.mode(w.facts)
	seconds := platform.default_value("kserve", mode, "timeoutSeconds")
}

usual(w) := {"mode": "Knative", "seconds": seconds} if {
	w.facts.platform == "knative"
	seconds := platform.default_value("knative", "any", "timeoutSeconds")
}

# NGINX waits so long for the next byte.
finding contains {
	"at": manifest.place(index, ["metadata", "annotations", "nginx.ingress.kubernetes.io/proxy-read-timeout"]),
	"message": sprintf("%s sets no `proxy-read-timeout`, so NGINX ends a request without an answer after %s unless its ConfigMap sets another, but %s", [
		manifest.called(facts),
		text.duration(seconds),
		need.why,
	]),
	"related": [{"at": need.at, "message": "the time that is needed"}],
	"help": "Set the annotation `nginx.ingress.kubernetes.io/proxy-read-timeout` to more seconds than an answer takes.",
} if {
	input.serving.spec.serving.mode == "online"
	need := needed
	seconds := platform.default_value("nginx", "any", "silenceSeconds")
	compare.below(seconds, need.seconds)
	some index, facts in routes.manifests
	facts.kind == "Ingress"
	facts.platform != "nginx"
	is_nginx(input.artifacts[index])
	count([1 | some entry in routes.ways; entry.index == index; entry.way.silenceSeconds]) == 0
}

is_nginx(ingress) if ingress.spec.ingressClassName == "nginx"

is_nginx(ingress) if ingress.metadata.annotations["kubernetes.io/ingress.class"] == "nginx"

# The cluster decides.
unchecked contains {"at": at(w), "message": message} if {
	some w in silent
	not usual(w)
	message := sprintf("how long a request to %s may take: it sets no `timeout`, and the cluster decides", [manifest.called(w.facts)])
}

# The longest time that the specification asks for.
needed := reason(max(times)) if times != []

times := array.concat(
	[seconds | seconds := input.serving.facts.spec.timeouts.server],
	[seconds | seconds := input.serving.facts.generation.maxSeconds],
)

reason(seconds) := {
	"seconds": seconds,
	"at": ["serving", "spec", "timeouts", "server"],
	"why": sprintf("the server may take `%s`", [input.serving.spec.timeouts.server]),
} if {
	seconds == input.serving.facts.spec.timeouts.server
} else := {
	"seconds": seconds,
	"at": ["serving", "spec", "traffic", "outputTokens", "max"],
	"why": sprintf("an answer of %v tokens takes %s", [input.serving.spec.traffic.outputTokens.max, text.duration(seconds)]),
}
