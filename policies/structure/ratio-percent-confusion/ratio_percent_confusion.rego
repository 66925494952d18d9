# METADATA
# title: Value is in another unit than its tool reads
# description: |
#   A target, a utilisation and an error threshold are ratios between 0 and 1; a weight and a `percent` are
#   whole percents from 0 to 100. Tools disagree here: OpenSLO's `target` is a ratio, Sloth's `objective` is
#   a percent, and Argo Rollouts and Flagger take weights in percent, so values are easily copied from one
#   to the other. A target of 99.9 makes every error budget negative, a weight of 0.05 sends nothing to the
#   canary, and an error ratio of 2 can never be exceeded. Checklist thresholds are read in the unit that
#   the item states. Flagger compares its own `request-success-rate` as a percent and `request-duration` in
#   whole milliseconds, so `min: 0.99` asks for less than 1 % and `max: 0.5` is 0. The share of GPU memory of
#   vLLM is a ratio. Five minutes and more as the limit of a quantile in seconds are a warning. Source: `runBuiltinMetricChecks` of Flagger.
# related_resources:
#   - description: OpenSLO specification, objectives
#     ref: https://github.com/OpenSLO/OpenSLO
#   - description: Argo Rollouts, canary strategy
#     ref: https://argo-rollouts.readthedocs.io/en/stable/features/canary/
#   - description: Flagger, builtin metrics
#     ref: https://docs.flagger.app/usage/metrics
# custom:
#   severity: error
#   applies_to: [ServingSpec, VerificationChecklist, Artifacts]
#   since: 0.1.0
#   help: Write targets, utilisations and error thresholds as ratios (0.999) and weights as whole percents (5).
#   reworded:
#     - now: "{} is `{}` and must be a whole number"
#       then: "{} is `{}`, which is no multiple of what it must be"
package servelint.rules.structure["ratio-percent-confusion"]

import data.servelint.lib.manifest
import data.servelint.lib.objectives
import data.servelint.lib.text

finding contains object.union({"at": ["spec", "slos", i, "target"], "message": message}, fix) if {
	some i, slo in input.spec.slos
	slo.target > 1
	fix := as_ratio(["spec", "slos", i, "target"], slo.target, 50, 99.9999)
	message := sprintf("target %v of SLO `%v` looks like a percent; as a ratio it is %v", [
		slo.target,
		object.get(slo, "name", i + 1),
		text.number(slo.target / 100),
	])
}

finding contains {"at": ["spec", "slos", i, "target"], "message": message} if {
	some i, slo in input.spec.slos
	slo.target == 1
	message := sprintf("target 1 of SLO `%v` leaves no error budget; a target is a ratio below 1", [object.get(slo, "name", i + 1)])
}

finding contains {"at": ["spec", "slos", i, "target"], "message": message} if {
	some i, slo in input.spec.slos
	slo.target <= 0
	message := sprintf("target %v of SLO `%v` is not a ratio between 0 and 1", [slo.target, object.get(slo, "name", i + 1)])
}

finding contains object.union({"at": ["spec", "rollout", "steps", i, "weight"], "message": message}, fix) if {
	some i, step in input.spec.rollout.steps
	value := step.weight
	problem := percent_problem(value)
	fix := as_percents(input.spec.rollout.steps)
	message := sprintf("weight %v of step %d %s", [value, i + 1, problem])
}

finding contains {"at": ["spec", "rollout", "shadow", "percent"], "message": message} if {
	value := input.spec.rollout.shadow.percent
	problem := percent_problem(value)
	message := sprintf("shadow percent %v %s", [value, problem])
}

finding contains object.union({"at": ["spec", "capacity", "targetUtilisation"], "message": message}, fix) if {
	value := input.spec.capacity.targetUtilisation
	value > 1
	fix := as_ratio(["spec", "capacity", "targetUtilisation"], value, 10, 100)
	message := sprintf("targetUtilisation %v looks like a percent; as a ratio it is %v", [value, text.number(value / 100)])
}

finding contains object.union({"at": ["spec", "resources", "gpu", "memoryUtilization"], "message": message}, fix) if {
	value := input.spec.resources.gpu.memoryUtilization
	value > 1
	fix := as_ratio(["spec", "resources", "gpu", "memoryUtilization"], value, 10, 100)
	message := sprintf("memoryUtilization %v looks like a percent; as a ratio it is %v", [value, text.number(value / 100)])
}

finding contains {"at": ["spec", "rollout", "analysis", j, "threshold"], "message": message} if {
	some j, analysis in input.spec.rollout.analysis
	is_number(analysis.threshold)
	analysis.threshold >= 1
	input.facts.rollout.analysis[j].kind == "availability"
	not satisfiable_at_one(analysis)
	message := sprintf("threshold %v of analysis `%v` looks like a percent; availability is compared as a ratio between 0 and 1", [
		analysis.threshold,
		object.get(analysis, "name", j + 1),
	])
}

finding contains {"at": ["spec", "items", i, "threshold"], "message": message} if {
	some i, item in input.spec.items
	item.metric.unit == "ratio"
	is_number(item.threshold)
	item.threshold > 1
	looks_like_percent(item)
	message := sprintf("threshold %v of item `%v` has the unit `ratio` but looks like a percent; as a ratio it is %v", [
		item.threshold,
		object.get(item, "id", i + 1),
		text.number(item.threshold / 100),
	])
}

finding contains {"at": ["spec", "items", i, "threshold"], "message": message} if {
	some i, item in input.spec.items
	item.metric.unit == "percent"
	item.op in {"gte", "gt"}
	is_number(item.threshold)
	item.threshold > 0
	item.threshold < 1
	message := sprintf("threshold %v of item `%v` has the unit `percent` but looks like a ratio: it asks for less than 1 %%", [
		item.threshold,
		object.get(item, "id", i + 1),
	])
}

