# METADATA
# title: SLO window is missing or ambiguous
# description: |
#   A target without a window has no error budget: 99.9 % of a day allows 86 seconds of failure, of 30 days
#   43 minutes. Burn rates, alerts and the cost of a rollout are all computed from the window. It has a
#   duration, and either rolls with the clock or restarts with the calendar. Source: OpenSLO, where
#   `timeWindow` is rolling or bound to a calendar.
# related_resources:
#   - description: OpenSLO specification
#     ref: https://github.com/OpenSLO/OpenSLO
# custom:
#   severity: error
#   applies_to: [ServingSpec, Artifacts]
#   since: 0.1.0
#   help: "Give each SLO one window, such as `window: {duration: 28d, isRolling: true}`."
#   help_for:
#     Artifact: "Give the objective one window, such as `timeWindow: [{duration: 28d, isRolling: true}]` in OpenSLO or `window: 4w` in Pyrra."
package servelint.rules.slo["slo-window-required"]

import data.servelint.lib.manifest
import data.servelint.lib.objectives

finding contains {"at": ["spec", "slos", i, "window"], "message": message} if {
	some i, objective in input.spec.slos
	not objective.window
	message := sprintf("SLO `%s` has no window, so its error budget has no size", [objective.name])
}

finding contains {"at": ["spec", "slos", i, "window", "duration"], "message": message} if {
	some i, objective in input.spec.slos
	objective.window
	not objective.window.duration
	message := sprintf("window of SLO `%s` has no duration, so its error budget has no size", [objective.name])
}

finding contains {
	"at": ["spec", "slos", i, "window", "isRolling"],
	"message": message,
	"related": [{"at": ["spec", "slos", i, "window", "calendar"], "message": "the calendar is declared here"}],
} if {
	some i, objective in input.spec.slos
	objective.window.isRolling
	objective.window.calendar
	message := sprintf("window of SLO `%s` is both rolling and bound to a calendar", [objective.name])
}

finding contains {"at": ["spec", "slos", i, "window"], "message": message} if {
	some i, objective in input.spec.slos
	objective.window.duration
	not objective.window.isRolling
	not objective.window.calendar
	message := sprintf("window of SLO `%s` is neither rolling nor bound to a calendar", [objective.name])
}

# Sloth's window is an option of its generator, and stands nowhere in the manifest.
finding contains {
	"at": manifest.place(s.index, ["spec", key]),
	"message": sprintf("%s has no window that can be read, so its error budget has no size", [objectives.called("objective", s.slo)]),
} if {
	some s in objectives.slos
	some [platform, key] in [["openslo", "timeWindow"], ["pyrra", "window"]]
	s.facts.platform == platform
	not s.slo.windowSeconds
	object.get(s.slo, "windows", 0) < 2
}

finding contains {
	"at": manifest.place(s.index, ["spec", "timeWindow"]),
	"message": sprintf("%s has %d windows; its error budget needs exactly one", [objectives.called("objective", s.slo), s.slo.windows]),
} if {
	some s in objectives.slos
	s.slo.windows > 1
}

finding contains {
	"at": manifest.place(s.index, ["spec", "timeWindow", 0]),
	"message": sprintf("window of %s is neither rolling nor bound to a calendar, or both", [objectives.called("objective", s.slo)]),
} if {
	some s in objectives.slos
	s.slo.windows == 1
	s.slo.windowSeconds
	not s.slo.windowKind
}
