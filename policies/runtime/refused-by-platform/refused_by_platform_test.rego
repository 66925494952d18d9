package servelint.rules.runtime["refused-by-platform_test"]

import data.servelint.lib.testing
import data.servelint.rules.runtime["refused-by-platform"] as rule

test_flags_weights_above_all_traffic if {
	places(service({"canary": [{"trafficPercent": 60}, {"trafficPercent": 50}]})) == {["artifacts", 0, "spec", "canary"]}
}

test_flags_autoscaling_in_a_canary if {
	places(service({"canary": [{"predictor": {"maxReplicas": 4}}, {"predictor": {"autoScaling": {}}}]})) == {
		["artifacts", 0, "spec", "canary", 0, "predictor", "maxReplicas"],
		["artifacts", 0, "spec", "canary", 1, "predictor", "autoScaling"],
	}
}

test_flags_both_forms_of_canary if {
	places(service({"predictor": {"canaryTrafficPercent": 0}, "canary": [{"trafficPercent": 10}]})) == {["artifacts", 0, "spec", "predictor", "canaryTrafficPercent"]}
}

test_flags_replicas_beside_scaling if {
	places(llm({"replicas": 0, "scaling": {"maxReplicas": 4}})) == {["artifacts", 0, "spec", "replicas"]}
	places(llm({"prefill": {"replicas": 2, "scaling": {}}})) == {["artifacts", 0, "spec", "prefill", "replicas"]}
}

test_flags_scaling_to_nothing_and_two_autoscalers if {
	places(llm({"scaling": {"minReplicas": 0}})) == {["artifacts", 0, "spec", "scaling", "minReplicas"]}
	places(llm({"scaling": {"wva": {}, "keda": {}}})) == {["artifacts", 0, "spec", "scaling"]}
}

test_accepts_manifests_that_are_taken if {
	count(places(service({"predictor": {"canaryTrafficPercent": 10}}))) == 0
	count(places(service({"predictor": {}, "canary": [{"trafficPercent": 50, "predictor": {"minReplicas": 1}}, {"trafficPercent": 50}]}))) == 0
	count(places(llm({"scaling": {"minReplicas": 1, "maxReplicas": 4, "wva": {}}, "prefill": {"replicas": 1}}))) == 0
}

test_ignores_unfinished_manifests if {
	count(places({})) == 0
	count(places({"artifacts": [{}, {"facts": {"kind": "InferenceService"}}, {"facts": {"kind": "LLMInferenceService"}}]})) == 0
}

test_flags_the_first_weight_above_all_traffic if {
	places(service({"canary": [{"trafficPercent": 60}, {"trafficPercent": 41}]})) == {["artifacts", 0, "spec", "canary"]}
	places(service({"canary": [{"trafficPercent": 60}, {"trafficPercent": 40}]})) == set()
}

test_flags_each_field_of_autoscaling_in_a_canary if {
	every key in ["maxReplicas", "scaleTarget", "scaleMetric", "autoScaling"] {
		places(service({"canary": [{"predictor": {key: 4}}]})) == {["artifacts", 0, "spec", "canary", 0, "predictor", key]}
	}
}

test_shows_the_other_field_of_the_two if {
	said(service({"predictor": {"canaryTrafficPercent": 0}, "canary": [{"trafficPercent": 10}]})) == {{
		"at": ["artifacts", 0, "spec", "predictor", "canaryTrafficPercent"],
		"related": [["artifacts", 0, "spec", "canary"]],
		"says": ["`canaryTrafficPercent`", "`canary`"],
	}}
	said(llm({"replicas": 0, "scaling": {"maxReplicas": 4}})) == {{
		"at": ["artifacts", 0, "spec", "replicas"],
		"related": [["artifacts", 0, "spec", "scaling"]],
		"says": ["`replicas`", "`scaling`"],
	}}
}

test_an_empty_canary_excludes_nothing if {
	places(service({"predictor": {"canaryTrafficPercent": 10}, "canary": []})) == set()
}

test_one_autoscaler_is_accepted if {
	every name in ["wva", "keda"] { places(llm({"scaling": {name: {}}})) == set() }
}

test_manifests_of_other_kinds_are_silent if {
	canary := {"predictor": {"canaryTrafficPercent": 0}, "canary": [{"trafficPercent": 160, "predictor": {"maxReplicas": 4}}]}
	scaling := {"replicas": 1, "scaling": {"minReplicas": 0, "wva": {}, "keda": {}}}
	spec := object.union(canary, object.union(scaling, {"prefill": scaling}))
	places({"artifacts": [{"spec": spec, "facts": {"kind": "Deployment"}}]}) == set()
}

