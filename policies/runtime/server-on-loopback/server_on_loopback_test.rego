package servelint.rules.runtime["server-on-loopback_test"]

import data.servelint.lib.testing
import data.servelint.rules.runtime["server-on-loopback"] as rule

test_flags_servers_without_a_host if {
	said({"command": ["python3", "-m", "sglang.launch_server", "--model-path", "acme/chat"]}) == {{
		"at": ["artifacts", 0, "spec", "containers", 0],
		"says": ["`sglang`", "`chat`", "`127.0.0.1`"],
	}}
	{row.says | some row in said({"command": ["trtllm-serve", "acme/chat"]})} == {["`sglang`", "`chat`", "`localhost`"]}
	said({"command": ["vllm", "serve", "acme/chat", "--host=127.0.0.1"]}) != set()
	said({"command": ["sh", "-c", "vllm serve acme/chat --host localhost --port 8000"]}) != set()
}

test_accepts_a_host if {
	every command in [
		["python3", "-m", "sglang.launch_server", "--model-path", "a", "--host", "0.0.0.0"],
		["sglang", "serve", "--model-path", "a", "--host=::"],
		["trtllm-serve", "acme/chat", "--host", "0.0.0.0"],
		["vllm", "serve", "acme/chat"],
		["vllm", "serve", "acme/chat", "--host", "127.0.0.10"],
	] {
		said({"command": command}) == set()
	}
}

test_ignores_hosts_from_elsewhere if {
	every command in [
		["sglang", "serve", "--config", "/etc/a.yaml"],
		["sh", "-c", "python3 -m sglang.launch_server $@"],
		["python3", "-m", "sglang.launch_server", "--model-path", "$(MODEL)"],
		["bash", "/start.sh"],
	] {
		said({"command": command}) == set()
	}
	served({"spec": {"containers": [{"command": ["trtllm-serve", "a"]}, {"name": "nginx"}]}}) == set()
	served({"facts": {"kind": "InferenceService", "pods": [{"at": ["spec"], "servers": [["spec", "containers", 0]]}]}}) == set()
}

test_flags_a_service_of_compose if {
	{row.says | some row in composed({"command": "python3 -m sglang.launch_server --model-path a"})} == {["`llm`", "`127.0.0.1`"]}
	composed({"command": "python3 -m sglang.launch_server --model-path a", "network_mode": "host"}) == set()
	composed({"command": "python3 -m sglang.launch_server --model-path a --host 0.0.0.0"}) == set()
}

said(container) := served({"spec": {"containers": [object.union({"name": "sglang"}, container)]}})

served(values) := testing.all(found) if {
	good := {
		"spec": {"containers": [{"command": ["trtllm-serve", "a"]}]},
		"facts": {"kind": "Deployment", "name": "chat", "pods": [{"at": ["spec"], "servers": [["spec", "containers", 0]]}]},
	}
	found := rule.finding with input as {"artifacts": [object.union(good, values)]}
}

composed(service) := testing.all(found) if {
	found := rule.finding with input as {"artifacts": [{
		"services": {"llm": service},
		"facts": {"kind": "Compose file", "platform": "compose", "pods": [{"at": ["services"], "servers": [["services", "llm"]]}]},
	}]}
}
