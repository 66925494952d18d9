# METADATA
# title: Fallback of KEDA does not apply when the metric is lost
# description: |
#   `fallback` of a ScaledObject keeps a number of replicas while a trigger fails. A query of Prometheus that returns
#   nothing is not a failure: unless `ignoreNullValues` is `"false"`, KEDA reads it as 0. So when a scrape stops or a
#   metric gets another name, the workload is scaled down to its minimum, at any load, and the fallback does not apply.
#   A trigger that states `ignoreNullValues` is taken as meant.
# related_resources:
#   - description: KEDA, Prometheus scaler
#     ref: https://keda.sh/docs/latest/scalers/prometheus/
#   - description: KEDA, ScaledObject, fallback
#     ref: https://keda.sh/docs/latest/reference/scaledobject-spec/#fallback
# custom:
#   severity: warning
#   applies_to: [Artifacts]
#   since: 0.2.0
#   help: 'Set `ignoreNullValues: "false"` on the trigger, so that a lost metric counts as a failure.'
package servelint.rules.capacity["fallback-misses-lost-metric"]

import data.servelint.lib.fields
import data.servelint.lib.manifest

finding contains {
	"at": ["artifacts", i, "spec", "triggers", t, "metadata"],
	"message": sprintf("%s reads a lost metric as 0, so its fallback to %v does not apply", [
		manifest.called(artifact.facts),
		replicas,
	]),
	"related": [{"at": ["artifacts", i, "spec", "fallback"], "message": "the fallback"}],
} if {
	some i, artifact in input.artifacts
	artifact.facts.kind == "ScaledObject"
	replicas := artifact.spec.fallback.replicas
	is_number(replicas)
	some t, trigger in fields.list_at(artifact, ["spec", "triggers"])
	trigger.type == "prometheus"
	settings := trigger.metadata
	is_object(settings)
	object.get(settings, "ignoreNullValues", null) == null
}
