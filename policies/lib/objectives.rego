# METADATA
# description: |
#   The objectives and the alerts in the manifests of a review (OpenSLO, Sloth, Pyrra, Prometheus). For rules that apply to
#   Artifacts.
package servelint.lib.objectives

import data.servelint.lib.compare
import data.servelint.lib.manifest

# METADATA
# description: Every objective, with the index and the facts of its manifest.
slos := [{"index": i, "slo": slo, "facts": artifact.facts} |
	some i, artifact in input.artifacts
	some slo in artifact.facts.slos
]

# METADATA
# description: Every alert, likewise.
alerts := [{"index": i, "alert": alert, "facts": artifact.facts} |
	some i, artifact in input.artifacts
	some alert in artifact.facts.alerts
]

# METADATA
# description: What an objective or an alert is called in messages, such as "objective `availability`".
called(what, entry) := sprintf("%s `%s`", [what, entry.name]) if entry.name

called(what, entry) := sprintf("%s of this manifest", [what]) if not entry.name

# METADATA
# description: |
#   True where the number cannot be meant as the unit that the format has: a percent up to 1, or a ratio from 1 up.
confused(slo) if {
	slo.unit == "percent"
	slo.rawTarget.value <= 1
}

confused(slo) if {
	slo.unit == "ratio"
	slo.rawTarget.value >= 1
}

# METADATA
# description: |
#   The error budgets that an entry of `alerts` speaks of, as ratios with the places that say so: the one that stands beside
#   its burn rate, else those of the objectives whose policies name an OpenSLO condition.
budgets(a) := [{"value": budget.value, "at": manifest.place(a.index, budget.at)}] if {
	budget := a.alert.budgetRatio
} else := [{"value": 1 - entry.slo.target.value, "at": manifest.place(entry.index, entry.slo.target.at)} |
	a.facts.platform == "openslo"
	some policy in policies(a)
	some entry in slos
	policy in object.get(entry.facts, "alertPolicies", [])
	not confused(entry.slo)
]

# The policies that an alert belongs to: its own manifest, or those that name its condition.
policies(a) := {a.facts.name} if a.facts.kind == "AlertPolicy"

policies(a) := {artifact.facts.name |
	some artifact in input.artifacts
	a.facts.name in object.get(artifact.facts, "alertConditions", [])
} if {
	a.facts.kind == "AlertCondition"
}

# METADATA
# description: |
#   The window of all objectives of the review, in seconds, with a place that says so. Undefined where they differ, for then nobody knows which one an
#   alert speaks of, and where none is written.
window := {"seconds": seconds, "at": places[0]} if {
	written := array.concat(
		[{"seconds": fact.windowSeconds, "at": ["serving", "spec", "slos", i, "window"]} |
			some i, fact in input.serving.facts.slos
			fact.windowSeconds
		],
		[{"seconds": s.slo.windowSeconds.value, "at": manifest.place(s.index, s.slo.windowSeconds.at)} |
			some s in slos
			s.slo.windowSeconds
		],
	)
	lengths := {one.seconds | some one in written}
	count(lengths) == 1
	seconds := written[0].seconds
	places := [one.at | some one in written]
}

# METADATA
# description: |
#   The index of the specification's objective that an entry of `slos` states too: the one of its name (also with the service's name before it,
#   also as `displayName`), else the only one about availability where it is about that. Undefined where none is certain.
counterpart(s) := index if {
	alike := [i |
		some i, objective in input.serving.spec.slos
		objective.name in names(s.slo)
	]
	count(alike) == 1
	index := alike[0]
} else := index if {
	s.slo.indicator == "availability"
	rivals := [1 | some other in slos; other.index == s.index; other.slo.indicator == "availability"]
	count(rivals) == 1
	alike := [i |
		some i, objective in input.serving.spec.slos
		objective.indicator.type == "availability"
	]
	count(alike) == 1
	index := alike[0]
}

# METADATA
# description: The names that what has a `name` or a `displayName` may have in the specification, without that of the service before them too.
names(slo) := {name |
	some written in [object.get(slo, "name", ""), object.get(slo, "displayName", "")]
	some name in [written, trim_prefix(written, sprintf("%s-", [input.service]))]
	name != ""
}

# METADATA
# description: True where two numbers differ by more than rounding noise.
differ(a, b) if compare.above(a, b)

differ(a, b) if compare.below(a, b)
