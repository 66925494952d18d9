# METADATA
# title: Each replica downloads its model again
# description: |
#   An engine that takes its model from the Hugging Face Hub keeps it in a cache in its container. With no volume there, each start of
#   the container downloads all weights again, and with an `emptyDir` each new pod does: tens of gigabytes for a model of 8 billion
#   parameters, and as many minutes until a replica serves. Updates, scaling and recovery from a lost node wait for it, and while the
#   Hub is slow, limits the rate or is away, no replica starts. A server is reported that mounts no volume that outlives the pod, or
#   that has an `emptyDir` right at its cache. Models in a bucket or on a volume, and engines that are told to stay offline, are
#   not judged.
# related_resources:
#   - description: Hugging Face Hub, cache (HF_HOME)
#     ref: https://huggingface.co/docs/huggingface_hub/guides/manage-cache
#   - description: vLLM, using Kubernetes (a volume for the cache)
#     ref: https://docs.vllm.ai/en/latest/deployment/k8s.html
# custom:
#   severity: warning
#   elsewhere: info
#   unclaimed: info
#   applies_to: [Artifacts]
#   since: 0.2.0
#   help: Mount a PersistentVolumeClaim that all replicas can read at the cache of the engine.
package servelint.rules.runtime["model-cache-lost"]

import data.servelint.lib.compose
import data.servelint.lib.containers
import data.servelint.lib.fields
import data.servelint.lib.manifest

finding contains object.union({"at": manifest.place(entry.pod.index, entry.at), "message": message, "related": related}, {"help": advice(entry.container)}) if {
	some entry in containers.visible_servers
	containers.engine(entry.container) in {"vllm", "sglang", "tgi"}
	not is_offline(entry.container)
	some model in entry.pod.facts.workload.models
	startswith(model.value, "hf://")
	array.slice(model.at, 0, count(entry.at)) == entry.at
	lost := why(entry)
	message := sprintf("%s of %s downloads `%s` %s", [
		containers.called(entry),
		manifest.called(entry.pod.facts),
		name(model.value),
		lost,
	])
	related := [{"at": manifest.place(entry.pod.index, model.at), "message": "the model"}]
}

why(entry) := "anew for each pod, because its cache is an `emptyDir`" if {
	vanishing(entry)
} else := "anew at each start, because it mounts no volume that outlives its pod" if {
	every mount in fields.list_at(entry.container, ["volumeMounts"]) {
		passes(entry.pod.spec, mount)
	}
}

# An `emptyDir` right at the cache, as far as its place is written.
vanishing(entry) if {
	some mount in fields.list_at(entry.container, ["volumeMounts"])
	is_object(volume(entry.pod.spec, mount).emptyDir)
	some folder in caches(entry.container)
	holds(trim_suffix(mount.mountPath, "/"), folder)
	not kept(entry, folder)
}

# A volume below it, nearer to the cache, may outlive the pod.
kept(entry, folder) if {
	some mount in fields.list_at(entry.container, ["volumeMounts"])
	holds(trim_suffix(mount.mountPath, "/"), folder)
	spec := entry.pod.spec
	not passes(spec, mount)
}

holds(outer, folder) if folder == outer

holds(outer, folder) if startswith(folder, concat("", [outer, "/"]))

# Where the engine keeps what it downloads.
caches(container) := folders if {
	stated := {folder |
		some variable in ["HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"]
		folder := trim_suffix(containers.variable(container, variable), "/")
	}
	flags := {trim_suffix(row[2], "/") |
		some row in regex.find_all_string_submatch_n(`--(download[-_]dir|huggingface-hub-cache)[= ]+(/[^ '"]*)`, containers.line(container), -1)
	}
	folders := chosen(container, stated | flags)
}

chosen(_, given) := given if count(given) > 0

chosen(container, given) := {"/data"} if {
	count(given) == 0
	containers.engine(container) == "tgi"
}

chosen(container, given) := {"/root/.cache/huggingface"} if {
	count(given) == 0
	containers.engine(container) != "tgi"
}

# A volume that holds nothing or does not outlive the pod.
passes(spec, mount) if {
	found := volume(spec, mount)
	some kind in ["emptyDir", "configMap", "secret", "downwardAPI", "projected"]
	object.get(found, kind, null) != null
}

volume(spec, mount) := [one | some one in fields.list_at(spec, ["volumes"]); one.name == mount.name][0]

is_offline(container) if containers.variable(container, "HF_HUB_OFFLINE") in {"1", "true", "True", "ON", "YES"}

name(address) := split(trim_prefix(address, "hf://"), ":")[0]

advice(container) := sprintf("Add a claim that all replicas can read, as the volume `{name: models, persistentVolumeClaim: {claimName: models}}`, and mount it at the cache: `{name: models, mountPath: %s}`.", [folder]) if {
	folder := sort(caches(container))[0]
}

# A service of Compose that mounts nothing: its cache is part of the container.
finding contains {"at": manifest.place(entry.index, entry.at), "message": message, "related": related, "help": help} if {
	some entry in compose.servers
	some model in entry.file.facts.workload.models
	startswith(model.value, "hf://")
	array.slice(model.at, 0, count(entry.at)) == entry.at
	engine := containers.engine({"image": object.get(entry.service, "image", ""), "args": [compose.line(entry.service)]})
	engine in {"vllm", "sglang", "tgi"}
	every key in ["volumes", "volumes_from", "extends"] {
		object.get(entry.service, key, null) in {null, []}
	}
	message := sprintf("service `%s` downloads `%s` anew for each container, because it mounts no volume", [entry.name, name(model.value)])
	related := [{"at": manifest.place(entry.index, model.at), "message": "the model"}]
	folder := {"vllm": "/root/.cache/huggingface", "sglang": "/root/.cache/huggingface", "tgi": "/data"}[engine]
	help := sprintf("Add `volumes: [\"models:%s\"]` to the service, and `volumes: {models: {}}` to the file.", [folder])
}
