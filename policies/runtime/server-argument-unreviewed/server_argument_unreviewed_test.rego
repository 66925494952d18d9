package servelint.rules.runtime["server-argument-unreviewed_test"]

import data.servelint.lib.testing
import data.servelint.rules.runtime["server-argument-unreviewed"] as rule

test_flags_what_the_revision_in_service_lacks if {
	said(review([lora], [])) == {{
		"at": ["artifacts", 0, "args", 1],
		"related": [["artifacts", 1, "spec"]],
		"says": ["`chat`", "`--enable-lora`"],
	}}
	said(review([lora], [half])) == {{
		"at": ["artifacts", 0, "args", 1],
		"related": [["artifacts", 1, "spec"]],
		"says": ["`chat`", "`--enable-lora`"],
	}}
}

test_flags_what_differs if {
	other := object.union(half, {"value": "bfloat16"})
	said(review([half], [other])) == {{
		"at": ["artifacts", 0, "args", 2],
		"related": [["artifacts", 1, "spec"]],
		"says": ["`chat`", "`--dtype=half`", "`bfloat16`"],
	}}
}

test_flags_what_is_not_among_the_arguments if {
	said(stating(review([lora, half], [lora, half]), {"dtype": "half"})) == {{
		"at": ["artifacts", 0, "args", 1],
		"related": [["serving", "spec", "serving", "runtime", "arguments"]],
		"says": ["`chat`", "`--enable-lora`"],
	}}
}

test_accepts_what_is_stated_or_unchanged if {
	said(review([lora, half], [lora, half])) == set()
	said(stating(review([lora], []), {"enable-lora": true})) == set()
	said(review([], [lora])) == set()
}

test_accepts_a_revision_alone if {
	said(testing.without(review([lora], []), ["/artifacts/1"])) == set()
}

test_accepts_manifests_without_a_specification if {
	said(testing.without(review([lora], []), ["/serving"])) == set()
	said({}) == set()
}

lora := {"name": "enable-lora", "value": "true", "at": ["args", 1]}

half := {"name": "dtype", "value": "half", "at": ["args", 2]}

review(now, before) := {
	"serving": {"spec": {"serving": {"runtime": {"name": "vllm"}}}},
	"artifacts": [
		{"facts": {"kind": "Deployment", "name": "chat", "role": "workload", "workload": {"at": ["spec"], "arguments": now}}},
		{"facts": {"kind": "Deployment", "name": "chat-old", "role": "stable-workload", "workload": {"at": ["spec"], "arguments": before}}},
	],
}

stating(document, arguments) := testing.after(document, {"/serving/spec/serving/runtime/arguments": arguments})

said(document) := findings if {
	findings := testing.all(rule.finding) with input as document
}