test_flags_what_argo_refuses if {
	said(rollout({"canary": {"stableService": "a", "canaryService": "a"}})) == {{
		"at": ["artifacts", 0, "spec", "strategy", "canary", "stableService"],
		"says": ["`ranker`", "`stableService`", "`canaryService`", "`a`"],
	}}
}

inline := {"canary": {"steps": [{"setWeight": 5}, {"analysis": {"templates": [{"templateName": "errors"}]}}]}}

beside := {"canary": {"analysis": {"templates": [{"templateName": "errors"}]}, "steps": [{"setWeight": 5}]}}

template(spec) := {"spec": spec, "facts": {"kind": "AnalysisTemplate", "name": "errors", "role": "analysis"}}

with_template(strategy, spec) := {"artifacts": array.concat(rollout(strategy).artifacts, [template(spec)])}

endless := {"metrics": [{"name": "errors", "interval": "1m"}]}

test_flags_an_analysis_of_a_step_that_never_ends if {
	said(with_template(inline, endless)) == {{
		"at": ["artifacts", 1, "spec", "metrics", 0, "interval"],
		"related": [["artifacts", 0, "spec", "strategy", "canary", "steps", 1, "analysis"]],
		"says": ["`ranker`", "`errors`", "`interval`", "`count`"],
	}}
	every key in ["prePromotionAnalysis", "postPromotionAnalysis"] {
		count(said(with_template({"blueGreen": {key: {"templates": [{"templateName": "errors"}]}}}, endless))) == 1
	}
}

test_accepts_an_analysis_beside_the_steps_that_never_ends if {
	said(with_template(beside, endless)) == set()
	said(with_template(inline, {"metrics": [{"name": "errors", "interval": "1m", "count": 5}]})) == set()
}

test_flags_an_argument_that_nobody_gives if {
	said(with_template(beside, {"args": [{"name": "service"}]})) == {{
		"at": ["artifacts", 0, "spec", "strategy", "canary", "analysis", "args"],
		"related": [["artifacts", 1, "spec", "args"]],
		"says": ["`ranker`", "`service`"],
	}}
	count(said(with_template(inline, {"args": [{"name": "service"}]}))) == 1
}

test_ignores_the_arguments_of_templates_that_are_elsewhere if {
	said(rollout(beside)) == set()
	two := {"canary": {"analysis": {"templates": [{"templateName": "errors"}, {"templateName": "latency"}]}}}
	said(with_template(two, {"args": [{"name": "service"}]})) == set()
}

rollout(strategy) := {"artifacts": [{"spec": {"strategy": strategy}, "facts": {"kind": "Rollout", "name": "ranker", "role": "rollout"}}]}

test_flags_a_metric_of_flagger_that_comes_from_nowhere if {
	said(canary({"metrics": [{"name": "latency"}, {"name": "request-duration"}]})) == {{
		"at": ["artifacts", 0, "spec", "analysis", "metrics", 0],
		"says": ["`ranker`", "`latency`", "`request-success-rate`", "`request-duration`", "`templateRef`"],
	}}
}

test_accepts_a_metric_of_flagger_with_a_template_or_a_query if {
	places(canary({"metrics": [{"name": "a", "templateRef": {"name": "t"}}, {"name": "b", "query": "sum(x)"}, {"name": "request-success-rate"}]})) == set()
}

test_flags_shapes_and_intervals_that_flagger_does_not_have if {
	places(canary({"stepWeight": 5, "iterations": 10})) == {["artifacts", 0, "spec", "analysis", "stepWeight"]}
	places(canary({"interval": "1h", "stepWeight": 5})) == {["artifacts", 0, "spec", "analysis", "interval"]}
	places(canary({"interval": "90s", "stepWeight": 5, "metrics": [{"name": "request-duration", "interval": "2h"}]})) == {["artifacts", 0, "spec", "analysis", "metrics", 0, "interval"]}
	places(canary({"interval": "${INTERVAL}"})) == set()
}

canary(analysis) := {"artifacts": [{"spec": {"analysis": analysis}, "facts": {"kind": "Canary", "name": "ranker", "platform": "flagger", "role": "canary"}}]}

