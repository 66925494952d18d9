package servelint.rules.structure["dangling-reference_test"]

import data.servelint.lib.testing
import data.servelint.rules.structure["dangling-reference"] as rule

# A review whose references all lead somewhere.
complete := {
	"service": "chat",
	"serving": {"metadata": {"name": "chat", "revision": 7}, "spec": {
		"environment": "production",
		"slos": [{"name": "availability"}, {"name": "eu/ttft-p95"}],
		"assumptions": [{"id": "A1", "basis": {"checklistItem": "RB-1"}}, {"id": "A2", "basis": {"decision": "ADR-1"}}],
		"constraints": [{"id": "C1"}, {"id": "7"}],
		"latencyBudget": {"slo": "eu/ttft-p95"},
		"capacity": {"perReplica": {"atSlo": "eu/ttft-p95"}},
		"alerts": [{"slo": "availability"}, {"slo": "availability"}],
		"rollout": {"steps": [{}, {"analysis": ["errors"]}], "analysis": [{"name": "errors", "slo": "availability"}, {"slo": "availability"}]},
		"rollback": {"rto": "5m", "rehearsal": {"checklistItem": "RB-1"}},
	}},
	"decisions": [{"kind": "DecisionLog", "spec": {
		"servingSpec": "chat",
		"decisions": [
			{"id": "ADR-1", "drivers": ["C1", "A1", "R-1", "ADR-1", "availability", "slo/availability", "eu/ttft-p95"], "confirmation": ["RB-1"]},
			{"drivers": ["cost of p95", "slo/x is not known", "cost", "risk", "C", "2026", "item/x"], "confirmation": ["RB-1"], "supersedes": "ADR-1", "supersededBy": "ADR-1"},
		],
		"residualRisks": [{"id": "R-1", "verification": {"checklistItem": "RB-1"}}, {"verification": {"checklistItem": "RB-1"}}],
		"actions": [{"id": "ACT-1", "closes": ["R-1", "RB-1", "A1", "ADR-1"]}, {"closes": ["R-1"]}],
	}}],
	"checklists": [{"kind": "VerificationChecklist", "spec": {
		"servingSpec": "chat",
		"revision": 7,
		"items": [
			{"id": "RB-1", "verifies": ["slo/availability", "slo/eu/ttft-p95", "risk/R-1", "assumption/A1", "constraint/C1", "decision/ADR-1", "rollback/rto"]},
			{"verifies": ["slo/availability"]},
		],
		"verdict": {"conditions": ["ACT-1", "RB-1", "R-1", "watch the dashboards"]},
	}}],
}

serving := ["serving", "spec"]

log := ["decisions", 0, "spec"]

checklist := ["checklists", 0, "spec"]

test_accepts_references_that_lead_somewhere if {
	said(complete) == set()
}

test_flags_an_unknown_name_of_the_specification if {
	hint := ["`availability`", "`eu/ttft-p95`"]
	after("/serving/spec/latencyBudget/slo", "none") == {missing(serving, ["latencyBudget", "slo"], array.concat(["`none`"], hint))}
	after("/serving/spec/capacity/perReplica/atSlo", "none") == {missing(serving, ["capacity", "perReplica", "atSlo"], array.concat(["`none`"], hint))}
	after("/serving/spec/alerts/1/slo", "none") == {missing(serving, ["alerts", 1, "slo"], array.concat(["2", "`none`"], hint))}
	after("/serving/spec/rollout/analysis/0/slo", "none") == {missing(serving, ["rollout", "analysis", 0, "slo"], array.concat(["`errors`", "`none`"], hint))}
	after("/serving/spec/rollout/analysis/1/slo", "none") == {missing(serving, ["rollout", "analysis", 1, "slo"], array.concat(["`2`", "`none`"], hint))}
	after("/serving/spec/rollout/steps/1/analysis/0", "none") == {missing(serving, ["rollout", "steps", 1, "analysis", 0], ["2", "`none`", "`errors`"])}
	after("/serving/spec/rollback/rehearsal/checklistItem", "none") == {missing(serving, ["rollback", "rehearsal", "checklistItem"], ["`none`", "`RB-1`"])}
}

