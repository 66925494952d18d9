# METADATA
# description: The scale of NIST SP 800-30 and the team's matrix over it.
package servelint.lib.risk

import data.servelint.lib.team

# METADATA
# description: Each level's place on the scale, so that levels can be compared.
rank("very-low") := 0

rank("low") := 1

rank("moderate") := 2

rank("high") := 3

rank("very-high") := 4

# METADATA
# description: What the team's matrix makes of a likelihood and an impact.
derived(likelihood, impact) := team.policy.severityMatrix[likelihood][impact]

# METADATA
# description: True where the team wants a named approver before such a risk is accepted.
escalates(level) if rank(level) >= rank(team.policy.escalateAtSeverity)

# METADATA
# description: True unless the risk is said to be over. A risk without a status counts as open.
open(item) if not item.status

open(item) if {
	status := item.status
	not status in {"closed", "resolved", "mitigated", "retired"}
}
