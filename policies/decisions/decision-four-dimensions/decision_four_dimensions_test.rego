package servelint.rules.decisions["decision-four-dimensions_test"]

import data.servelint.lib.testing
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

test_flags_empty_decisions_options if {
	said_1([{"op": "replace", "path": "/spec/decisions/0/options/0", "value": {}}]) == {{"at": ["spec", "decisions", 0, "options", 0, "tradeoffs"], "says": ["`1`", "`D1`"]}}
}

test_flags_empty_tradeoffs_maintainability if {
	said_3([{"op": "replace", "path": "/spec/decisions/0/options/0/tradeoffs/maintainability", "value": {}}]) == {
		{
			"at": ["spec", "decisions", 0, "options", 0, "tradeoffs", "maintainability", "rating"],
			"says": ["`a`", "`D1`"],
		},
		{
			"at": ["spec", "decisions", 0, "options", 0, "tradeoffs", "maintainability", "rationale"],
			"says": ["`a`", "`D1`"],
		},
		{"at": ["spec", "decisions", 0, "options", 0, "tradeoffs", "operability"], "says": ["`a`", "`D1`"]},
		{"at": ["spec", "decisions", 0, "options", 0, "tradeoffs", "security"], "says": ["`a`", "`D1`"]},
	}
}

test_flags_empty_tradeoffs_operability if {
	said_4([{"op": "replace", "path": "/spec/decisions/0/options/0/tradeoffs/operability", "value": {}}]) == {
		{
			"at": ["spec", "decisions", 0, "options", 0, "tradeoffs", "operability", "rating"],
			"says": ["`a`", "`D1`"],
		},
		{
			"at": ["spec", "decisions", 0, "options", 0, "tradeoffs", "operability", "rationale"],
			"says": ["`a`", "`D1`"],
		},
		{
			"at": ["spec", "decisions", 0, "options", 0, "tradeoffs", "security", "rating"],
			"says": ["`a`", "`D1`"],
		},
	}
}

test_flags_empty_tradeoffs_performance if {
	said_3([{"op": "replace", "path": "/spec/decisions/0/options/0/tradeoffs/performance", "value": {}}]) == {
		{"at": ["spec", "decisions", 0, "options", 0, "tradeoffs", "operability"], "says": ["`a`", "`D1`"]},
		{
			"at": ["spec", "decisions", 0, "options", 0, "tradeoffs", "performance", "rating"],
			"says": ["`a`", "`D1`"],
		},
		{
			"at": ["spec", "decisions", 0, "options", 0, "tradeoffs", "performance", "rationale"],
			"says": ["`a`", "`D1`"],
		},
		{"at": ["spec", "decisions", 0, "options", 0, "tradeoffs", "security"], "says": ["`a`", "`D1`"]},
	}
}

test_flags_without_decisions_id if {
	said_1([{"op": "remove", "path": "/spec/decisions/0/id"}]) == {{"at": ["spec", "decisions", 0, "options", 0, "tradeoffs"], "says": ["`a`", "`1`"]}}
	said_2([{"op": "remove", "path": "/spec/decisions/0/id"}]) == {
		{
			"at": ["spec", "decisions", 0, "options", 0, "tradeoffs", "maintainability"],
			"says": ["`a`", "`1`"],
		},
		{"at": ["spec", "decisions", 0, "options", 0, "tradeoffs", "operability"], "says": ["`a`", "`1`"]},
		{"at": ["spec", "decisions", 0, "options", 0, "tradeoffs", "performance"], "says": ["`a`", "`1`"]},
		{"at": ["spec", "decisions", 0, "options", 0, "tradeoffs", "security"], "says": ["`a`", "`1`"]},
	}
	said_4([{"op": "remove", "path": "/spec/decisions/0/id"}]) == {{"at": ["spec", "decisions", 0, "options", 0, "tradeoffs", "security", "rating"], "says": ["`a`", "`1`"]}}
}

test_flags_without_options_id if {
	said_2([{"op": "remove", "path": "/spec/decisions/0/options/0/id"}]) == {
		{
			"at": ["spec", "decisions", 0, "options", 0, "tradeoffs", "maintainability"],
			"says": ["`1`", "`D1`"],
		},
		{"at": ["spec", "decisions", 0, "options", 0, "tradeoffs", "operability"], "says": ["`1`", "`D1`"]},
		{"at": ["spec", "decisions", 0, "options", 0, "tradeoffs", "performance"], "says": ["`1`", "`D1`"]},
		{"at": ["spec", "decisions", 0, "options", 0, "tradeoffs", "security"], "says": ["`1`", "`D1`"]},
	}
	said_4([{"op": "remove", "path": "/spec/decisions/0/options/0/id"}]) == {{"at": ["spec", "decisions", 0, "options", 0, "tradeoffs", "security", "rating"], "says": ["`1`", "`D1`"]}}
}

said_1(changes) := found if {
	doc := json.patch(example_1, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_1 := {"spec": {"decisions": [{"id": "D1", "options": [{"id": "a"}]}]}}

said_2(changes) := found if {
	doc := json.patch(example_2, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_2 := {"spec": {"decisions": [{"id": "D1", "options": [{"id": "a", "tradeoffs": {}}]}]}}

said_3(changes) := found if {
	doc := json.patch(example_3, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_3 := {
	"spec": {
		"decisions": [
			{
				"id": "D1",
				"options": [
					{
						"id": "a",
						"tradeoffs": {
							"maintainability": {"rating": "neutral", "rationale": "no difference"},
							"performance": {"rating": "neutral", "rationale": "no difference"},
						},
					},
				],
			},
		],
	},
}

said_4(changes) := found if {
	doc := json.patch(example_4, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example_4 := {
	"spec": {
		"decisions": [
			{
				"id": "D1",
				"options": [
					{
						"id": "a",
						"tradeoffs": {
							"maintainability": {"rating": "neutral", "rationale": "no difference"},
							"operability": {"rating": "neutral", "rationale": "no difference"},
							"performance": {"rating": "neutral", "rationale": "no difference"},
							"security": {"rationale": "the same boundary"},
						},
					},
				],
			},
		],
	},
}
