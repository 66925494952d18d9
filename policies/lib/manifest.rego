# METADATA
# description: |
#   The manifests of a review and the places in them, for rules that apply to Artifacts. A value in `facts` stands beside
#   the path to it: `{"value": 60, "at": ["spec", "predictor", "timeout"]}`.
package servelint.lib.manifest

# METADATA
# description: A place in a manifest, from the index of the manifest and the path within it.
place(index, path) := array.concat(["artifacts", index], path)

# METADATA
# description: The manifests that run the revision that is about to be served, with their indexes.
workloads := [{"index": i, "workload": artifact.facts.workload, "facts": artifact.facts} |
	some i, artifact in input.artifacts
	artifact.facts.role != "stable-workload"
	artifact.facts.workload
]

# METADATA
# description: What a manifest is called in messages, such as "InferenceService `ranker`".
called(facts) := sprintf("%s `%s`", [facts.kind, facts.name]) if facts.name

called(facts) := facts.kind if not facts.name

# METADATA
# description: The environment matters as if it were production, unless a specification says otherwise.
production if input.serving.spec.environment == "production"

production if not input.serving
