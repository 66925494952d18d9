package servelint.rules.decisions["decision-four-dimensions_test"]

import data.servelint.lib.testing
import data.servelint.rules.decisions["decision-four-dimensions"] as rule

tradeoffs := ["spec", "decisions", 0, "options", 0, "tradeoffs"]

test_flags_an_option_without_ratings_once if {
	said({"id": "a"}) == {{"at": tradeoffs, "says": ["`a`", "`D1`"]}}
}

test_flags_each_dimension_that_is_missing if {
	said({"id": "a", "tradeoffs": {}}) == {{"at": array.concat(tradeoffs, [dimension]), "says": ["`a`", "`D1`"]} |
		some dimension in ["security", "performance", "operability", "maintainability"]
	}
	every dimension in ["security", "performance", "operability", "maintainability"] {
		places(testing.without(good, [concat("/", ["/tradeoffs", dimension])])) == {array.concat(tradeoffs, [dimension])}
	}
}

test_flags_a_rating_and_a_rationale_that_are_missing_in_any_dimension if {
	every dimension in ["security", "performance", "operability", "maintainability"] {
		places(testing.after(good, {concat("/", ["/tradeoffs", dimension]): {}})) == {
			array.concat(tradeoffs, [dimension, "rating"]),
			array.concat(tradeoffs, [dimension, "rationale"]),
		}
	}
}

test_flags_a_rating_without_a_rationale if {
	said(testing.without(good, ["/tradeoffs/security/rationale"])) == {{
		"at": array.concat(tradeoffs, ["security", "rationale"]),
		"says": ["`a`", "`D1`"],
	}}
}

test_flags_a_rationale_without_a_rating if {
	places(testing.without(good, ["/tradeoffs/security/rating"])) == {array.concat(tradeoffs, ["security", "rating"])}
}

test_flags_words_that_are_blank if {
	places(testing.after(good, {"/tradeoffs/security/rationale": " "})) == {array.concat(tradeoffs, ["security", "rationale"])}
	places(testing.after(good, {"/tradeoffs/security/rating": ""})) == {array.concat(tradeoffs, ["security", "rating"])}
}

test_flags_words_that_are_blank_in_every_dimension if {
	every key in ["rating", "rationale"] {
		blank := object.union(rated, {key: " "})
		places({"id": "a", "tradeoffs": {dimension: blank | some dimension, _ in good.tradeoffs}}) == {array.concat(tradeoffs, [dimension, key]) |
			some dimension, _ in good.tradeoffs
		}
	}
}

test_flags_what_is_missing_whatever_else_is_rated if {
	places(testing.after(good, {"/tradeoffs/cost": {"rating": "better", "rationale": "cheap"}, "/tradeoffs/security/rationale": ""})) == {array.concat(tradeoffs, ["security", "rationale"])}
}

test_accepts_an_option_that_is_rated_in_full if {
	said(good) == set()
}

test_names_decisions_and_options_without_an_id_by_their_number if {
	every option in [{}, {"tradeoffs": {}}, testing.without(good, ["/id", "/tradeoffs/security/rating"])] {
		found := testing.all(rule.finding) with input as {"spec": {"decisions": [{"options": [option]}]}}
		{finding.says | some finding in found} == {["`1`", "`1`"]}
	}
}

test_ignores_missing_parts if {
	rule.finding == set() with input as {}
	rule.finding == set() with input as {"spec": {"decisions": [{}]}}
}

rated := {"rating": "neutral", "rationale": "no difference"}

good := {"id": "a", "tradeoffs": {
	"security": rated,
	"performance": rated,
	"operability": rated,
	"maintainability": rated,
}}

places(option) := {finding.at | some finding in said(option)}

said(option) := found if {
	found := testing.all(rule.finding) with input as {"spec": {"decisions": [{"id": "D1", "options": [option]}]}}
}
