# METADATA
# title: Production service lacks a required SLO
# description: |
#   A service can be down, or it can answer too late. An availability SLO sees only the first and a latency
#   SLO only the second, so a production service needs both. A streaming service is late in two ways: the
#   first token can be late, and the tokens after it can be slow. It needs a limit on `time_to_first_token`
#   and one on `time_per_output_token` or `inter_token_latency`. For a batch service a `throughput` or
#   `goodput` SLO may stand in for the latency. Source: the SLI menu of the SRE workbook, chapter 2. The
#   rule applies to production only.
# related_resources:
#   - description: SRE workbook, Implementing SLOs
#     ref: https://sre.google/workbook/implementing-slos/
# custom:
#   severity: error
#   applies_to: [ServingSpec]
#   since: 0.1.0
#   help: Add an SLO of the missing kind, with a target below which users would notice.
package servelint.rules.slo["slo-coverage"]

import data.servelint.lib.slo

finding contains {"at": ["spec", "slos"], "message": message} if {
	input.spec.environment == "production"
	named := [objective.indicator.type | some objective in input.spec.slos]

	# Where an SLO does not say its type, that is reported elsewhere.
	count(named) == count(input.spec.slos)
	some kind, accepted in needed[input.spec.serving.mode]
	every type in named { not type in accepted }
	message := sprintf("%s service in production has no %s SLO", [input.spec.serving.mode, kind])
}

needed := {
	"online": {
		"`availability`": {"availability"},
		"latency": slo.latency_types,
	},
	"streaming": {
		"`availability`": {"availability"},
		"`time_to_first_token`": {"time_to_first_token"},
		"`time_per_output_token` or `inter_token_latency`": {"time_per_output_token", "inter_token_latency"},
	},
	"batch": {
		"`availability`": {"availability"},
		"latency, `throughput` or `goodput`": (slo.latency_types | {"throughput", "goodput"}),
	},
}
