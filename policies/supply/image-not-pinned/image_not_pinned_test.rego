package servelint.rules.supply["image-not-pinned_test"]

import data.servelint.lib.testing
import data.servelint.rules.supply["image-not-pinned"] as rule

digest := "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

test_flags_moving_images_everywhere if {
	every image in ["vllm/vllm-openai", "vllm/vllm-openai:latest", "localhost:5000/vllm", "acme/vllm:cuda-latest", "acme/vllm:nightly"] {
		places("staging", image) == {["spec", "serving", "runtime", "image"]}
		places("production", image) == {["spec", "serving", "runtime", "image"]}
	}
}

test_flags_tag_in_production if {
	count(places("production", "vllm/vllm-openai:v0.11.0")) == 1
	count(places("production", "localhost:5000/vllm:v0.11.0")) == 1
}

test_flags_broken_digest if {
	count(places("staging", "acme/vllm@sha256:0123")) == 1
	count(places("staging", concat("", ["acme/vllm@sha512:", digest]))) == 1
	count(places("staging", concat("", ["acme/vllm@sha256:", replace(digest, "a", "x")]))) == 1
}

test_accepts_digest if {
	count(places("production", concat("", ["acme/vllm@sha256:", digest]))) == 0
	count(places("production", concat("", ["localhost:5000/acme/vllm:v1@sha256:", digest]))) == 0
}

test_accepts_tag_elsewhere if {
	count(places("staging", "vllm/vllm-openai:v0.11.0")) == 0
	count(places("dev", "localhost:5000/vllm:2026-10-02")) == 0
}

test_ignores_unfinished_documents if {
	bare := rule.finding with input as {}
	count(bare) == 0
	empty := rule.finding with input as {"spec": {}}
	count(empty) == 0
	nameless := rule.finding with input as {"spec": {"environment": "production", "serving": {"runtime": {"name": "vllm"}}}}
	count(nameless) == 0
	count(places("production", "")) == 0
	anywhere := rule.finding with input as {"spec": {"serving": {"runtime": {"image": "vllm/vllm-openai:v1"}}}}
	count(anywhere) == 0
}

places(environment, image) := at if {
	doc := {"spec": {"environment": environment, "serving": {"runtime": {"image": image}}}}
	at := {f.at | some f in rule.finding} with input as doc
}

test_flags_images_of_manifests if {
	flagged(manifests("acme/vllm:latest"), {"serving": {"spec": {"environment": "staging"}}}) == {[["artifacts", 0, "image"], "error"]}
	flagged(manifests("acme/vllm:v1"), {"serving": {"spec": {"environment": "production"}}}) == {[["artifacts", 0, "image"], "error"]}
}

test_flags_a_tag_as_warning_where_nothing_says_production if {
	flagged(manifests("acme/vllm:v1"), {}) == {[["artifacts", 0, "image"], "warning"]}
	flagged(manifests("acme/vllm"), {}) == {[["artifacts", 0, "image"], "error"]}
}

test_accepts_pinned_images_of_manifests if {
	count(flagged(manifests(concat("", ["acme/vllm@sha256:", digest])), {})) == 0
	count(flagged(manifests("acme/vllm:v1"), {"serving": {"spec": {"environment": "staging"}}})) == 0
}

test_ignores_manifests_without_images if {
	count(flagged({"artifacts": [{}, {"facts": {"workload": {}}}]}, {})) == 0
}

manifests(image) := {"artifacts": [{"facts": {"kind": "Deployment", "workload": {"images": [{"value": image, "at": ["image"]}]}}}]}

flagged(doc, more) := at if {
	at := {[f.at, f.severity] | some f in rule.finding} with input as object.union(doc, more)
}

test_says_that_an_image_of_a_runtime_is_not_seen if {
	unseen := rule.unchecked with input as {"artifacts": [
		{"facts": {"kind": "InferenceService", "role": "workload", "readiness": "preset", "workload": {"at": ["spec"]}}},
		{"facts": {"kind": "Deployment", "role": "workload", "workload": {"at": ["spec"]}}},
	]}
	{u.at | some u in unseen} == {["artifacts", 0, "spec"]}
}

test_ignores_empty_workload_images if {
	said([{"op": "replace", "path": "/artifacts/0/facts/workload/images/0/value", "value": ""}]) == set()
}

said(changes) := found if {
	doc := json.patch(example, changes)
	found_wrong := {testing.said(f) | some f in rule.finding} with input as doc
	found_open := {testing.said(f) | some f in rule.unchecked} with input as doc
	found := found_wrong | found_open
}

example := {
	"artifacts": [
		{"facts": {"kind": "Deployment", "workload": {"images": [{"at": ["image"], "value": "acme/vllm"}]}}},
	],
}
