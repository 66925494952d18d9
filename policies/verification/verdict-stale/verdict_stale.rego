# METADATA
# title: Verdict was given over other inputs
# description: |
#   `verdict.inputs` is the digest of what the verdict was given over: every ServingSpec, DecisionLog and
#   VerificationChecklist of the service without the verdicts themselves, and the bytes of every evidence file
#   and declared artifact that they name. A verdict over other inputs is a verdict about something else, so the
#   same people need to decide again. The digest covers values, not their layout: comments, formatting and the
#   names of documents' files may change. Without `inputs` nothing is compared, but the age of evidence then
#   always counts to today.
# custom:
#   severity: escalation
#   elsewhere: warning
#   applies_to: [Review]
#   since: 0.2.0
#   help: Review what changed, decide again, and record the digest of the inputs.
package servelint.rules.verification["verdict-stale"]

finding contains violation if {
	some c, list in input.checklists
	recorded := list.spec.verdict.inputs
	now := input.facts.inputs
	recorded != now
	violation := {
		"at": ["checklists", c, "spec", "verdict", "inputs"],
		"message": sprintf("the verdict by `%v` of %v was given over other inputs", [
			object.get(list.spec.verdict, "by", "?"),
			object.get(list.spec.verdict, "date", "?"),
		]),
		"help": sprintf("Review what changed and decide again: `by`, `date`, and `inputs: %s`.", [now]),
	}
}
