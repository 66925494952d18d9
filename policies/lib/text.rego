# METADATA
# description: Numbers as people read them, for messages.
package servelint.lib.text

# METADATA
# description: At most four decimals, so that 0.1 + 0.2 reads 0.3.
number(x) := round(x * 10000) / 10000

# METADATA
# description: A number with what it counts, which has a regular plural, such as "1 pod" or "3 pods".
counted(n, one) := sprintf("%v %s", [n, word(n, one, sprintf("%ss", [one]))])

# METADATA
# description: The word that fits the number.
word(n, one, _) := one if n == 1

word(n, _, several) := several if n != 1

# METADATA
# description: A ratio as a percentage, such as "5 %".
percent(ratio) := sprintf("%v %%", [round(ratio * 1000000) / 10000])

# METADATA
# description: Seconds in the unit a reader expects, such as "200ms", "51.95s", "1h30m" or "28d".
duration(seconds) := sprintf("%vms", [round(seconds * 1000000) / 1000]) if seconds < 1

duration(seconds) := sprintf("%vs", [round(seconds * 100) / 100]) if {
	seconds >= 1
	seconds < 120
}

duration(seconds) := concat("", parts(round(seconds))) if seconds >= 120

# METADATA
# description: |
#   Two times that a message compares. Where rounding would show them as equal and they are not, both have their seconds with
#   three decimals.
durations(a, b) := [duration(a), duration(b)] if not seem_equal(a, b)

durations(a, b) := [sprintf("%vs", [round(a * 1000) / 1000]), sprintf("%vs", [round(b * 1000) / 1000])] if seem_equal(a, b)

seem_equal(a, b) if {
	a != b
	duration(a) == duration(b)
}

# METADATA
# description: A whole number of bytes in binary units with two decimals, such as "142.24Gi".
bytes(n) := sprintf("%vGi", [round((n * 100) / 1073741824) / 100]) if n >= 1073741824

bytes(n) := sprintf("%vMi", [round((n * 100) / 1048576) / 100]) if n < 1073741824

parts(seconds) := [
	unit(days, "d"),
	unit(hours, "h"),
	unit(minutes, "m"),
	unit(rest, "s"),
] if {
	days := floor(seconds / 86400)
	after_days := seconds - (days * 86400)
	hours := floor(after_days / 3600)
	after_hours := after_days - (hours * 3600)
	minutes := floor(after_hours / 60)
	rest := after_hours - (minutes * 60)
}

unit(0, _) := ""

unit(number, name) := sprintf("%d%s", [number, name]) if number != 0
