# METADATA
# title: Short window of an alert is out of proportion to its long one
# description: |
#   The long window makes sure that enough budget burns; the short window makes the alert stop soon after
#   the errors stop. It must be shorter than the long window to do anything. The SRE workbook, chapter 5,
#   recommends one twelfth, as in 1h with 5m and 3d with 6h. A far shorter one makes the alert flap, a
#   longer one keeps it firing. From 1/24 to 1/6 is accepted.
# related_resources:
#   - description: SRE workbook, Alerting on SLOs
#     ref: https://sre.google/workbook/alerting-on-slos/
# custom:
#   severity: info
#   applies_to: [ServingSpec]
#   since: 0.1.0
#   help: Make the short window about one twelfth of the long window.
package servelint.rules.slo["burnrate-short-window"]

import data.servelint.lib.compare
import data.servelint.lib.text

finding contains {"at": ["spec", "alerts", i, "shortWindow"], "message": message} if {
	some i, fact in input.facts.alerts
	fact.windowRatio <= 1
	message := sprintf("short window `%s` is not shorter than the long window `%s`, so it has no effect", [
		input.spec.alerts[i].shortWindow,
		input.spec.alerts[i].longWindow,
	])
}

finding contains {"at": ["spec", "alerts", i, "shortWindow"], "message": message} if {
	some i, fact in input.facts.alerts
	fact.windowRatio != 12
	fact.windowRatio > 1
	unusual(fact.windowRatio)
	message := sprintf("short window `%s` is 1/%v of the long window `%s`; about 1/12, %s, is usual", [
		input.spec.alerts[i].shortWindow,
		round(fact.windowRatio * 10) / 10,
		input.spec.alerts[i].longWindow,
		text.duration(input.facts.spec.alerts[i].longWindow / 12),
	])
}

unusual(ratio) if compare.below(ratio, 6)

unusual(ratio) if compare.above(ratio, 24)
