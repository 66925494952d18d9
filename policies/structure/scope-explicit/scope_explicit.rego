# METADATA
# title: Scope is not explicit
# description: |
#   A reviewer can only judge what is said to be in scope, and a reader can only rely on what is said to be
#   out of it. Both lists are needed: what is left unsaid is what users later assume to be covered. Nothing
#   can be in both: two entries are the same where their words are, whatever their capitals, punctuation and
#   articles. The SRE book's production readiness review starts from an agreed scope for the same reason.
# related_resources:
#   - description: Site Reliability Engineering, The Evolving SRE Engagement Model (production readiness reviews)
#     ref: https://sre.google/sre-book/evolving-sre-engagement-model/
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [ServingSpec]
#   since: 0.1.0
#   help: List at least one thing under `scope.inScope` and one under `scope.outOfScope`; name the nearest thing that is not covered. Keep an entry in the list that is true.
#   reworded:
#     - now: "`scope.{}` is empty: nothing is listed as {}"
#       then: "`scope.{}` is empty: nothing is said to be {}"
package servelint.rules.structure["scope-explicit"]

finding contains {"at": ["spec", "scope"], "message": "the scope is not stated: neither `inScope` nor `outOfScope` is given"} if {
	input.spec
	not input.spec.scope
}

finding contains {"at": ["spec", "scope", list], "message": message} if {
	input.spec.scope
	some list, meaning in {"inScope": "covered", "outOfScope": "left out"}
	not stated(list)
	message := sprintf("`scope.%s` is empty: nothing is listed as %s", [list, meaning])
}

finding contains {"at": ["spec", "scope", list, i], "message": sprintf("entry %d of `scope.%s` is blank", [i + 1, list])} if {
	some list in ["inScope", "outOfScope"]
	some i, entry in input.spec.scope[list]
	trim_space(entry) == ""
}

finding contains {"at": ["spec", "scope", "inScope", i], "message": message, "related": related} if {
	left_out := [words(entry) | some entry in input.spec.scope.outOfScope]
	some i, entry in input.spec.scope.inScope
	read := words(entry)
	read != ""
	some k, other in left_out
	other == read
	message := sprintf("`%s` is both in scope and out of scope", [entry])
	related := [{"at": ["spec", "scope", "outOfScope", k], "message": "listed as out of scope"}]
}

# An entry as it is compared: its words as they read, without articles.
words(entry) := concat(" ", [word |
	read := lower(object.get(input, ["facts", "readings", entry], entry))
	some word in regex.split(between(read), read)
	not word in {"", "a", "an", "the"}
])

# What stands between words. The letters of all scripts take an engine a hundred times as long to make ready.
between(text) := `[^a-z0-9]+` if regex.match(`^[\x00-\x7f]*$`, text)

between(text) := `[^\p{L}\p{N}]+` if not regex.match(`^[\x00-\x7f]*$`, text)

stated(list) if count(input.spec.scope[list]) > 0
