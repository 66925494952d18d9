# METADATA
# title: Server listens on its own container only
# description: |
#   SGLang listens on 127.0.0.1 and `trtllm-serve` on localhost unless `--host` says otherwise; so do vLLM, TGI and llama.cpp if they are told
#   to. Neither the kubelet nor a client reaches such a server: its probes fail and its pod is never ready. A server whose
#   host comes from a file of settings (`--config`), from a variable or from a script that the manifest does not hold is not
#   judged; neither is one with another container beside it, which may pass requests on.
# related_resources:
#   - description: SGLang, server arguments (host)
#     ref: https://docs.sglang.io/advanced_features/server_arguments.html
#   - description: TensorRT-LLM, trtllm-serve
#     ref: https://nvidia.github.io/TensorRT-LLM/commands/trtllm-serve/trtllm-serve.html
# custom:
#   severity: error
#   applies_to: [Artifacts]
#   since: 0.2.0
#   help: "Add `--host 0.0.0.0` to the arguments of the server."
package servelint.rules.runtime["server-on-loopback"]

import data.servelint.lib.compose
import data.servelint.lib.containers
import data.servelint.lib.fields
import data.servelint.lib.manifest

finding contains {"at": manifest.place(entry.pod.index, entry.at), "message": message} if {
	some entry in containers.visible_servers
	not is_of_workers(entry)
	count(fields.list_at(entry.pod.spec, ["containers"])) == 1
	host := listens(containers.line(entry.container))
	message := sprintf("%s of %s listens on `%s`, where no probe and no client reaches it", [
		containers.called(entry),
		manifest.called(entry.pod.facts),
		host,
	])
}

finding contains {"at": manifest.place(entry.index, entry.at), "message": message} if {
	some entry in compose.servers
	object.get(entry.service, "network_mode", null) == null
	host := listens(compose.line(entry.service))
	message := sprintf("service `%s` listens on `%s`, where neither its machine nor another service reaches it", [entry.name, host])
}

# Workers of a group answer no requests.
is_of_workers(entry) if containers.is_of_group(entry)

is_of_workers(entry) if "workerTemplate" in entry.at

listens(line) := hosts[0] if {
	regex.match(`(sglang\.launch_server|sglang serve|trtllm-serve|vllm serve|vllm\.entrypoints\.openai\.api_server|text-generation-launcher|llama-server)\s`, line)
	hosts := [host |
		some host in ["127.0.0.1", "localhost"]
		regex.match(sprintf(`\s--(host|hostname)[= ]+%s(\s|$)`, [replace(host, ".", `\.`)]), line)
	]
	count(hosts) > 0
} else := "127.0.0.1" if {
	regex.match(`(sglang\.launch_server|sglang serve)\s`, line)
	is_default(line)
} else := "localhost" if {
	regex.match(`trtllm-serve\s`, line)
	is_default(line)
}

is_default(line) if {
	every part in ["--host", "--config", "--extra", "$@", "$*", "$ARGS", "${", "$("] {
		not contains(line, part)
	}
}
