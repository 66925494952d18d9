# METADATA
# description: What several rules must know about the steps and analyses of a rollout.
package servelint.lib.rollout

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
