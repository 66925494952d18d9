# METADATA
# title: Reference does not resolve
# description: |
#   References connect the documents of a review: an alert names its SLO, a step its analysis, a risk the
#   checklist item that verifies it, a verdict the actions it waits for. A name that does not resolve checks
#   nothing, and usually hides a renamed SLO or a deleted item. This rule follows every such reference in
#   the ServingSpec and between it, the DecisionLog and the VerificationChecklist. It also reports a
#   document written for an unknown service or for another revision of the specification. Decision drivers
#   are free text; only those with the form of an id in use (`C9` beside `C1`, `slo/x`) are followed. In
#   manifests it reports, as warnings, an autoscaler, a disruption budget or an InferencePool beside a workload whose name or
#   labels it all but names, a template of a metric beside a Rollout or a Canary that does not use it, and a VirtualService of
#   Istio that names a subset which the only DestinationRule of the host lacks; what is missing may be in files that were not given.
# related_resources:
#   - description: Kubernetes, Horizontal Pod Autoscaling
#     ref: https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
#   - description: Kubernetes, Specifying a Disruption Budget
#     ref: https://kubernetes.io/docs/tasks/run-application/configure-pdb/
#   - description: Argo Rollouts, analysis
#     ref: https://argo-rollouts.readthedocs.io/en/stable/features/analysis/
#   - description: Istio, subsets of a DestinationRule
#     ref: https://istio.io/latest/docs/reference/config/networking/destination-rule/#Subset
# custom:
#   severity: error
#   applies_to: [Review]
#   since: 0.1.0
#   help: Correct the name, or add what it names.
#   reworded:
#     - now: "`{name}` does not name the kind of thing it verifies; write `slo/{name}`, `risk/...`, `assumption/...` or `rollback/rto`"
#       then: "`{name}` does not say what kind of thing it verifies; write `slo/{name}`, `risk/...`, `assumption/...` or `rollback/rto`"
#     - now: "`{}` is not a known kind of reference; use slo, risk, assumption, constraint, decision or rollback"
#       then: "`{}` is no kind of reference; use slo, risk, assumption, constraint, decision or rollback"
package servelint.rules.structure["dangling-reference"]

import data.servelint.lib.fields
import data.servelint.lib.manifest
import data.servelint.lib.refs
import data.servelint.lib.traffic

finding contains {"at": at, "message": message} if {
	some [at, where, kind, name] in dangling
	not without_document(kind)
	message := sprintf("%s names the %s `%s`, which does not exist%s", [where, noun(kind), name, refs.hint(name, refs.known[kind])])
}

finding contains {"at": [documents, i, "spec", "servingSpec"], "message": message} if {
	not input.serving
	some documents in ["decisions", "checklists"]
	some i, document in input[documents]
	message := sprintf("the %s is about `%s`, but there is no ServingSpec of that name", [document.kind, document.spec.servingSpec])
}

finding contains {
	"at": ["checklists", i, "spec", "revision"],
	"message": message,
	"related": related,
	"help": "Verify the current revision of the spec again, or correct the number that is wrong.",
} if {
	some i, list in input.checklists
	list.spec.revision != input.serving.metadata.revision
	message := sprintf("the checklist verifies revision %v, but the spec is at revision %v", [list.spec.revision, input.serving.metadata.revision])
	related := [{"at": ["serving", "metadata", "revision"], "message": "the revision of the spec"}]
}

finding contains {"at": place, "message": message} if {
	some [entry, k, target] in unresolved
	place := array.concat(entry.at, ["verifies", k])
	not contains(target, "/")
	message := sprintf("`%s` does not name the kind of thing it verifies; write `slo/%s`, `risk/...`, `assumption/...` or `rollback/rto`", [target, target])
}

finding contains {"at": place, "message": message} if {
	some [entry, k, target] in unresolved
	contains(target, "/")
	not kind_of(target) in named_kinds
	not kind_of(target) == "rollback"
	place := array.concat(entry.at, ["verifies", k])
	message := sprintf("`%s` is not a known kind of reference; use slo, risk, assumption, constraint, decision or rollback", [target])
}

