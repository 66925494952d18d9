# METADATA
# description: |
#   For OPA: every finding about what `servelint input` prints, with the rules that apply to it. Which rules read what
#   stands in their METADATA (`applies_to`); `servelint input` reads it there and names them beside each input.
#   `opa eval --data policies --input input.json data.servelint.main.finding`
package servelint.main

# METADATA
# description: What each rule says of each input that it applies to, with the rule and the files.
# entrypoint: true
finding contains found if {
	some asked in input.inputs
	some id in asked.rules
	some category
	said := data.servelint.rules[category][id].finding with input as asked.input
		with data.servelint.policy as asked.data.servelint.policy
		with data.servelint.approvers as asked.data.servelint.approvers
		with data.servelint.today as asked.data.servelint.today
		with data.servelint.day as asked.data.servelint.day
	some one in said
	found := object.union(one, {"rule": id, "subject": asked.subject, "files": asked.files})
}

# Without facts most rules are silent: nothing found must not look like nothing wrong.
finding contains {
	"rule": "servelint-input",
	"at": [],
	"message": "no rule was asked: this is not what `servelint input` prints",
} if {
	not printed
}

# METADATA
# description: What rules cannot know, and why, of each input that they apply to.
unchecked contains found if {
	some asked in input.inputs
	some id in asked.rules
	some category
	said := data.servelint.rules[category][id].unchecked with input as asked.input
		with data.servelint.policy as asked.data.servelint.policy
		with data.servelint.approvers as asked.data.servelint.approvers
		with data.servelint.today as asked.data.servelint.today
		with data.servelint.day as asked.data.servelint.day
	some one in said
	found := object.union(one, {"rule": id, "subject": asked.subject, "files": asked.files})
}

printed if count(input.inputs[0].rules) > 0
