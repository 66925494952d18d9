# METADATA
# title: Progress deadline is shorter than the cold start
# description: |
#   A Deployment, a Rollout or a Knative revision that makes no progress for its progress deadline counts as
#   failed, and a controller may abort or roll back a revision that was only loading. The deadline is 600 s
#   unless the manifest says otherwise, and a large model on a new node takes longer. The deadline must be
#   the cold start plus 20 %, as for startup probes. A startup probe that allows more time does not extend
#   the deadline.
# related_resources:
#   - description: Kubernetes, progress deadline
#     ref: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#progress-deadline-seconds
# custom:
#   severity: warning
#   applies_to: [Artifacts]
#   since: 0.1.0
#   help: Set the progress deadline to 1.2 times the cold start or more; in Knative mode it is the annotation `serving.knative.dev/progress-deadline`.
package servelint.rules.runtime["progress-deadline-short"]

import data.servelint.lib.compare
import data.servelint.lib.manifest
import data.servelint.lib.platform
import data.servelint.lib.text

finding contains {
	"at": manifest.place(deadline.index, deadline.at),
	"message": sprintf("%s of %s is shorter than the %s that a cold start of `%s` needs with 20 %% to spare", [
		deadline.what,
		text.durations(deadline.seconds, load * margin)[0],
		text.durations(deadline.seconds, load * margin)[1],
		input.serving.spec.capacity.coldStart,
	]),
	"related": [{"at": ["serving", "spec", "capacity", "coldStart"], "message": "the time to load"}],
} if {
	load := input.serving.facts.spec.capacity.coldStart
	some deadline in deadlines
	compare.below(deadline.seconds, load * margin)
}

margin := 1.2

# Those that are written.
deadlines contains {"index": i, "at": written.at, "what": "the progress deadline", "seconds": written.value} if {
	some i, artifact in input.artifacts
	artifact.facts.role != "stable-workload"
	some part in ["workload", "rollout"]
	written := artifact.facts[part].progressDeadlineSeconds
}

# And those that the platform puts in place of a missing one. A preset may say otherwise.
deadlines contains {"index": w.index, "at": w.workload.at, "what": "the platform's progress deadline", "seconds": seconds} if {
	some w in manifest.workloads
	not w.workload.progressDeadlineSeconds
	not w.facts.rollout.progressDeadlineSeconds
	not manifest.replaced(w)
	seconds := usual(w.facts)
}

usual(facts) := platform.default_value("kserve", manifest.mode(facts), "progressDeadlineSeconds") if facts.kind == "InferenceService"

usual(facts) := platform.default_value(facts.platform, "any", "progressDeadlineSeconds") if facts.kind != "InferenceService"