test_flags_a_preferred_batch_above_the_largest_one if {
	places(triton(16, [8, 32])) == {["artifacts", 0, "batching", "preferred_batch_size"]}
	places(triton(32, [8, 32])) == set()
	places(triton(0, [8])) == set()
}

triton(most, preferred) := {"artifacts": [{"facts": {"kind": "Triton config.pbtxt", "platform": "triton", "role": "batching", "batching": {
	"at": ["batching"],
	"maxBatchSize": {"value": most, "at": ["max_batch_size"]},
	"preferred": preferred,
}}}]}

test_flags_an_idle_number_of_keda_that_is_not_below_its_minimum if {
	every idle, found in {1: 0, 2: 1, 3: 1} {
		doc := {"artifacts": [{"spec": {"idleReplicaCount": idle, "minReplicaCount": 2}, "facts": {"kind": "ScaledObject", "name": "a"}}]}
		count(places(doc)) == found
	}
}

test_flags_what_kubernetes_refuses_of_a_workload if {
	workload := {"resources": [{"name": "memory", "limit": {"value": "16GB", "at": ["memory"]}}]}
	doc := {"artifacts": [{"spec": {"selector": {"matchLabels": {"app": "a"}}, "template": {}}, "facts": {"kind": "Deployment", "name": "a", "workload": workload}}]}
	places(doc) == {["artifacts", 0, "memory"], ["artifacts", 0, "spec", "selector", "matchLabels", "app"]}
}

service(spec) := {"artifacts": [{"spec": spec, "facts": {"kind": "InferenceService"}}]}

llm(spec) := {"artifacts": [{"spec": spec, "facts": {"kind": "LLMInferenceService"}}]}

places(doc) := at if {
	at := testing.places(rule.finding) with input as doc
}

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
}

test_flags_what_keda_refuses_of_triggers_by_resources if {
	resources := {"minReplicaCount": 0, "triggers": [{"type": "cpu"}, {"type": "memory"}]}
	kinds(scaled(resources)) == {"minReplicaCount"}
	kinds(scaled(object.remove(resources, ["minReplicaCount"]))) == {"minReplicaCount"}
	kinds(scaled(object.union(resources, {"minReplicaCount": 1, "fallback": {"replicas": 2}}))) == {"fallback"}
}

test_accepts_what_keda_takes if {
	kinds(scaled({"minReplicaCount": 1, "triggers": [{"type": "cpu"}]})) == set()
	kinds(scaled({"minReplicaCount": 0, "fallback": {"replicas": 2}, "triggers": [{"type": "cpu"}, {"type": "prometheus"}]})) == set()
	kinds(scaled({"minReplicaCount": 0, "triggers": [{"type": "cpu"}], "scaleTargetRef": {"kind": "Rollout"}})) == set()
	formula := {"advanced": {"scalingModifiers": {"formula": "cpu"}}}
	kinds(scaled(object.union({"minReplicaCount": 1, "fallback": {}, "triggers": [{"type": "cpu"}]}, formula))) == set()
	kinds(scaled({"triggers": []})) == set()
}

test_keda_compares_an_idle_number_with_at_least_one if {
	kinds(scaled({"idleReplicaCount": 0, "minReplicaCount": 0, "triggers": [{"type": "kafka"}]})) == set()
	kinds(scaled({"idleReplicaCount": 0, "triggers": [{"type": "kafka"}]})) == {"idleReplicaCount"}
	kinds(scaled({"idleReplicaCount": 1, "minReplicaCount": 0, "triggers": [{"type": "kafka"}]})) == {"idleReplicaCount"}
}

scaled(spec) := {"artifacts": [{"spec": spec, "facts": {"kind": "ScaledObject", "name": "ranker"}}]}

kinds(doc) := {at[3] | some at in places(doc)}

test_flags_a_try_that_is_longer_than_its_request if {
	said(routed("gateway-api", 60, 30)) == {{"at": ["artifacts", 0, "try"], "says": ["`front`", "`backendRequest`", "60", "`request`", "30"]}}
	said(routed("gateway-api", 30, 30)) == set()
	said(routed("istio", 60, 30)) == set()
	said(testing.without(routed("gateway-api", 60, 30), ["/artifacts/0/facts/routes/0/timeoutSeconds"])) == set()
}

