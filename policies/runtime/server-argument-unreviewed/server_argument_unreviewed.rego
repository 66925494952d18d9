# METADATA
# title: Argument of the server is in no document of the review
# description: |
#   Quantisation, the type of the KV cache, speculative decoding, adapters and the like change latency, memory and answers as
#   much as another model does. An argument that the new revision has and the one in service lacks, or that differs
#   between them, is part of the change, so the specification states it in `serving.runtime.arguments`; then a reviewer
#   sees it, and what was measured can be compared with it. Where the specification states arguments at all, each of the
#   manifest's is expected there. Only arguments that are known to change what is measured count, not ports or log levels.
# related_resources:
#   - description: vLLM, engine arguments
#     ref: https://docs.vllm.ai/en/stable/configuration/engine_args.html
# custom:
#   severity: warning
#   elsewhere: info
#   applies_to: [Artifacts]
#   since: 0.2.0
#   help: State the argument in `serving.runtime.arguments`, and measure the service with it.
package servelint.rules.runtime["server-argument-unreviewed"]

import data.servelint.lib.manifest

finding contains {"at": manifest.place(w.index, argument.at), "message": message, "related": related} if {
	input.serving
	some w in manifest.workloads
	some argument in w.workload.arguments
	not declared[argument.name]
	reason := why(argument)
	message := sprintf("%s has `--%s`, %s", [manifest.called(w.facts), written(argument), reason.words])
	related := reason.related
}

why(argument) := {"words": "which is not among the arguments in the specification", "related": related} if {
	count(declared) > 0
	related := [{"at": ["serving", "spec", "serving", "runtime", "arguments"], "message": "the arguments"}]
} else := {"words": words, "related": related} if {
	count(before) > 0
	same := [other | some other in before; other.name == argument.name; other.value == argument.value]
	count(same) == 0
	words := differs(argument)
	related := [{"at": manifest.place(stable[0].index, stable[0].workload.at), "message": "the revision in service"}]
} else := {"words": "which the revision in service lacks; no document of the review states it", "related": related} if {
	count(before) == 0
	count(stable) > 0
	related := [{"at": manifest.place(stable[0].index, stable[0].workload.at), "message": "the revision in service"}]
}

differs(argument) := sprintf("but the revision in service has `%s`; no document of the review states it", [other.value]) if {
	some other in before
	other.name == argument.name
} else := "which the revision in service lacks; no document of the review states it"

written(argument) := argument.name if argument.value == "true"

written(argument) := sprintf("%s=%s", [argument.name, argument.value]) if argument.value != "true"

declared := object.get(input, ["serving", "spec", "serving", "runtime", "arguments"], {})

stable := [{"index": i, "workload": artifact.facts.workload} |
	some i, artifact in input.artifacts
	artifact.facts.role == "stable-workload"
	artifact.facts.workload
]

before := [argument | some entry in stable; some argument in entry.workload.arguments]
