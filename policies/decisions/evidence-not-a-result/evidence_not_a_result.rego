# METADATA
# title: Evidence is no result
# description: |
#   Evidence is what was found out: a measurement, a review that was held, a record. A document of the
#   review itself proves nothing about it, and neither do the settings of servelint, a dot file or an empty
#   file. What is to be done, or can be run, is no result either: a runbook, a program and its configuration
#   support a rating of operability, but not an outcome, a performance rating or a claim that is measured. A
#   section that is named after `#` in a page in Markdown must exist and state something. A manifest that is
#   named as evidence is reported by `unjudged`.
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [Review]
#   since: 0.2.0
#   gate: evidence
#   help: Link the file that shows what was measured or found out, or write the section that is named.
package servelint.rules.decisions["evidence-not-a-result"]

import data.servelint.lib.measured
import data.servelint.lib.refs

finding contains violation if {
	some [at, evidence] in refs.evidence(input)
	path := refs.path(evidence)
	suspect(path)
	why := wrong(path, at)
	violation := object.union({"at": at, "message": sprintf("evidence `%s` %s", [path, why])}, weight(at))
}

# One look at a path spares most of them the others.
suspect(path) if input.facts.fileFaults[path]

suspect(path) if is_runbook(path)

suspect(path) if is_program(path)

wrong(path, at) := faults(input.facts.fileFaults[path]) if {
	faults(input.facts.fileFaults[path])
} else := "is the runbook of the rollback: it states what is to be done, not what was found out" if {
	is_runbook(path)
	claims(at)
} else := "is a program or its configuration: it can measure something, but holds no result" if {
	is_program(path)
	claims(at)
}

# Cannot be a result whatever it holds.
is_program(path) if {
	file := lower(split(path, "#")[0])
	strings.any_suffix_match(file, [
		".sh", ".bash", ".py", ".js", ".ts", ".go", ".rs", ".rb", ".java", ".lua", ".rego", ".tf", ".ini", ".cfg", ".conf",
		".env", ".properties", "dockerfile", "makefile",
	])
}

faults("document") := "is a document of this review, which cannot prove itself"

faults("settings") := "holds the settings of servelint, not a result"

faults("hidden") := "is a dot file, not a result"

faults("empty") := "is an empty file"

faults("no-section") := "names a heading that the page does not have"

faults("empty-section") := "names a section in which nothing is written"

# An outcome, a rating of performance, or what a claim is compared with.
claims(at) if "outcome" in at

claims(at) if "performance" in at

claims(at) if at[0] == "checklists"

claims(at) if "perReplica" in at

is_runbook(path) if {
	runbook := input.serving.spec.rollback.runbook
	trim_prefix(split(path, "#")[0], "./") == trim_prefix(split(runbook, "#")[0], "./")
}

weight(at) := measured.mild(input.checklists[at[1]].spec.items[at[4]]) if {
	at[0] == "checklists"
} else := {}