test_flags_an_assumption_that_rests_on_an_unknown_name if {
	after("/serving/spec/assumptions/0/basis/checklistItem", "none") == {missing(serving, ["assumptions", 0, "basis", "checklistItem"], ["`A1`", "`none`", "`RB-1`"])}
	after("/serving/spec/assumptions/1", {"basis": {"decision": "none"}}) == {missing(serving, ["assumptions", 1, "basis", "decision"], ["`2`", "`none`", "`ADR-1`"])}
}

test_flags_an_unknown_name_of_the_decision_log if {
	after("/decisions/0/spec/decisions/0/confirmation/0", "none") == {missing(log, ["decisions", 0, "confirmation", 0], ["`ADR-1`", "`none`", "`RB-1`"])}
	after("/decisions/0/spec/decisions/1/confirmation/0", "none") == {missing(log, ["decisions", 1, "confirmation", 0], ["`2`", "`none`", "`RB-1`"])}
	after("/decisions/0/spec/decisions/0/supersedes", "none") == {missing(log, ["decisions", 0, "supersedes"], ["`supersedes`", "`ADR-1`", "`none`", "`ADR-1`"])}
	after("/decisions/0/spec/decisions/1/supersededBy", "none") == {missing(log, ["decisions", 1, "supersededBy"], ["`supersededBy`", "`2`", "`none`", "`ADR-1`"])}
	after("/decisions/0/spec/residualRisks/0/verification/checklistItem", "none") == {missing(log, ["residualRisks", 0, "verification", "checklistItem"], ["`R-1`", "`none`", "`RB-1`"])}
	after("/decisions/0/spec/residualRisks/1/verification/checklistItem", "none") == {missing(log, ["residualRisks", 1, "verification", "checklistItem"], ["`2`", "`none`", "`RB-1`"])}
	after("/decisions/0/spec/actions/0/closes/1", "none") == {missing(log, ["actions", 0, "closes", 1], ["`ACT-1`", "`none`", "`R-1`"])}
	after("/decisions/0/spec/actions/1/closes/0", "none") == {missing(log, ["actions", 1, "closes", 0], ["`2`", "`none`", "`R-1`"])}
}

test_flags_a_driver_that_names_its_kind if {
	kinds := {
		"slo": ["`availability`", "`eu/ttft-p95`"],
		"risk": ["`R-1`"],
		"assumption": ["`A1`", "`A2`"],
		"constraint": ["`7`", "`C1`"],
		"decision": ["`ADR-1`"],
	}
	every kind, hint in kinds {
		after("/decisions/0/spec/decisions/0/drivers/0", sprintf("%s/none", [kind])) == {missing(log, ["decisions", 0, "drivers", 0], array.concat(["`ADR-1`", "`none`"], hint))}
	}
	{f.says[0] | some f in after("/decisions/0/spec/decisions/1/drivers/0", "risk/none")} == {"`2`"}
}

test_flags_a_driver_with_the_stem_of_an_id_in_use if {
	drivers := {
		"C9": ["`7`", "`C1`"],
		"A9": ["`A1`", "`A2`"],
		"R-9": ["`R-1`"],
		"ADR-9": ["`ADR-1`"],
		"eu/ttft-p99": ["`availability`", "`eu/ttft-p95`"],
	}
	every driver, hint in drivers {
		name := sprintf("`%s`", [driver])
		after("/decisions/0/spec/decisions/0/drivers/0", driver) == {missing(log, ["decisions", 0, "drivers", 0], array.concat(["`ADR-1`", name], hint))}
	}
}

