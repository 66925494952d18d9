package servelint.rules.capacity["traffic-above-plan_test"]

import data.servelint.lib.testing
import data.servelint.rules.capacity["traffic-above-plan"] as rule

test_flags_rates_above_the_peak if {
	said(review("a.csv", {"average_rps": 8, "peak_rps": 48})) == {{
		"at": basis,
		"related": [["serving", "spec", "traffic", "peakRps"]],
		"says": ["`a.csv`", "48", "`peak_rps`", "12"],
	}}
	count(said(review("a.csv", {"average_rps": 13, "peak_rps": 48}))) == 1
}

test_flags_each_way_to_refer_to_a_file if {
	testing.places(rule.finding) == {basis} with input as review({"path": "a.csv"}, {"rps": 13})
	testing.places(rule.finding) == {array.concat(basis, [1])} with input as review(["b.csv", {"path": "a.csv"}], {"rps": 13})
}

test_accepts_rates_within_the_peak if {
	said(review("a.csv", {"peak_rps": 12})) == set()
	said(review("a.csv", {"peak_rps": 12.0001})) == set()
	said(review("b.csv", {"peak_rps": 48})) == set()
	said(testing.without(review("a.csv", {"peak_rps": 48}), ["/serving/spec/traffic"])) == set()
	said({}) == set()
}

basis := ["serving", "spec", "assumptions", 0, "basis", "evidence"]

review(evidence, rates) := {
	"serving": {"spec": {"traffic": {"peakRps": 12}, "assumptions": [{"id": "A1", "basis": {"evidence": evidence}}]}},
	"facts": {"traffic": {"a.csv": rates}},
}

said(document) := findings if {
	findings := testing.all(rule.finding) with input as document
}
