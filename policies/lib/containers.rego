# METADATA
# description: |
#   The pods of a review that serve, and their containers as they are written. A value that is no literal of the expected
#   type is left out.
package servelint.lib.containers

import data.servelint.lib.fields

# METADATA
# description: |
#   The pods that run the revision that goes live, each with the index of its manifest, the path to its specification and
#   the specification itself.
pods := [{"index": i, "at": pod.at, "spec": spec, "facts": artifact.facts, "servers": object.get(pod, "servers", [])} |
	some i, artifact in input.artifacts
	object.get(artifact.facts, "role", "") != "stable-workload"
	some pod in artifact.facts.pods
	spec := fields.mapping(object.get(artifact, pod.at, {}))
]

# METADATA
# description: All containers of these pods, and what a predictor of KServe says of its model, each with the path to it.
all := [{"pod": pod, "at": array.concat(pod.at, row[0]), "container": row[1]} |
	some pod in pods
	some row in rows(pod.spec)
]

rows(spec) := array.concat(
	[[[key, n], container] |
		some key in ["containers", "initContainers"]
		some n, container in fields.list_at(spec, [key])
		is_object(container)
	],
	[[["model"], spec.model] | is_object(spec.model)],
)

# METADATA
# description: Those that serve a model.
servers := [entry |
	some entry in all
	entry.at in entry.pod.servers
]

# METADATA
# description: What a container is called in messages, such as "container `vllm`".
called(entry) := sprintf("container `%s`", [entry.container.name]) if is_string(entry.container.name)

called(entry) := "the server" if {
	name := object.get(entry.container, "name", null)
	not is_string(name)
}

# METADATA
# description: The texts of the command and the arguments of a container, each with its path below the container.
words(container) := [[[key, n], word] |
	some key in ["command", "args"]
	some n, word in fields.list_at(container, [key])
	is_string(word)
]

# METADATA
# description: |
#   The engine that a container runs, told by its image or its command: `vllm`, `sglang`, `tgi`, `triton`, `trtllm`,
#   `llama.cpp`, `mlserver` or `nim`. Undefined for another one.
engine(container) := names[0] if {
	texts := array.concat([image | image := container.image; is_string(image)], [row[1] | some row in words(container)])
	names := [name |
		some [name, part] in engines
		some text in texts
		contains(text, part)
	]
	count(names) > 0
}

engines := [
	["vllm", "vllm"],
	["sglang", "sglang"],
	["tgi", "text-generation-inference"],
	["tgi", "text-generation-launcher"],
	["triton", "tritonserver"],
	["trtllm", "trtllm-serve"],
	["llama.cpp", "llama.cpp"],
	["llama.cpp", "llama-server"],
	["mlserver", "mlserver"],
	["nim", "nvcr.io/nim/"],
]

# METADATA
# description: |
#   True for a manifest whose pods are written out as they will run: no runtime, preset or operator adds containers, probes,
#   resources or volumes to them.
is_whole(facts) if facts.kind in {"Deployment", "Rollout", "StatefulSet", "LeaderWorkerSet", "StormService"}

# METADATA
# description: The servers of such manifests.
whole_servers := [entry |
	some entry in servers
	is_whole(entry.pod.facts)
]

# METADATA
# description: |
#   True for an InferenceService with the pod that KServe makes of it and of its runtime. KServe adds probes, requests and
#   the volume of the model, but no shared memory, no device and no argument.
is_merged(facts) if facts.runtime

# METADATA
# description: True for a container of a role of a StormService whose replicas are several pods, of which one answers requests.
is_of_group(entry) if {
	entry.pod.facts.kind == "StormService"
	role := object.get(input.artifacts[entry.pod.index], array.slice(entry.at, 0, 5), {})
	role.podGroupSize > 1
}

# METADATA
# description: Servers whose arguments, volumes and devices are all in sight.
visible_servers := [entry |
	some entry in servers
	is_visible(entry.pod.facts)
]

is_visible(facts) if is_whole(facts)

is_visible(facts) if is_merged(facts)

# METADATA
# description: The value of a variable of a container as it is written; undefined for one that is read from elsewhere. Of two, the last one counts.
variable(container, name) := value if {
	entries := [entry | some entry in fields.list_at(container, ["env"]); entry.name == name]
	value := entries[count(entries) - 1].value
	is_string(value)
}

# METADATA
# description: True where a variable of a container has this name, wherever its value comes from.
has_variable(container, name) if {
	some entry in fields.list_at(container, ["env"])
	entry.name == name
}

# METADATA
# description: The whole command of a container as one line; words of a shell's script are separated by blanks.
line(container) := concat(" ", [row[1] | some row in words(container)])
