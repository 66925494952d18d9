package servelint.rules.supply["image-not-pinned_test"]

import data.servelint.lib.testing
import data.servelint.rules.supply["image-not-pinned"] as rule

digest := "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

test_flags_an_image_without_a_tag_everywhere if {
	every image in ["vllm/vllm-openai", "localhost:5000/vllm"] {
		every environment in ["staging", "production"] {
			messages(specification(environment, image)) == {sprintf("image `%s` has no tag, so each pull may bring another build", [image])}
		}
	}
}

test_flags_a_moving_tag_everywhere if {
	every tag in ["latest", "cuda-latest", "nightly"] {
		every environment in ["staging", "production"] {
			messages(specification(environment, concat(":", ["acme/vllm", tag]))) == {sprintf("image `acme/vllm:%s` has the moving tag `%s`, so each pull may bring another build", [tag, tag])}
		}
	}
}

test_flags_a_tag_in_production if {
	every image in ["vllm/vllm-openai:v0.11.0", "localhost:5000/vllm:v0.11.0"] {
		messages(specification("production", image)) == {sprintf("image `%s` is pinned by its tag alone, which can be moved; production needs a digest", [image])}
	}
}

test_accepts_a_tag_elsewhere if {
	said(specification("staging", "vllm/vllm-openai:v0.11.0")) == set()
	said(testing.without(specification("staging", "vllm/vllm-openai:v1"), ["/spec/environment"])) == set()
}

test_flags_a_digest_that_is_broken_whatever_precedes_it if {
	every image in [
		"acme/vllm@sha256:0123",
		"acme/vllm@broken",
		"acme/vllm:latest@sha256:0123",
		"acme/vllm:v1@sha256:0123",
		concat("@", ["acme/vllm", replace(digest, "256", "512")]),
		concat("@", ["acme/vllm", replace(digest, "a", "x")]),
	] {
		messages(specification("production", image)) == {sprintf("image `%s` has a digest that is not `sha256:` and 64 hex digits", [image])}
	}
}

test_flags_the_place_of_the_image if {
	testing.places(rule.finding) == {["spec", "serving", "runtime", "image"]} with input as specification("staging", "acme/vllm:latest")
}

test_accepts_a_digest if {
	said(specification("production", concat("@", ["acme/vllm", digest]))) == set()
	said(specification("production", concat("@", ["localhost:5000/acme/vllm:v1", digest]))) == set()
}

test_flags_the_images_of_a_manifest_as_those_of_its_specification if {
	said(beside("staging", "acme/vllm:latest")) == {{
		"at": ["artifacts", 0, "image"],
		"says": ["`acme/vllm:latest`", "`latest`"],
		"severity": "error",
		"cause": "image acme/vllm:latest",
	}}
	said(beside("production", "acme/vllm:v1")) == {{
		"at": ["artifacts", 0, "image"],
		"says": ["`acme/vllm:v1`"],
		"severity": "error",
		"cause": "image acme/vllm:v1",
	}}
}

test_accepts_a_tag_in_a_manifest_that_serves_elsewhere if {
	said(beside("staging", "acme/vllm:v1")) == set()
}

# Nothing says that it serves production.
test_flags_a_tag_in_a_manifest_alone_as_an_info if {
	{finding.severity | some finding in said(alone("acme/vllm:v1"))} == {"info"}
}

# As a model without a revision.
test_flags_a_moving_tag_in_a_manifest_alone_as_a_warning if {
	every image in ["acme/vllm", "acme/vllm:latest"] {
		{finding.severity | some finding in said(alone(image))} == {"warning"}
		{finding.severity | some finding in said(beside("production", image))} == {"error"}
	}
}

test_flags_a_digest_that_is_none_in_a_manifest_alone_as_an_error if {
	{finding.severity | some finding in said(alone("acme/vllm:v1@sha256:0123"))} == {"error"}
}