finding contains {
	"at": manifest.place(s.index, s.slo.rawTarget.at),
	"message": sprintf("target %v of %s is read as a percent and asks for next to nothing; the ratio %v is %v %%", [
		s.slo.rawTarget.value,
		objectives.called("objective", s.slo),
		s.slo.rawTarget.value,
		text.number(s.slo.rawTarget.value * 100),
	]),
	"help": "Write the target as a percent, such as 99.9.",
} if {
	some s in objectives.slos
	s.slo.unit == "percent"
	objectives.confused(s.slo)
}

finding contains {
	"at": manifest.place(s.index, s.slo.rawTarget.at),
	"message": sprintf("target %v of %s %s", [s.slo.rawTarget.value, objectives.called("objective", s.slo), problem]),
	"help": "Write the target as a ratio below 1, such as 0.999.",
} if {
	some s in objectives.slos
	s.slo.unit == "ratio"
	problem := ratio_problem(s.slo.rawTarget.value)
}

finding contains {"at": manifest.place(i, bound.at), "message": message, "help": help} if {
	some i, artifact in input.artifacts
	artifact.facts.platform == "flagger"
	some metric in artifact.facts.analyses
	metric.provider == "builtin"
	some bound in metric.bounds
	value := object.get(artifact, bound.at, null)
	is_number(value)
	problem := flagger_problem(metric.name, bound.fails, value)
	key := bound.at[count(bound.at) - 1]
	help := "Write the success rate as a percent (99.9) and the duration in milliseconds (500)."
	message := sprintf("%s %v of metric `%s` %s", [key, value, metric.name, problem])
}

finding contains {"at": manifest.place(w.index, share.at), "message": message, "help": "Write the share as a ratio, such as 0.9."} if {
	some w in manifest.workloads
	share := w.workload.gpuMemoryUtilization
	share.value > 1
	message := sprintf("GPU memory utilisation %v of %s looks like a percent; the engine accepts a ratio up to 1, such as %v", [
		share.value,
		manifest.called(w.facts),
		text.number(share.value / 100),
	])
}

finding contains {"at": manifest.place(i, bound.at), "message": message, "severity": "warning", "help": help} if {
	some i, artifact in input.artifacts
	some metric in artifact.facts.analyses
	help := "Write the limit in the unit of the histogram."
	some bound in metric.bounds
	bound.fails in {"gt", "gte"}
	bound.value >= 300
	some query in queries(metric)
	in_seconds(query)
	message := sprintf("limit %v of metric `%s` is in seconds, the unit of its histogram; if milliseconds are meant, it is %v", [
		bound.value,
		metric.name,
		text.number(bound.value / 1000),
	])
}

# Its own, and those of the templates that it may mean.
queries(metric) := {metric.query.value | metric.query} | {template.spec.query |
	some template in input.artifacts
	template.facts.kind == "MetricTemplate"
	template.facts.name == metric.template
	is_string(template.spec.query)
}

# A quantile of a histogram in seconds that nothing multiplies.
in_seconds(text) if {
	regex.match(`^\s*histogram_quantile\s*\([^*/]*_seconds_bucket[^*/]*$`, text)
}

flagger_problem("request-success-rate", "lt", value) := sprintf("is read as a percent, so almost no request must succeed; %v as a percent is %v", [
	value,
	text.number(value * 100),
]) if {
	value > 0
	value <= 1
}

flagger_problem("request-success-rate", "lt", value) := "is above 100 %, so no canary can pass" if value > 100

flagger_problem("request-success-rate", "gt", value) := "is below 100 %, so a canary fails when all of its requests succeed" if value < 100

flagger_problem("request-duration", "gt", value) := sprintf("is read in whole milliseconds, so it is 0 and every canary fails; %vs is %v", [
	value,
	text.number(value * 1000),
]) if {
	value >= 0
	value < 1
}

ratio_problem(1) := "leaves no error budget; a target is a ratio below 1"

ratio_problem(value) := sprintf("looks like a percent; as a ratio it is %v", [text.number(value / 100)]) if value > 1

# Where only a percent can be meant: 1.5 might be anything, 99.5 is no ratio.
as_ratio(path, value, low, high) := {"fix": [{"at": path, "replace": value / 100}]} if {
	value >= low
	value <= high
} else := {}

# Weights are ratios for certain where all lie between 0 and 1, end with 1 and are whole percents.
as_percents(steps) := {"fix": [{"at": ["spec", "rollout", "steps", i, "weight"], "replace": round(step.weight * 100)} |
	some i, step in steps
]} if {
	every step in steps {
		step.weight > 0
		step.weight <= 1
		abs((step.weight * 100) - round(step.weight * 100)) < 0.000001
	}
	steps[count(steps) - 1].weight == 1
} else := {}

percent_problem(value) := sprintf("looks like a ratio; as a percent it is %v", [text.number(value * 100)]) if {
	value > 0
	value < 1
} else := "is not a percent between 0 and 100" if {
	value < 0
} else := "is not a percent between 0 and 100" if {
	value > 100
} else := "is not a whole percent" if {
	value != floor(value)
}

# A success ratio "below 1" trips on any failure, which is strict but possible; an error ratio "above 1" cannot be.
satisfiable_at_one(analysis) if {
	analysis.threshold == 1
	analysis.op in {"lt", "lte"}
}

# A comparison with the stable version may well be 1.05; a share of requests may not.
looks_like_percent(item) if item.threshold >= 2

looks_like_percent(item) if {
	some word in ["error", "success", "fail", "availab", "reject"]
	contains(item.metric.name, word)
}
