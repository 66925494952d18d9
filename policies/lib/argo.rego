# METADATA
# description: |
#   What the controller of Argo Rollouts refuses in a Rollout: it marks it as invalid and starts nothing. Rows of the path within
#   the manifest and a message. A value that is no literal, such as a placeholder or an argument, is taken as right.
# related_resources:
#   - description: Argo Rollouts, validation of the Rollout
#     ref: https://github.com/argoproj/argo-rollouts/blob/master/pkg/apis/rollouts/validation/validation.go
#   - description: Argo Rollouts, validation of referenced templates
#     ref: https://github.com/argoproj/argo-rollouts/blob/master/pkg/apis/rollouts/validation/validation_references.go
package servelint.lib.argo

import data.servelint.lib.fields
import data.servelint.lib.traffic

# METADATA
# description: Rows of a Rollout by itself.
refused(rollout) := array.concat(canary(rollout), array.concat(blue_green(rollout), spec_rows(rollout.spec)))

spec_rows(spec) := array.concat(
	[[["spec", "strategy"], "`canary` and `blueGreen` exclude each other"] |
		is_object(spec.strategy.canary)
		is_object(spec.strategy.blueGreen)
	],
	[[["spec", "progressDeadlineSeconds"], sprintf("`progressDeadlineSeconds` of %v is not above `minReadySeconds` of %v", [deadline, spec.minReadySeconds])] |
		deadline := object.get(spec, "progressDeadlineSeconds", 600)
		is_number(deadline)
		is_number(spec.minReadySeconds)
		deadline <= spec.minReadySeconds
	],
)

canary(rollout) := rows if {
	strategy := rollout.spec.strategy.canary
	is_object(strategy)
	own := array.concat(array.concat(same_service(strategy), unrouted(strategy)), routed(strategy))
	stepped := [row |
		some i, step in fields.list_at(strategy, ["steps"])
		is_object(step)
		some row in step_rows(i, step, strategy)
	]
	rows := array.concat(own, stepped)
} else := []

same_service(strategy) := [[["spec", "strategy", "canary", "stableService"], sprintf("`stableService` and `canaryService` are both `%s`; Argo needs two Services", [strategy.stableService])] |
	is_string(strategy.stableService)
	strategy.stableService != ""
	strategy.stableService == strategy.canaryService
]

has(holder, key) if is_object(holder[key])

# What needs a traffic router, where there is none.
unrouted(strategy) := [[["spec", "strategy", "canary", key], sprintf("`%s` needs `trafficRouting`, which this canary does not have", [key])] |
	not has(strategy, "trafficRouting")
	some key in ["scaleDownDelaySeconds", "dynamicStableScale"]
	not object.get(strategy, key, false) in {false, null}
]

# What a traffic router needs: both Services, unless it tells versions apart by itself.
routed(strategy) := array.concat(
	[[["spec", "strategy", "canary", key], sprintf("`trafficRouting` by %s needs `%s`", [router, key])] |
		routers := [router |
			some router in ["alb", "smi", "apisix", "ambassador", "nginx", "appMesh", "traefik"]
			object.get(fields.mapping_at(strategy, ["trafficRouting"]), router, null) != null
		]
		count(routers) > 0
		not has(strategy, "pingPong")
		router := routers[0]
		some key in ["canaryService", "stableService"]
		object.get(strategy, key, "") in {"", null}
	],
	[[["spec", "strategy", "canary", "dynamicStableScale"], "`dynamicStableScale` and `scaleDownDelaySeconds` exclude each other"] |
		is_object(strategy.trafficRouting)
		strategy.dynamicStableScale == true
		is_number(strategy.scaleDownDelaySeconds)
	],
)

step_rows(i, step, strategy) := [[array.concat(["spec", "strategy", "canary", "steps", i], row[0]), row[1]] |
	some row in array.concat(array.concat(weight_rows(step, strategy), pause_rows(step)), type_rows(step, strategy))
]

weight_rows(step, strategy) := [[["setWeight"], sprintf("`setWeight` of %v is not between 0 and %v", [step.setWeight, most])] |
	is_number(step.setWeight)
	most := object.get(fields.mapping_at(strategy, ["trafficRouting"]), "maxTrafficWeight", 100)
	is_number(most)
	outside(step.setWeight, most)
]

outside(weight, _) if weight < 0

