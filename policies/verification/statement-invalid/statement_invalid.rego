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
	binding := row.result.binding
	binding.status != "bound"
	message := sprintf("`%s` does not bind `%s`: %s", [binding.path, row.result.path, object.get(binding, "reason", binding.status)])
	violation := object.union({"at": row.at, "message": message, "related": file.related}, measured.mild(row.item))
}

# What the claims of ratings rest on.
finding contains {"at": results[0].at, "message": message, "related": related} if {
	some path in {result.path | some result in claimed}
	results := [result | some result in claimed; result.path == path]
	binding := results[0].binding
	message := sprintf("`%s` does not bind `%s`: %s", [binding.path, path, object.get(binding, "reason", binding.status)])
	related := [{"at": result.at, "message": "also used here"} |
		some n, result in results
		n > 0
	]
}

claimed := [result |
	some claim in input.facts.claims
	some result in claim.results
	result.binding.status != "bound"
]
