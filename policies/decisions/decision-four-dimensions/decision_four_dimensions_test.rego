package servelint.rules.decisions["decision-four-dimensions_test"]

import data.servelint.rules.decisions["decision-four-dimensions"] as rule

at := ["spec", "decisions", 0, "options", 0, "tradeoffs"]

rated := {"rating": "neutral", "rationale": "no difference"}

complete := {"security": rated, "performance": rated, "operability": rated, "maintainability": rated}

test_flags_an_option_without_ratings if {
	places({"id": "a"}) == {at}
}

test_flags_each_missing_dimension if {
	places({"id": "a", "tradeoffs": object.remove(complete, ["security", "operability"])}) == {
		array.concat(at, ["security"]),
		array.concat(at, ["operability"]),
	}
	count(places({"id": "a", "tradeoffs": {}})) == 4
}

test_flags_a_rating_without_rationale if {
	places({"id": "a", "tradeoffs": object.union(complete, {"security": {"rationale": " "}})}) == {array.concat(at, ["security", "rationale"])}
	places({"id": "a", "tradeoffs": object.union(complete, {"extra": 1, "security": {"rationale": ""}})}) == {array.concat(at, ["security", "rationale"])}
}

test_flags_a_rationale_without_rating if {
	only_rationale := {"security": {"rationale": "the same boundary"}}
	places({"id": "a", "tradeoffs": object.union(object.remove(complete, ["security"]), only_rationale)}) == {array.concat(at, ["security", "rating"])}
}

test_accepts_four_dimensions if {
	places({"id": "a", "tradeoffs": complete}) == set()
}

test_ignores_missing_options if {
	count(rule.finding) == 0 with input as {}
	count(rule.finding) == 0 with input as {"spec": {"decisions": [{}]}}
}

places(option) := found if {
	found := {f.at | some f in rule.finding} with input as {"spec": {"decisions": [{"id": "D1", "options": [option]}]}}
}
