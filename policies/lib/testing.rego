# METADATA
# description: For the tests of rules. No rule imports it.
package servelint.lib.testing

# METADATA
# description: |
#   What a finding says apart from its wording: its place, the related places, the numbers and the names in backticks of
#   its message in their order, and all else that it has, such as its severity and its fix.
said(finding) := object.union(
	object.remove(finding, ["message"]),
	object.union(
		{"says": regex.find_n("`[^`]*`|[0-9]+(?:\\.[0-9]+)?", finding.message, -1)},
		{"related": [related.at | some related in finding.related]},
	),
) if {
	finding.related
}

said(finding) := object.union(
	object.remove(finding, ["message"]),
	{"says": regex.find_n("`[^`]*`|[0-9]+(?:\\.[0-9]+)?", finding.message, -1)},
) if {
	not finding.related
}
