# METADATA
# title: Constraints are not explicit
# description: |
#   Constraints decide which options may be chosen at all: where data may be, what it may cost, which
#   hardware there is. A production specification that lists none must state why there is none, since a
#   forgotten list and an empty one look the same, and without it no option can break anything.
# custom:
#   severity: error
#   applies_to: [ServingSpec]
#   since: 0.2.0
#   gate: scope
#   help: List the limits that every option must respect under `constraints`; where there really is none, give `noConstraints` with the reason.
package servelint.rules.structure["constraints-explicit"]

import data.servelint.lib.fields

finding contains {"at": ["spec", "noConstraints"], "message": "no constraints are listed and `noConstraints` gives no reason"} if {
	input.spec.environment == "production"
	input.spec.constraints == []
	not fields.filled(input.spec, "noConstraints")
}
