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
	said(review({}, testing.after(plain, {"/results/0/format": "vllm-bench"}))) == set()
	both := testing.after(plain, {"/results/-": {"at": [], "path": "b.json", "format": "vllm-bench"}})
	said(review({}, both)) == set()
}

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
