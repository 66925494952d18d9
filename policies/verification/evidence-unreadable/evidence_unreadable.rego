# METADATA
# title: File cannot be read as evidence
# description: |
#   A result that cannot be read proves nothing. The format is recognised by the file's content. The rule
#   reports a file of an unknown format, of another format than the reference states, broken, or too large
#   to read. A checksum that differs is reported by `evidence-resolvable`, and the file then is not accepted
#   as proof.
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [VerificationChecklist, ServingSpec]
#   since: 0.2.0
#   help: "Look at the file with `servelint evidence FILE`; `format: json` with `select` reads one value of any JSON or YAML."
#   reworded:
#     - now: "`{}` cannot be read as evidence: its format is unknown"
#       then: "`{}` cannot be read as evidence: it is of no known format"
package servelint.rules.verification["evidence-unreadable"]

import data.servelint.lib.measured

finding contains violation if {
	some file in measured.files
	row := file.row
	row.result.status in {"unreadable", "unknown-format", "error"}
	message := sprintf("`%s` cannot be read as evidence: %s", [row.result.path, reason(row.result)])
	violation := object.union({"at": row.at, "message": message, "related": file.related}, measured.mild(row.item))
}

reason(result) := result.reason

reason(result) := "its format is unknown" if not result.reason
