# METADATA
# description: Whether what a checklist item reports meets its threshold.
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
