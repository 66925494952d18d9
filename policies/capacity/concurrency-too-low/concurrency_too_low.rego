# METADATA
# title: Concurrency limit is below the requests in flight at peak
# description: |
#   By Little's law the requests in flight are arrival rate x mean time in the service. If all replicas
#   together may accept fewer than `traffic.peakRps` x mean latency, the others wait in a queue that only
#   grows, although the throughput of each replica looks sufficient. The limit of one replica is
#   `serving.maxNumSeqs`. The mean latency is estimated from the SLOs: the limit on the mean, else on the
#   median, else a median answer at the token limits. This is conservative because a service is usually
#   faster than its limits. In manifests, the limit of one replica is the platform's own:
#   `containerConcurrency` of KServe in Knative mode, `max_ongoing_requests` of Ray Serve, `max_concurrency`
#   of BentoML.
# related_resources:
#   - description: SRE book, Handling Overload
#     ref: https://sre.google/sre-book/handling-overload/
# custom:
#   severity: warning
#   elsewhere: info
#   applies_to: [ServingSpec, Artifacts]
#   since: 0.1.0
#   help: Raise the limit of requests at once if memory allows, or the maximum number of replicas.
#   reworded:
#     - now: "`1` replica admits {} concurrent request{} ({} each), below the {} in flight at `{}` rps of {} each"
#       then: "`1` replicas admit {} concurrent requests ({} each), below the {} in flight at `{}` rps of {} each"
#     - now: "`{}` replicas admit {} concurrent requests ({} each), below the {} in flight at `{}` rps of {} each"
#       then: "`{}` replicas hold {} requests at once ({} each), below the {} that `{}` rps of {} each need"
#     - now: "{} replicas admit {} concurrent requests ({} each), below the {} in flight at `{}` rps of {} each"
#       then: "{} replicas take {} requests at once ({} each), below the {} that `{}` rps of {} each need"
package servelint.rules.capacity["concurrency-too-low"]

import data.servelint.lib.compare
import data.servelint.lib.manifest
import data.servelint.lib.text

finding contains {
	"at": ["spec", "serving", "maxNumSeqs"],
	"message": message,
	"related": [
		{"at": ["spec", "capacity", "replicas", "max"], "message": "the maximum number of replicas"},
		{"at": ["spec", "traffic", "peakRps"], "message": "peak traffic"},
	],
} if {
	fact := input.facts.capacity.concurrency
	fact.atMax < fact.needed
	compare.below(fact.atMax, fact.needed)
	message := sprintf("`%v` %s %s (%v each), below the %v in flight at `%v` rps of %s each", [
		input.spec.capacity.replicas.max,
		text.word(input.spec.capacity.replicas.max, "replica admits", "replicas admit"),
		text.counted(text.number(fact.atMax), "concurrent request"),
		text.number(fact.limit),
		ceil(text.number(fact.needed)),
		input.spec.traffic.peakRps,
		text.duration(fact.meanSeconds),
	])
}

finding contains {
	"at": manifest.place(w.index, limit.at),
	"message": sprintf("%v %s %s (%v each), below the %v in flight at `%v` rps of %s each", [
		most.value,
		text.word(most.value, "replica admits", "replicas admit"),
		text.counted(most.value * limit.value, "concurrent request"),
		limit.value,
		ceil(text.number(fact.needed)),
		input.serving.spec.traffic.peakRps,
		text.duration(fact.meanSeconds),
	]),
	"related": [
		{"at": most.at, "message": "the maximum number of replicas"},
		{"at": ["serving", "spec", "traffic", "peakRps"], "message": "peak traffic"},
	],
} if {
	fact := input.serving.facts.capacity.concurrency
	some w in manifest.workloads
	limits_requests(w)
	limit := w.workload.concurrency
	limit.value > 0
	most := manifest.most(w)
	compare.below(most.value * limit.value, fact.needed)
}

limits_requests(w) if {
	w.facts.kind == "InferenceService"
	manifest.mode(w.facts) == "Knative"
}

limits_requests(w) if w.facts.platform in {"ray-serve", "bentoml"}
