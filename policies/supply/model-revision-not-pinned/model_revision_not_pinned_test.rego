package servelint.rules.supply["model-revision-not-pinned_test"]

import data.servelint.rules.supply["model-revision-not-pinned"] as rule

commit := "0123456789abcdef0123456789abcdef01234567"

digest := "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

test_flags_unpinned_locations if {
	every address in [
		"hf://acme/ranker",
		"hf://acme/ranker-7b",
		"hf://acme/ranker:main",
		"hf://acme/ranker@v1.0",
		"hf://acme/ranker:0123456",
		"oci://host.example:5000/acme/ranker",
		"oci://host.example/acme/ranker:latest",
		"s3://models2/ranker/model.onnx",
		"s3://models/ranker/latest/model.onnx",
		"s3://models/ranker/2026-10-02/current/model.onnx",
		"gs://models/ranker/model-latest.onnx",
		"pvc://models-7/ranker",
		"s3://models",
	] {
		places("staging", address) == {["spec", "model", "uri"]}
	}
}

test_flags_model_image_without_digest_in_production if {
	count(places("production", "oci://host.example/acme/ranker:v3")) == 1
}

test_accepts_commit_hash if {
	count(places("production", concat(":", ["hf://acme/ranker", commit]))) == 0
	count(places("production", concat("@", ["hf://acme/ranker", commit]))) == 0
}

test_accepts_digests if {
	count(places("production", concat("", ["oci://acme/ranker@sha256:", digest]))) == 0
	doc := {"spec": {"model": {"uri": "hf://acme/ranker", "digest": concat("", ["sha256:", digest])}}}
	found := rule.finding with input as doc
	count(found) == 0
}

test_accepts_versioned_paths if {
	every address in [
		"s3://models/ranker/2026-10-02T08-11Z/model.onnx",
		"s3://models/ranker/v3/model.onnx",
		"gs://models/ranker/17/",
		"pvc://models/ranker-1.2.0",
		"https://models.example/ranker/1.2.0/model.onnx",
		"s3://models/currents/7/model.onnx",
	] {
		count(places("production", address)) == 0
	}
}

test_accepts_tag_of_a_model_image_elsewhere if {
	count(places("staging", "oci://host.example/acme/ranker:v3")) == 0
}

test_ignores_names_without_a_scheme if {
	count(places("production", "/mnt/models/ranker")) == 0
	count(places("production", "")) == 0
}

test_ignores_unfinished_documents if {
	bare := rule.finding with input as {}
	count(bare) == 0
	empty := rule.finding with input as {"spec": {}}
	count(empty) == 0
	nameless := rule.finding with input as {"spec": {"environment": "production", "model": {"name": "ranker"}}}
	count(nameless) == 0
}

places(environment, address) := at if {
	doc := {"spec": {"environment": environment, "model": {"uri": address}}}
	at := {f.at | some f in rule.finding} with input as doc
}

test_flags_locations_in_manifests if {
	every address in ["hf://acme/ranker", "pvc://models/ranker", "oci://acme/ranker:v1"] {
		flagged(address, {}) == {["artifacts", 0, "uri"]}
	}
}

test_accepts_pinned_locations_in_manifests if {
	count(flagged(concat(":", ["hf://acme/ranker", commit]), {})) == 0
	count(flagged("s3://models/ranker/2026-10-02/", {})) == 0
	count(flagged("oci://acme/ranker:v1", {"serving": {"spec": {"environment": "staging"}}})) == 0
}

test_accepts_a_location_whose_digest_is_recorded if {
	pinned := {"serving": {"spec": {"model": {"uri": "pvc://models/ranker", "digest": concat("", ["sha256:", digest])}}}}
	count(flagged("pvc://models/ranker", pinned)) == 0
	count(flagged("pvc://models/other", pinned)) == 1
}

flagged(address, more) := at if {
	doc := {"artifacts": [{}, {"facts": {"workload": {}}}, {"facts": {"workload": {"models": [{"value": address, "at": ["uri"]}]}}}]}
	at := {["artifacts", f.at[1] - 2, f.at[2]] | some f in rule.finding} with input as object.union(doc, more)
}