routed(platform, each, all) := {"artifacts": [{"facts": {"kind": "HTTPRoute", "name": "front", "platform": platform, "routes": [{
	"at": ["rule"],
	"trySeconds": {"value": each, "at": ["try"]},
	"timeoutSeconds": {"value": all, "at": ["all"]},
}]}}]}

test_flags_traffic_of_knative_that_is_not_all_of_it if {
	said(knative([{"percent": 90}, {"percent": 5}])) == {{"at": ["artifacts", 0, "spec", "traffic"], "says": ["`ranker`", "`traffic`", "95", "100"]}}
	said(knative([{"percent": 90}, {"percent": 10}, {"tag": "next"}])) == set()
	said(knative([])) == set()
	said(knative([{"percent": "90"}])) == set()
}

knative(traffic) := {"artifacts": [{"spec": {"traffic": traffic}, "facts": {"kind": "Service", "name": "ranker", "platform": "knative"}}]}

test_flags_a_pool_without_ports_and_with_too_many if {
	every number in [0, 9] {
		ports := array.slice([{"number": 8001}, {"number": 8002}, {"number": 8003}, {"number": 8004}, {"number": 8005}, {"number": 8006}, {"number": 8007}, {"number": 8008}, {"number": 8009}], 0, number)
		said(pool(ports)) == {{"at": ["artifacts", 0, "spec", "targetPorts"], "says": ["`pool`", "1", "8", "`targetPorts`", sprintf("%d", [number])]}}
	}
	said(pool([{"number": 8000}])) == set()
}

pool(ports) := {"artifacts": [{"spec": {"targetPorts": ports}, "facts": {"kind": "InferencePool", "name": "pool"}}]}

test_flags_what_the_operator_of_nim_refuses if {
	nim({"storage": {"nimCache": {"name": "a"}}}) == set()
	nim({"storage": {"pvc": {"create": false, "name": "a"}}}) == set()
	nim({"storage": {"emptyDir": {}, "nimCache": {"name": "", "profile": ""}}}) == set()
	nim({"storage": {"hostPath": "/models"}, "replicas": 2, "scale": {"enabled": false}}) == set()
	nim({}) == {["artifacts", 0, "spec", "storage"]}
	nim({"storage": {"nimCache": {"name": "a"}, "pvc": {"name": "b"}}}) == {["artifacts", 0, "spec", "storage"]}
	nim({"storage": {"hostPath": "/models"}, "replicas": 2, "scale": {"enabled": true, "hpa": {"maxReplicas": 2}}}) == {["artifacts", 0, "spec", "replicas"]}
	nim({"storage": {"hostPath": "/models"}, "scale": {"enabled": true}}) == {["artifacts", 0, "spec", "scale"]}
}

nim(spec) := places if {
	places := testing.places(rule.finding) with input as {"artifacts": [{"spec": spec, "facts": {"kind": "NIMService", "name": "chat"}}]}
}

test_flags_a_port_of_the_machine_for_several_replicas if {
	composed({"deploy": {"replicas": 2}, "ports": ["9000", "8000:8000"]}) == {{
		"at": ["artifacts", 0, "services", "llm", "ports", 1],
		"related": [["artifacts", 0, "services", "llm", "deploy", "replicas"]],
		"says": ["`llm`", "2", "8000"],
		"help": "Publish the port by a proxy in front of the replicas, or give a range of ports: `8000-8003:8000`.",
	}}
	composed({"deploy": {"replicas": 2}, "ports": ["127.0.0.1:8000:8000/tcp"]}) != set()
	composed({"deploy": {"replicas": 2}, "ports": [{"published": "8000", "target": 8000}]}) != set()
}

test_accepts_ports_that_several_replicas_can_have if {
	composed({"ports": ["8000:8000"]}) == set()
	composed({"deploy": {"replicas": 1}, "ports": ["8000:8000"]}) == set()
	composed({"deploy": {"replicas": "${N}"}, "ports": ["8000:8000"]}) == set()
	every port in ["8000", "8000-8003:8000", "${PORT}:8000", {"target": 8000}, {"published": "8000-8003", "target": 8000}, {"published": 8000, "mode": "ingress"}] {
		composed({"deploy": {"replicas": 2}, "ports": [port]}) == set()
	}
}

composed(service) := testing.all(found) if {
	found := rule.finding with input as {"artifacts": [{
		"services": {"llm": service},
		"facts": {"kind": "Compose file", "platform": "compose", "pods": [{"at": ["services"], "servers": [["services", "llm"]]}]},
	}]}
}
