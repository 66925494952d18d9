# METADATA
# description: What several rules must know about the indicators of SLOs.
package servelint.lib.slo

# METADATA
# description: Indicator types whose value is a time.
latency_types := {
	"request_latency",
	"time_to_first_token",
	"time_per_output_token",
	"inter_token_latency",
}

# METADATA
# description: |
#   The longest that the objectives of a specification allow for a whole answer or its beginning, in seconds, with the index of
#   that objective. Takes the specification and its facts.
slowest(spec, facts) := max([[seconds, i] |
	some i, objective in spec.slos
	objective.indicator.type in answer_types
	seconds := facts.slos[i].valueSeconds
])

# METADATA
# description: Indicator types whose value is the time to a whole answer, or to its beginning.
answer_types := {"request_latency", "time_to_first_token"}

# METADATA
# description: True where an objective limits a time.
is_latency(objective) if objective.indicator.type in latency_types

# METADATA
# description: Where the objective of this name stands, as the related place of a violation.
places(name, message) := [place |
	some i, objective in input.spec.slos
	objective.name == name
	place := {"at": ["spec", "slos", i], "message": message}
]
