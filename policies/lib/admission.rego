# METADATA
# description: |
#   What the Kubernetes API server refuses in an object and in its pods before any of it runs. Rows of the path within the manifest
#   and a message. A value that is no literal is taken as right. Pods are those of a Deployment, and of a Rollout, whose
#   controller calls the same validation; a runtime of KServe completes the pods of an InferenceService, so nothing is
#   missing there.
# related_resources:
#   - description: Kubernetes, validation of core/v1 (containers, ports, mounts)
#     ref: https://github.com/kubernetes/kubernetes/blob/v1.33.0/pkg/apis/core/validation/validation.go
#   - description: Kubernetes, validation of apps/v1 (selectors)
#     ref: https://github.com/kubernetes/kubernetes/blob/v1.33.0/pkg/apis/apps/validation/validation.go
#   - description: Argo Rollouts, validation of the Rollout
#     ref: https://github.com/argoproj/argo-rollouts/blob/master/pkg/apis/rollouts/validation/validation.go
#   - description: Kubernetes, names of objects
#     ref: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
package servelint.lib.admission

import data.servelint.lib.fields

# METADATA
# description: Rows of a controller and its pods.
pods(artifact) := array.concat(unselected(artifact), inside(artifact)) if {
	is_pod_controller(artifact)
	not is_fragment(artifact)
} else := []

is_pod_controller(artifact) if {
	artifact.facts.kind in {"Deployment", "Rollout"}
	is_object(artifact.spec.template.spec)
	not artifact.spec.workloadRef
}

# METADATA
# description: |
#   True for a controller with neither selector nor labels nor any image: that is how a patch looks, which another tool may
#   apply to an object that has them.
is_fragment(artifact) if {
	is_pod_controller(artifact)
	not artifact.spec.selector
	count(fields.mapping_at(artifact, ["spec", "template", "metadata", "labels"])) == 0
	images := [1 |
		some row in containers(artifact)
		container := row.container
		not blank(container, "image")
	]
	count(images) == 0
}

unselected(artifact) := [[["spec", "selector"], "it has no `selector`, so it could not find its pods"] |
	selector := fields.mapping_at(artifact, ["spec", "selector"])
	count(fields.mapping_at(selector, ["matchLabels"])) + count(fields.list_at(selector, ["matchExpressions"])) == 0
]

containers(artifact) := [{"at": ["spec", "template", "spec", key, c], "container": container} |
	some key in ["containers", "initContainers"]
	some c, container in fields.list_at(artifact, ["spec", "template", "spec", key])
	is_object(container)
]

inside(artifact) := array.concat(
	array.concat(absent(artifact), doubled(artifact)),
	array.concat(unmounted(artifact), numeric_ports(artifact)),
)

# A value that is null or empty is as good as none.
blank(holder, key) if object.get(holder, key, "") in {null, ""}

# What messages call a container.
called(row) := sprintf("container `%s`", [row.container.name]) if not blank(row.container, "name")

called(row) := "a container" if blank(row.container, "name")

absent(artifact) := [[array.concat(row.at, [key]), sprintf("%s has no `%s`", [called(row), key])] |
	some row in containers(artifact)
	some key in ["name", "image"]
	blank(row.container, key)
]

doubled(artifact) := array.concat(
	[[array.concat(row.at, ["name"]), sprintf("two containers are called `%s`", [name])] |
		all := containers(artifact)
		some i, row in all
		name := row.container.name
		is_string(name)
		some j, other in all
		j < i
		other.container.name == name
	],
	[[array.concat(row.at, ["ports", p, "name"]), sprintf("two ports of %s are called `%s`", [called(row), port.name])] |
		some row in containers(artifact)
		ports := fields.list_at(row.container, ["ports"])
		some p, port in ports
		is_string(port.name)
		some q, other in ports
		q < p
		other.name == port.name
	],
)

unmounted(artifact) := [[array.concat(row.at, ["volumeMounts", m, "name"]), sprintf("%s mounts `%s`, and the pod defines no such volume", [called(row), mount.name])] |
	volumes := {volume.name | some volume in fields.list_at(artifact, ["spec", "template", "spec", "volumes"])}
	some row in containers(artifact)
	some m, mount in fields.list_at(row.container, ["volumeMounts"])
	is_string(mount.name)
	not mount.name in volumes
]

# Probes and hooks ask a port by number or by name.
asks(row) := [{"at": array.concat(row.at, array.concat(holder, [handler, "port"])), "holder": holder, "port": port} |
	some holder in [["startupProbe"], ["readinessProbe"], ["livenessProbe"], ["lifecycle", "postStart"], ["lifecycle", "preStop"]]
	some handler in ["httpGet", "tcpSocket"]
	port := object.get(fields.mapping(row.container), array.concat(holder, [handler, "port"]), 0)
	is_string(port)
]

numeric_ports(artifact) := [[ask.at, sprintf("port `%s` is a text of digits, which is no name of a port; write it without quotes", [ask.port])] |
	some row in containers(artifact)
	some ask in asks(row)
	regex.match(`^[0-9]+$`, ask.port)
]