test_accepts_a_known_driver_whose_stem_another_kind_has if {
	shared := testing.after(complete, {"/serving/spec/constraints/-": {"id": "R-9"}})
	said(testing.after(shared, {"/serving/spec/constraints/-": {"id": "A9"}})) == set()
}

test_flags_a_condition_of_the_verdict_that_names_nothing if {
	after("/checklists/0/spec/verdict/conditions/0", "none") == {missing(checklist, ["verdict", "conditions", 0], ["`none`", "`ACT-1`"])}
}

test_flags_what_an_item_verifies_and_nobody_knows if {
	kinds := {
		"slo": ["`availability`", "`eu/ttft-p95`"],
		"risk": ["`R-1`"],
		"assumption": ["`A1`", "`A2`"],
		"constraint": ["`7`", "`C1`"],
		"decision": ["`ADR-1`"],
	}
	every kind, hint in kinds {
		after("/checklists/0/spec/items/0/verifies/0", sprintf("%s/none", [kind])) == {missing(checklist, ["items", 0, "verifies", 0], array.concat(["`RB-1`", "`none`"], hint))}
	}
	{f.says[0] | some f in after("/checklists/0/spec/items/1/verifies/0", "slo/none")} == {"`?`"}
}

test_flags_a_part_that_the_rollback_lacks if {
	after("/checklists/0/spec/items/0/verifies/0", "rollback/rtt") == {missing(checklist, ["items", 0, "verifies", 0], ["`RB-1`", "`rollback/rtt`", "`rtt`"])}
	{f.says[0] | some f in after("/checklists/0/spec/items/1/verifies/0", "rollback/rtt")} == {"`?`"}
}

test_flags_what_an_item_verifies_without_its_kind if {
	after("/checklists/0/spec/items/0/verifies/0", "availability") == {missing(checklist, ["items", 0, "verifies", 0], [
		"`availability`", "`slo/availability`", "`risk/...`", "`assumption/...`", "`rollback/rto`",
	])}
}

test_flags_what_an_item_verifies_by_an_unknown_kind if {
	every target in ["foo/x", "item/RB-1"] {
		after("/checklists/0/spec/items/0/verifies/0", target) == {missing(checklist, ["items", 0, "verifies", 0], [sprintf("`%s`", [target])])}
	}
}

test_flags_a_checklist_of_another_revision if {
	after("/checklists/0/spec/revision", 6) == {{
		"at": ["checklists", 0, "spec", "revision"],
		"help": "Verify the current revision of the spec again, or correct the number that is wrong.",
		"related": [["serving", "metadata", "revision"]],
		"says": ["6", "7"],
	}}
}

test_flags_documents_of_a_service_without_a_specification if {
	orphans := testing.without(complete, ["/serving"])
	{f.at: f.says | some f in said(orphans); f.at[3] == "servingSpec"} == {
		["decisions", 0, "spec", "servingSpec"]: ["`chat`"],
		["checklists", 0, "spec", "servingSpec"]: ["`chat`"],
	}
	unfollowed := testing.after(orphans, {"/checklists/0/spec/items/0/verifies/0": "slo/none"})
	said(unfollowed) == said(orphans)
	said(testing.after(orphans, {"/checklists/0/spec/items/0/verifies/0": "rollback/rtt"})) == said(orphans)
}

# review-incomplete reports the document, so its names are not reported one by one.
test_ignores_names_in_a_document_that_production_lacks if {
	unclosed := testing.after(complete, {"/decisions/0/spec/actions/0/closes": ["R-1"]})
	said(testing.after(unclosed, {"/checklists": []})) == set()
	unsupported := testing.after(complete, {"/checklists/0/spec/items/0/verifies": ["risk/R-1", "decision/ADR-1"]})
	said(testing.after(unsupported, {"/decisions": []})) == set()
	unknown := testing.after(unsupported, {"/decisions": [], "/serving/spec/latencyBudget/slo": "none"})
	testing.places(rule.finding) == {array.concat(serving, ["latencyBudget", "slo"])} with input as unknown
}

