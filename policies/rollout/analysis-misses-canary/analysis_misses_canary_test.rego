package servelint.rules.rollout["analysis-misses-canary_test"]

import data.servelint.lib.testing
import data.servelint.rules.rollout["analysis-misses-canary"] as rule

whole := {"selects": "whole", "values": ["ranker"]}

by_argument := {"selects": "argument", "arguments": ["args.service"]}

test_flags_a_query_of_argo_that_selects_nothing if {
	said(argo(whole, [], [])) == {{"at": ["artifacts", 1, "query"], "related": [["artifacts", 0, "spec", "strategy", "canary", "analysis", "templates", 0]], "says": ["`errors`"]}}
}

test_accepts_a_query_that_names_the_service_of_the_canary if {
	said(argo({"selects": "whole", "values": ["ranker-next.models"]}, [], [])) == set()
}

test_accepts_a_query_that_selects_the_canary if {
	said(argo({"selects": "canary"}, [], [])) == set()
}

test_flags_arguments_that_name_another_service if {
	given := [{"name": "service", "value": "ranker"}]
	{f.says | some f in said(argo(by_argument, given, []))} == {["`errors`", "`ranker`"]}
	{f.says | some f in said(argo(by_argument, [], given))} == {["`errors`", "`ranker`"]}
}

test_accepts_arguments_that_name_the_canary if {
	every value in ["ranker-next", "ranker-canary", "preview-of-ranker"] {
		said(argo(by_argument, [{"name": "service", "value": value}], [])) == set()
	}
	said(argo(by_argument, [{"name": "service", "value": "ranker-next"}], [{"name": "service", "value": "ranker"}])) == set()
}

test_lists_arguments_that_the_files_do_not_tell if {
	every given in [[], [{"name": "service", "valueFrom": {"podTemplateHashValue": "Latest"}}]] {
		doc := argo(by_argument, given, [{"name": "other", "value": "x"}])
		said(doc) == set()
		open := rule.unchecked with input as doc
		{entry.at | some entry in open} == {["artifacts", 1, "query"]}
	}
	hidden := argo(by_argument, [{"name": "service", "valueFrom": {"podTemplateHashValue": "Latest"}}], [{"name": "service", "value": "ranker"}])
	said(hidden) == set()
}

test_ignores_rollouts_that_are_no_canary if {
	doc := testing.after(argo(whole, [], []), {"/artifacts/0/facts/rollout/strategy/value": "blueGreen"})
	said(doc) == set()
}

test_ignores_templates_that_no_rollout_refers_to if {
	doc := testing.after(argo(whole, [], []), {"/artifacts/1/facts/name": "other"})
	said(doc) == set()
}

test_flags_a_query_of_flagger_that_selects_every_revision if {
	said(flagger("whole")) == {{"at": ["artifacts", 1, "query"], "says": ["`errors`", "`{{ target }}`"]}}
	said(flagger("primary")) == {{"at": ["artifacts", 1, "query"], "says": ["`errors`", "`{{ target }}`", "`{{ target }}-primary`"]}}
}

test_accepts_a_query_of_flagger_that_selects_the_target if {
	said(flagger("canary")) == set()
	said(flagger("argument")) == set()
}

test_ignores_metric_templates_that_no_canary_refers_to if {
	said(testing.after(flagger("whole"), {"/artifacts/0/facts/analyses": []})) == set()
}

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
}

argo(query, passed, declared) := {"artifacts": [
	{
		"spec": {"strategy": {"canary": {"canaryService": "ranker-next", "analysis": {"templates": [{"templateName": "errors"}], "args": passed}}}},
		"facts": {"kind": "Rollout", "name": "ranker", "namespace": "models", "role": "rollout", "platform": "argo-rollouts", "rollout": {
			"strategy": {"value": "canary", "at": ["spec", "strategy"]},
			"background": {"templates": [{"name": "errors", "at": ["spec", "strategy", "canary", "analysis", "templates", 0]}]},
		}},
	},
	{
		"spec": {"args": declared},
		"facts": {"kind": "AnalysisTemplate", "name": "errors", "namespace": "models", "role": "analysis", "platform": "argo-rollouts", "queries": [object.union({"at": ["query"], "purpose": "analysis", "name": "errors"}, query)]},
	},
]}

flagger(selects) := {"artifacts": [
	{"facts": {"kind": "Canary", "name": "ranker", "role": "canary", "platform": "flagger", "rollout": {}, "analyses": [{"name": "errors", "template": "errors"}]}},
	{"facts": {"kind": "MetricTemplate", "name": "errors", "role": "analysis", "platform": "flagger", "queries": [{"at": ["query"], "purpose": "template", "name": "errors", "selects": selects}]}},
]}
