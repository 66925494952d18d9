package servelint.rules.verification["proof-attested_test"]

import data.servelint.lib.testing
import data.servelint.rules.verification["proof-attested"] as rule

test_flags_a_selected_value if {
	said(review({}, plain)) == {{
		"at": ["checklists", 0, "spec", "items", 0, "evidence", 0],
		"says": ["`LOAD-1`", "`slo/ttft`", "`/p95`", "`a.json`"],
	}}
	said(review({"category": "canary"}, plain)) != set()
}

test_accepts_what_a_tool_wrote if {
	said(review({}, testing.after(named, {"/results/0/namesSubject": true}))) == set()
	both := testing.after(plain, {"/results/-": {"at": [], "path": "b.json", "format": "vllm-bench", "namesSubject": true}})
	said(review({}, both)) == set()
}

test_flags_a_file_that_names_nothing if {
	said(review({}, named)) == {{
		"at": ["checklists", 0, "spec", "items", 0, "evidence", 0],
		"says": ["`LOAD-1`", "`slo/ttft`", "`a.json`", "`servelint evidence bind a.json --spec FILE`"],
	}}
	said(review({}, testing.without(named, ["/results/0/format"]))) != set()
}

test_accepts_what_is_bound if {
	every kind in ["recorded", "attested"] {
		said(review({}, bound(named, kind))) == set()
		said(review({}, bound(testing.without(named, ["/results/0/format"]), kind))) == set()
	}
	said(review({}, testing.after(bound(named, "recorded"), {"/results/0/binding/status": "failed"}))) != set()
}

# A person binds a file; what a number in it is, a command shows.
test_a_person_is_no_proof_of_a_selected_value if {
	said(review({}, bound(plain, "recorded"))) == set()
	said(review({}, testing.after(plain, {"/results/0/namesSubject": true}))) != set()
	unsaid := testing.after(testing.without(plain, ["/results/0/format"]), {"/results/0/evidence": {"format": "json"}})
	said(review({}, bound(unsaid, "attested"))) != set()
	said(review({}, bound(plain, "attested"))) != set()
}

bound(facts, kind) := testing.after(facts, {"/results/0/binding": {"status": "bound", "kind": kind}})

named := testing.after(testing.without(plain, ["/results/0/select"]), {"/results/0/format": "k6-summary"})

test_accepts_what_is_no_proof_of_an_objective if {
	said(review({"verifies": ["assumption/A1"]}, plain)) == set()
	said(review({"gate": "advisory"}, plain)) == set()
	said(review({"category": "rollback"}, plain)) == set()
}

# What is missed or unjudged is said elsewhere.
test_accepts_other_states if {
	every state in ["met", "missed", "unjudged"] {
		said(review({}, testing.after(plain, {"/standing/state": state}))) == set()
	}
	said(review({}, {"standing": {"state": "attested"}, "results": []})) == set()
}

test_accepts_other_environments if {
	said(testing.after(review({}, plain), {"/serving/spec/environment": "staging"})) == set()
	said({}) == set()
}

plain := {
	"standing": {"state": "attested"},
	"results": [{"at": ["spec", "items", 0, "evidence", 0], "path": "a.json", "format": "json", "select": "/p95"}],
}

review(item, facts) := {
	"serving": {"spec": {"environment": "production"}},
	"checklists": [{
		"spec": {"items": [object.union({"id": "LOAD-1", "category": "load", "gate": "blocking", "verifies": ["slo/ttft"]}, item)]},
		"facts": {"items": [facts]},
	}],
}

said(document) := findings if {
	findings := testing.all(rule.finding) with input as document
}
