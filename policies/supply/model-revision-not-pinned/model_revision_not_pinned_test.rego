package servelint.rules.supply["model-revision-not-pinned_test"]

import data.servelint.lib.testing
import data.servelint.rules.supply["model-revision-not-pinned"] as rule

commit := "0123456789abcdef0123456789abcdef01234567"

digest := "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

test_flags_a_hub_model_without_a_revision if {
	every address in ["hf://acme/ranker", "hf://acme/ranker-7b"] {
		problems("staging", address) == {"names no revision, so each start may load another"}
	}
}

test_flags_a_hub_revision_that_is_no_whole_commit if {
	every revision in ["main", "gptq-4bit", "abcdef0"] {
		problem := sprintf("names `%s`, which is not a whole commit hash and may move", [revision])
		problems("staging", concat(":", ["hf://acme/ranker", revision])) == {problem}
		problems("staging", concat("@", ["hf://acme/ranker", revision])) == {problem}
	}
	problems("staging", "hf://acme/ranker:a:b") == {"names `a:b`, which is not a whole commit hash and may move"}
}

test_flags_the_version_of_a_hub_model_in_production if {
	every revision in ["v1.0", "2", "3-beta"] {
		problems("production", concat(":", ["hf://acme/ranker", revision])) == {sprintf("names `%s`, which is not a whole commit hash and may move", [revision])}
		problems("staging", concat(":", ["hf://acme/ranker", revision])) == set()
	}
}

test_accepts_a_hub_commit if {
	every sign in [":", "@"] {
		problems("production", concat(sign, ["hf://acme/ranker", commit])) == set()
		problems("production", concat(sign, ["hf://acme/latest/ranker", commit])) == set()
	}
}

test_flags_a_model_image_without_a_tag_everywhere if {
	every environment in ["staging", "production"] {
		problems(environment, "oci://host.example:5000/acme/ranker") == {"has no tag, so each start may load another"}
	}
}

test_flags_a_model_image_with_a_moving_tag_everywhere if {
	every environment in ["staging", "production"] {
		problems(environment, "oci://host.example/acme/ranker:latest") == {"has the moving tag `latest`, so each start may load another"}
	}
}

test_flags_a_model_image_without_a_digest_in_production if {
	problems("production", "oci://host.example/acme/ranker:v3") == {"is pinned by its tag alone, which can be moved; production needs a digest"}
}

test_accepts_a_tag_of_a_model_image_elsewhere if {
	problems("staging", "oci://host.example/latest/ranker:v3") == set()
	said(testing.without(specification("staging", "oci://host.example/acme/ranker:v3"), ["/spec/environment"])) == set()
}

test_flags_a_path_without_a_version if {
	every address in ["s3://models2/ranker/model.onnx", "pvc://models-7/ranker", "s3://models"] {
		problems("staging", address) == {"names no version in its path, so each start may load another"}
	}
}

test_flags_a_path_with_a_part_that_moves_whatever_its_version if {
	every address in [
		"s3://models/ranker/latest/model.onnx",
		"s3://models/ranker/2026-10-02/current/model.onnx",
		"s3://models/ranker/v3/model-LATEST.onnx",
	] {
		problems("staging", address) == {"has a part that names the newest version, so each start may load another"}
	}
}

test_accepts_a_path_with_any_digit if {
	every digit in [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] {
		problems("production", sprintf("s3://models/ranker/v%d/model.onnx", [digit])) == set()
	}
	every address in ["gs://models/ranker/17/", "pvc://models/ranker-1.2.0", "s3://models/currents/7/model.onnx"] {
		problems("production", address) == set()
	}
}

test_accepts_a_digest if {
	problems("production", concat("@", ["oci://acme/ranker", digest])) == set()
	said(testing.after(specification("production", "hf://acme/ranker"), {"/spec/model/digest": digest})) == set()
}

test_flags_a_digest_that_is_empty if {
	count(said(testing.after(specification("production", "hf://acme/ranker"), {"/spec/model/digest": ""}))) == 1
}

test_flags_the_place_of_the_location if {
	said(specification("staging", "hf://acme/ranker")) == {{"at": ["spec", "model", "uri"], "says": ["`hf://acme/ranker`"]}}
}

test_ignores_names_without_a_scheme if {
	problems("production", "/mnt/models/ranker") == set()
	problems("production", "") == set()
	problems("production", "hf://acme://ranker") == set()
}

test_flags_the_locations_of_a_manifest_alone_as_warnings if {
	every address in ["hf://acme/ranker", "pvc://models/ranker"] {
		said(alone(address)) == {{"at": ["artifacts", 2, "uri"], "says": [sprintf("`%s`", [address])], "severity": "warning"}}
		{finding.severity | some finding in said(beside({"environment": "production"}, address))} == {"error"}
	}
}

