# METADATA
# title: Model change has no quality gate
# description: |
#   A model can answer quickly, without errors, and worse than the one before. Latency and error analyses do
#   not see that; users notice, often days later. A rollout that brings a new model therefore needs at least
#   one of: an analysis of a `metric` or of a quality SLO, a shadow with a `metric`, or a checklist item of
#   category `quality` or `shadow`. Public reports of degraded language models in 2025 describe regressions
#   that passed the other checks and were found by users. A rollout that keeps the model (new image, new
#   limits) says `changesModel: false` and is not checked, unless the manifests of the new and the stable
#   workload name different models.
# related_resources:
#   - description: Anthropic, a postmortem of three recent issues (2025)
#     ref: https://www.anthropic.com/engineering/a-postmortem-of-three-recent-issues
# custom:
#   severity: warning
#   applies_to: [Review, Artifacts]
#   since: 0.1.0
#   gate: canary
#   help: Compare the quality of both versions in an analysis, a shadow or a checklist item.
#   reworded:
#     - now: "rollout of `{}` has no quality gate: no analysis of a metric, no shadow comparison, no quality or shadow item"
#       then: "rollout of `{}` checks no quality: no analysis of a metric, no shadow comparison, no quality or shadow item"
#     - now: "{} changes the model to `{}` without a quality gate, although the specification declares it unchanged"
#       then: "{} brings the model `{}` and nothing checks its quality, though the specification says that the model stays"
package servelint.rules.rollout["model-change-needs-quality-gate"]

import data.servelint.lib.manifest

finding contains {"at": ["serving", "spec", "rollout"], "message": message} if {
	input.serving.spec.environment == "production"
	input.serving.spec.rollout
	not input.serving.spec.rollout.changesModel == false
	not gated
	message := sprintf("rollout of `%s` has no quality gate: no analysis of a metric, no shadow comparison, no quality or shadow item", [
		input.service,
	])
}

# The specification against the manifests.
finding contains {
	"at": manifest.place(w.index, model.at),
	"message": message,
	"related": [
		{"at": manifest.place(s, stable.at), "message": "the model in service"},
		{"at": ["serving", "spec", "rollout", "changesModel"], "message": "declared unchanged"},
	],
} if {
	input.serving.spec.environment == "production"
	input.serving.spec.rollout.changesModel == false
	not gated
	some w in manifest.workloads
	model := w.workload.models[0]
	some s, artifact in input.artifacts
	artifact.facts.role == "stable-workload"
	stable := artifact.facts.workload.models[0]
	stable.value != model.value
	message := sprintf("%s changes the model to `%s` without a quality gate, although the specification declares it unchanged", [
		manifest.called(w.facts),
		model.value,
	])
}

gated if {
	some analysis in input.serving.spec.rollout.analysis
	analysis.metric
}

gated if {
	some analysis in input.serving.spec.rollout.analysis
	some objective in input.serving.spec.slos
	objective.name == analysis.slo
	objective.indicator.type == "quality"
}

gated if input.serving.spec.rollout.shadow.metric

gated if {
	some checklist in input.checklists
	some item in checklist.spec.items
	item.category in {"quality", "shadow"}
}
