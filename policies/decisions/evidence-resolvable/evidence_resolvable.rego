# METADATA
# title: Evidence cannot be read or is not the recorded file
# description: |
#   Evidence counts only if a reviewer can open it. Every evidence path in the ServingSpec, the DecisionLog
#   and the VerificationChecklist must name a readable file inside the repository, and where a `sha256` was
#   recorded the file must still be that file: a result overwritten by a later run no longer supports the
#   claim that was reviewed. A file that is missing is reported once, with every place that names it. Remote
#   evidence is not fetched and so not checked here.
# custom:
#   severity: error
#   applies_to: [Review]
#   since: 0.1.0
#   gate: evidence
#   help: Commit the file at that path, or correct the path; after a new run record its sha256 again and review the decision again.
#   reworded:
#     - now: "evidence `{}` is outside the repository"
#       then: "evidence `{}` lies outside the repository"
#     - now: "evidence `{}` is too large to read"
#       then: "evidence `{}` is too large to be read"
#     - now: "evidence `{}` has changed: its sha256 starts with `{}`; the recorded one starts with `{}`"
#       then: "evidence `{}` has changed: its sha256 starts `{}`, `{}` was recorded"
package servelint.rules.decisions["evidence-resolvable"]

import data.servelint.lib.refs

# Once for each file, at the first of its places: it is put right once.
finding contains {
	"at": first,
	"message": sprintf("evidence `%s` %s", [path, problem]),
	"related": related,
	"cause": sprintf("file %s", [split(path, "#")[0]]),
} if {
	not input.facts.evidenceIntact
	named := refs.evidence(input)
	some path, file in input.facts.files
	problem := problems(file.status)
	places := in_order([place(at, evidence) | some [at, evidence] in named; refs.path(evidence) == path])
	first := places[0]
	related := [{"at": at, "message": "also named here"} | some k, at in places; k > 0]
}

finding contains {"at": array.concat(at, ["sha256"]), "message": message} if {
	not input.facts.evidenceIntact
	some [at, evidence] in refs.evidence(input)
	is_object(evidence)
	actual := lower(input.facts.files[evidence.path].sha256)
	recorded := lower(evidence.sha256)
	recorded != actual
	message := sprintf("evidence `%s` has changed: its sha256 starts with `%s`; the recorded one starts with `%s`", [
		evidence.path,
		substring(actual, 0, 12),
		substring(recorded, 0, 12),
	])
}

problems("missing") := "does not exist"

problems("outside") := "is outside the repository"

problems("directory") := "is a directory, not a file"

problems("unreadable") := "cannot be read"

problems("too-large") := "is too large to read"

place(at, evidence) := at if is_string(evidence)

place(at, evidence) := array.concat(at, ["path"]) if is_object(evidence)

# The specification before the documents about it.
in_order(places) := array.concat([at | some at in places; at[0] == "serving"], [at | some at in places; at[0] != "serving"])