test_flags_names_in_a_document_that_other_environments_lack if {
	every environment in ["dev", "staging"] {
		elsewhere := testing.after(complete, {"/serving/spec/environment": environment})
		{f.at | some f in said(testing.after(elsewhere, {"/checklists": []}))} & {array.concat(serving, ["assumptions", 0, "basis", "checklistItem"])} != set()
		{f.at | some f in said(testing.after(elsewhere, {"/decisions": []}))} == {
			array.concat(serving, ["assumptions", 1, "basis", "decision"]),
			array.concat(checklist, ["items", 0, "verifies", 2]),
			array.concat(checklist, ["items", 0, "verifies", 5]),
			array.concat(checklist, ["verdict", "conditions", 0]),
			array.concat(checklist, ["verdict", "conditions", 2]),
		}
	}
}

# rollout-required and rollback-complete report these in production.
test_ignores_a_part_of_the_rollback_that_production_owes if {
	every key in ["automatic", "triggers", "targetRevision", "rto", "runbook"] {
		owing := testing.after(complete, {"/checklists/0/spec/items/0/verifies/6": sprintf("rollback/%s", [key])})
		bare := testing.after(owing, {"/serving/spec/rollback": {}})
		said(bare) == set()
		staging := testing.after(bare, {"/serving/spec/environment": "staging"})
		said(staging) == {missing(checklist, ["items", 0, "verifies", 6], ["`RB-1`", sprintf("`rollback/%s`", [key]), sprintf("`%s`", [key])])}
	}
}

test_flags_a_name_with_the_one_that_was_probably_meant if {
	messages := {f.message | some f in rule.finding} with input as testing.after(complete, {"/serving/spec/latencyBudget/slo": "Availability"})
	messages == {"the latency budget names the SLO `Availability`, which does not exist; did you mean `availability`?"}
}

test_ignores_empty_reviews if {
	said({}) == set()
	said({"serving": {}, "decisions": [], "checklists": []}) == set()
	said({"serving": {"spec": {}}, "decisions": [{}], "checklists": [{"spec": {"items": [{}]}}]}) == set()
}

deployment := {"metadata": {"name": "ranker"}, "facts": {"kind": "Deployment", "name": "ranker", "role": "workload", "workload": {
	"at": ["spec"],
	"labels": {"app": "ranker", "tier": "x"},
}}}

scaler(name) := {"spec": {"scaleTargetRef": {"name": name}}, "facts": {"kind": "HorizontalPodAutoscaler", "name": "a", "role": "autoscaler", "autoscaler": {"target": {"kind": "Deployment", "name": name}}}}

test_flags_an_autoscaler_whose_target_is_none_of_the_files if {
	found := said({"artifacts": [deployment, scaler("rankr")]})
	{object.remove(f, ["help"]) | some f in found} == {{
		"at": ["artifacts", 1, "spec", "scaleTargetRef", "name"],
		"related": [["artifacts", 0, "metadata", "name"]],
		"says": ["`a`", "`rankr`", "`ranker`"],
		"severity": "warning",
	}}
	said({"artifacts": [deployment, scaler("ranker")]}) == set()
	said({"artifacts": [scaler("rankr")]}) == set()
}

budget(labels) := {"facts": {"kind": "PodDisruptionBudget", "name": "b", "role": "pdb", "pdb": {"labels": labels}}}

test_flags_a_budget_that_selects_no_pod if {
	{f.at | some f in said({"artifacts": [deployment, budget({"app": "rankr"})]})} == {["artifacts", 1, "spec", "selector", "matchLabels", "app"]}
	said({"artifacts": [deployment, budget({"app": "ranker"})]}) == set()
	said({"artifacts": [deployment, budget({"zone": "a"})]}) == set()
}

