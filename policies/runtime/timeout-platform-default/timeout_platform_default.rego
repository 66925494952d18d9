# METADATA
# title: Timeout is left to the platform's default
# description: |
#   An InferenceService in Knative mode that sets no `timeout` gets one nevertheless: 300 s unless the cluster
#   says otherwise. An answer of 8,000 tokens at 40 ms each takes longer, so long generations end in 504s
#   although nothing was configured. With a specification the default is compared with the server timeout
#   and with the longest answer that it allows, and a default that is longer than the specification says is
#   reported as well; without one, the default is only named, because the required time is unknown. In
#   Standard mode a default exists only where KServe makes routes of the Gateway API, which is a setting of
#   the cluster: how long a request may take is then *not checked*, and so it is where no mode is written.
# related_resources:
#   - description: KServe issue 3525, 504 on long generations
#     ref: https://github.com/kserve/kserve/issues/3525
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
	w.facts.kind == "InferenceService"
	not w.workload.timeoutSeconds
	not w.workload.stopped
]

at(w) := manifest.place(w.index, array.concat(w.workload.at, ["timeout"]))

# What the platform puts in place of the missing timeout.
usual(w) := {"mode": mode, "seconds": seconds} if {
	mode := manifest.mode(w.facts)
	seconds := platform.default_value("kserve", mode, "timeoutSeconds")
}

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
