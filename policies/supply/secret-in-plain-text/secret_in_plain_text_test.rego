package servelint.rules.supply["secret-in-plain-text_test"]

import data.servelint.lib.testing
import data.servelint.rules.supply["secret-in-plain-text"] as rule

test_flags_a_token_of_the_environment if {
	said({"env": [{"name": "A", "value": "b"}, {"name": "HF_TOKEN", "value": "p4ssw0rd-of-acme"}]}) == {{
		"at": ["artifacts", 0, "spec", "containers", 0, "env", 1, "name"],
		"says": ["`vllm`", "`chat`", "`HF_TOKEN`"],
	}}
	every name in ["VLLM_API_KEY", "OPENAI_APIKEY", "MINIO_ROOT_PASSWORD", "aws_secret_access_key", "S3_SECRET"] {
		said(variable(name, "Zm9vYmFyYmF6MTIz")) != set()
	}
}

# By its shape, whatever the variable is called.
test_flags_a_token_by_its_shape if {
	every value in [
		sprintf("hf_%s", [long]),
		sprintf("sk-%s", [long]),
		sprintf("nvapi-%s", [long]),
		sprintf("ghp_%s", [long]),
		sprintf("glpat-%s", [long]),
	] {
		said(variable("EXTRA", value)) != set()
	}
}

test_flags_an_argument if {
	at := ["artifacts", 0, "spec", "containers", 0]
	said({"args": ["--model=a", "--api-key=abcd1234efgh"]}) == {{
		"at": array.concat(at, ["args", 1]),
		"says": ["`vllm`", "`chat`", "`--api-key`"],
	}}
	testing.places(found({"args": ["--api-key", "abcd1234efgh"]})) == {array.concat(at, ["args", 1])}
	testing.places(found({"command": ["sh", "-c", "vllm serve a --api-key 'abcd1234efgh' --port 80"]})) == {array.concat(at, ["command", 2])}
}

test_accepts_references_and_what_asks_to_be_replaced if {
	every value in [
		"$(HF_TOKEN)", "${HF_TOKEN}", "<your-token-1>", "{{ .Values.token1 }}", "", "true", "/run/secrets/token1",
		"https://vault.acme/v1", "YOUR_TOKEN_123", "changeme1", "xxxxxxxx1", "hf_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx1",
		"%TOKEN12%", "[REDACTED1]", "two words 12", "only-letters", "12345678", "a1",
	] {
		said(variable("HF_TOKEN", value)) == set()
	}
	said({"env": [{"name": "HF_TOKEN", "valueFrom": {"secretKeyRef": {"name": "hf", "key": "token"}}}]}) == set()
	said({"args": ["--api-key", "$(VLLM_API_KEY)"]}) == set()
	said({"args": ["--api-key=$(VLLM_API_KEY)", "--api-key"]}) == set()
}

test_accepts_names_that_are_no_secrets if {
	every name in ["MAX_TOKENS", "TOKENIZERS_PARALLELISM", "TOKENIZER", "HF_TOKEN_PATH", "AWS_ACCESS_KEY_ID", "KEY"] {
		said(variable(name, "abcd1234efgh")) == set()
	}
	said({"args": ["--tokenizer=abcd1234efgh", "--max-token=abcd1234efgh"]}) == set()
}

long := "Abcdefgh12345678Abcdefgh12345678Abcd"

variable(name, value) := {"env": [{"name": name, "value": value}]}

said(container) := testing.all(found(container))

found(container) := findings if {
	findings := rule.finding with input as {"artifacts": [{
		"spec": {"containers": [object.union({"name": "vllm"}, container)]},
		"facts": {"kind": "Deployment", "name": "chat", "pods": [{"at": ["spec"]}]},
	}]}
}

test_flags_variables_of_compose if {
	every variables in [{"HF_TOKEN": "hf_abcdefghijklmnopqrstuvwxyzABCDEFGH"}, ["HF_TOKEN=hf_abcdefghijklmnopqrstuvwxyzABCDEFGH"]] {
		{row.says | some row in composed(variables)} == {["`llm`", "`HF_TOKEN`"]}
	}
	{row.at | some row in composed({"HF_TOKEN": "hf_abcdefghijklmnopqrstuvwxyzABCDEFGH"})} == {["artifacts", 0, "services", "llm", "environment", "HF_TOKEN"]}
	composed({"HF_TOKEN": "${HF_TOKEN}"}) == set()
	composed(["HF_TOKEN=$HF_TOKEN", "LOG_LEVEL=info"]) == set()
}

composed(variables) := testing.all(found) if {
	found := rule.finding with input as {"artifacts": [{"services": {"llm": {"environment": variables}}, "facts": {"kind": "Compose file", "platform": "compose", "pods": []}}]}
}

test_flags_values_of_the_production_stack if {
	stacked({"hf_token": "hf_abcdefghijklmnopqrstuvwxyzABCDEF01"}) == {{
		"at": ["artifacts", 0, "servingEngineSpec", "modelSpec", 0, "hf_token"],
		"says": ["`chat`", "`hf_token`"],
		"help": "Write `hf_token: {secretName: NAME, secretKey: KEY}`, and revoke the token that was written here.",
	}}
	{row.at | some row in stacked({"env": [{"name": "OPENAI_API_KEY", "value": "sk-Zm9vYmFyYmF6cXV1eDEy"}]})} == {["artifacts", 0, "servingEngineSpec", "modelSpec", 0, "env", 0, "name"]}
	every more in [{"hf_token": {"secretName": "a"}}, {"hf_token": "<YOUR HF TOKEN>"}, {"hf_token": "hf_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}] {
		stacked(more) == set()
	}
}

stacked(more) := testing.all(found) if {
	model := object.union({"name": "chat", "modelURL": "acme/chat"}, more)
	document := {"artifacts": [{"facts": {"kind": "production-stack values", "role": "workload"}, "servingEngineSpec": {"modelSpec": [model]}}]}
	found := rule.finding with input as document
}
