package servelint.rules.decisions["options-not-weighed_test"]

import data.servelint.lib.testing
import data.servelint.rules.decisions["options-not-weighed"] as rule

chosen := ["spec", "decisions", 0, "outcome", "chosen"]

option(index) := ["spec", "decisions", 0, "options", index]

dominated := testing.after(good, {"/options/0/tradeoffs": rated("neutral", "worse", "neutral", "neutral")})

test_flags_a_chosen_option_that_is_dominated if {
	said(dominated) == {{
		"at": chosen,
		"says": ["`D1`", "`a`", "`b`"],
		"related": [array.concat(option(1), ["tradeoffs"])],
	}}
}

test_accepts_an_option_that_is_better_in_something if {
	said(good) == set()
	said(testing.after(dominated, {"/options/0/tradeoffs/security": {"rating": "better", "rationale": "no secrets"}})) == set()
}

test_accepts_a_dominating_option_that_is_ruled_out if {
	said(testing.after(dominated, {"/options/1/meetsConstraints": false})) == set()
	said(testing.after(dominated, {"/options/1/rejectedBecause": "costs twice as much"})) == set()
	said(testing.after(dominated, {"/options/1/rejectedBecause": " "})) != set()
}

test_accepts_options_that_are_equal if {
	said(testing.after(good, {"/options/0/tradeoffs": rated("neutral", "neutral", "neutral", "neutral")})) == set()
}

test_flags_one_rationale_for_all_four_ratings if {
	same := {"/options/0/tradeoffs": worded(good.options[0].tradeoffs, "We talked about it.")}
	said(testing.after(good, same)) == {{
		"at": array.concat(option(0), ["tradeoffs"]),
		"says": ["`a`", "`D1`", "`We talked about it.`"],
	}}
}

test_accepts_one_rationale_where_nothing_changes if {
	said(testing.after(good, {"/options/1/tradeoffs": worded(good.options[1].tradeoffs, "as it is today")})) == set()
}

test_flags_one_rationale_for_two_ratings if {
	said(testing.after(good, {"/options/0/tradeoffs/performance/rationale": "Known to us", "/options/1/tradeoffs/performance/rationale": "known to us."})) == {{
		"at": array.concat(option(1), ["tradeoffs", "performance", "rationale"]),
		"says": ["`b`", "`a`", "`neutral`", "`better`"],
		"severity": "warning",
		"related": [array.concat(option(0), ["tradeoffs", "performance", "rationale"])],
	}}
}

test_accepts_one_rationale_for_one_rating if {
	said(testing.after(good, {"/options/0/tradeoffs/security/rationale": "same network", "/options/1/tradeoffs/security/rationale": "same network"})) == set()
}

straw := testing.after(good, {
	"/options/0/tradeoffs": rated("neutral", "better", "neutral", "neutral"),
	"/options/1/tradeoffs": rated("worse", "worse", "worse", "worse"),
})

test_flags_an_option_that_was_put_up_to_be_rejected if {
	said(straw) == {{"at": option(1), "says": ["`b`", "`D1`", "`worse`"]}}
	said(testing.after(straw, {
		"/options/0/tradeoffs/performance/evidence": ["docs/a.md"],
		"/options/1/tradeoffs/performance/evidence": ["docs/a.md#b"],
	})) != set()
}

test_accepts_a_worse_option_with_evidence_of_its_own if {
	said(testing.after(straw, {"/options/1/tradeoffs/performance/evidence": ["b.json"]})) == set()
	said(testing.after(straw, {"/options/1/tradeoffs/security/rating": "neutral"})) == set()
	said(testing.after(straw, {"/options/1/rejectedBecause": "violates C1"})) == set()
}

test_ignores_decisions_that_no_longer_apply if {
	said(testing.after(dominated, {"/status": "superseded"})) == set()
	said(testing.after(dominated, {"/status": "proposed"})) != set()
}

test_names_decisions_and_options_without_an_id_by_their_number if {
	same := {"/options/0/tradeoffs": worded(good.options[0].tradeoffs, "words")}
	{finding.says | some finding in said(testing.without(testing.after(good, same), ["/id", "/options/0/id"]))} == {["`1`", "`1`", "`words`"]}
}

test_ignores_missing_parts if {
	said({}) == set()
	said(testing.without(dominated, ["/options/0/tradeoffs/security"])) == set()
	rule.finding == set() with input as {}
}

rated(security, performance, operability, maintainability) := {
	"security": {"rating": security, "rationale": sprintf("%s security", [security])},
	"performance": {"rating": performance, "rationale": sprintf("%s performance", [performance])},
	"operability": {"rating": operability, "rationale": sprintf("%s operability", [operability])},
	"maintainability": {"rating": maintainability, "rationale": sprintf("%s maintainability", [maintainability])},
}

worded(tradeoffs, words) := {dimension: object.union(judged, {"rationale": words}) | some dimension, judged in tradeoffs}

good := {
	"id": "D1",
	"status": "accepted",
	"options": [
		{"id": "a", "tradeoffs": rated("neutral", "better", "worse", "neutral")},
		{"id": "b", "tradeoffs": rated("neutral", "neutral", "neutral", "neutral")},
	],
	"outcome": {"chosen": "a"},
}

said(decision) := found if {
	found := testing.all(rule.finding) with input as {"spec": {"decisions": [decision]}}
}

test_flags_consequences_that_are_all_good if {
	every bad in [{}, {"bad": []}] {
		testing.all(rule.finding) == {{
			"at": ["spec", "decisions", 0, "consequences"],
			"says": ["`D`"],
			"severity": "warning",
		}} with input as consequences(object.union({"good": ["fast"]}, bad))
	}
}

test_accepts_consequences_with_a_price if {
	every value in [{"good": ["fast"], "bad": ["dear"]}, {"good": []}, {"bad": []}, {}] {
		count(rule.finding) == 0 with input as consequences(value)
	}
	every status in ["rejected", "superseded"] {
		document := testing.after(consequences({"good": ["fast"]}), {"/spec/decisions/0/status": status})
		count(rule.finding) == 0 with input as document
	}
}

consequences(value) := {"spec": {"decisions": [{"id": "D", "consequences": value}]}}