finding contains {"at": place, "message": message} if {
	input.serving.spec
	some [entry, k, target] in unresolved
	startswith(target, "rollback/")
	key := trim_prefix(target, "rollback/")
	not owed(key)
	place := array.concat(entry.at, ["verifies", k])
	message := sprintf("item `%v` verifies `%s`, but the spec's rollback has no `%s`", [object.get(entry.item, "id", "?"), target, key])
}

finding contains {
	"at": ["artifacts", i, "spec", "scaleTargetRef", "name"],
	"message": sprintf("%s scales %s `%s`, which none of the files has; the one beside it is `%s`", [
		manifest.called(scaler.facts),
		target.kind,
		target.name,
		near,
	]),
	"related": [{"at": ["artifacts", j, "metadata", "name"], "message": "the workload beside it"}],
	"severity": "warning",
	"help": "Correct the name of the target.",
} if {
	some i, scaler in input.artifacts
	target := scaler.facts.autoscaler.target
	wanted := [target.kind, target.name]
	not wanted in present
	some j, artifact in input.artifacts
	artifact.facts.kind == target.kind
	near := artifact.facts.name
}

finding contains {
	"at": manifest.place(i, array.concat(selector(budget.facts), [key])),
	"message": sprintf("%s selects pods with `%s: %v`, and those of %s have `%v`", [
		manifest.called(budget.facts),
		key,
		value,
		manifest.called(w.facts),
		other,
	]),
	"related": [{"at": manifest.place(w.index, w.workload.at), "message": "the pods"}],
	"severity": "warning",
	"help": "Correct the label.",
} if {
	some i, budget in input.artifacts
	wanted := selected(budget.facts)
	not any_pods(wanted)
	some w in manifest.workloads
	some key, value in wanted
	other := w.workload.labels[key]
	other != value
}

finding contains {
	"at": ["artifacts", i, "metadata", "name"],
	"message": sprintf("nothing uses %s: %s beside it does not name it", [manifest.called(artifact.facts), manifest.called(user)]),
	"severity": "warning",
	"help": "Name the template where it should judge, or remove it.",
} if {
	some i, artifact in input.artifacts
	platform := users[artifact.facts.kind]
	users_here := [r.facts | some r in traffic.rollouts; r.facts.platform == platform]
	user := users_here[0]
	name := artifact.facts.name
	not name in used
}

# Istio answers 503 where no DestinationRule of the host has the subset.
finding contains {
	"at": manifest.place(i, array.concat(backend.at, ["destination", "subset"])),
	"message": sprintf("%s sends requests to subset `%s` of `%s`, which %s does not have", [
		manifest.called(artifact.facts),
		backend.subset,
		backend.name,
		manifest.called(input.artifacts[j].facts),
	]),
	"related": [{"at": ["artifacts", j, "spec", "subsets"], "message": "the subsets"}],
	"severity": "warning",
	"help": "Correct the name of the subset, or add it to the DestinationRule.",
} if {
	some i, artifact in input.artifacts
	artifact.facts.kind == "VirtualService"
	some way in artifact.facts.routes
	some backend in way.backends
	wanted := backend.subset
	rules := destinations(backend.name)
	count(rules) == 1
	j := rules[0]
	known := {subset.name | some subset in fields.list_at(input.artifacts[j], ["spec", "subsets"])}
	not wanted in known
}

# Several of one host are merged.
destinations(name) := [j |
	some j, artifact in input.artifacts
	artifact.facts.kind == "DestinationRule"
	host := artifact.spec.host
	is_string(host)
	is_host(host, name)
]

is_host(host, name) if host == name

is_host(host, name) if {
	parts := split(host, ".")
	parts[0] == name
	parts[2] == "svc"
	concat(".", array.slice(parts, 3, count(parts))) in {"", "cluster.local"}
}

# A template of the cluster may serve any Rollout of it.
users := {"AnalysisTemplate": "argo-rollouts", "MetricTemplate": "flagger"}

