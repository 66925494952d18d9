package servelint.rules.verification["evidence-contradicts-itself_test"]

import data.servelint.lib.testing
import data.servelint.rules.verification["evidence-contradicts-itself"] as rule

broken := {"law": "rate", "message": "`/rate` gives 9 and `/duration` 10: so", "at": "/rate", "other": "/duration"}

test_flags_a_broken_law_with_both_places if {
	says([broken]) == {"`a.json` contradicts itself: `/rate` gives 9 and `/duration` 10: so"}
}

test_flags_a_file_once if {
	says([broken, broken]) == {"`a.json` contradicts itself: `/rate` gives 9 and `/duration` 10: so (and once more)"}
	says([broken, broken, broken]) == {"`a.json` contradicts itself: `/rate` gives 9 and `/duration` 10: so (and 2 times more)"}
}

test_accepts_a_file_that_agrees_with_itself if {
	says([]) == set()
	count(rule.finding) == 0 with input as doc({"evidence": {"cautions": []}}, {})
}

test_ignores_what_was_not_read if {
	count(rule.finding) == 0 with input as doc({"status": "missing"}, {})
	count(rule.finding) == 0 with input as {}
}

test_an_advisory_item_is_a_warning if {
	found := rule.finding with input as doc({"evidence": {"contradictions": [broken]}}, {"gate": "advisory"})
	{f.severity | some f in found} == {"warning"}
}

test_names_every_use_of_the_file if {
	result := {"status": "read", "path": "a.json", "evidence": {"contradictions": [broken]}}
	row := func_row(result, 0)
	other := func_row(result, 1)
	found := testing.all(rule.finding) with input as {
		"spec": {"items": [{"id": "A"}, {"id": "B"}]},
		"facts": {"items": [{"results": [row]}, {"results": [other]}]},
	}
	{[f.at, f.related] | some f in found} == {[["spec", "items", 0, "evidence", 0], [["spec", "items", 1, "evidence", 0]]]}
}

test_flags_what_decisions_rest_on_once if {
	result := {"status": "read", "path": "a.json", "at": ["spec", "x"], "evidence": {"contradictions": [broken]}}
	log := {"facts": {"results": [result], "claims": [{"results": [object.union(result, {"at": ["spec", "y"]})]}]}}
	testing.all(rule.finding) == {{
		"at": ["spec", "x"],
		"related": [["spec", "y"]],
		"says": ["`a.json`", "`/rate`", "9", "`/duration`", "10"],
	}} with input as log
	claimed := {"facts": {"claims": [{"results": [result]}]}}
	testing.places(rule.finding) == {["spec", "x"]} with input as claimed
	honest := testing.after(log, {"/facts/results/0/evidence/contradictions": [], "/facts/claims": []})
	count(rule.finding) == 0 with input as honest
}

func_row(result, index) := object.union(result, {"at": ["spec", "items", index, "evidence", 0]})

says(contradictions) := {f.message | some f in found} if {
	found := rule.finding with input as doc({"evidence": {"contradictions": contradictions}}, {})
}

doc(result, item) := {
	"spec": {"items": [object.union({"id": "A"}, item)]},
	"facts": {"items": [{"results": [object.union({"status": "read", "path": "a.json", "at": ["spec", "items", 0, "evidence", 0]}, result)]}]},
}
