# METADATA
# description: Days as people count them, for messages.
package servelint.lib.calendar

# METADATA
# description: A whole number of days, such as "1 day" or "12 days".
days(1) := "1 day"

days(n) := sprintf("%d days", [n]) if n != 1
