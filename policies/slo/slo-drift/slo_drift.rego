# METADATA
# title: SLO manifest and specification differ
# description: |
#   The specification says what is promised; the error budget, the alerts and the page of the SLO are made
#   from a manifest of OpenSLO, Sloth, Pyrra or Prometheus. Where the two differ, the review covers a
#   promise that nobody monitors. The rule compares target, window and the limit of a latency. Targets are
#   ratios in OpenSLO and in the specification, percent in Sloth and Pyrra. An objective is compared with
#   the one of its name (with or without the service's name before it), else with the only one about
#   availability. An alert of Prometheus that names a burn rate and an error budget must use the error
#   budget of one of the SLOs.
# related_resources:
#   - description: OpenSLO specification
#     ref: https://github.com/OpenSLO/OpenSLO
#   - description: Sloth, an SLO generator
#     ref: https://github.com/slok/sloth
#   - description: Pyrra
#     ref: https://github.com/pyrra-dev/pyrra
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [Artifacts]
#   since: 0.1.0
#   help: Correct whichever of the two is wrong; what depends on the target (alerts, rollback thresholds, samples) follows.
#   reworded:
#     - now: "{} has a target of {}, but the specification has {}"
#       then: "{} aims at {}, but the specification says {}"
#     - now: "{} has a window of {}, but the specification has {}"
#       then: "{} has a window of {}, but the specification says {}"
#     - now: "{} has a latency limit of {}, but the specification has {}"
#       then: "{} counts answers within {}, but the specification says {}"
#     - now: "{} uses an error budget of {}, but no SLO of the specification has this budget: {}"
#       then: "{} rests on an error budget of {}, but no SLO of the specification leaves that: {}"
package servelint.rules.slo["slo-drift"]

import data.servelint.lib.manifest
import data.servelint.lib.objectives
import data.servelint.lib.text

finding contains {
	"at": manifest.place(s.index, s.slo.target.at),
	"message": sprintf("%s has a target of %s, but the specification has %s", [
		objectives.called("objective", s.slo),
		share(s.slo.target.value),
		share(said),
	]),
	"related": [{"at": ["serving", "spec", "slos", i, "target"], "message": "the target of the specification"}],
} if {
	some s in objectives.slos
	s.slo.target
	not objectives.confused(s.slo)
	i := objectives.counterpart(s)
	said := input.serving.spec.slos[i].target
	is_number(said)
	said < 1
	objectives.differ(s.slo.target.value, said)
}

finding contains {
	"at": manifest.place(s.index, s.slo.windowSeconds.at),
	"message": sprintf("%s has a window of %s, but the specification has %s", [
		objectives.called("objective", s.slo),
		text.duration(s.slo.windowSeconds.value),
		text.duration(said),
	]),
	"related": [{"at": ["serving", "spec", "slos", i, "window"], "message": "the window of the specification"}],
} if {
	some s in objectives.slos
	s.slo.windowSeconds
	i := objectives.counterpart(s)
	said := input.serving.facts.slos[i].windowSeconds
	objectives.differ(s.slo.windowSeconds.value, said)
}

finding contains {
	"at": manifest.place(s.index, s.slo.thresholdSeconds.at),
	"message": sprintf("%s has a latency limit of %s, but the specification has %s", [
		objectives.called("objective", s.slo),
		text.duration(s.slo.thresholdSeconds.value),
		text.duration(said),
	]),
	"related": [{"at": ["serving", "spec", "slos", i, "value"], "message": "the limit of the specification"}],
} if {
	some s in objectives.slos
	s.slo.thresholdSeconds
	i := objectives.counterpart(s)
	said := input.serving.facts.slos[i].valueSeconds
	objectives.differ(s.slo.thresholdSeconds.value, said)
}

# An alert may watch something that is no SLO of the service, so this is milder.
finding contains {
	"at": manifest.place(a.index, a.alert.budgetRatio.at),
	"severity": "warning",
	"message": sprintf("%s uses an error budget of %s, but no SLO of the specification has this budget: %s", [
		objectives.called("alert", a.alert),
		share(budget),
		concat(", ", [sprintf("`%s` leaves %s", [one.name, share(one.value)]) | some one in left]),
	]),
	"related": [{"at": ["serving", "spec", "slos"], "message": "the SLOs of the specification"}],
} if {
	some a in objectives.alerts
	a.facts.platform == "prometheus"
	budget := a.alert.budgetRatio.value
	left := budgets_of_specification
	count(left) > 0
	every one in left {
		value := one.value
		not close(value, budget)
	}
}

budgets_of_specification := [{"name": object.get(input.serving.spec.slos[i], "name", sprintf("%d", [i + 1])), "value": fact.budgetRatio} |
	some i, fact in input.serving.facts.slos
	fact.budgetRatio
]

# Generators print budgets with the noise of binary fractions, and people round them.
close(a, b) if abs(a - b) <= b * 0.001

share(ratio) := sprintf("%v %%", [round(ratio * 1000000000) / 10000000])

# What is stated here only: nobody can say whether it is right.
unchecked contains {
	"at": manifest.place(s.index, s.slo.at),
	"message": sprintf("%s: no SLO of the specification matches it with certainty", [objectives.called("objective", s.slo)]),
} if {
	input.serving
	some s in objectives.slos
	not objectives.counterpart(s)
}
