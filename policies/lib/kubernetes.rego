# METADATA
# description: |
#   What the Kubernetes API refuses in pods, their controllers and autoscalers. Rows of the path within the manifest and a message. A value that
#   is no literal is taken as right.
# related_resources:
#   - description: Kubernetes, validation of apps/v1
#     ref: https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/apps/validation/validation.go
#   - description: Kubernetes, validation of core/v1
#     ref: https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go
#   - description: Kubernetes, validation of autoscaling/v2
#     ref: https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/autoscaling/validation/validation.go
package servelint.lib.kubernetes

import data.servelint.lib.fields

# METADATA
# description: Rows of a controller whose selector does not match the labels of its own pods.
unmatched(artifact) := [[["spec", "selector", "matchLabels", key], sprintf("the selector asks for the label `%s: %v`, %s", [key, value, have(labels, key)])] |
	artifact.facts.kind in {"Deployment", "Rollout"}
	is_object(artifact.spec.template)
	labels := fields.mapping_at(artifact, ["spec", "template", "metadata", "labels"])
	some key, value in fields.mapping_at(artifact, ["spec", "selector", "matchLabels"])
	is_string(value)
	object.get(labels, key, null) != value
]

have(labels, key) := sprintf("but the pods have `%v`", [labels[key]]) if labels[key]

have(labels, key) := "which the pods do not have" if not labels[key]

# METADATA
# description: Rows of an update that may neither add a pod nor take one away.
stuck(artifact) := [[array.concat(holder, ["maxSurge"]), "`maxSurge` and `maxUnavailable` are both 0, so no pod could ever be replaced"] |
	some holder in [
		["spec", "strategy", "rollingUpdate"],
		["spec", "strategy", "canary"],
		["spec", "predictor", "deploymentStrategy", "rollingUpdate"],
		["spec", "rolloutStrategy", "rollingUpdate"],
		["spec", "rolloutStrategy", "rollingUpdateConfiguration"],
	]
	limits := fields.mapping_at(artifact, holder)
	object.get(limits, "maxSurge", null) in {0, "0", "0%"}
	object.get(limits, "maxUnavailable", null) in {0, "0", "0%"}
]

# METADATA
# description: Rows of the resources of the containers of a workload.
resources(workload) := array.concat(none(workload), array.concat(crossed(workload), pieces(workload)))

none(workload) := [[side.at, sprintf("`%s` is not a quantity that Kubernetes accepts for %s%s", [side.value, resource.name, written(side.value)])] |
	some resource in workload.resources
	some key in ["request", "limit"]
	side := resource[key]
	is_string(side.value)
]

# What a person probably meant.
written(text) := sprintf("; write `%si`", [trim_suffix(trim_suffix(text, "b"), "B")]) if regex.match(`^[0-9.]+[KMGT]B$`, text)

written(text) := sprintf("; write `%s`", [trim_suffix(text, "b")]) if regex.match(`^[0-9.]+[KMGT]ib$`, text)

written(text) := sprintf("; write `%s`", [trim_suffix(text, "B")]) if regex.match(`^[0-9.]+[KMGT]iB$`, text)

written(text) := sprintf("; write `%s`", [replace(text, " ", "")]) if regex.match(`^[0-9.]+ +[KMGT]i?$`, text)

written(text) := "" if not regex.match(`^[0-9.]+([KMGT](B|ib|iB)| +[KMGT]i?)$`, text)

# A request above its limit.
crossed(workload) := [[resource.request.at, sprintf("%s is requested above its limit", [resource.name])] |
	some resource in workload.resources
	is_number(resource.request.value)
	is_number(resource.limit.value)
	resource.request.value > resource.limit.value
]

# GPUs and other extended resources come whole, and cannot be shared beyond what is requested.
pieces(workload) := array.concat(
	[[side.at, sprintf("%v of %s is no whole number, and devices are not divided", [side.value, resource.name])] |
		some resource in extended(workload)
		some key in ["request", "limit"]
		side := resource[key]
		is_number(side.value)
		side.value != floor(side.value)
	],
	array.concat(
		[[resource.request.at, sprintf("%s is requested without a limit, which must be the same number", [resource.name])] |
			some resource in extended(workload)
			is_number(resource.request.value)
			not resource.limit
		],
		[[resource.request.at, sprintf("%v of %s is requested and the limit is %v; both must be the same number", [resource.request.value, resource.name, resource.limit.value])] |
			some resource in extended(workload)
			is_number(resource.request.value)
			is_number(resource.limit.value)
			resource.request.value < resource.limit.value
		],
	),
)

# Names with a domain of a vendor, as devices have.
extended(workload) := [resource |
	some resource in workload.resources
	contains(resource.name, "/")
	not contains(resource.name, "kubernetes.io/")
	not startswith(resource.name, "requests.")
]

# METADATA
# description: Rows of probes and hooks of the containers of a pod, at a path within the manifest.
hooks(pod, at) := array.concat(
	[[array.concat(at, ["containers", c, probe, "successThreshold"]), sprintf("`successThreshold` of a %s must be 1, not %v", [probe, container[probe].successThreshold])] |
		some c, container in fields.list_at(pod, ["containers"])
		some probe in ["livenessProbe", "startupProbe"]
		threshold := container[probe].successThreshold
		is_number(threshold)
		threshold > 1
	],
	[[array.concat(at, ["containers", c, "lifecycle", "preStop", "sleep", "seconds"]), sprintf("the hook sleeps %vs, more than the %vs of the grace period", [seconds, grace])] |
		grace := object.get(pod, "terminationGracePeriodSeconds", 30)
		is_number(grace)
		some c, container in fields.list_at(pod, ["containers"])
		seconds := container.lifecycle.preStop.sleep.seconds
		is_number(seconds)
		seconds > grace
	],
)

# METADATA
# description: Rows of an autoscaler.
autoscaler(artifact) := [[["spec", "minReplicas"], "a HorizontalPodAutoscaler scales to 0 only by a metric of type Object or External"] |
	artifact.facts.kind == "HorizontalPodAutoscaler"
	artifact.spec.minReplicas == 0
	count([1 | some metric in fields.list_at(artifact, ["spec", "metrics"]); metric.type in {"Object", "External"}]) == 0
]

# METADATA
# description: Rows of the specification of a PodDisruptionBudget.
# related_resources:
#   - description: Kubernetes, validation of policy/v1
#     ref: https://github.com/kubernetes/kubernetes/blob/v1.33.0/pkg/apis/policy/validation/validation.go
budget(spec) := [[["spec", "maxUnavailable"], "`minAvailable` and `maxUnavailable` exclude each other"] |
	object.get(fields.mapping(spec), "minAvailable", null) != null
	object.get(fields.mapping(spec), "maxUnavailable", null) != null
]
