# METADATA
# title: {TITLE}
# description: |
#   TODO: state what the rule checks, why a violation is a risk in production, and the source of the claim. Until then it
#   is an example of a rule on {SUBJECT}.
# custom:
#   severity: warning
#   applies_to: [{SUBJECT}]
{SINCE}#   help: {HELP}
package {PACKAGE}

finding contains {
	"at": {PLACE},
	"message": {MESSAGE},
} if {
{CONDITIONS}
}
