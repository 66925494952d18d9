# METADATA
# description: Whether what a checklist item reports, and what its evidence says, meets its threshold.
package servelint.lib.checks

# METADATA
# description: |
#   True where the reported value is of the threshold's type and fails the operator. A missing value or operator is no miss.
misses(item) if {
	is_number(item.reported)
	is_number(item.threshold)
	fails(item.op, item.reported, item.threshold)
}

misses(item) if {
	is_string(item.reported)
	is_string(item.threshold)
	item.op == "eq"
	item.reported != item.threshold
}

# METADATA
# description: True where a result that was read from the evidence is of the threshold's type and fails the operator.
missed(item, result) if {
	is_number(result.value)
	is_number(item.threshold)
	fails(item.op, result.value, item.threshold)
}

missed(item, result) if {
	is_string(result.text)
	is_string(item.threshold)
	item.op == "eq"
	result.text != item.threshold
}

# METADATA
# description: True where a result can be compared with the threshold and is not missed.
met(item, result) if {
	is_number(result.value)
	is_number(item.threshold)
	item.op in {"lte", "lt", "gte", "gt", "eq"}
	not fails(item.op, result.value, item.threshold)
}

met(item, result) if {
	is_string(result.text)
	item.op == "eq"
	result.text == item.threshold
}

# METADATA
# description: |
#   What the results in an item's facts come to: `missed` where one fails, `passed` where one passes and none fails, `open`
#   where nothing can be compared although it may be there (remote, or without a unit), `unproven` where the files show
#   nothing. Undefined where there are no results, as without the host.
outcome(item, facts) := "missed" if {
	some entry in facts.results
	missed(item, entry.result)
} else := "passed" if {
	some entry in facts.results
	met(item, entry.result)
} else := "open" if {
	some entry in facts.results
	unknown(entry)
} else := "unproven" if {
	count(facts.results) > 0
}

unknown(entry) if entry.status == "remote"

unknown(entry) if entry.lacking == "unit"

# METADATA
# description: True where a value fails an operator and its threshold.
fails("lte", value, threshold) if value > threshold

fails("lt", value, threshold) if value >= threshold

fails("gte", value, threshold) if value < threshold

fails("gt", value, threshold) if value <= threshold

fails("eq", value, threshold) if value != threshold

# METADATA
# description: A number or name of the checklist item with its unit, such as "712.4 ms"; names and ratios have none.
value(item, number) := trim_space(sprintf("%v %s", [number, unit])) if {
	unit := replace(replace(object.get(item, ["metric", "unit"], ""), "enum", ""), "ratio", "")
}
