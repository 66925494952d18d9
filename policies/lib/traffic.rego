# METADATA
# description: |
#   The rollouts among the manifests of a review, and the metrics that judge them. For rules that apply to Artifacts.
package servelint.lib.traffic

# METADATA
# description: The manifests that move traffic to the revision that is about to be served, with their indexes.
rollouts := [{"index": i, "rollout": artifact.facts.rollout, "facts": artifact.facts} |
	some i, artifact in input.artifacts
	artifact.facts.role != "stable-workload"
	artifact.facts.rollout
]

# METADATA
# description: |
#   The metrics that run beside all steps of an entry of `rollouts`, each with the index of the manifest that holds it: those
#   of the background analysis of Argo, and a Flagger Canary's own.
background(r) := [{"index": r.index, "metric": metric} | some metric in r.facts.analyses] if {
	r.facts.platform == "flagger"
}

background(r) := [{"index": found.index, "metric": metric} |
	some reference in r.rollout.background.templates
	some found in templates(reference, r.facts)
	some metric in found.analyses
] if {
	r.facts.platform == "argo-rollouts"
}

# METADATA
# description: All metrics that judge an entry of `rollouts`, those of single steps and of promotion included.
judges(r) := array.concat(background(r), [{"index": found.index, "metric": metric} |
	some reference in r.rollout.stepAnalyses
	some found in templates(reference, r.facts)
	some metric in found.analyses
])

# METADATA
# description: Every reference of an entry of `rollouts` to a template.
references(r) := array.concat(
	[reference | some reference in r.rollout.background.templates],
	[reference | some reference in r.rollout.stepAnalyses],
)

# METADATA
# description: |
#   The templates that a reference of a rollout may mean. A namespace that is not written may be any. Metrics that the
#   reference takes in `dryRun` are so, and have the path to that in `dryAt`.
templates(reference, facts) := [{"index": j, "analyses": [used(metric, reference) | some metric in object.get(artifact.facts, "analyses", [])]} |
	some j, artifact in input.artifacts
	artifact.facts.name == reference.name
	artifact.facts.kind == kind(reference)
	visible(artifact.facts, facts)
]

used(metric, reference) := object.union(metric, {"dryRun": true, "dryAt": reference.dryRun.at}) if {
	some pattern in reference.dryRun.value
	regex.match(pattern, object.get(metric, "name", ""))
} else := metric

# METADATA
# description: |
#   True where a reference of a rollout may stop it: a metric of its templates is not in `dryRun`, or they are in none of
#   the files.
counts(reference, facts) if {
	some template in templates(reference, facts)
	some metric in template.analyses
	not metric.dryRun
}

counts(reference, facts) if {
	metrics := [metric | some template in templates(reference, facts); some metric in template.analyses]
	count(metrics) == 0
}

kind(reference) := "ClusterAnalysisTemplate" if reference.cluster

kind(reference) := "AnalysisTemplate" if not reference.cluster

visible(template, _) if template.kind == "ClusterAnalysisTemplate"

visible(template, facts) if template.namespace == facts.namespace

visible(template, facts) if not both(template, facts)

both(template, facts) if {
	template.namespace
	facts.namespace
}

# METADATA
# description: |
#   How long a metric takes at least until it can fail: initialDelay + failureLimit x interval. Undefined where the interval is
#   needed and not written, or where the metric cannot fail at all.
detection(metric) := delay + wait if {
	delay := object.get(metric, ["initialDelaySeconds", "value"], 0)
	limit := object.get(metric, ["failureLimit", "value"], 0)
	wait := waiting(limit, metric)
}

# A limit below 0 is none.
waiting(0, _) := 0

waiting(limit, metric) := limit * metric.intervalSeconds.value if limit > 0
