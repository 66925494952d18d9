# METADATA
# title: Statement beside a result does not hold
# description: |
#   A file `RESULT.intoto.json` beside a result states what was measured, as `servelint evidence record` and
#   `servelint evidence bind` write it. One that cannot be read, that is about another file (its SHA-256 is not that of
#   the result), that has another predicate, or whose command failed binds the result to nothing, and hints at a result
#   that was replaced after it was measured.
# related_resources:
#   - description: in-toto attestation framework, predicate "Test Result"
#     ref: https://github.com/in-toto/attestation/blob/main/spec/predicates/test-result.md
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [VerificationChecklist, ServingSpec, DecisionLog]
#   since: 0.2.0
#   help: Measure again with `servelint evidence record`, or attest the result with `servelint evidence bind --force`.
package servelint.rules.verification["statement-invalid"]

import data.servelint.lib.measured

finding contains violation if {
	some file in measured.files
	row := file.row
	row.result.binding.status != "bound"
	violation := object.union({"at": row.at, "message": unbound(row.result), "related": file.related}, measured.mild(row.item))
}

# What the claims of ratings rest on.
finding contains {"at": file.result.at, "message": unbound(file.result), "related": file.related} if {
	some file in measured.once(claimed)
}

unbound(result) := sprintf("`%s` does not bind `%s`: %s", [
	result.binding.path,
	result.path,
	object.get(result.binding, "reason", result.binding.status),
])

claimed := [result |
	some claim in input.facts.claims
	some result in claim.results
	result.binding.status != "bound"
]