test_flags_code_that_is_the_archive_of_a_branch if {
	every address in ["https://github.com/a/b/archive/master.zip", "https://github.com/a/b/archive/refs/heads/x.tar.gz", "https://github.com/a/b/zipball/main", "https://codeload.github.com/a/b/zip/refs/heads/x", "https://gitlab.example/a/b/-/archive/main/b-main.zip"] {
		said(object.union(code(address), {"facts": {"unclaimed": true}})) == {{"at": ["artifacts", 0, "code"], "says": [sprintf("`%s`", [address])], "severity": "warning", "help": "Name a commit or a tag in the address, as in `archive/refs/tags/v1.2.zip`."}}
	}
}

test_accepts_code_of_a_commit_a_tag_or_elsewhere if {
	every address in [
		"https://github.com/a/b/archive/9f3a6c1d0f5b4a7e8c2d1b0a9e8f7d6c5b4a3f21.zip",
		"https://github.com/a/b/archive/refs/tags/v1.zip",
		"https://gitlab.example/a/b/-/archive/v1.2/b.zip",
		"s3://code/7/archive.zip",
		"./app",
		"/home/ray/app",
	] {
		said(code(address)) == set()
	}
}

test_flags_code_without_a_version if {
	every address in ["s3://code/main/archive.zip", "gs://code/app.zip", "https://files.example/app/latest.zip"] {
		said(object.union(code(address), {"facts": {"unclaimed": true}})) == {{"at": ["artifacts", 0, "code"], "says": [sprintf("`%s`", [address])], "severity": "warning", "help": "Store each version under an address of its own, with its commit or version, and name that."}}
	}
}

code(address) := {"artifacts": [{"facts": {"kind": "RayService", "role": "workload", "workload": {"code": [{"value": address, "at": ["code"]}]}}}]}

test_accepts_a_digest_in_a_manifest if {
	said(manifest(concat("@", ["acme/vllm", digest]))) == set()
}

test_reports_that_the_image_of_a_preset_is_unknown if {
	said(preset({"readiness": "preset"})) == {{"at": ["artifacts", 0, "spec"], "says": ["`ranker`"]}}
}

test_reports_nothing_unknown_where_the_image_is_stated_or_none_is_needed if {
	pinned := [{"value": concat("@", ["acme/vllm", digest]), "at": ["image"]}]
	said(preset({"readiness": "preset", "workload": {"images": pinned}})) == set()
	said(preset({})) == set()
}

test_ignores_an_image_that_is_empty if {
	said(specification("production", "")) == set()
	said(manifest("")) == set()
}

test_ignores_missing_parts if {
	said({}) == set()
	said({"artifacts": [{}, {"facts": {"workload": {}}}]}) == set()
	said(testing.without(specification("production", "acme/vllm"), ["/spec/serving/runtime/image"])) == set()
}

specification(environment, image) := {"spec": {
	"environment": environment,
	"serving": {"runtime": {"name": "vllm", "image": image}},
}}

alone(image) := object.union(manifest(image), {"facts": {"unclaimed": true}})

manifest(image) := {"artifacts": [{"facts": {
	"kind": "Deployment",
	"workload": {"images": [{"value": image, "at": ["image"]}]},
}}]}

beside(environment, image) := object.union(manifest(image), {"serving": {"spec": {"environment": environment}}})

preset(differs) := {"artifacts": [{"facts": object.union(
	{"kind": "InferenceService", "name": "ranker", "role": "workload", "workload": {"at": ["spec"]}},
	differs,
)}]}

messages(doc) := found if {
	found := {f.message | some f in rule.finding} with input as doc
}

# Findings, and what is not checked.
said(doc) := found if {
	wrong := testing.all(rule.finding) with input as doc
	unknown := testing.all(rule.unchecked) with input as doc
	found := wrong | unknown
}

test_flags_a_digest_that_no_image_has if {
	zeros := "ghcr.io/a/b@sha256:0000000000000000000000000000000000000000000000000000000000000000"
	found := rule.finding with input as {"spec": {"serving": {"runtime": {"image": zeros}}}}
	{finding.at | some finding in found} == {["spec", "serving", "runtime", "image"]}
	manifest := {"artifacts": [{"facts": {"workload": {"images": [{"value": zeros, "at": ["image"]}]}}}]}
	applied := rule.finding with input as manifest
	{finding.at | some finding in applied} == {["artifacts", 0, "image"]}
}
