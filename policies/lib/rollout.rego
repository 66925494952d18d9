# METADATA
# description: What several rules must know about the steps and analyses of a rollout.
package servelint.lib.rollout

import data.servelint.lib.compare
import data.servelint.lib.text

# METADATA
# description: True where traffic moves in weighted steps. Other strategies need none.
stepped if input.spec.rollout.strategy in {"canary", "linear"}

# METADATA
# description: |
#   The weights of the steps, in order. Undefined where a step lacks its weight, for then nobody knows
#   which step is the first or the last one before full traffic.
weights := known if {
	stepped
	known := [entry.weight | some entry in input.spec.rollout.steps]
	count(known) == count(input.spec.rollout.steps)
}

# METADATA
# description: |
#   The share of failed requests at which an analysis of an availability SLO fails. An analysis fails
#   where its comparison holds, so `gt 0.02` tolerates 2 % errors, and `lt 0.98` (a floor under the
#   success ratio) tolerates the same. Undefined for a threshold that is no ratio, such as `2` for 2 %.
error_ratio(analysis) := analysis.threshold if {
	analysis.op in {"gt", "gte"}
	is_number(analysis.threshold)
	is_ratio(analysis.threshold)
}

error_ratio(analysis) := 1 - analysis.threshold if {
	analysis.op in {"lt", "lte"}
	is_number(analysis.threshold)
	is_ratio(analysis.threshold)
}

is_ratio(number) if {
	number >= 0
	number <= 1
}

# METADATA
# description: A step as people count it, from its index, such as "step 1".
step(index) := sprintf("step %d", [index + 1])

# METADATA
# description: A number of requests as people read it, whole unless there are fewer than ten.
requests(n) := floor(n + 0.000001) if {
	n >= 10
} else := round(n * 10) / 10

# METADATA
# description: |
#   The error ratios at which an analysis of an availability SLO can fail: from the lowest that the step with the fewest
#   requests resolves to the highest that the SLO allows; where there is none, what would make room. Undefined where
#   the traffic or the target is not known; `wanted` are the errors that the team wants to count at the threshold. What is shown is rounded into the interval, so that it holds as written.
feasible(j, slo, wanted) := sprintf("Fail between %v %% and %v %% errors: %s. %s.", [ends[0], ends[1], resolves(j, ends[0], wanted), allows(slo, ends[1])]) if {
	ends := limits(j, slo, wanted)
	ends[0] <= ends[1]
} else := sprintf("No threshold fits: %s, but %s. A longer window and bake, a larger weight or more traffic lowers the first number.", [resolves(j, ends[0], wanted), allows(slo, ends[1])]) if {
	ends := limits(j, slo, wanted)
}

# In percent with four decimals. The noise of binary fractions must move neither.
limits(j, slo, wanted) := [low, high] if {
	samples := fewest(j)[0]
	samples > 0
	budget := input.facts.slos[slo].budgetRatio
	is_number(budget)
	low := ceil(((1000000 * wanted) / samples) - 0.000001) / 10000
	high := floor((1000000 * budget) + 0.000001) / 10000
}

# METADATA
# description: The fewest requests that an analysis judges at trough, and the step that sees them.
fewest(j) := min([[check.troughSamples, check.step] |
	some check in input.facts.rollout.checks
	check.analysis == j
])

resolves(j, low, wanted) := sprintf("%s %v %% of the %s of %s at trough", [
	sprintf("%s %s", [text.counted(wanted, "error"), text.word(wanted, "is", "are")]),
	low,
	text.counted(requests(seen[0]), "request"),
	step(seen[1]),
]) if {
	seen := fewest(j)
}

allows(slo, high) := sprintf("SLO `%s` allows %v %%", [input.spec.slos[slo].name, high])

# METADATA
# description: |
#   True where an analysis of availability tolerates more errors than its SLO and gives no reason, or more than any reason
#   covers.
looser(j, slo, ratio) if {
	trim_space(object.get(input.spec.rollout.analysis[j], "justification", "")) == ""
	compare.above(ratio, input.facts.slos[slo].budgetRatio)
}

looser(_, slo, ratio) if compare.above(ratio, input.facts.slos[slo].budgetRatio * page_burn_rate)

# METADATA
# description: The burn rate at which a page fires by default.
page_burn_rate := 14.4

# METADATA
# description: The analyses that run at the steps of `spec.rollout`, by their names, each with the index of its first step.
first_steps(plan) := {name: step |
	some analysis in plan.analysis
	name := analysis.name
	step := min([i | some i, entry in plan.steps; name in entry.analysis])
}

# METADATA
# description: |
#   The ratio of errors at which a metric fails that counts errors or successes, as a ratio or in percent: a floor under
#   success is a ceiling over errors.
failing_errors(fails, bound) := as_ratio(bound) if fails in {"gt", "gte"}

failing_errors(fails, bound) := 1 - as_ratio(bound) if fails in {"lt", "lte"}

as_ratio(bound) := bound if bound <= 1

as_ratio(bound) := bound / 100 if bound > 1

# METADATA
# description: True for a query whose answer is in milliseconds, by the names in it or because it multiplies.
in_milliseconds(query) if regex.match(`_ms([^a-z]|$)|_milliseconds|\* *1000`, query)
