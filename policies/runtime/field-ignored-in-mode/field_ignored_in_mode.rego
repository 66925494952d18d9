# METADATA
# title: Field has no effect in this deployment mode
# description: |
#   KServe reads `canaryTrafficPercent` and `containerConcurrency` only where it builds a Knative service.
#   In Standard mode (formerly RawDeployment) both are ignored silently: what looks like a canary of 10 %
#   replaces every replica, and no limit applies. `spec.canary` and `deploymentStrategy` are for Standard
#   mode alone. The mode is the annotation `serving.kserve.io/deploymentMode`; where it is missing, a
#   setting of the cluster decides, and the same file is a canary on one cluster and a full rollout on
#   another. A specification that names `serving.deploymentMode` decides. The annotations
#   `autoscaling.knative.dev/min-scale` and `max-scale` act in no mode: KServe keeps them from what it
#   creates (`ServiceAnnotationDisallowedList`), and sets the scale from `minReplicas` and `maxReplicas`.
#   On a canary Ingress NGINX ignores annotations about timeouts: those of the Ingress beside it count. One that states
#   the same there is no finding.
# related_resources:
#   - description: KServe issue 5335, canary traffic in Standard mode
#     ref: https://github.com/kserve/kserve/issues/5335
#   - description: KServe, annotations that are not passed on
#     ref: https://github.com/kserve/kserve/blob/master/pkg/constants/constants.go
#   - description: NGINX ingress controller, canary
#     ref: https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#canary
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [Artifacts]
#   since: 0.1.0
#   help: State the mode in the annotation `serving.kserve.io/deploymentMode`, and use the fields of that mode.
#   reworded:
#     - now: "`{}` takes effect in {} mode only, and no mode is set; on some clusters {}"
#       then: "`{}` acts in {} mode only, and no mode is written, so it depends on the cluster whether {}"
package servelint.rules.runtime["field-ignored-in-mode"]

import data.servelint.lib.manifest

finding contains {
	"at": manifest.place(w.index, field.at),
	"message": sprintf("`%s` has no effect in %s mode: %s", [field.name, mode, field.instead]),
	"related": manifest.mode_places(w),
} if {
	some w in services
	mode := manifest.mode(w.facts)
	some field in fields(w)
	not acts(field, mode)
}

finding contains {
	"at": manifest.place(w.index, field.at),
	"message": sprintf("`%s` takes effect in %s mode only, and no mode is set; on some clusters %s", [
		field.name,
		field.mode,
		field.instead,
	]),
	"severity": "warning",
} if {
	some w in services
	facts := w.facts
	not manifest.mode(facts)
	some field in fields(w)
}

finding contains {
	"at": manifest.place(w.index, array.concat(holder, [annotation])),
	"message": sprintf("the annotation `%s` has no effect on an InferenceService; `%s` of the predictor sets the scale", [annotation, field]),
	"severity": "warning",
	"help": sprintf("Set `%s` of the predictor, and remove the annotation.", [field]),
} if {
	some w in services
	some holder in [["metadata", "annotations"], ["spec", "predictor", "annotations"]]
	some annotation, field in {
		"autoscaling.knative.dev/min-scale": "minReplicas",
		"autoscaling.knative.dev/max-scale": "maxReplicas",
	}
	object.get(input.artifacts[w.index], array.concat(holder, [annotation]), null) != null
}

services := [w | some w in manifest.workloads; w.facts.kind == "InferenceService"]

acts(field, mode) if field.mode == mode

# The fields that need a mode, and what happens without it.
fields(w) := [field |
	some field in array.concat(values(w.workload), trees(input.artifacts[w.index].spec))
]

values(workload) := array.concat(
	[field |
		percent := workload.canaryTrafficPercent
		percent.value < 100
		field := {
			"name": "canaryTrafficPercent",
			"mode": "Knative",
			"at": percent.at,
			"instead": sprintf("all traffic goes to the new revision, not %v %%", [percent.value]),
		}
	],
	[field |
		limit := workload.concurrency
		limit.value > 0
		field := {
			"name": "containerConcurrency",
			"mode": "Knative",
			"at": limit.at,
			"instead": sprintf("a replica takes more than %v requests at once", [limit.value]),
		}
	],
)

trees(spec) := array.concat(
	[field |
		count(spec.canary) > 0
		field := {
			"name": "canary",
			"mode": "Standard",
			"at": ["spec", "canary"],
			"instead": "none of its revisions gets traffic",
		}
	],
	[field |
		spec.predictor.deploymentStrategy
		field := {
			"name": "deploymentStrategy",
			"mode": "Standard",
			"at": ["spec", "predictor", "deploymentStrategy"],
			"instead": "the manifest is refused",
		}
	],
)

finding contains {
	"at": ["artifacts", i, "metadata", "annotations", annotation],
	"message": sprintf("`%s` has no effect on %s, which is a canary: the Ingress beside it sets the timeouts", [annotation, manifest.called(artifact.facts)]),
	"severity": "warning",
	"help": "Set the timeout on the Ingress that is no canary.",
} if {
	some i, artifact in input.artifacts
	artifact.facts.platform == "nginx"
	some name in ["proxy-connect-timeout", "proxy-read-timeout", "proxy-send-timeout", "proxy-next-upstream-timeout"]
	annotation := sprintf("nginx.ingress.kubernetes.io/%s", [name])
	value := artifact.metadata.annotations[annotation]
	count([1 |
		some other in input.artifacts
		other.facts.kind == "Ingress"
		other.facts.platform != "nginx"
		other.metadata.annotations[annotation] == value
	]) == 0
}
