package servelint.rules.supply["pod-not-confined_test"]

import data.servelint.lib.testing
import data.servelint.rules.supply["pod-not-confined"] as rule

test_flags_a_privileged_container if {
	said({"containers": [{"name": "vllm", "securityContext": {"privileged": true}}]}) == {{
		"at": ["artifacts", 0, "spec", "containers", 0, "securityContext", "privileged"],
		"says": ["`vllm`", "`chat`"],
	}}
	said({"initContainers": [{"securityContext": {"privileged": true}}]}) != set()
}

test_flags_capabilities_of_root if {
	every name in ["ALL", "SYS_ADMIN", "CAP_SYS_ADMIN"] {
		said(capable(["NET_BIND_SERVICE", name])) == {{
			"at": ["artifacts", 0, "spec", "containers", 0, "securityContext", "capabilities", "add", 1],
			"says": ["`vllm`", "`chat`", sprintf("`%s`", [name])],
		}}
	}
	said(capable(["IPC_LOCK", "SYS_PTRACE"])) == set()
}

test_flags_folders_of_the_node if {
	every path in ["/", "/var/run/docker.sock", "/run/containerd/containerd.sock"] {
		said(mounted(path)) == {{
			"at": ["artifacts", 0, "spec", "volumes", 0, "hostPath", "path"],
			"says": ["`chat`", sprintf("`%s`", [path])],
		}}
	}
	said(mounted("/mnt/models")) == set()
	said({"volumes": [{"emptyDir": {}}]}) == set()
}

test_flags_namespaces_of_the_node if {
	every key in ["hostNetwork", "hostPID", "hostIPC"] {
		said({key: true}) == {{
			"at": ["artifacts", 0, "spec", key],
			"says": ["`chat`", sprintf("`%s`", [key])],
			"severity": "warning",
		}}
		said({key: false}) == set()
		said({key: "$(X)"}) == set()
	}
}

test_accepts_a_confined_pod if {
	said({"containers": [{"securityContext": {"privileged": false}}, {"securityContext": {"privileged": "true"}}]}) == set()
}

capable(names) := {"containers": [{"name": "vllm", "securityContext": {"capabilities": {"add": names}}}]}

mounted(path) := {"volumes": [{"hostPath": {"path": path}}]}

said(spec) := testing.all(findings) if {
	findings := rule.finding with input as {"artifacts": [{
		"spec": spec,
		"facts": {"kind": "Deployment", "name": "chat", "pods": [{"at": ["spec"]}]},
	}]}
}

test_flags_services_of_compose if {
	composed({"privileged": true}) == {["artifacts", 0, "services", "llm", "privileged"]}
	composed({"volumes": ["/var/run/docker.sock:/var/run/docker.sock"]}) == {["artifacts", 0, "services", "llm", "volumes", 0]}
	composed({"network_mode": "host"}) == {["artifacts", 0, "services", "llm", "network_mode"]}
	composed({"pid": "host"}) == {["artifacts", 0, "services", "llm", "pid"]}
	composed({"ipc": "host", "privileged": false, "volumes": ["./models:/models"], "network_mode": "bridge"}) == set()
}

composed(service) := places if {
	places := testing.places(rule.finding) with input as {"artifacts": [{
		"services": {"llm": service},
		"facts": {"kind": "Compose file", "platform": "compose", "pods": [{"at": ["services"], "servers": [["services", "llm"]]}]},
	}]}
}
