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
called(facts) := sprintf("%s `%s`", [facts.kind, facts.name]) if object.get(facts, "name", "") != ""

called(facts) := facts.kind if object.get(facts, "name", "") == ""

# METADATA
# description: The environment matters as if it were production, unless a specification or what the manifests were rendered for says otherwise.
production if input.serving.spec.environment == "production"

production if {
	not input.serving
	object.get(input, ["facts", "environment"], "production") == "production"
}

# METADATA
# description: |
#   What decides which fields of an InferenceService have an effect: its annotation, else the mode that the specification
#   names. Undefined where neither does, for then the cluster decides.
mode(facts) := facts.workload.mode.value

mode(facts) := stated if {
	facts.kind == "InferenceService"
	not facts.workload.mode
	input.serving.spec.serving.platform == "kserve"
	stated := input.serving.spec.serving.deploymentMode
}

# METADATA
# description: Where the mode is written, as related places of a violation. Takes an entry of `workloads`.
mode_places(w) := [{"at": place(w.index, w.workload.mode.at), "message": "the mode"}] if w.workload.mode

mode_places(w) := [{"at": ["serving", "spec", "serving", "deploymentMode"], "message": "the mode"}] if {
	not w.workload.mode
	mode(w.facts)
}

mode_places(w) := [] if {
	facts := w.facts
	not mode(facts)
}

# METADATA
# description: |
#   The fewest replicas of an entry of `workloads`, with the place that says so: the minimum of an autoscaler that targets it
#   goes before its own, and a fixed number counts where no autoscaler changes it. Undefined where nothing is written.
fewest(w) := bound(w, "min", "minReplicas")

# METADATA
# description: The most replicas, likewise.
most(w) := bound(w, "max", "maxReplicas")

bound(w, side, key) := value if {
	scaler := scalers(w)[0]
	value := {"value": scaler.bounds[side].value, "at": place(scaler.index, scaler.bounds[side].at)}
} else := value if {
	count(scalers(w)) == 0
	value := {"value": w.workload[key].value, "at": place(w.index, w.workload[key].at)}
} else := value if {
	count(scalers(w)) == 0
	not w.workload.minReplicas
	not w.workload.maxReplicas
	not replaced(w)
	value := {"value": w.workload.replicas.value, "at": place(w.index, w.workload.replicas.at)}
}

# METADATA
# description: The autoscalers that target an entry of `workloads`, with their indexes.
scalers(w) := [{"index": j, "bounds": artifact.facts.autoscaler} |
	some j, artifact in input.artifacts
	target := artifact.facts.autoscaler.target
	target.kind == w.facts.kind
	target.name == w.facts.name
]

# METADATA
# description: True where a Rollout takes over a Deployment's pods, so that the Deployment's own number means nothing.
replaced(w) if {
	some artifact in input.artifacts
	artifact.facts.kind == "Rollout"
	artifact.spec.workloadRef.kind == w.facts.kind
	artifact.spec.workloadRef.name == w.facts.name
}
