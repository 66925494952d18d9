package servelint.rules.verification["evidence-wrong-subject_test"]

import data.servelint.lib.testing
import data.servelint.rules.verification["evidence-wrong-subject"] as rule

at := {["checklists", 0, "spec", "items", 0, "evidence", 0]}

test_flags_another_model if {
	places({"model": "acme/other"}) == at
	places({"model": "acme/chat-8"}) == at
	places({"model": "chat-8b-fp8-draft"}) == at
}

test_accepts_the_model_by_name_by_location_and_by_its_last_part if {
	places({"model": "acme/Chat-8B"}) == set()
	places({"model": "mirror/chat-8b-fp8"}) == set()
	places({"model": "chat-8b"}) == set()
}

test_accepts_the_service_and_a_path_on_the_server if {
	places({"model": "chat"}) == set()
	places({"model": "/mnt/models"}) == set()
}

test_flags_another_image_and_accepts_what_may_be_the_same if {
	images({"image": "acme/vllm:1"}, "acme/vllm@sha256:ab") == set()
	images({"image": "acme/vllm:1@sha256:ab"}, "acme/vllm@sha256:ab") == set()
	images({"image": "acme/vllm@sha256:cd"}, "acme/vllm@sha256:ab") == at
	images({"image": "other/vllm:1"}, "acme/vllm:1") == at
	images({"image": "localhost:5000/vllm"}, "localhost:5000/vllm:1") == set()
}

test_flags_another_image_or_fleet if {
	places({"image": "vllm:2"}) == at
	places({"image": "vllm:1"}) == set()
	places({"replicas": 2}) == at
	places({"replicas": 1}) == set()
}

test_flags_tokens_beyond_a_tenth if {
	places({"inputTokens": 1101}) == at
	places({"inputTokens": 1100}) == set()
	places({"outputTokens": 179}) == at
	places({"outputTokens": 180}) == set()
}

rollout := {
	"facts": {"kind": "Rollout"},
	"metadata": {"name": "chat", "namespace": "prod", "labels": {"app": "chat"}},
	"spec": {
		"template": {"metadata": {"labels": {"app.kubernetes.io/name": "chat-server"}}},
		"strategy": {"canary": {"analysis": {"args": [{"name": "host", "value": "chat.prod"}, {"name": "hash", "valueFrom": {}}]}}},
	},
}

said_of(subject, artifacts) := {[f.message, r.at] |
	some f in found
	some r in f.related
} if {
	found := rule.finding with input as object.union(review(subject, "vllm:1"), {"artifacts": artifacts})
}

test_flags_an_analysis_of_something_else if {
	said_of({"namespace": "other"}, [rollout]) == {["`a.json` is about the namespace `other`, but the manifests have `prod`", ["artifacts", 0, "metadata", "namespace"]]}
	said_of({"rollout": "other"}, [rollout]) == {["`a.json` is about the Rollout `other`, but the manifests have `chat`", ["artifacts", 0, "metadata", "name"]]}
	said_of({"labels": {"app": "other"}}, [rollout]) == {["`a.json` is about the label `app` `other`, but the manifests have `chat`", ["artifacts", 0, "metadata", "labels", "app"]]}
	said_of({"labels": {"app.kubernetes.io/name": "other"}}, [rollout]) == {[
		"`a.json` is about the label `app.kubernetes.io/name` `other`, but the manifests have `chat-server`",
		["artifacts", 0, "spec", "template", "metadata", "labels", "app.kubernetes.io/name"],
	]}
	said_of({"arguments": {"host": "other.prod"}}, [rollout]) == {[
		"`a.json` is about the argument `host` `other.prod`, but the manifests have `chat.prod`",
		["artifacts", 0, "spec", "strategy", "canary", "analysis", "args", 0, "value"],
	]}
}

test_accepts_an_analysis_of_the_same if {
	every subject in [
		{"namespace": "prod"},
		{"rollout": "chat"},
		{"labels": {"app": "chat", "team": "x"}},
		{"arguments": {"host": "chat.prod", "hash": "abc", "more": "x"}},
	] {
		said_of(subject, [rollout]) == set()
	}

	# One of several manifests says the same.
	said_of({"namespace": "other"}, [rollout, {"facts": {"kind": "Service"}, "metadata": {"namespace": "other"}}]) == set()
}

