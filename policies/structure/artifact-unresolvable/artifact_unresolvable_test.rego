package servelint.rules.structure["artifact-unresolvable_test"]

import data.servelint.lib.testing
import data.servelint.rules.structure["artifact-unresolvable"] as rule

test_flags_paths_that_lead_to_no_file if {
	every status in ["missing", "outside", "directory", "unreadable", "remote"] {
		places(review({"role": "workload", "path": "deploy/a.yaml"}, {"status": status, "documents": 0, "parts": [], "fits": false})) == {["serving", "spec", "artifacts", 0, "path"]}
	}
}

test_flags_a_selector_that_fits_nothing if {
	fact := {"status": "present", "documents": 2, "parts": [], "fits": false}
	places(review({"role": "workload", "path": "a.yaml", "selector": {"name": "b"}}, fact)) == {["serving", "spec", "artifacts", 0, "selector"]}
}

test_flags_a_role_that_fits_nothing if {
	fact := {"status": "present", "documents": 1, "parts": [0], "fits": false}
	places(review({"role": "slo", "path": "a.yaml"}, fact)) == {["serving", "spec", "artifacts", 0, "role"]}
}

test_accepts_what_is_found if {
	count(places(review({"role": "workload", "path": "a.yaml"}, {"status": "present", "documents": 1, "parts": [0], "fits": true}))) == 0
}

test_accepts_files_whose_kinds_are_not_read if {
	count(places(review({"role": "batching", "path": "a.pbtxt"}, {"status": "present", "documents": 0, "parts": [], "fits": false}))) == 0
}

test_ignores_reviews_without_artifacts if {
	count(places({})) == 0
	count(places({"serving": {"spec": {}}, "facts": {"artifacts": []}})) == 0
}

review(entry, fact) := {
	"serving": {"spec": {"artifacts": [entry]}},
	"artifacts": [{"facts": {"kind": "InferenceService"}}],
	"facts": {"artifacts": [fact]},
}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
}

test_flags_empty_artifacts_parts if {
	said([{"op": "replace", "path": "/facts/artifacts/0/parts", "value": []}]) == {{"at": ["serving", "spec", "artifacts", 0, "selector"], "says": ["1", "`a.yaml`"]}}
}

said(changes) := found if {
	doc := json.patch(example, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example := {
	"artifacts": [{"facts": {"kind": "InferenceService"}}],
	"facts": {"artifacts": [{"documents": 1, "fits": false, "parts": [0], "status": "present"}]},
	"serving": {"spec": {"artifacts": [{"path": "a.yaml", "role": "slo"}]}},
}
