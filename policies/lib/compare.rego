# METADATA
# description: |
#   Comparisons that rounding noise cannot tip. A sum such as 0.1 + 0.2 that meets its limit exactly
#   must not be reported, whatever the engine's numbers make of it. A call costs several times what an operator
#   does, so rules compare with the operator first.
package servelint.lib.compare

# METADATA
# description: True where a is less than b by more than rounding noise.
below(a, b) if a < b - (abs(b) * 0.000000001)

# METADATA
# description: True where a is more than b by more than rounding noise.
above(a, b) if a > b + (abs(b) * 0.000000001)
