package servelint.rules.structure["duplicate-id_test"]

import data.servelint.lib.testing
import data.servelint.rules.structure["duplicate-id"] as rule

test_flags_each_further_entry_with_the_first if {
	said({"items": [{"id": "A"}, {"id": "B"}, {"id": "A"}, {"id": "A"}]}) == {
		repeated(["spec", "items"], 0, 2, "id", "`A`"),
		repeated(["spec", "items"], 0, 3, "id", "`A`"),
	}
	said({"slos": [{}, {"name": "x"}, {"name": "x"}]}) == {repeated(["spec", "slos"], 1, 2, "name", "`x`")}
}

test_flags_every_list_by_its_own_noun if {
	nouns := {
		"assumptions": "assumption id", "constraints": "constraint id", "decisions": "decision id",
		"residualRisks": "risk id", "actions": "action id", "items": "item id",
	}
	every list, noun in nouns {
		some f in rule.finding with input as {"spec": {list: [{"id": "A"}, {"id": "A"}]}}
		f.at == ["spec", list, 1, "id"]
		startswith(f.message, noun)
	}
	some f in rule.finding with input as {"spec": {"slos": [{"name": "x"}, {"name": "x"}]}}
	startswith(f.message, "SLO name")
}

test_flags_analyses_of_a_rollout if {
	said({"rollout": {"analysis": [{"name": "e"}, {"name": "e"}]}}) == {repeated(["spec", "rollout", "analysis"], 0, 1, "name", "`e`")}
}

test_flags_options_of_one_decision if {
	decisions := [{"id": "D1", "options": [{"id": "a"}, {"id": "a"}]}]
	said({"decisions": decisions}) == {repeated(["spec", "decisions", 0, "options"], 0, 1, "id", "`a`")}
}

test_accepts_the_same_option_in_two_decisions if {
	said({"decisions": [{"id": "D1", "options": [{"id": "a"}]}, {"id": "D2", "options": [{"id": "a"}]}]}) == set()
}

test_accepts_the_same_id_in_two_lists if {
	said({"assumptions": [{"id": "A"}], "constraints": [{"id": "A"}]}) == set()
}

test_ignores_entries_without_an_id if {
	said({"items": [{}, {}, {"id": "A"}]}) == set()
	said({}) == set()
	count(rule.finding) == 0 with input as {}
}

repeated(list, first, again, key, name) := {
	"at": array.concat(list, [again, key]),
	"related": [array.concat(list, [first, key])],
	"says": [name, sprintf("%d", [first + 1]), sprintf("%d", [again + 1])],
}

said(spec) := found if {
	found := testing.all(rule.finding) with input as {"spec": spec}
}
