# METADATA
# title: Rollback cannot happen as it is planned
# description: |
#   A rollback needs somewhere to go, and something that starts and performs it. The target is another revision than
#   the one that is rolled out. An analysis that runs at a step and is no trigger can fail without a rollback, and a plan
#   whose triggers watch no objective does nothing while users see errors. With `automatic: true` a controller must
#   perform it: Argo Rollouts, Flagger, or the alarms of SageMaker. The weights of an InferenceService or an
#   LLMInferenceService, and the replicas of a Deployment, stay as they are whatever an analysis shows, unless something
#   outside of the manifests changes them; that is a warning. A manual rollback needs somebody to call (`metadata.oncall`).
# related_resources:
#   - description: The Site Reliability Workbook, Canarying Releases
#     ref: https://sre.google/workbook/canarying-releases/
#   - description: Argo Rollouts, analysis and progressive delivery (a failed analysis aborts the rollout)
#     ref: https://argo-rollouts.readthedocs.io/en/stable/features/analysis/
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [Review]
#   since: 0.2.0
#   gate: rollback
#   help: Name the revision to return to, and let each analysis of the steps trigger the rollback.
package servelint.rules.rollout["rollback-cannot-happen"]

import data.servelint.lib.manifest
import data.servelint.lib.rollout

finding contains {"at": ["serving", "spec", "rollback", "targetRevision"], "message": message, "related": [{"at": same.at, "message": "what is rolled out"}]} if {
	target := input.serving.spec.rollback.targetRevision
	some same in rolled_out
	same.name == lower(target)
	message := sprintf("rollback returns to `%s`, which is the revision that is rolled out", [target])
}

finding contains {
	"at": ["serving", "spec", "rollback", "triggers"],
	"message": message,
	"related": [{"at": ["serving", "spec", "rollout", "steps", step, "analysis"], "message": "the step"}],
	"severity": "warning",
} if {
	count(triggers) > 0
	some name, step in rollout.first_steps(input.serving.spec.rollout)
	not name in triggers
	message := sprintf("analysis `%s` runs at step %d and is no trigger, so nothing returns when it fails", [name, step + 1])
}

finding contains {"at": ["serving", "spec", "rollback", "triggers"], "message": "no trigger watches an objective, so users can see errors without a rollback"} if {
	count(triggers) > 0
	known := {analysis.name | some analysis in input.serving.spec.rollout.analysis}
	count(triggers - known) == 0
	count([analysis | some analysis in input.serving.spec.rollout.analysis; analysis.name in triggers; analysis.slo]) == 0
	count(input.serving.spec.slos) > 0
}

finding contains {
	"at": ["serving", "spec", "rollback", "automatic"],
	"message": message,
	"related": [{"at": manifest.place(passive[0].index, []), "message": "the manifest"}],
	"severity": "warning",
	"help": "Let Argo Rollouts, Flagger or the like move the traffic, or plan a manual rollback: `automatic: false`, with somebody on call and a runbook.",
} if {
	input.serving.spec.rollback.automatic == true
	count(passive) > 0
	count(controllers) == 0
	message := sprintf("rollback is automatic, but no manifest performs it: the traffic of %s stays as it is when an analysis fails", [
		manifest.called(passive[0].facts),
	])
}

finding contains {
	"at": ["serving", "metadata", "oncall"],
	"message": "rollback is manual, but nobody is on call to perform it",
	"related": [{"at": ["serving", "spec", "rollback", "automatic"], "message": "the plan"}],
	"severity": "warning",
	"help": "Name who is called in `metadata.oncall`.",
} if {
	input.serving.spec.environment == "production"
	input.serving.spec.rollback.automatic == false
	object.get(input.serving.metadata, "oncall", "") == ""
}

triggers := {trigger | some trigger in input.serving.spec.rollback.triggers}

# The revision itself, by its number or by the name of its workload, where that is not the name of all revisions.
rolled_out contains {"name": name, "at": ["serving", "metadata", "revision"]} if {
	some form in ["%v", "v%v", "r%v", "rev%v", "rev-%v", "revision-%v"]
	name := sprintf(form, [input.serving.metadata.revision])
}

rolled_out contains {"name": lower(w.facts.name), "at": manifest.place(w.index, ["metadata", "name"])} if {
	some w in manifest.workloads
	w.facts.role == "workload"
	some artifact in input.artifacts
	artifact.facts.role == "stable-workload"
	artifact.facts.name != w.facts.name
}

rolled_out contains {"name": lower(w.facts.name), "at": manifest.place(w.index, ["metadata", "name"])} if {
	some w in manifest.workloads
	w.facts.role == "workload"
	endswith(lower(w.facts.name), sprintf("-v%v", [input.serving.metadata.revision]))
}

# Workloads whose traffic no controller returns.
passive := [w |
	some w in manifest.workloads
	w.facts.role == "workload"
	w.facts.kind in {"LLMInferenceService", "InferenceService", "Deployment"}
	not manifest.replaced(w)
]

controllers := [i |
	some i, artifact in input.artifacts
	artifact.facts.kind in {"Rollout", "Canary", "SageMaker DeploymentConfig", "AnalysisRun"}
]
