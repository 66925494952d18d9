# METADATA
# title: Step receives too few requests for its analysis
# description: |
#   A p95 cannot be judged from 45 requests. The smallest number that supports a percentile claim at the
#   team's `confidence` follows from the binomial distribution, as in the early stopping rule of MLPerf: 59
#   for p95 and 299 for p99 at 95 %. An analysis may ask for more with `minSamples`. What a step sees at the
#   quietest hour is troughRps x weight x the shorter of `bake` and `window`. If that is less than needed,
#   the analysis decides by chance, or waits for traffic that does not come. Exactly as many as needed is
#   enough.
# related_resources:
#   - description: MLPerf inference rules, early stopping
#     ref: https://github.com/mlcommons/inference_policies/blob/master/inference_rules.adoc
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [ServingSpec]
#   since: 0.1.0
#   help: Bake longer, widen the window, or give the step a larger weight.
#   reworded:
#     - now: "{} receives 1 request at trough in {}; at least {} are needed for analysis `{}`"
#       then: "{} receives 1 requests at trough in {}; at least {} are needed for analysis `{}`"
#     - now: "{} receives {} requests at trough in {}; at least {} are needed for analysis `{}`"
#       then: "{} sees {} requests at trough in {}; {} are needed before `{}` can be judged"
package servelint.rules.rollout["bake-too-few-samples"]

import data.servelint.lib.compare
import data.servelint.lib.rollout
import data.servelint.lib.text

finding contains {
	"at": ["spec", "rollout", "steps", check.step, "bake"],
	"message": message,
	"related": [{"at": ["spec", "rollout", "analysis", check.analysis], "message": "the analysis"}],
	"help": advice(check),
} if {
	some check in input.facts.rollout.checks
	check.troughSamples < check.requiredSamples
	compare.below(check.troughSamples, check.requiredSamples)
	message := sprintf("%s receives %s at trough in %s; at least %v are needed for analysis `%s`", [
		rollout.step(check.step),
		text.counted(rollout.requests(check.troughSamples), "request"),
		text.duration(check.sampleSeconds),
		check.requiredSamples,
		input.spec.rollout.analysis[check.analysis].name,
	])
}

advice(check) := sprintf("Make `bake` and `window` at least %s long, or give the step a larger weight.", [needed]) if {
	is_number(check.neededBakeSeconds)
	needed := text.duration(ceil(check.neededBakeSeconds))
}

advice(check) := "Give the step some traffic before an analysis judges it." if not check.neededBakeSeconds