test_ignores_what_the_manifests_do_not_state if {
	said_of({"namespace": "other", "rollout": "other", "labels": {"app": "x"}, "arguments": {"a": "b"}}, []) == set()
	said_of({"rollout": "other", "labels": {"tier": "x"}}, [{"facts": {"kind": "Deployment"}, "metadata": {"name": "chat"}}]) == set()
}

test_ignores_what_the_file_does_not_tell if {
	places({}) == set()
	count(rule.finding) == 0 with input as {}
}

test_shows_what_is_served_and_planned if {
	related({"model": "acme/other"}, "vllm:1") == {["serving", "spec", "model", "name"]}
	related({"image": "vllm:2"}, "vllm:1") == {["serving", "spec", "serving", "runtime", "image"]}
	related({"replicas": 2}, "vllm:1") == {["checklists", 0, "spec", "items", 0, "conditions", "replicas"]}
	related({"inputTokens": 1101}, "vllm:1") == {["checklists", 0, "spec", "items", 0, "conditions", "inputTokens"]}
}

test_a_slash_at_the_end_of_a_model_does_not_matter if {
	places({"model": "mirror/chat-8b-fp8/"}) == set()
}

test_one_digest_and_one_tag_are_not_compared if {
	images({"image": "acme/vllm:2"}, "acme/vllm") == set()
	images({"image": "acme/vllm"}, "acme/vllm@sha256:ab") == set()
}

test_flags_what_was_measured_before_the_subject_changed if {
	testing.all(rule.finding) == {{
		"at": ["checklists", 0, "spec", "items", 0, "evidence", 0],
		"related": [["serving", "spec", "serving", "runtime", "image"]],
		"says": ["`a.json`", "`main`", "`b`", "`a`"],
		"help": "Measure what the change makes of the service, and give the new file.",
		"cause": "older a.json",
	}} with input as since([revision, image])
	{finding.says | some finding in testing.all(rule.finding)} == {["`a.json`", "`main`", "`8`", "`7`"]} with input as since([revision])
}

test_flags_what_was_not_stated_or_no_longer_is if {
	messages(since([object.remove(image, ["before"])])) == {"`a.json` stands as it did at `main`, but since then the image became `b` (it was not stated); nothing was measured again"}
	messages(since([object.remove(image, ["after"])])) == {"`a.json` stands as it did at `main`, but since then the image is no longer stated (it was `a`); nothing was measured again"}
}

messages(document) := {finding.message | some finding in found} if {
	found := rule.finding with input as document
}

test_accepts_what_was_measured_again if {
	testing.places(rule.finding) == set() with input as testing.after(since([image]), {"/facts/changed/older": ["other.json"]})
	every path, value in {"gate": "advisory", "category": "rollback", "verifies": ["assumption/A1"]} {
		other := testing.after(since([image]), {sprintf("/checklists/0/spec/items/0/%s", [path]): value})
		places_of(other) == set()
	}
}

test_flags_what_was_measured_on_another_subject if {
	testing.all(rule.finding) == {{
		"at": ["checklists", 0, "spec", "items", 0, "evidence", 0],
		"related": [["serving", "spec", "serving", "runtime", "image"]],
		"says": ["`a.json`", "`vllm:1`", "`vllm:0`"],
		"help": "Measure what goes live, with `servelint evidence record`.",
	}} with input as bound_to({"image": "vllm:0", "revision": "7"}, {"image": "vllm:1", "revision": "8"})
	said_by({"revision": "7"}, {"revision": "8"}) == "the revision became `8` (it was `7`)"
	said_by({"gpu": "a"}, {"gpu": "b"}) == "the GPU became `b` (it was `a`)"
	said_by({"gpus": 2}, {"gpus": 4}) == "the number of GPUs became `4` (it was `2`)"
	said_by({"tensor": 2}, {"tensor": 4}) == "the tensor parallelism became `4` (it was `2`)"
	said_by({"service": "chat"}, {"service": "rank"}) == "the service became `rank` (it was `chat`)"
	said_by({"model": "a", "modelDigest": "x"}, {"model": "a", "modelDigest": "y"}) == "the digest of the model became `y` (it was `x`)"
	said_by({"model": "a"}, {"model": "b"}) == "the model became `b` (it was `a`)"
	said_by({"inputTokens": {"p95": 1000}}, {"inputTokens": {"p95": 1101}}) == "p95 tokens of a prompt became `1101` (it was `1000`)"
	said_by({"outputTokens": {"max": 1000}}, {"outputTokens": {"max": 899}}) == "max tokens of an answer became `899` (it was `1000`)"
	said_by({"arguments": {"dtype": "half"}}, {"arguments": {"dtype": "auto"}}) == "argument `dtype` became `auto` (it was `half`)"
	all_listed := {"argumentsFrom": "manifests"}
	said_by(object.union(all_listed, {"arguments": {"dtype": "half"}}), all_listed) == "argument `dtype` became `not set` (it was `half`)"
	said_by(all_listed, object.union(all_listed, {"arguments": {"dtype": "half"}})) == "argument `dtype` became `half` (it was `not set`)"
}

