# METADATA
# description: |
#   What the team decided (thresholds of `servelint.toml` over the defaults) and what day it is.
#   Rules read both from here: each direct reference to a data document costs a walk over all modules.
package servelint.lib.team

# METADATA
# description: The team's thresholds. Every key has a default, so a rule may rely on it.
policy := data.servelint.policy

# METADATA
# description: |
#   What a threshold of the policy permits, for messages: what the team set in `servelint.toml`, or the default where it set
#   nothing. Takes the key and the value as it is shown.
allows(key, shown) := sprintf("the team allows %s", [shown]) if stated(key)

allows(key, shown) := sprintf("servelint's default is %s (`%s`)", [shown, key]) if not stated(key)

# METADATA
# description: True for a key of `[policy]` that the team set.
stated(key) if {
	some known in policy.stated
	known == key
}

# METADATA
# description: Today as an RFC 3339 full-date, for messages.
today := data.servelint.today

# METADATA
# description: Today as days since 1970-01-01, to compare with the day numbers in `input.facts`.
day := data.servelint.day

# METADATA
# description: The people and teams of each approver role, as the team wrote them. Empty where it named nobody.
default approvers := {}

approvers := data.servelint.approvers