test_flags_a_version_in_a_manifest_alone_as_an_info if {
	said(alone("oci://acme/ranker:v1")) == {{"at": ["artifacts", 2, "uri"], "says": ["`oci://acme/ranker:v1`"], "severity": "info"}}
	{finding.severity | some finding in said(alone("hf://acme/ranker:v1.0"))} == {"info"}
	{finding.severity | some finding in said(alone("hf://acme/ranker:main"))} == {"warning"}
	{finding.severity | some finding in said(alone("oci://acme/ranker:latest"))} == {"warning"}
	{finding.severity | some finding in said(beside({"environment": "production"}, "oci://acme/ranker:v1"))} == {"error"}
}

test_flags_with_the_help_for_its_kind_of_location if {
	every address, word in {
		"models:/churn/Production": "models:/churn/3",
		"hf://acme/ranker": "--revision",
		"oci://acme/ranker": "sha256",
		"s3://models/ranker": "path",
	} {
		some finding in rule.finding with input as manifest(address)
		contains(finding.help, word)
	}
}

test_flags_a_stage_or_an_alias_of_mlflow if {
	said(alone("models:/churn/Production")) == {{"at": ["artifacts", 2, "uri"], "says": ["`models:/churn/Production`", "`Production`"], "severity": "warning"}}
	count(said(alone("models:/churn@champion"))) == 1
	said(alone("models:/churn/3")) == set()
	said(alone("models:/churn")) == set()
}

test_accepts_a_tag_in_a_manifest_that_serves_elsewhere if {
	said(beside({"environment": "staging"}, "oci://acme/ranker:v1")) == set()
	count(said(beside({"environment": "production"}, "oci://acme/ranker:v1"))) == 1
}

test_accepts_a_location_of_a_manifest_whose_digest_the_specification_states if {
	said(beside({"model": {"uri": "pvc://models/ranker", "digest": digest}}, "pvc://models/ranker")) == set()
}

test_flags_a_location_of_a_manifest_that_the_digest_is_not_for if {
	count(said(beside({"model": {"uri": "pvc://models/ranker", "digest": digest}}, "pvc://models/other"))) == 1
}

test_flags_a_location_of_a_manifest_whose_digest_is_missing if {
	every model in [{"uri": "pvc://models/ranker"}, {"uri": "pvc://models/ranker", "digest": ""}] {
		count(said(beside({"model": model}, "pvc://models/ranker"))) == 1
	}
}

test_ignores_missing_parts if {
	said({}) == set()
	said({"artifacts": [{}, {"facts": {"workload": {}}}]}) == set()
	said({"spec": {"environment": "production", "model": {"name": "ranker"}}}) == set()
}

specification(environment, address) := {"spec": {"environment": environment, "model": {"uri": address}}}

alone(address) := object.union(manifest(address), {"facts": {"unclaimed": true}})

manifest(address) := {"artifacts": [
	{},
	{"facts": {"workload": {}}},
	{"facts": {"workload": {"models": [{"value": address, "at": ["uri"]}]}}},
]}

beside(spec, address) := object.union(manifest(address), {"serving": {"spec": spec}})

# What messages say after the location.
problems(environment, address) := {trim_prefix(message, sprintf("model `%s` ", [address])) |
	some message in messages(specification(environment, address))
}

messages(doc) := found if {
	found := {f.message | some f in rule.finding} with input as doc
}

said(doc) := {json.remove(finding, ["help"]) | some finding in all} if {
	all := testing.all(rule.finding) with input as doc
}

test_flags_a_hash_that_no_version_has if {
	zeros := "0000000000000000000000000000000000000000"
	address := sprintf("hf://a/b:%s", [zeros])
	found := rule.finding with input as {"spec": {"model": {"uri": address, "digest": sprintf("sha256:%s%s", [zeros, substring(zeros, 0, 24)])}}}
	{finding.at | some finding in found} == {["spec", "model", "uri"], ["spec", "model", "digest"]}
	manifest := {"artifacts": [{"facts": {"workload": {"models": [{"value": address, "at": ["model"]}]}}}]}
	applied := rule.finding with input as manifest
	{finding.at | some finding in applied} == {["artifacts", 0, "model"]}
}

test_llama_cpp_takes_no_revision if {
	document := {"artifacts": [{
		"c": {"image": "ghcr.io/ggml-org/llama.cpp:server", "args": ["-hf", "acme/chat-GGUF"]},
		"facts": {"workload": {"models": [{"value": "hf://acme/chat-GGUF", "at": ["c", "args", 1]}]}},
	}]}
	helps := {found.help | some found in rule.finding} with input as document
	helps == {"Download the file of a commit into a volume or an image, and name it by `-m`: llama.cpp takes no revision."}
}
