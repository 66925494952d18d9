# METADATA
# title: Timeout is left to the platform's default
# description: |
#   An InferenceService that sets no `timeout` gets one nevertheless: 60 s from the route in Standard mode,
#   300 s from Knative. An answer of 1024 tokens at 60 ms each takes 61 s, so long generations end in 504s
#   although nothing was configured. With a specification the default is compared with the server timeout
#   and with the longest answer that it allows, and a default that is longer than the specification says is
#   reported as well; without one, the default is only named, because the required time is unknown.
# related_resources:
#   - description: KServe issue 3525, 504 on long generations
#     ref: https://github.com/kserve/kserve/issues/3525
# custom:
#   severity: warning
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
		concat(" or ", [sprintf("%s mode", [limit.mode]) | some limit in short]),
		concat(" or ", [text.duration(limit.seconds) | some limit in short]),
		need.why,
	]),
	"related": array.concat([{"at": need.at, "message": "the time that is needed"}], manifest.mode_places(w)),
} if {
	some w in silent
	need := needed
	short := [limit | some limit in defaults(w); compare.below(limit.seconds, need.seconds)]
	short != []
}

# Longer than the specification says is drift: a request holds its place for as long as the platform lets it.
finding contains {
	"at": at(w),
	"message": sprintf("%s sets no timeout, so %s ends requests after %s, but the specification has `%s`", [
		manifest.called(w.facts),
		concat(" or ", [sprintf("%s mode", [limit.mode]) | some limit in long]),
		concat(" or ", [text.duration(limit.seconds) | some limit in long]),
		input.serving.spec.timeouts.server,
	]),
	"related": array.concat(
		[{"at": ["serving", "spec", "timeouts", "server"], "message": "the value in the specification"}],
		manifest.mode_places(w),
	),
} if {
	some w in silent
	said := input.serving.facts.spec.timeouts.server
	limits := defaults(w)
	long := [limit | some limit in limits; compare.above(limit.seconds, said)]
	count(long) > 0
	count(long) == count(limits)
}

finding contains {
	"at": at(w),
	"message": sprintf("%s sets no timeout, so requests end after %s", [
		manifest.called(w.facts),
		concat(" or ", [sprintf("%s in %s mode", [text.duration(limit.seconds), limit.mode]) | some limit in limits]),
	]),
	"related": manifest.mode_places(w),
} if {
	not input.serving
	some w in silent
	limits := defaults(w)
	limits != []
}

silent := [w |
	some w in manifest.workloads
	w.facts.kind == "InferenceService"
	not w.workload.timeoutSeconds
	not w.workload.stopped
]

at(w) := manifest.place(w.index, array.concat(w.workload.at, ["timeout"]))

# What the cluster may put in place of the missing timeout.
defaults(w) := [{"mode": mode, "seconds": seconds} |
	some mode in modes(w)
	seconds := platform.default_value("kserve", mode, "timeoutSeconds")
]

modes(w) := [manifest.mode(w.facts)] if manifest.mode(w.facts)

modes(w) := ["Standard", "Knative"] if {
	facts := w.facts
	not manifest.mode(facts)
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