outside(weight, most) if weight > most

pause_rows(step) := [[["pause", "duration"], sprintf("`%v` is no duration of Argo, which reads seconds or the units `h`, `m` and `s`", [duration])] |
	duration := step.pause.duration
	is_bad(duration)
]

is_bad(duration) if {
	is_number(duration)
	duration < 0
}

# What begins like a number and is neither one nor a duration of Go; anything else may be a placeholder.
is_bad(duration) if {
	is_string(duration)
	regex.match(`^-?[0-9]`, duration)
	not regex.match(`^[0-9]+$|^([0-9]+(\.[0-9]*)?(ns|us|ms|s|m|h))+$`, duration)
	not regex.match(`[{}$<>%]`, duration)
}

type_rows(step, strategy) := array.concat(
	[[[], sprintf("the step has %s together, and Argo accepts one of them in a step", [concat(" and ", kinds)])] |
		kinds := [sprintf("`%s`", [kind]) | some kind in ["setWeight", "pause", "experiment", "analysis"]; object.get(step, kind, null) != null]
		count(kinds) > 1
	],
	[[["setCanaryScale"], "`setCanaryScale` needs `trafficRouting`, which this canary does not have"] |
		is_object(step.setCanaryScale)
		not has(strategy, "trafficRouting")
	],
)

blue_green(rollout) := [[["spec", "strategy", "blueGreen", "previewService"], sprintf("`activeService` and `previewService` are both `%s`; Argo needs two Services", [strategy.activeService])] |
	strategy := rollout.spec.strategy.blueGreen
	is_string(strategy.activeService)
	strategy.activeService != ""
	strategy.activeService == strategy.previewService
]

# METADATA
# description: |
#   The analyses that a Rollout runs, each with its path, `inline` where it must end by itself (a step, before or after
#   promotion), and the templates that it may mean, by index. Undefined templates are left out, and `whole` says whether none was.
runs(artifact) := [run |
	some [at, inline] in places(fields.mapping_at(artifact, ["spec", "strategy"]))
	analysis := object.get(artifact, at, {})
	is_object(analysis)
	run := {
		"at": at,
		"inline": inline,
		"args": fields.list_at(analysis, ["args"]),
		"templates": [found.index | some reference in fields.list_at(analysis, ["templates"]); is_object(reference); some found in traffic.templates(named(reference), artifact.facts)],
		"whole": count(fields.list_at(analysis, ["templates"])),
	}
]

named(reference) := {"name": object.get(reference, "templateName", ""), "cluster": object.get(reference, "clusterScope", false)}

places(strategy) := array.concat(
	[[["spec", "strategy", "canary", "analysis"], false] | is_object(strategy.canary.analysis)],
	array.concat(
		[[["spec", "strategy", "canary", "steps", i, "analysis"], true] |
			some i, step in fields.list_at(strategy, ["canary", "steps"])
			is_object(step.analysis)
		],
		[[["spec", "strategy", "blueGreen", key], true] |
			some key in ["prePromotionAnalysis", "postPromotionAnalysis"]
			is_object(strategy.blueGreen[key])
		],
	),
)

# METADATA
# description: |
#   Rows of the metrics of a template that a Rollout refuses to run where it must wait for the end of it: measured at an
#   interval without a count they never end.
endless(template) := [[["spec", "metrics", m, "interval"], metric.name] |
	some m, metric in fields.list_at(template, ["spec", "metrics"])
	is_string(metric.interval)
	metric.interval != ""
	object.get(metric, "count", 0) in {0, "0", null}
]

# METADATA
# description: |
#   The arguments of templates that neither have a value there nor get one from the run. `templates` are those of one run, which
#   share their arguments. Nothing is said of templates that are made of others.
unresolved(run, templates) := {argument.name |
	every template in templates { count(fields.list_at(template, ["spec", "templates"])) == 0 }
	given := {arg.name | some arg in run.args; is_string(arg.name)}
	valued := {arg.name | some template in templates; some arg in fields.list_at(template, ["spec", "args"]); has_value(arg)}
	some template in templates
	some argument in fields.list_at(template, ["spec", "args"])
	not argument.name in given
	not argument.name in valued
}

has_value(argument) if object.get(fields.mapping(argument), "value", null) != null

has_value(argument) if object.get(fields.mapping(argument), "valueFrom", null) != null
