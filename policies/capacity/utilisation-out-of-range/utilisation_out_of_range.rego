# METADATA
# title: Target utilisation leaves no headroom
# description: |
#   Replicas are counted for a share of the throughput that one was measured to carry (`targetUtilisation`). At 1 every
#   replica is full at the planned peak: queues grow with each burst and with each lost replica, so the measured latency is
#   no promise. Below the range replicas stand idle. The range is the team's `goodUtilisation` (0.3 to 0.85 by default).
# related_resources:
#   - description: Site Reliability Engineering, Addressing Cascading Failures
#     ref: https://sre.google/sre-book/addressing-cascading-failures/
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [ServingSpec]
#   since: 0.2.0
#   gate: load
#   help: Plan with a utilisation within the range, or set `goodUtilisation` to the range that the team has chosen.
package servelint.rules.capacity["utilisation-out-of-range"]

import data.servelint.lib.compare
import data.servelint.lib.team
import data.servelint.lib.text

finding contains {"at": ["spec", "capacity", "targetUtilisation"], "message": message} if {
	full
	message := sprintf("at the planned peak replicas run at %s of what one was measured to carry, so nothing is left for a burst", [text.percent(planned)])
}

finding contains {"at": ["spec", "capacity", "targetUtilisation"], "message": message, "severity": "warning"} if {
	not full
	most := team.policy.goodUtilisation[1]
	compare.above(planned, most)
	message := sprintf("at the planned peak replicas run at %s of what one was measured to carry; %s", [
		text.percent(planned),
		team.allows("goodUtilisation", sprintf("at most %s", [text.percent(most)])),
	])
}

finding contains {"at": ["spec", "capacity", "targetUtilisation"], "message": message, "severity": "info"} if {
	least := team.policy.goodUtilisation[0]
	compare.below(planned, least)
	message := sprintf("at the planned peak replicas run at %s of what one was measured to carry; %s", [
		text.percent(planned),
		team.allows("goodUtilisation", sprintf("at least %s", [text.percent(least)])),
	])
}

# A larger number is a percent, which is another finding.
planned := value if {
	value := input.spec.capacity.targetUtilisation
	is_number(value)
	value > 0
	value <= 1
}

full if planned == 1