test_accepts_the_same_subject_and_what_nobody_knows if {
	every pair in [
		[{}, {"image": "vllm:1"}],
		[{"image": "vllm:1"}, {}],
		[{"image": "vllm:1"}, {"image": "vllm@sha256:ab"}],
		[{"model": "a", "modelDigest": "x"}, {"model": "b", "modelDigest": "x"}],
		[{"inputTokens": {"p95": 1000}}, {"inputTokens": {"p95": 1100}}],
		[{"inputTokens": {"p50": 1000}}, {"inputTokens": {"p95": 2000}}],
		[{"arguments": {"dtype": "half"}}, {}],
		[{"argumentsFrom": "manifests", "arguments": {"dtype": "half"}}, {"argumentsFrom": "specification"}],
	] {
		places_of(bound_to(pair[0], pair[1])) == set()
	}
}

test_ignores_statements_of_drills_and_those_that_do_not_hold if {
	other := bound_to({"gpu": "a"}, {"gpu": "b"})
	places_of(testing.after(other, {"/checklists/0/spec/items/0/category": "rollback"})) == set()
	places_of(testing.after(other, {"/checklists/0/facts/items/0/results/0/binding/status": "failed"})) == set()
	advisory := testing.after(other, {"/checklists/0/spec/items/0/gate": "advisory"})
	found := {f.severity | some f in rule.finding} with input as advisory
	found == {"warning"}
}

# The command ran on what goes live, so the base says nothing about it; a person may be wrong about it.
test_a_recorded_run_was_measured_again if {
	recorded := {"status": "bound", "kind": "recorded", "subject": {"image": "b"}}
	again := testing.after(since([image]), {
		"/checklists/0/facts/items/0/results/0/binding": recorded,
		"/facts/subject": {"image": "b"},
	})
	places_of(again) == set()
	attested := testing.after(again, {"/checklists/0/facts/items/0/results/0/binding/kind": "attested"})
	places_of(attested) == at
}

bound_to(then, now) := testing.after(since([]), {
	"/checklists/0/facts/items/0/results/0/binding": {"status": "bound", "kind": "recorded", "subject": then},
	"/facts": {"subject": now},
})

said_by(then, now) := words if {
	messages := {f.message | some f in rule.finding} with input as bound_to(then, now)
	count(messages) == 1
	some message in messages
	words := split(message, "since then ")[1]
}

revision := {"what": "the revision", "at": ["serving", "metadata", "revision"], "before": "7", "after": "8"}

image := {"what": "the image", "at": ["serving", "spec", "serving", "runtime", "image"], "before": "a", "after": "b"}

since(values) := object.union(
	testing.after(review({}, "vllm:1"), {"/checklists/0/spec/items/0": {"id": "A", "category": "load", "gate": "blocking", "verifies": ["slo/x"]}}),
	{"facts": {"changed": {"since": "main", "values": values, "older": ["a.json"]}}},
)

places_of(document) := found if {
	found := testing.places(rule.finding) with input as document
}

places(subject) := images(subject, "vllm:1")

images(subject, image) := found if {
	found := testing.places(rule.finding) with input as review(subject, image)
}

related(subject, image) := {path | some f in found; some path in f.related} if {
	found := testing.all(rule.finding) with input as review(subject, image)
}

review(subject, image) := {
	"service": "chat",
	"serving": {"spec": {"model": {"name": "acme/chat-8b", "uri": "hf://mirror/chat-8b-fp8:0123"}, "serving": {"runtime": {"image": image}}}},
	"checklists": [{
		"spec": {"items": [{"id": "A", "conditions": {"replicas": 1, "inputTokens": 1000, "outputTokens": 200}}]},
		"facts": {"items": [{"results": [{
			"status": "read",
			"path": "a.json",
			"at": ["spec", "items", 0, "evidence", 0],
			"evidence": {"subject": subject},
		}]}]},
	}],
}