used := ({reference.name | some r in traffic.rollouts; some reference in traffic.references(r)} | {metric.template | some r in traffic.rollouts; some metric in r.facts.analyses}) | {part.templateName | some artifact in input.artifacts; some part in fields.list_at(artifact, ["spec", "templates"])}

# The labels by which a budget or a pool selects pods.
selected(facts) := facts.pdb.labels

selected(facts) := facts.pool.labels

selector(facts) := ["spec", "selector", "matchLabels"] if facts.pdb

selector(facts) := facts.pool.selector

any_pods(wanted) if {
	some artifact in input.artifacts
	labels := labels_of(artifact)
	count([key | some key, value in wanted; object.get(labels, key, value) != value]) == 0
}

present := {[artifact.facts.kind, artifact.facts.name] | some artifact in input.artifacts}

labels_of(artifact) := artifact.facts.workload.labels if is_object(artifact.facts.workload.labels)

# A whole document that production lacks is reported once, by review-incomplete, and not at every name in it.
without_document("item") if {
	count(input.checklists) == 0
	not elsewhere
}

without_document(kind) if {
	kind in {"decision", "risk", "action"}
	count(input.decisions) == 0
	not elsewhere
}

elsewhere if input.serving.spec.environment in {"dev", "staging"}

# What production lacks of its rollback is reported by rollout-required or rollback-complete.
owed(key) if {
	key in {"automatic", "triggers", "targetRevision", "rto", "runbook"}
	not elsewhere
}

# What has a name that items and drivers may use; where several kinds share a stem, the first is meant.
named_kinds := ["constraint", "slo", "assumption", "risk", "decision"]

noun("slo") := "SLO"

noun("item") := "checklist item"

noun("action") := "action, checklist item or risk"

noun(kind) := kind if kind in {"analysis", "assumption", "constraint", "decision", "risk"}

# Rows of place, what refers, kind and name, for the names that are not known. First those within the ServingSpec.
dangling contains [["serving", "spec", "latencyBudget", "slo"], "the latency budget", "slo", name] if {
	name := input.serving.spec.latencyBudget.slo
	not refs.known.slo[name]
}

dangling contains [["serving", "spec", "capacity", "perReplica", "atSlo"], "the throughput per replica", "slo", name] if {
	name := input.serving.spec.capacity.perReplica.atSlo
	not refs.known.slo[name]
}

dangling contains [["serving", "spec", "alerts", i, "slo"], sprintf("alert %d", [i + 1]), "slo", name] if {
	known_slos := refs.known.slo
	some i, alert in input.serving.spec.alerts
	name := alert.slo
	not name in known_slos
}

dangling contains [["serving", "spec", "rollout", "analysis", j, "slo"], where, "slo", name] if {
	known_slos := refs.known.slo
	some j, analysis in input.serving.spec.rollout.analysis
	name := analysis.slo
	not name in known_slos
	where := sprintf("analysis `%v`", [object.get(analysis, "name", j + 1)])
}

dangling contains [["serving", "spec", "rollout", "steps", i, "analysis", k], where, "analysis", name] if {
	known_analyses := refs.known.analysis
	some i, step in input.serving.spec.rollout.steps
	some k, name in step.analysis
	not name in known_analyses
	where := sprintf("rollout step %d", [i + 1])
}

# From the ServingSpec to the other documents.
dangling contains [["serving", "spec", "assumptions", i, "basis", key], where, kind, name] if {
	some i, assumption in input.serving.spec.assumptions
	some key, kind in {"checklistItem": "item", "decision": "decision"}
	name := assumption.basis[key]
	not refs.known[kind][name]
	where := sprintf("assumption `%v`", [object.get(assumption, "id", i + 1)])
}

dangling contains [["serving", "spec", "change", "entries", i, "provenBy", k], where, "item", name] if {
	known_items := refs.known.item
	some i, entry in input.serving.spec.change.entries
	some k, name in entry.provenBy
	not name in known_items
	where := sprintf("entry %d of the change", [i + 1])
}

