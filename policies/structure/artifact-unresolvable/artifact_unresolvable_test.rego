package servelint.rules.structure["artifact-unresolvable_test"]

import data.servelint.lib.testing
import data.servelint.rules.structure["artifact-unresolvable"] as rule

found := {"status": "present", "documents": 1, "parts": [0], "fits": true}

test_accepts_a_file_that_holds_the_manifest if {
	said({}, found) == set()
}

test_flags_a_path_that_leads_to_no_file if {
	every status in ["missing", "outside", "directory", "unreadable", "remote"] {
		said({}, {"status": status, "documents": 0, "parts": [], "fits": false}) == {{
			"at": ["serving", "spec", "artifacts", 0, "path"],
			"says": ["`deploy/ranker.yaml`"],
			"cause": "file deploy/ranker.yaml",
		}}
	}
}

test_flags_a_selector_that_fits_no_object if {
	every documents in [1, 2] {
		said({"selector": {"name": "other"}}, object.union(found, {"documents": documents, "parts": []})) == {{
			"at": ["serving", "spec", "artifacts", 0, "selector"],
			"says": [sprintf("%d", [documents]), "`deploy/ranker.yaml`"],
		}}
	}
	some f in rule.finding with input as review({}, object.union(found, {"parts": []}))
	contains(f.message, "1 object in")
}

test_flags_a_role_that_no_object_can_play if {
	said({"role": "slo"}, object.union(found, {"fits": false})) == {{
		"at": ["serving", "spec", "artifacts", 0, "role"],
		"says": ["`deploy/ranker.yaml`", "`slo`"],
	}}
	some f in rule.finding with input as review({"role": "slo"}, object.union(found, {"fits": false}))
	endswith(f.message, "InferenceService")
}

test_accepts_a_file_whose_kinds_are_not_read if {
	said({"role": "batching"}, {"status": "present", "documents": 0, "parts": [], "fits": false}) == set()
}

test_calls_what_is_rendered_by_its_command if {
	rendered := {
		"serving": {"spec": {"artifacts": [{"role": "slo", "render": {"kustomize": "k8s/prod"}}]}},
		"artifacts": [{"facts": {"kind": "Deployment"}}],
		"facts": {"artifacts": [object.union(found, {"command": "kustomize build k8s/prod", "parts": []})]},
	}
	some f in rule.finding with input as rendered
	f.message == "the selector matches none of the 1 object in `kustomize build k8s/prod`"
	every fact in [object.union(found, {"command": "kustomize build k8s/prod", "fits": false})] {
		some g in rule.finding with input as json.patch(rendered, [{"op": "replace", "path": "/facts/artifacts/0", "value": fact}])
		startswith(g.message, "`kustomize build k8s/prod` cannot be the `slo`")
	}
	unrendered := {"status": "unrendered", "command": "kustomize build k8s/prod", "documents": 0, "parts": [], "fits": false}
	count(rule.finding) == 0 with input as json.patch(rendered, [{"op": "replace", "path": "/facts/artifacts/0", "value": unrendered}])
}

test_ignores_reviews_without_artifacts if {
	count(rule.finding) == 0 with input as {}
	count(rule.finding) == 0 with input as {"serving": {"spec": {}}, "facts": {"artifacts": []}}
}

review(change, fact) := {
	"serving": {"spec": {"artifacts": [object.union({"role": "workload", "path": "deploy/ranker.yaml"}, change)]}},
	"artifacts": [{"facts": {"kind": "InferenceService"}}],
	"facts": {"artifacts": [fact]},
}

said(change, fact) := result if {
	result := testing.all(rule.finding) with input as review(change, fact)
}
