package servelint.rules.runtime["model-cache-lost_test"]

import data.servelint.lib.testing
import data.servelint.rules.runtime["model-cache-lost"] as rule

test_flags_a_server_without_a_volume if {
	said({}) == {{
		"at": ["artifacts", 0, "spec", "containers", 0],
		"related": [["artifacts", 0, "spec", "containers", 0, "args", 0]],
		"says": ["`vllm`", "`chat`", "`acme/chat-8b`"],
		"help": "Add a claim that all replicas can read, as the volume `{name: models, persistentVolumeClaim: {claimName: models}}`, and mount it at the cache: `{name: models, mountPath: /root/.cache/huggingface}`.",
	}}
	said(mounted("/dev/shm", {"emptyDir": {"medium": "Memory"}})) != set()
	said(mounted("/etc/app", {"configMap": {"name": "a"}})) != set()
}

test_flags_an_empty_folder_at_the_cache if {
	says(mounted("/root/.cache/huggingface", {"emptyDir": {}})) == {["`vllm`", "`chat`", "`acme/chat-8b`", "`emptyDir`"]}
	says(mounted("/root/.cache/", {"emptyDir": {}})) == {["`vllm`", "`chat`", "`acme/chat-8b`", "`emptyDir`"]}
	with_home := object.union(mounted("/cache", {"emptyDir": {}}), {"/artifacts/0/spec/containers/0/env": [{"name": "HF_HOME", "value": "/cache/hf"}]})
	{found.help | some found in findings(with_home)} == {"Add a claim that all replicas can read, as the volume `{name: models, persistentVolumeClaim: {claimName: models}}`, and mount it at the cache: `{name: models, mountPath: /cache/hf}`."}
	says(object.union(mounted("/weights", {"emptyDir": {}}), {"/artifacts/0/spec/containers/0/args": ["acme/chat-8b", "--download-dir=/weights"]})) == {["`vllm`", "`chat`", "`acme/chat-8b`", "`emptyDir`"]}
	says(object.union(mounted("/data", {"emptyDir": {}}), {"/artifacts/0/spec/containers/0/image": "ghcr.io/huggingface/text-generation-inference:3"})) == {["`vllm`", "`chat`", "`acme/chat-8b`", "`emptyDir`"]}
}

test_accepts_volumes_that_outlive_the_pod if {
	every volume in [{"persistentVolumeClaim": {"claimName": "m"}}, {"hostPath": {"path": "/m"}}, {"nfs": {}}, {"csi": {}}, {"ephemeral": {}}, {"image": {}}] {
		said(mounted("/root/.cache/huggingface", volume)) == set()
		said(mounted("/elsewhere", volume)) == set()
	}

	# A template of a StatefulSet.
	said({"/artifacts/0/spec/containers/0/volumeMounts": [{"name": "claimed", "mountPath": "/models"}]}) == set()
}

test_accepts_a_volume_nearer_to_the_cache if {
	said({
		"/artifacts/0/spec/volumes": [{"name": "a", "emptyDir": {}}, {"name": "b", "persistentVolumeClaim": {}}],
		"/artifacts/0/spec/containers/0/volumeMounts": [{"name": "a", "mountPath": "/root"}, {"name": "b", "mountPath": "/root/.cache"}],
	}) == set()
}

test_ignores_other_models_and_engines if {
	said({"/artifacts/0/facts/workload/models": [{"value": "s3://models/chat/1", "at": ["spec", "containers", 0, "args", 0]}]}) == set()
	said({"/artifacts/0/facts/workload/models": [{"value": "hf://acme/chat-8b", "at": ["spec", "containers", 1, "args", 0]}]}) == set()
	said({"/artifacts/0/spec/containers/0/image": "acme/server:1"}) == set()
	said({"/artifacts/0/facts/kind": "InferenceService"}) == set()
	said({"/artifacts/0/spec/containers/0/env": [{"name": "HF_HUB_OFFLINE", "value": "1"}]}) == set()
}

mounted(path, volume) := {
	"/artifacts/0/spec/volumes": [object.union({"name": "v"}, volume)],
	"/artifacts/0/spec/containers/0/volumeMounts": [{"name": "v", "mountPath": path}],
}

says(values) := {row.says | some row in said(values)}

said(values) := testing.all(findings(values))

findings(values) := found if {
	document := testing.after(
		{"artifacts": [{
			"spec": {"containers": [{"name": "vllm", "image": "vllm/vllm-openai:v0.11.0", "args": ["acme/chat-8b"]}]},
			"facts": {
				"kind": "Deployment",
				"name": "chat",
				"pods": [{"at": ["spec"], "servers": [["spec", "containers", 0]]}],
				"workload": {"models": [{"value": "hf://acme/chat-8b:0f1e", "at": ["spec", "containers", 0, "args", 0]}]},
			},
		}]},
		values,
	)
	found := rule.finding with input as document
}

test_flags_a_service_of_compose_without_a_volume if {
	composed({}) == {{
		"at": ["artifacts", 0, "services", "llm"],
		"related": [["artifacts", 0, "services", "llm", "command"]],
		"says": ["`llm`", "`acme/chat`"],
		"help": "Add `volumes: [\"models:/root/.cache/huggingface\"]` to the service, and `volumes: {models: {}}` to the file.",
	}}
	composed({"volumes": ["models:/root/.cache/huggingface"]}) == set()
	composed({"volumes_from": ["models"]}) == set()
}

composed(more) := testing.all(found) if {
	found := rule.finding with input as {"artifacts": [{
		"services": {"llm": object.union({"image": "vllm/vllm-openai:v1", "command": "--model acme/chat"}, more)},
		"facts": {
			"kind": "Compose file",
			"platform": "compose",
			"pods": [{"at": ["services"], "servers": [["services", "llm"]]}],
			"workload": {"models": [{"value": "hf://acme/chat", "at": ["services", "llm", "command"]}]},
		},
	}]}
}
