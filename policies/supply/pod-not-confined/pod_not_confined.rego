# METADATA
# title: Pod of a model server has rights of its node
# description: |
#   A model server takes requests from outside and runs weights, and often code, that others wrote. In a privileged container,
#   or with the socket of the container runtime or the root of the node's disk, whoever takes it over has the node and its GPUs;
#   with the host's network, processes or memory it reaches its neighbours. The baseline of the Pod Security Standards forbids
#   all of them. Host network and host memory are sometimes what RDMA or NCCL need, and are a warning.
# related_resources:
#   - description: Kubernetes, Pod Security Standards
#     ref: https://kubernetes.io/docs/concepts/security/pod-security-standards/
# custom:
#   severity: error
#   elsewhere: warning
#   unclaimed: warning
#   applies_to: [Artifacts]
#   since: 0.2.0
#   help: Remove it. GPUs come from the device plugin, shared memory from an `emptyDir` of medium `Memory` at `/dev/shm`, RDMA from a device and the capability `IPC_LOCK`.
package servelint.rules.supply["pod-not-confined"]

import data.servelint.lib.compose
import data.servelint.lib.containers
import data.servelint.lib.fields
import data.servelint.lib.manifest

finding contains {"at": manifest.place(entry.pod.index, at), "message": message} if {
	some entry in containers.all
	entry.container.securityContext.privileged == true
	at := array.concat(entry.at, ["securityContext", "privileged"])
	message := sprintf("%s of %s is privileged, so it can do on its node what the node's root can", [
		containers.called(entry),
		manifest.called(entry.pod.facts),
	])
}

finding contains {"at": manifest.place(entry.pod.index, at), "message": message} if {
	some entry in containers.all
	some n, name in fields.list_at(entry.container, ["securityContext", "capabilities", "add"])
	name in {"ALL", "CAP_SYS_ADMIN", "SYS_ADMIN"}
	at := array.concat(entry.at, ["securityContext", "capabilities", "add", n])
	message := sprintf("%s of %s has the capability `%s`, which is nearly all of root", [
		containers.called(entry),
		manifest.called(entry.pod.facts),
		name,
	])
}

finding contains {"at": manifest.place(pod.index, at), "message": message} if {
	some pod in containers.pods
	some n, volume in fields.list_at(pod.spec, ["volumes"])
	path := volume.hostPath.path
	path in {"/", "/etc", "/proc", "/root", "/run/containerd/containerd.sock", "/run/docker.sock", "/var/run/docker.sock", "/var/run/containerd/containerd.sock", "/var/lib/kubelet"}
	at := array.concat(pod.at, ["volumes", n, "hostPath", "path"])
	message := sprintf("%s mounts `%s` of its node, by which it can take the node over", [manifest.called(pod.facts), path])
}

finding contains {"at": manifest.place(pod.index, at), "message": message, "severity": "warning"} if {
	some pod in containers.pods
	some key, words in {"hostNetwork": "network", "hostPID": "processes", "hostIPC": "shared memory"}
	pod.spec[key] == true
	at := array.concat(pod.at, [key])
	message := sprintf("%s uses the %s of its node (`%s`)", [manifest.called(pod.facts), words, key])
}

# Services of Compose. The shared memory of the machine (`ipc: host`) is what the engines' guides give them.
finding contains {"at": manifest.place(entry.index, array.concat(entry.at, ["privileged"])), "message": message, "help": help} if {
	some entry in compose.servers
	entry.service.privileged == true
	message := sprintf("service `%s` is privileged, so it can do on its machine what root can", [entry.name])
	help := "Remove `privileged`, and give the service the devices that it needs."
}

finding contains {"at": manifest.place(entry.index, array.concat(entry.at, row[2])), "message": message, "help": help} if {
	some entry in compose.servers
	some row in compose.mounts(entry.service)
	row[0] in {"/", "/etc", "/proc", "/root", "/run/docker.sock", "/var/run/docker.sock", "/run/containerd/containerd.sock"}
	message := sprintf("service `%s` mounts `%s` of its machine, by which it can take the machine over", [entry.name, row[0]])
	help := "Mount the folder that the server needs, and nothing above it."
}

finding contains {"at": manifest.place(entry.index, array.concat(entry.at, [key])), "message": message, "severity": "warning", "help": help} if {
	some entry in compose.servers
	some key, words in {"network_mode": "network", "pid": "processes"}
	entry.service[key] == "host"
	message := sprintf("service `%s` uses the %s of its machine (`%s: host`)", [entry.name, words, key])
	help := sprintf("Remove `%s: host`.", [key])
}
