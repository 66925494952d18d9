package servelint.rules.verification["verdict-stale_test"]

import data.servelint.lib.testing
import data.servelint.rules.verification["verdict-stale"] as rule

verdict := {"decision": "go", "by": "m.osei", "date": "2026-10-09", "inputs": "sha256:aa"}

test_flags_a_verdict_over_other_inputs if {
	testing.places(rule.finding) == {["checklists", 1, "spec", "verdict", "inputs"]} with input as review([{"spec": {}}, {"spec": {"verdict": verdict}}], {"inputs": "sha256:bb"})
}

test_names_who_decided_and_the_digest_to_record if {
	found := rule.finding with input as review([{"spec": {"verdict": verdict}}], {"inputs": "sha256:bb"})
	{f.message | some f in found} == {"the verdict by `m.osei` of 2026-10-09 was given over other inputs"}
	{f.help | some f in found} == {"Review what changed and decide again: `by`, `date`, and `inputs: sha256:bb`."}
}

test_accepts_a_verdict_over_these_inputs if {
	number([{"spec": {"verdict": verdict}}], {"inputs": "sha256:aa"}) == 0
}

test_is_silent_where_no_digest_is_recorded_or_known if {
	number([{"spec": {"verdict": object.remove(verdict, ["inputs"])}}], {"inputs": "sha256:bb"}) == 0
	number([{"spec": {}}], {"inputs": "sha256:bb"}) == 0
	number([{"spec": {"verdict": verdict}}], {}) == 0
}

number(checklists, facts) := count(found) if {
	found := rule.finding with input as review(checklists, facts)
}

review(checklists, facts) := {"service": "chat", "decisions": [], "checklists": checklists, "facts": facts}