dangling contains [["serving", "spec", "rollback", "rehearsal", "checklistItem"], "the rollback rehearsal", "item", name] if {
	name := input.serving.spec.rollback.rehearsal.checklistItem
	not refs.known.item[name]
}

# From the DecisionLog.
dangling contains [["decisions", d, "spec", "decisions", i, "confirmation", k], where, "item", name] if {
	some d, log in input.decisions
	some i, decision in log.spec.decisions
	some k, name in decision.confirmation
	not refs.known.item[name]
	where := sprintf("decision `%v`", [object.get(decision, "id", i + 1)])
}

dangling contains [["decisions", d, "spec", "decisions", i, key], where, "decision", name] if {
	some d, log in input.decisions
	some i, decision in log.spec.decisions
	some key in ["supersedes", "supersededBy"]
	name := decision[key]
	is_string(name)
	not refs.known.decision[name]
	where := sprintf("`%s` of decision `%v`", [key, object.get(decision, "id", i + 1)])
}

dangling contains [["decisions", d, "spec", "decisions", i, "drivers", k], where, kind, name] if {
	some d, log in input.decisions
	some i, decision in log.spec.decisions
	some k, driver in decision.drivers
	not contains(driver, " ")
	some [kind, name] in typed(driver)
	not refs.known[kind][name]
	where := sprintf("a driver of decision `%v`", [object.get(decision, "id", i + 1)])
}

dangling contains [["decisions", d, "spec", "residualRisks", i, "verification", "checklistItem"], where, "item", name] if {
	some d, log in input.decisions
	some i, risk in log.spec.residualRisks
	name := risk.verification.checklistItem
	not refs.known.item[name]
	where := sprintf("risk `%v`", [object.get(risk, "id", i + 1)])
}

dangling contains [["decisions", d, "spec", "actions", i, "closes", k], where, "risk", name] if {
	some d, log in input.decisions
	some i, action in log.spec.actions
	some k, name in action.closes
	not refs.known.risk[name]
	not refs.known.item[name]
	not refs.known.assumption[name]
	not refs.known.decision[name]
	where := sprintf("action `%v`", [object.get(action, "id", i + 1)])
}

# From the VerificationChecklist.
dangling contains [array.concat(entry.at, ["verifies", k]), where, kind, name] if {
	input.serving.spec
	some [entry, k, target] in unresolved
	kind := kind_of(target)
	kind in named_kinds
	name := trim_prefix(target, sprintf("%s/", [kind]))
	not refs.known[kind][name]
	where := sprintf("item `%v`", [object.get(entry.item, "id", "?")])
}

dangling contains [["checklists", c, "spec", "verdict", "conditions", k], "the verdict", "action", name] if {
	some c, list in input.checklists
	some k, name in list.spec.verdict.conditions
	not contains(name, " ")
	not refs.known.action[name]
	not refs.known.item[name]
	not refs.known.risk[name]
}

# What a driver without spaces refers to: it names its kind, or it has the stem of an id that is in use.
typed(driver) := [[kind, trim_prefix(driver, sprintf("%s/", [kind]))]] if {
	contains(driver, "/")
	kind := kind_of(driver)
	kind in named_kinds
} else := [] if {
	some kind in named_kinds
	refs.known[kind][driver]
} else := [[first, driver]] if {
	stem := trim_right(driver, "0123456789")
	stem != driver
	stem != ""
	kinds := [kind |
		some kind in named_kinds
		some other in refs.known[kind]
		trim_right(other, "0123456789") == stem
	]
	first := kinds[0]
}

# What items verify, without the references that lead somewhere.
unresolved := [[entry, k, target] |
	some entry in refs.items
	some k, target in entry.item.verifies
	not resolved(split(target, "/"))
]

resolved([kind, name]) if {
	kind in named_kinds
	refs.known[kind][name]
}

resolved(["rollback", key]) if input.serving.spec.rollback[key]

kind_of(target) := parts[0] if parts := split(target, "/")
