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

# METADATA
# description: A person or team as names are compared, without `@` and whatever the case.
plain(name) := lower(trim_left(name, "@"))

# METADATA
# description: The approver roles for messages, each with its people where the team named them.
approvers(roles) := concat(", ", [shown(role) | some role in roles])

shown(role) := sprintf("%s (%s)", [role, concat(", ", people)]) if {
	people := object.get(team.approvers, role, [])
	count(people) > 0
}

shown(role) := role if count(object.get(team.approvers, role, [])) == 0
