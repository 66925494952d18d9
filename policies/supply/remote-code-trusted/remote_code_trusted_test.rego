package servelint.rules.supply["remote-code-trusted_test"]

import data.servelint.lib.testing
import data.servelint.rules.supply["remote-code-trusted"] as rule

test_flags_code_that_can_change if {
	said(review("hf://acme/chat", "true")) == {{
		"at": ["artifacts", 0, "args", 3],
		"related": [["artifacts", 0, "args", 0]],
		"says": ["`chat`", "`hf://acme/chat`"],
	}}
	said(review("hf://acme/chat:main", "true")) != set()
	said(review("hf://acme/chat@v2", "true")) != set()
}

test_accepts_a_commit if {
	said(review(sprintf("hf://acme/chat:%s", [commit]), "true")) == set()
	said(review(sprintf("hf://acme/chat@%s", [commit]), "true")) == set()
}

test_accepts_what_the_specification_pins if {
	pinned := {"serving": {"spec": {"model": {"uri": "hf://acme/chat", "digest": "sha256:1"}}}}
	said(object.union(review("hf://acme/chat", "true"), pinned)) == set()
	said(object.union(review("hf://acme/other", "true"), pinned)) != set()
}

test_accepts_models_that_bring_no_code if {
	said(review("s3://models/chat", "true")) == set()
	said(review("hf://acme/chat", "false")) == set()
	said(testing.after(review("hf://acme/chat", "true"), {"/artifacts/0/facts/workload/arguments/0/name": "enable-lora"})) == set()
	said({}) == set()
}

commit := "9f3a6c1d0f5b4a7e8c2d1b0a9e8f7d6c5b4a3f21"

review(model, value) := {"artifacts": [{"facts": {"kind": "Deployment", "name": "chat", "workload": {
	"models": [{"value": model, "at": ["args", 0]}],
	"arguments": [{"name": "trust-remote-code", "value": value, "at": ["args", 3]}],
}}}]}

said(document) := findings if {
	findings := testing.all(rule.finding) with input as document
}
