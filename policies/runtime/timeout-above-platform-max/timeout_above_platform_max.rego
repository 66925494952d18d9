# METADATA
# title: Timeout is longer than the platform allows
# description: |
#   Knative refuses a revision whose timeout exceeds `max-revision-timeout-seconds` of its configuration,
#   600 s unless an administrator raised it. An InferenceService in Knative mode with a longer `timeout`
#   then never becomes ready, and a Service of Knative itself is refused. Where no mode is written the cluster decides, which is a warning.
# related_resources:
#   - description: Knative, config-defaults
#     ref: https://knative.dev/docs/serving/configuration/config-defaults/
# custom:
#   severity: error
#   unclaimed: warning
#   applies_to: [Artifacts]
#   since: 0.1.0
#   help: Lower the timeout, serve in Standard mode, or raise the limit of the cluster first.
#   reworded:
#     - now: "timeout of {} is above {}, the limit of Knative unless the cluster sets another"
#       then: "timeout of {} is above the {} that Knative allows unless its configuration was changed"
package servelint.rules.runtime["timeout-above-platform-max"]

import data.servelint.lib.manifest
import data.servelint.lib.platform
import data.servelint.lib.text

finding contains {
	"at": manifest.place(w.index, timeout.at),
	"message": sprintf("timeout of %s is above %s, the limit of Knative unless the cluster sets another", [
		text.duration(timeout.value),
		text.duration(limit),
	]),
	"severity": severity,
	"related": manifest.mode_places(w),
} if {
	some w in manifest.workloads
	limited(w.facts)
	timeout := w.workload.timeoutSeconds
	limit := platform.default_value("kserve", "Knative", "maxTimeoutSeconds")
	timeout.value > limit
	severity := weight(w)
}

limited(facts) if facts.kind == "InferenceService"

limited(facts) if facts.platform == "knative"

weight(w) := "error" if w.facts.platform == "knative"

weight(w) := "error" if manifest.mode(w.facts) == "Knative"

weight(w) := "warning" if {
	facts := w.facts
	facts.kind == "InferenceService"
	not manifest.mode(facts)
}
