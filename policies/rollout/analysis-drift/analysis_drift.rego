# METADATA
# title: Analysis differs between manifest and specification
# description: |
#   The specification says at which value a rollout stops; samples and budget were computed from that. What
#   stops it is the condition of an AnalysisTemplate or the range of a Canary. A metric is compared with the
#   analysis of the same name, else with the only one that is about the same thing: latency, or failed
#   requests. Units are brought together first: Flagger counts milliseconds of duration and percent of
#   success, a query may answer in milliseconds, and a floor under success is a ceiling over errors.
#   Conditions that are more than one comparison with a number are not compared, and templates that are in
#   none of the files are listed under *not checked*.
# related_resources:
#   - description: Argo Rollouts, analysis
#     ref: https://argo-rollouts.readthedocs.io/en/stable/features/analysis/
#   - description: Flagger, builtin metrics
#     ref: https://docs.flagger.app/usage/metrics
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [Artifacts]
#   since: 0.2.0
#   gate: canary
#   help: Use one threshold in both places.
#   reworded:
#     - now: "no metric of {} measures analysis `{}` of the specification"
#       then: "no metric of {} is analysis `{}`"
package servelint.rules.rollout["analysis-drift"]

import data.servelint.lib.manifest
import data.servelint.lib.rollout
import data.servelint.lib.text
import data.servelint.lib.traffic

finding contains {
	"at": manifest.place(pair.index, pair.bound.at),
	"message": message,
	"related": [{"at": ["serving", "spec", "rollout", "analysis", pair.analysis, "threshold"], "message": "the threshold in the specification"}],
} if {
	some pair in pairs
	not agree(pair)
	message := sprintf("metric `%s` fails %s %s, but analysis `%s` of the specification fails %s %s", [
		pair.name,
		side(pair.bound.fails),
		shown(pair.kind, pair.value),
		said[pair.analysis].name,
		side(said[pair.analysis].op),
		shown_limit(pair),
	])
}

# An analysis that the specification relies on and that no manifest makes.
finding contains {
	"at": ["serving", "spec", "rollout", "analysis", a, "name"],
	"severity": "warning",
	"message": message,
	"related": [{"at": manifest.place(r.index, object.get(r.rollout, ["background", "at"], r.rollout.at)), "message": "the analysis of the rollout"}],
} if {
	some r in traffic.rollouts
	count(traffic.judges(r)) > 0
	complete(r)
	some a, analysis in said
	count([judge | some judge in traffic.judges(r); means(judge.metric, a)]) == 0
	message := sprintf("no metric of %s measures analysis `%s` of the specification", [manifest.called(r.facts), analysis.name])
}

unchecked contains {"at": manifest.place(r.index, reference.at), "message": message} if {
	some r in traffic.rollouts
	some reference in traffic.references(r)
	count(traffic.templates(reference, r.facts)) == 0
	message := sprintf("template `%s` of %s is in none of the files, so its conditions were not checked", [
		reference.name,
		manifest.called(r.facts),
	])
}

said := object.get(input, ["serving", "spec", "rollout", "analysis"], [])

complete(r) if count([reference | some reference in traffic.references(r); count(traffic.templates(reference, r.facts)) == 0]) == 0

# Each bound of a metric beside the analysis that it makes.
pairs contains {"index": judge.index, "name": name, "bound": bound, "analysis": a, "kind": kind, "value": value, "limit": limit} if {
	some r in traffic.rollouts
	some judge in traffic.judges(r)
	some a, _ in said
	means(judge.metric, a)
	name := object.get(judge.metric, "name", "?")
	count(judge.metric.bounds) == 1
	bound := judge.metric.bounds[0]
	kind := subject(a)
	value := measured(kind, judge.metric, bound)
	limit := wanted(kind, a)
}

means(metric, a) if lower(metric.name) == lower(said[a].name)

means(metric, a) if {
	not is_named(metric)
	metric.metricKind in about(a)
	count([other | some other, _ in said; metric.metricKind in about(other)]) == 1
}

is_named(metric) if {
	some analysis in said
	lower(metric.name) == lower(analysis.name)
}

about(a) := {"latency"} if subject(a) == "latency"

about(a) := {"errors", "success"} if subject(a) == "errors"

subject(a) := "errors" if about_availability(a)

subject(a) := "latency" if {
	is_number(input.serving.facts.spec.rollout.analysis[a].threshold)
	not about_availability(a)
}

subject(a) := "other" if {
	is_number(said[a].threshold)
	not about_availability(a)
}

about_availability(a) if {
	some slo in input.serving.spec.slos
	slo.name == said[a].slo
	slo.indicator.type == "availability"
}

# The specification's limit: seconds, a share of errors, or a plain number.
wanted("latency", a) := input.serving.facts.spec.rollout.analysis[a].threshold

wanted("errors", a) := rollout.error_ratio(said[a])

wanted("other", a) := said[a].threshold

# The manifest's limit in the same measure.
measured("latency", metric, bound) := bound.value / 1000 if is_in_milliseconds(metric)

measured("latency", metric, bound) := bound.value if not is_in_milliseconds(metric)

measured("errors", _, bound) := rollout.failing_errors(bound.fails, bound.value)

measured("other", _, bound) := bound.value

# A metric may have no query.
is_in_milliseconds(metric) if rollout.in_milliseconds(metric.query.value)

agree(pair) if {
	abs(pair.value - pair.limit) <= 0.000001 + (abs(pair.limit) * 0.000001)
	one_side(pair)
}

one_side(pair) if pair.kind == "errors"

one_side(pair) if side(pair.bound.fails) == side(said[pair.analysis].op)

side("gt") := "above"

side("gte") := "above"

side("lt") := "below"

side("lte") := "below"

shown("latency", value) := text.duration(value)

shown("errors", value) := sprintf("%s errors", [text.percent(value)])

shown("other", value) := sprintf("%v", [value])

shown_limit(pair) := shown(pair.kind, pair.limit)
