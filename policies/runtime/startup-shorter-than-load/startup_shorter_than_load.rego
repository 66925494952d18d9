# METADATA
# title: Startup probe fails before the model is loaded
# description: |
#   A startup probe kills the container after period x failureThreshold. If loading the model takes longer
#   (`capacity.coldStart`), the replica is restarted forever, and it happens first where loading is slowest:
#   on a new node with an empty cache. Large models are the usual victims. A probe with less than 20 % to
#   spare is a warning, because cold starts vary. The probe of the specification is judged, and that of a
#   manifest where it allows another time.
# related_resources:
#   - description: Kubernetes, liveness, readiness and startup probes
#     ref: https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/
# custom:
#   severity: error
#   applies_to: [ServingSpec, Artifacts]
#   since: 0.1.0
#   help: Raise `failureThreshold` until period x failureThreshold is at least 1.2 times the cold start.
package servelint.rules.runtime["startup-shorter-than-load"]

import data.servelint.lib.compare
import data.servelint.lib.manifest
import data.servelint.lib.text

finding contains {
	"at": ["spec", "health", "startupProbe"],
	"message": message,
	"related": [{"at": ["spec", "capacity", "coldStart"], "message": "the time to load"}],
} if {
	allowed := input.facts.startupSeconds
	allowed < input.facts.spec.capacity.coldStart
	compare.below(allowed, input.facts.spec.capacity.coldStart)
	message := sprintf("startup probe gives up after %s, but a cold start takes `%s`", [
		text.duration(allowed),
		input.spec.capacity.coldStart,
	])
}

finding contains {
	"at": ["spec", "health", "startupProbe"],
	"message": message,
	"severity": "warning",
	"related": [{"at": ["spec", "capacity", "coldStart"], "message": "the time to load"}],
} if {
	allowed := input.facts.startupSeconds
	load := input.facts.spec.capacity.coldStart
	not compare.below(allowed, load)
	allowed < load * margin
	compare.below(allowed, load * margin)
	message := sprintf("startup probe gives up after %s, less than %s (cold start `%s` and 20 %% to spare)", [
		text.duration(allowed),
		text.duration(load * margin),
		input.spec.capacity.coldStart,
	])
}

finding contains {
	"at": manifest.place(w.index, probe.at),
	"message": message,
	"severity": severity,
	"related": [{"at": ["serving", "spec", "capacity", "coldStart"], "message": "the time to load"}],
} if {
	load := input.serving.facts.spec.capacity.coldStart
	some w in manifest.workloads
	probe := w.workload.startupSeconds
	probe.value != object.get(input.serving.facts, "startupSeconds", -1)
	compare.below(probe.value, load * margin)
	severity := weight(probe.value, load)
	message := sprintf("startup probe of %s gives up after %s, but a cold start takes `%s`, and needs %s with 20 %% to spare", [
		manifest.called(w.facts),
		text.duration(probe.value),
		input.serving.spec.capacity.coldStart,
		text.duration(load * margin),
	])
}

margin := 1.2

weight(allowed, load) := "error" if compare.below(allowed, load)

weight(allowed, load) := "warning" if not compare.below(allowed, load)
