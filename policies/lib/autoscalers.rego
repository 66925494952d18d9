# METADATA
# description: What autoscalers watch, of either version of HorizontalPodAutoscaler and of KEDA.
package servelint.lib.autoscalers

import data.servelint.lib.fields

# METADATA
# description: |
#   Each metric of the specification of an autoscaler: `name` (`cpu`, `memory` or another resource, the type of a trigger of
#   KEDA, or `other`), the path `at` to it, and `entry`, what stands there.
metrics(spec) := array.concat(
	[{"name": resource(metric), "at": ["spec", "metrics", m], "entry": metric} | some m, metric in fields.list_at(spec, ["metrics"])],
	array.concat(
		[{"name": "cpu", "at": ["spec", "targetCPUUtilizationPercentage"], "entry": spec.targetCPUUtilizationPercentage} |
			is_number(spec.targetCPUUtilizationPercentage)
		],
		[{"name": trigger.type, "at": ["spec", "triggers", t], "entry": trigger} | some t, trigger in fields.list_at(spec, ["triggers"])],
	),
)

resource(metric) := object.get(fields.mapping(metric), ["resource", "name"], object.get(fields.mapping(metric), ["containerResource", "name"], "other"))

# METADATA
# description: A resource as messages call it.
shown("cpu") := "CPU"

shown(name) := name if name != "cpu"
