# METADATA
# description: For the tests of rules. No rule imports it.
package servelint.lib.testing

# METADATA
# description: |
#   What a finding says apart from its wording: its place, the related places, the numbers and the names in backticks of
#   its message in their order, and all else that it has, such as its severity and its fix.
said(finding) := object.union_n([
	object.remove(finding, ["message"]),
	{"says": regex.find_n(`\x60[^\x60]*\x60|[0-9]+(?:\.[0-9]+)?`, finding.message, -1)},
	related(finding),
])

related(finding) := {"related": [place.at | some place in finding.related]} if finding.related

related(finding) := {} if not finding.related
