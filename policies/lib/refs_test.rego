package servelint.lib.refs_test

import data.servelint.lib.refs

test_hint_prefers_a_name_that_differs_in_capitals_or_dashes if {
	refs.hint("TTFT_p95", {"availability", "ttft-p95"}) == "; did you mean `ttft-p95`?"
}

test_hint_finds_a_name_that_holds_the_other if {
	refs.hint("ttft", {"availability", "ttft-p95"}) == "; did you mean `ttft-p95`?"
	refs.hint("availability-28d", {"availability", "ttft-p95"}) == "; did you mean `availability`?"
}

test_hint_takes_the_first_of_several_names if {
	refs.hint("ttft", {"ttft-p95", "ttft-p50"}) == "; did you mean `ttft-p50`?"
}

test_hint_lists_a_few_names_when_none_is_near if {
	refs.hint("x", {"a"}) == "; known: `a`"
	refs.hint("LOAD-1", {"RB-1", "CAN-1"}) == "; known: `CAN-1`, `RB-1`"
	refs.hint("x", {"a", "b", "c"}) == "; known: `a`, `b`, `c`"
	refs.hint("x", {"a", "b", "c", "d"}) == "; known: `a`, `b`, `c`, `d`"
}

test_hint_is_silent_about_none_and_about_many if {
	refs.hint("LOAD-1", set()) == ""
	refs.hint("x", {"a", "b", "c", "d", "e"}) == ""
}

test_evidence_is_a_path_or_an_object if {
	refs.path("a.json") == "a.json"
	refs.path({"path": "a.json", "format": "k6"}) == "a.json"
	not refs.path({"format": "k6"})
}

test_known_names_of_an_empty_review_are_empty if {
	names := refs.known with input as {}
	every kind in names {
		kind == set()
	}
}

test_items_carry_their_place_and_facts if {
	review := {"checklists": [{"spec": {"items": [{"id": "A"}, {"id": "B"}]}, "facts": {"items": [{}, {"dimension": "time"}]}}]}
	found := refs.items with input as review
	found == [
		{"at": ["checklists", 0, "spec", "items", 0], "item": {"id": "A"}, "facts": {}},
		{"at": ["checklists", 0, "spec", "items", 1], "item": {"id": "B"}, "facts": {"dimension": "time"}},
	]
}
