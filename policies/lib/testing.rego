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

# METADATA
# description: |
#   What all findings say apart from their wording. The input of a test goes to the call:
#   `testing.all(rule.finding) == set() with input as testing.after(good, {"/spec/name": "other"})`.
all(findings) := {said(finding) | some finding in findings}

# METADATA
# description: The places of all findings.
places(findings) := {finding.at | some finding in findings}

# METADATA
# description: |
#   The document with these values at their JSON pointers. A key is added where it is missing, an element of a
#   list must be there, and `/-` appends one.
after(document, values) := json.patch(document, [change |
	some path, value in values
	change := {"op": operation(path), "path": path, "value": value}
])

# METADATA
# description: The document without what stands at these JSON pointers.
without(document, paths) := json.patch(document, [{"op": "remove", "path": path} | some path in paths])

operation(path) := "replace" if regex.match(`/[0-9]+$`, path)

operation(path) := "add" if not regex.match(`/[0-9]+$`, path)

related(finding) := {"related": [place.at | some place in finding.related]} if finding.related

related(finding) := {} if not finding.related