test_flags_a_pool_that_selects_no_pod if {
	pool := {"facts": {"kind": "InferencePool", "name": "p", "role": "route", "pool": {"labels": {"app": "rankr"}, "selector": ["spec", "selector"]}}}
	{f.at | some f in said({"artifacts": [deployment, pool]})} == {["artifacts", 1, "spec", "selector", "app"]}
	said({"artifacts": [deployment, testing.after(pool, {"/facts/pool/labels/app": "ranker"})]}) == set()
}

template(kind, name) := {"metadata": {"name": name}, "facts": {"kind": kind, "name": name, "role": "analysis"}}

argo := {"facts": {"kind": "Rollout", "name": "ranker", "role": "rollout", "platform": "argo-rollouts", "rollout": {
	"background": {"templates": [{"name": "errors"}]},
	"stepAnalyses": [{"name": "smoke"}],
}}}

flagger := {"facts": {"kind": "Canary", "name": "ranker", "role": "canary", "platform": "flagger", "rollout": {}, "analyses": [{"name": "x", "template": "errors"}]}}

test_flags_a_template_that_nothing_uses if {
	{f.at | some f in said({"artifacts": [argo, template("AnalysisTemplate", "latency")]})} == {["artifacts", 1, "metadata", "name"]}
	{f.at | some f in said({"artifacts": [flagger, template("MetricTemplate", "latency")]})} == {["artifacts", 1, "metadata", "name"]}
}

test_accepts_a_template_that_is_used_or_may_be if {
	every name in ["errors", "smoke"] { said({"artifacts": [argo, template("AnalysisTemplate", name)]}) == set() }
	said({"artifacts": [flagger, template("MetricTemplate", "errors")]}) == set()
	said({"artifacts": [argo, template("ClusterAnalysisTemplate", "latency")]}) == set()
	said({"artifacts": [template("AnalysisTemplate", "latency")]}) == set()
	whole := object.union(template("AnalysisTemplate", "errors"), {"spec": {"templates": [{"templateName": "latency"}]}})
	said({"artifacts": [argo, whole, template("AnalysisTemplate", "latency")]}) == set()
}

missing(document, path, says) := {"at": array.concat(document, path), "says": says}

after(path, value) := said(testing.after(complete, {path: value}))

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
}

test_flags_a_subset_that_no_rule_of_the_host_has if {
	missing := subsets("v3", [{"host": "ranker", "subsets": [{"name": "v1"}, {"name": "v2"}]}])
	missing == {{
		"at": ["artifacts", 0, "spec", "http", 0, "route", 0, "destination", "subset"],
		"related": [["artifacts", 1, "spec", "subsets"]],
		"severity": "warning",
		"says": ["`chat`", "`v3`", "`ranker`", "`rule`"],
		"help": "Correct the name of the subset, or add it to the DestinationRule.",
	}}
	subsets("v3", [{"host": "ranker.feed.svc.cluster.local"}]) != set()
}

test_accepts_subsets_and_rules_elsewhere if {
	subsets("v2", [{"host": "ranker", "subsets": [{"name": "v1"}, {"name": "v2"}]}]) == set()
	every rules in [
		[],
		[{"host": "other"}],
		[{"host": "ranker.feed.svc.other"}],
		[{"host": "ranker.feed"}],
		[{"host": "ranker"}, {"host": "ranker.feed.svc.cluster.local", "subsets": [{"name": "v3"}]}],
	] {
		subsets("v3", rules) == set()
	}
}

subsets(name, specs) := testing.all(found) if {
	backend := {"at": ["spec", "http", 0, "route", 0], "name": "ranker", "subset": name}
	service := {"facts": {"kind": "VirtualService", "name": "chat", "routes": [{"at": ["spec", "http", 0], "backends": [backend]}]}}
	rules := [{"facts": {"kind": "DestinationRule", "name": "rule"}, "spec": spec} | some spec in specs]
	document := {"artifacts": array.concat([service], rules)}
	found := rule.finding with input as document
}