# METADATA
# description: |
#   Rows of probes and hooks that name a port that their container does not have. The API server accepts them; the kubelet
#   cannot resolve the port and throws the result of the probe away.
# related_resources:
#   - description: Kubernetes, the kubelet's prober
#     ref: https://github.com/kubernetes/kubernetes/blob/v1.33.0/pkg/kubelet/prober/worker.go
#   - description: Kubernetes, ports of probes and hooks
#     ref: https://github.com/kubernetes/kubernetes/blob/v1.33.0/pkg/probe/util.go
nameless_ports(artifact) := [[ask.at, sprintf("`%s` asks port `%s`, and %s has no port of that name, so %s", [concat(".", ask.holder), ask.port, called(row), leads_to(ask.holder)])] |
	is_pod_controller(artifact)
	not is_fragment(artifact)
	some row in containers(artifact)
	row.at[3] == "containers"
	names := {port.name | some port in fields.list_at(row.container, ["ports"])}
	some ask in asks(row)
	not ask.port in names
	regex.match(`^[a-z0-9-]*[a-z][a-z0-9-]*$`, ask.port)
]

leads_to(["startupProbe"]) := "the container never counts as started"

leads_to(["readinessProbe"]) := "the pod never becomes ready"

leads_to(["livenessProbe"]) := "the probe never restarts it"

leads_to(["lifecycle", "postStart"]) := "the hook fails and the container is restarted each time"

leads_to(["lifecycle", "preStop"]) := "the hook does nothing"

# METADATA
# description: Rows of the name, labels and variables of an object of Kubernetes, of whatever kind.
object_rows(artifact) := array.concat(misnamed(artifact), array.concat(texts(artifact), variables(artifact))) if {
	is_string(artifact.apiVersion)
	contains(artifact.apiVersion, "/")
	not startswith(artifact.apiVersion, "openslo/")
} else := []

misnamed(artifact) := [[["metadata", "name"], sprintf("`metadata.name` is `%s`; %s", [name, rule])] |
	name := artifact.metadata.name
	is_string(name)

	# What a tool fills in has other characters.
	regex.match(`^[A-Za-z0-9._-]+$`, name)
	not is_filled_in(name)
	rule := naming(artifact.facts.kind, name)
]

# Such as `ROLLOUT_NAME`.
is_filled_in(name) if regex.match(`^[A-Z0-9]+(_[A-Z0-9]+)+$`, name)

naming(kind, name) := "a name has lower-case letters, digits, `-` and `.`, and begins and ends with a letter or digit" if {
	kind != "InferenceService"
	not regex.match(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`, name)
}

naming("InferenceService", name) := "KServe takes lower-case letters, digits and `-`, the first one a letter and the last one no `-`" if {
	not regex.match(`^[a-z]([-a-z0-9]*[a-z0-9])?$`, name)
}

# Labels, annotations and variables are texts: a number or a truth value does not decode.
texts(artifact) := [[array.concat(holder, [key]), sprintf("the value of `%s` is %s, not text; write it in quotes", [key, kind])] |
	some holder in [
		["metadata", "labels"],
		["metadata", "annotations"],
		["spec", "template", "metadata", "labels"],
		["spec", "template", "metadata", "annotations"],
		["spec", "selector", "matchLabels"],
	]
	some key, value in fields.mapping_at(artifact, holder)
	kind := no_text(value)
]

no_text(value) := "a number" if is_number(value)

no_text(value) := sprintf("`%v`", [value]) if is_boolean(value)

variables(artifact) := [[array.concat(holder, ["env", e, "value"]), sprintf("the value of variable `%s` is %s, not text; write it in quotes", [entry.name, kind])] |
	some holder in holders(artifact)
	some e, entry in fields.list_at(artifact, array.concat(holder, ["env"]))
	is_string(entry.name)
	kind := no_text(object.get(entry, "value", ""))
]

# Where containers are, in the kinds whose definition types their variables.
holders(artifact) := array.concat(
	[array.concat(pod, [key, c]) |
		some pod in pods_of(artifact.facts.kind)
		some key in ["containers", "initContainers"]
		some c, _ in fields.list_at(artifact, array.concat(pod, [key]))
	],
	[["spec", "predictor", "model"] | artifact.facts.kind == "InferenceService"],
)

pods_of("Deployment") := [["spec", "template", "spec"]]

pods_of("StatefulSet") := [["spec", "template", "spec"]]

pods_of("Rollout") := [["spec", "template", "spec"]]

pods_of("InferenceService") := [["spec", "predictor"], ["spec", "transformer"], ["spec", "explainer"]]

pods_of("LLMInferenceService") := [["spec", "template"], ["spec", "worker"], ["spec", "prefill", "template"], ["spec", "prefill", "worker"]]

pods_of("LeaderWorkerSet") := [["spec", "leaderWorkerTemplate", template, "spec"] | some template in ["leaderTemplate", "workerTemplate"]]

pods_of(kind) := [] if not kind in {"Deployment", "StatefulSet", "Rollout", "InferenceService", "LLMInferenceService", "LeaderWorkerSet"}
