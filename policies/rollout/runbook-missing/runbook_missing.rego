# METADATA
# title: Rollback runbook or its section does not exist
# description: |
#   `rollback.runbook` is opened in an emergency, by someone who may not know the service. A path that leads
#   nowhere costs minutes that the recovery time objective does not allow, and so does a page without the
#   section that is named after `#`, or with nothing in it. Paths are looked up in the repository, sections
#   in pages in Markdown; a page elsewhere is not fetched.
# related_resources:
#   - description: SRE book, Being On-Call
#     ref: https://sre.google/sre-book/being-on-call/
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [Review]
#   since: 0.1.0
#   gate: rollback
#   help: Correct the path, which is relative to the root of the project, or give the full address of the page.
#   reworded:
#     - now: "runbook `{}` does not exist"
#       then: "runbook `{}` is not there"
package servelint.rules.rollout["runbook-missing"]

finding contains {
	"at": ["serving", "spec", "rollback", "runbook"],
	"message": sprintf("runbook `%s` %s", [runbook, problem]),
	"cause": sprintf("file %s", [split(runbook, "#")[0]]),
} if {
	runbook := input.serving.spec.rollback.runbook
	problem := problems(input.facts.files[runbook].status)
}

finding contains {
	"at": ["serving", "spec", "rollback", "runbook"],
	"message": sprintf("runbook `%s` %s", [runbook, fault]),
	"help": "Write the steps of the rollback down there, or correct the name of the heading.",
} if {
	runbook := input.serving.spec.rollback.runbook
	fault := faults(input.facts.fileFaults[runbook])
}

faults("empty") := "is an empty file"

faults("no-section") := "names a heading that the page does not have"

faults("empty-section") := "names a section in which nothing is written"

problems("missing") := "does not exist"

problems("outside") := "is outside the repository"

problems("directory") := "is a folder, not a page"

problems("unreadable") := "cannot be read"
