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

test_tells_a_digest_of_another_version_from_one_of_other_inputs if {
	messages := {recorded: f.message |
		some recorded in ["sha256:aa", "v2:sha256:aa", "v3:sha256:aa", "aa"]
		some f in rule.finding with input as review([{"spec": {"verdict": object.union(verdict, {"inputs": recorded})}}], {"inputs": "v3:sha256:bb"})
	}
	older := "the verdict by `m.osei` of 2026-10-09 records a digest of another version of servelint, which covers something else"
	other := "the verdict by `m.osei` of 2026-10-09 was given over other inputs"
	messages == {"sha256:aa": older, "v2:sha256:aa": older, "v3:sha256:aa": other, "aa": other}
}

test_says_what_to_do_about_an_older_digest if {
	older := object.union(verdict, {"inputs": "v2:sha256:aa"})
	found := rule.finding with input as review([{"spec": {"verdict": older}}], {"inputs": "v3:sha256:aa"})
	{f.help | some f in found} == {"Nothing tells whether anything changed: let the same person look again, and record the day as `date`, and `inputs: v3:sha256:aa`."}
}

outdated := {"inputs": "v3:sha256:bb", "outdated": [{"checklist": 0, "since": "main", "changed": "a.yaml, b.md"}]}

without_inputs := object.remove(verdict, ["inputs"])

test_flags_what_changed_under_a_verdict_that_stands_as_it_was if {
	found := rule.finding with input as review([{"spec": {"verdict": without_inputs}}], outdated)
	{[f.at, f.message, f.help] | some f in found} == {[
		["checklists", 0, "spec", "verdict"],
		"the verdict by `m.osei` of 2026-10-09 stands as it was at `main`, but this changed since: a.yaml, b.md",
		"Review what changed and decide again: `by`, `date`, and `inputs: v3:sha256:bb`.",
	]}
}

test_accepts_what_changed_under_a_digest_or_a_no if {
	number([{"spec": {"verdict": object.union(verdict, {"inputs": "v3:sha256:bb"})}}], outdated) == 0
	number([{"spec": {"verdict": object.union(without_inputs, {"decision": "no-go"})}}], outdated) == 0
}

test_states_that_a_production_verdict_records_no_inputs if {
	notes := {n.message | some n in rule.unchecked with input as production(without_inputs, "critical")}
	notes == {"whether the verdict by `m.osei` of 2026-10-09 was given over this review: it records no `inputs`, which `servelint input PATH --format digest` prints"}
	every doc in [
		production(verdict, "critical"),
		production(object.union(without_inputs, {"decision": "no-go"}), "critical"),
		production(without_inputs, "experimental"),
		review([{"spec": {"verdict": without_inputs}}], {}),
	] {
		count(rule.unchecked) == 0 with input as doc
	}
}

production(decided, tier) := object.union(review([{"spec": {"verdict": decided}}], {}), {"serving": {"spec": {
	"environment": "production",
	"tier": tier,
}}})

test_accepts_a_verdict_over_these_inputs if {
	number([{"spec": {"verdict": verdict}}], {"inputs": "sha256:aa"}) == 0
}

test_is_silent_where_no_digest_is_recorded_or_known if {
	number([{"spec": {"verdict": object.remove(verdict, ["inputs"])}}], {"inputs": "sha256:bb"}) == 0
	number([{"spec": {}}], {"inputs": "sha256:bb"}) == 0
	number([{"spec": {"verdict": verdict}}], {}) == 0
}

# 2026-10-09 is day 20735.
test_flags_a_verdict_from_before_its_evidence if {
	places(over({"startedDay": 20735}, 20733, {})) == flagged
	places(over({}, 20733, {"collectedAt": 20735})) == flagged
	found := rule.finding with input as over({"startedDay": 20735}, 20733, {})
	{f.message | some f in found} == {"the verdict by `m.osei` of 2026-10-09 is 2 days older than `a.json`, on which it rests"}
}

test_accepts_a_verdict_from_the_day_before_or_later if {
	every date in [20734, 20735, 20800] {
		places(over({"startedDay": 20735}, date, {})) == set()
	}
}

test_compares_only_what_a_verdict_to_go_rests_on if {
	early := over({"startedDay": 20735}, 20700, {})
	places(testing.after(early, {"/checklists/0/spec/items/0/gate": "advisory"})) == set()
	places(testing.after(early, {"/checklists/0/spec/verdict/decision": "no-go"})) == set()
	places(over({}, 20700, {})) == set()
}

test_the_throughput_of_a_replica_is_evidence_as_well if {
	serving := {"spec": {}, "facts": {
		"spec": {"capacity": {"perReplica": {"evidence": {"collectedAt": 20735}}}},
		"capacityResults": [{"at": ["spec", "capacity", "perReplica", "evidence"], "path": "b.json", "status": "read"}],
	}}
	places(object.union(over({}, 20700, {}), {"serving": serving})) == flagged
}

test_flags_a_verdict_from_before_a_decision if {
	decided := testing.after(over({}, 20733, {}), {"/decisions": [{
		"spec": {"decisions": [{"id": "ADR-1", "status": "accepted"}]},
		"facts": {"spec": {"decisions": [{"date": 20736}]}},
	}]})
	found := testing.all(rule.finding) with input as decided
	{[finding.at, finding.related, finding.says] | some finding in found} == {[
		["checklists", 0, "spec", "verdict", "date"],
		[["decisions", 0, "spec", "decisions", 0, "date"]],
		["`m.osei`", "2026", "10", "09", "3", "`ADR-1`"],
	]}
	places(testing.after(decided, {"/decisions/0/spec/decisions/0/status": "proposed"})) == set()
	places(testing.after(decided, {"/decisions/0/facts/spec/decisions/0/date": 20734})) == set()
	places(testing.after(decided, {"/checklists/0/spec/verdict/decision": "no-go"})) == set()
}

flagged := {["checklists", 0, "spec", "verdict", "date"]}

places(doc) := found if {
	found := testing.places(rule.finding) with input as doc
}

over(result, date, stated) := review(
	[{
		"spec": {"items": [{"id": "A", "gate": "blocking"}], "verdict": object.remove(verdict, ["inputs"])},
		"facts": {
			"spec": {"verdict": {"date": date}, "items": [{"evidence": [stated]}]},
			"items": [{"results": [object.union({"at": ["spec", "items", 0, "evidence", 0], "path": "a.json", "status": "read"}, result)]}],
		},
	}],
	{},
)

number(checklists, facts) := count(found) if {
	found := rule.finding with input as review(checklists, facts)
}

review(checklists, facts) := {"service": "chat", "decisions": [], "checklists": checklists, "facts": facts}
