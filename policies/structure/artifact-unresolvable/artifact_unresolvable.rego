# METADATA
# title: Declared artifact cannot be found
# description: |
#   `spec.artifacts` names the manifests that will be applied, so that they are compared with the
#   specification. A path that leads nowhere, leaves the repository or is a folder means that nothing was
#   compared; so does a selector that fits no object of the file, and a role that none of its objects can
#   play. A file whose kinds are not read is listed under *not checked* instead.
# custom:
#   severity: error
#   applies_to: [Review]
#   since: 0.1.0
#   help: Correct the path (it is relative to the root of the project), the selector or the role, or add the file.
#   reworded:
#     - now: "artifact `{}` does not exist"
#       then: "artifact `{}` is not there"
#     - now: "artifact `{}` is a remote page, which is not fetched; name a file in the repository"
#       then: "artifact `{}` is a page elsewhere, which is not fetched; name the file in the repository"
#     - now: "the selector matches none of the {} in `{}`"
#       then: "the selector fits none of the {} in `{}`"
package servelint.rules.structure["artifact-unresolvable"]

finding contains {
	"at": ["serving", "spec", "artifacts", i, "path"],
	"message": sprintf("artifact `%s` %s", [artifact.path, problem]),
	"cause": sprintf("file %s", [artifact.path]),
} if {
	some i, artifact in input.serving.spec.artifacts
	problem := problems(input.facts.artifacts[i].status)
}

finding contains {
	"at": ["serving", "spec", "artifacts", i, "selector"],
	"message": sprintf("the selector matches none of the %v in `%s`", [objects(fact.documents), called(artifact, fact)]),
} if {
	some i, artifact in input.serving.spec.artifacts
	fact := input.facts.artifacts[i]
	fact.documents > 0
	count(fact.parts) == 0
}

finding contains {
	"at": ["serving", "spec", "artifacts", i, "role"],
	"message": sprintf("`%s` cannot be the `%s`: it holds %s", [called(artifact, fact), artifact.role, concat(", ", kinds)]),
} if {
	some i, artifact in input.serving.spec.artifacts
	fact := input.facts.artifacts[i]
	count(fact.parts) > 0
	fact.fits == false
	kinds := sort({input.artifacts[part].facts.kind | some part in fact.parts})
}

# A file, or the command that renders it.
called(artifact, _) := artifact.path

called(artifact, fact) := fact.command if not artifact.path

problems("missing") := "does not exist"

problems("outside") := "is outside the repository"

problems("directory") := "is a folder; name the files in it"

problems("unreadable") := "cannot be read"

problems("remote") := "is a remote page, which is not fetched; name a file in the repository"

objects(1) := "1 object"

objects(n) := sprintf("%d objects", [n]) if n != 1
