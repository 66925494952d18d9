# METADATA
# title: Startup probe fails before the model is loaded
# description: |
#   A startup probe kills the container after period x failureThreshold. If loading the model takes longer
#   (`capacity.coldStart`), the replica is restarted forever, and it happens first where loading is slowest:
#   on a new node with an empty cache. Large models are the usual victims. A probe with less than 20 % to
#   spare is a warning, because cold starts vary. The probe of the specification is judged, and that of a
#   manifest where it allows another time. Without a startup probe the liveness probe kills in its place, after
#   initialDelay + period x failureThreshold. Where no cold start is known, a liveness probe that gives a
#   server with a GPU less than a minute is a warning; one whose path says that it only asks for life
#   (`/livez`, `/v2/health/live`) is not, since such a path answers while a model loads. A probe of the port counts for vLLM, SGLang and
#   TGI, which open it once the model is loaded.
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
import data.servelint.lib.containers
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
	times := text.durations(allowed, load * margin)
	message := sprintf("startup probe gives up after %s, less than %s (cold start `%s` and 20 %% to spare)", [
		times[0],
		times[1],
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
	times := text.durations(probe.value, load * margin)
	message := sprintf("startup probe of %s gives up after %s, but a cold start takes `%s`, and needs %s with 20 %% to spare", [
		manifest.called(w.facts),
		times[0],
		input.serving.spec.capacity.coldStart,
		times[1],
	])
}

finding contains {
	"at": manifest.place(w.index, probe.at),
	"message": message,
	"severity": severity,
	"related": [{"at": ["serving", "spec", "capacity", "coldStart"], "message": "the time to load"}],
	"help": startup_help,
} if {
	load := input.serving.facts.spec.capacity.coldStart
	some w in manifest.workloads
	probe := w.workload.livenessSeconds
	waits_for_model(w.index, probe.at)
	compare.below(probe.value, load * margin)
	severity := weight(probe.value, load)
	message := sprintf("liveness probe of %s restarts the server after %s without an answer and no startup probe holds it back, but a cold start takes `%s`", [
		manifest.called(w.facts),
		text.duration(probe.value),
		input.serving.spec.capacity.coldStart,
	])
}

finding contains {
	"at": manifest.place(w.index, probe.at),
	"message": message,
	"severity": "warning",
	"help": startup_help,
} if {
	some w in manifest.workloads
	not input.serving.facts.spec.capacity.coldStart
	w.workload.gpus.value > 0
	probe := w.workload.livenessSeconds
	probe.value < 60
	waits_for_model(w.index, probe.at)
	message := sprintf("liveness probe of %s restarts the server after %s without an answer, and no startup probe holds it back while the model loads", [
		manifest.called(w.facts),
		text.duration(probe.value),
	])
}

startup_help := "Add a startup probe that allows 1.2 times the cold start; liveness begins after it."

# A request that a server answers once it serves; a path for life alone is answered before.
waits_for_model(index, at) if {
	path := object.get(input.artifacts[index], array.concat(at, ["httpGet", "path"]), null)
	is_string(path)
	not contains(path, "live")
}

# A port that opens once the model is loaded.
waits_for_model(index, at) if {
	probe := object.get(input.artifacts[index], at, null)
	is_object(probe.tcpSocket)
	container := object.get(input.artifacts[index], array.slice(at, 0, count(at) - 1), {})
	containers.engine(container) in {"vllm", "sglang", "tgi"}
}

margin := 1.2

weight(allowed, load) := "error" if compare.below(allowed, load)

weight(allowed, load) := "warning" if not compare.below(allowed, load)
