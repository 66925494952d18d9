# METADATA
# title: Target is not met
# description: |
#   The value that the checklist itself reports fails the item's operator and threshold, so the target is missed by the team's
#   own account. A missed blocking target stops the release, in every environment and whatever the verdict or a waiver in the
#   checklist says; a missed advisory one is a warning. The reported value is only what somebody typed: that it passes proves
#   nothing, for which the evidence file is read.
# related_resources:
#   - description: Site Reliability Engineering, Service Level Objectives
#     ref: https://sre.google/sre-book/service-level-objectives/
# custom:
#   severity: error
#   applies_to: [VerificationChecklist]
#   since: 0.1.0
#   help: Stop the release. Fix the cause and measure again; do not move the threshold to the result.
package servelint.rules.verification["threshold-not-met"]

import data.servelint.lib.checks

finding contains {"at": ["spec", "items", i, "reported"], "message": message(i, item), "related": related(i)} if {
	some i, item in input.spec.items
	item.reported != null
	checks.misses(item)
	not advisory(item)
}

finding contains {
	"at": ["spec", "items", i, "reported"],
	"message": message(i, item),
	"related": related(i),
	"severity": "warning",
} if {
	some i, item in input.spec.items
	item.gate == "advisory"
	checks.misses(item)
}

advisory(item) if item.gate == "advisory"

message(i, item) := sprintf("item `%v` misses its target: `%s` is %s, not %s %s", [
	object.get(item, "id", i + 1),
	measure(item),
	checks.value(item, item.reported),
	wording(item.op),
	checks.value(item, item.threshold),
])

related(i) := [{"at": ["spec", "items", i, "threshold"], "message": "the target"}]

wording("lte") := "at most"

wording("lt") := "below"

wording("gte") := "at least"

wording("gt") := "above"

wording("eq") := "equal to"

measure(item) := concat(" ", [part |
	some key in ["statistic", "name"]
	part := object.get(item, ["metric", key], "")
	not part in {"", "value", "phase", "ratio"}
])
