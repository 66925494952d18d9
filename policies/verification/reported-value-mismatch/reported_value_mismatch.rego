# METADATA
# title: Reported value differs from the evidence file
# description: |
#   `reported` is a value typed for readers. Where it differs from the value in the evidence file by more
#   than 1 %, or is another word, one of the two is from another run, another unit or another statistic, and
#   people will quote the typed one. A value that the tool itself rounds may differ by half of that rounding
#   besides. With several files, one of them must agree.
# related_resources:
#   - description: Site Reliability Engineering, Launch Coordination Checklist
#     ref: https://sre.google/sre-book/launch-checklist/
# custom:
#   severity: error
#   applies_to: [VerificationChecklist]
#   since: 0.1.0
#   help: Correct `reported` to the value of the file, or name the file that it came from. It may also be left out.
#   reworded:
#     - now: "{} reports {}, but `{}` has {}"
#       then: "{} reports {}, but `{}` says {}"
package servelint.rules.verification["reported-value-mismatch"]

import data.servelint.lib.checks
import data.servelint.lib.measured

finding contains violation if {
	some i, item in input.spec.items
	reported := item.reported
	results := [entry | some entry in input.facts.items[i].results; entry.result]
	some entry in results
	comparable(reported, entry.result)
	agreeing := [k | some k, other in results; agrees(reported, other.result)]
	count(agreeing) == 0
	message := sprintf("%s reports %s, but `%s` has %s%s", [
		measured.item_name(item, i),
		checks.value(item, reported),
		entry.path,
		measured.shown(entry.result),
		distance(reported, entry.result),
	])
	related := [{"at": entry.at, "message": "the file"}]
	violation := object.union({"at": ["spec", "items", i, "reported"], "message": message, "related": related}, measured.mild(item))
}

# What does not agree differs, where both are numbers or both are texts.
comparable(reported, result) if {
	is_number(reported)
	is_number(result.value)
}

comparable(reported, result) if {
	is_string(reported)
	is_string(result.text)
}

agrees(reported, result) if {
	is_number(reported)
	is_number(result.value)
	abs(reported - result.value) <= tolerance(result)
}

agrees(reported, result) if {
	is_string(reported)
	reported == result.text
}

# Rounding noise may not tip it: 1.01 of 1 is 1 %.
tolerance(result) := (abs(result.value) * 0.010000001) + (object.get(result, "resolution", 0) / 2)

distance(reported, result) := sprintf(", %v %% apart", [round((abs(reported - result.value) * 1000) / abs(result.value)) / 10]) if {
	is_number(reported)
	is_number(result.value)
	result.value != 0
} else := ""
