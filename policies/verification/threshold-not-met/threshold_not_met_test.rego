package servelint.rules.verification["threshold-not-met_test"]

import data.servelint.lib.testing
import data.servelint.rules.verification["threshold-not-met"] as rule

reported := {["spec", "items", 0, "reported"]}

test_flags_a_value_beyond_the_threshold if {
	places(item("lte", 800, 800.1)) == reported
	places(item("gte", 0.99, 0.98)) == reported
	places(item("eq", "Successful", "Failed")) == reported
}

test_accepts_the_threshold_itself if {
	places(item("lte", 800, 800)) == set()
	places(item("gte", 800, 800)) == set()
}

test_flags_the_threshold_itself_where_it_is_excluded if {
	places(item("lt", 800, 800)) == reported
	places(item("gt", 800, 800)) == reported
}

test_is_milder_for_advisory_items_only if {
	severities(object.union(item("lte", 800, 900), {"gate": "advisory"})) == ["warning"]
	severities(item("lte", 800, 900)) == ["error"]
}

test_flags_a_waived_item_as_well if {
	places(object.union(item("lte", 800, 900), {"gate": "blocking", "waiver": {"by": "m.osei", "expires": "2026-12-31"}})) == reported
}

test_says_the_numbers if {
	messages := {f.message | some f in rule.finding} with input as {"spec": {"items": [item("lte", 800, 912.4)]}}
	messages == {"item `LOAD-1` misses its target: `p95 time_to_first_token` is 912.4 ms, not at most 800 ms"}
}

test_flags_what_the_file_says_whatever_is_reported if {
	found(item("lte", 800, 700), [{"value": 912.4, "unit": "ms"}]) == evidence
	found(item("lte", 800, 912.4), [{"value": 912.4, "unit": "ms"}]) == evidence
	found(object.remove(item("lte", 800, 0), ["reported"]), [{"value": 912.4, "unit": "ms"}]) == evidence
	found(item("eq", "Successful", "Successful"), [{"text": "Failed", "unit": "enum"}]) == evidence
}

test_flags_each_file_that_misses if {
	found(item("lte", 800, 700), [{"value": 700, "unit": "ms"}, {"value": 900, "unit": "ms"}]) == {["spec", "items", 0, "evidence", 1]}
}

test_accepts_what_the_file_meets if {
	found(item("lte", 800, 700), [{"value": 800, "unit": "ms"}]) == set()
}

test_says_what_was_claimed if {
	related := {r.message | some f in rule.finding; some r in f.related} with input as doc(item("lte", 800, 700), [{"value": 912.4, "unit": "ms"}])
	related == {"the target", "reported as 700 ms"}
}

test_is_milder_for_advisory_files if {
	some f in rule.finding with input as doc(object.union(item("lte", 800, 700), {"gate": "advisory"}), [{"value": 900, "unit": "ms"}])
	f.severity == "warning"
}

test_ignores_results_that_cannot_be_compared if {
	found(item("lte", 800, 700), [{"text": "fast", "unit": "ms"}]) == set()
	found(object.remove(item("lte", 800, 700), ["op"]), [{"value": 900, "unit": "ms"}]) == set()
}

test_flags_an_item_without_metric if {
	places({"op": "lte", "threshold": 1, "reported": 2}) == reported
}

test_ignores_missing_values if {
	places({}) == set()
	places({"id": "A", "op": "lte", "threshold": 800}) == set()
	count(rule.finding) == 0 with input as {}
	count(rule.finding) == 0 with input as {"spec": {}}
}

test_shows_target_and_claim if {
	related(doc(item("lte", 800, 700), [{"value": 912.4, "unit": "ms"}])) == [["spec", "items", 0, "threshold"], ["spec", "items", 0, "reported"]]
	related(doc(object.remove(item("lte", 800, 700), ["reported"]), [{"value": 912.4, "unit": "ms"}])) == [["spec", "items", 0, "threshold"]]
	related(doc(item("lte", 800, null), [{"value": 912.4, "unit": "ms"}])) == [["spec", "items", 0, "threshold"]]
	related(doc(item("lte", 800, 912.4), [])) == [["spec", "items", 0, "threshold"]]
}

test_a_reported_miss_counts_although_the_file_meets if {
	found(item("lte", 800, 900), [{"value": 700, "unit": "ms"}]) == reported
}

test_the_message_words_each_operator if {
	every op, words in {"lte": "at most", "lt": "below", "gte": "at least", "gt": "above", "eq": "equal to"} {
		value := {"lte": 801, "lt": 800, "gte": 799, "gt": 800, "eq": 799}[op]
		messages := {f.message | some f in rule.finding} with input as {"spec": {"items": [item(op, 800, value)]}}
		every message in messages { endswith(message, sprintf("not %s 800 ms", [words])) }
		count(messages) == 1
	}
}

evidence := {["spec", "items", 0, "evidence", 0]}

doc(entry, results) := {"spec": {"items": [entry]}, "facts": {"items": [{"results": [
{"at": ["spec", "items", 0, "evidence", k], "path": "a.json", "status": "read", "result": result} |
	some k, result in results
]}]}}

found(entry, results) := at if {
	at := testing.places(rule.finding) with input as doc(entry, results)
}

item(op, threshold, value) := {
	"id": "LOAD-1", "op": op, "threshold": threshold, "reported": value,
	"metric": {"name": "time_to_first_token", "statistic": "p95", "unit": "ms"},
}

severities(entry) := [object.get(f, "severity", "error") | some f in found] if {
	found := rule.finding with input as {"spec": {"items": [entry]}}
}

places(entry) := at if {
	at := testing.places(rule.finding) with input as {"spec": {"items": [entry]}}
}

related(doc) := one.related if {
	all := testing.all(rule.finding) with input as doc
	some one in all
}
