package servelint.lib.kubernetes_test

import data.servelint.lib.kubernetes

controller(selector, labels) := {"facts": {"kind": "Deployment"}, "spec": {
	"selector": {"matchLabels": selector},
	"template": {"metadata": {"labels": labels}},
}}

test_a_selector_matches_the_labels_of_its_pods if {
	kubernetes.unmatched(controller({"app": "a"}, {"app": "a", "tier": "x"})) == []
	{row[1] | some row in kubernetes.unmatched(controller({"app": "a"}, {"app": "b"}))} == {"the selector asks for the label `app: a`, but the pods have `b`"}
	{row[1] | some row in kubernetes.unmatched(controller({"app": "a"}, {}))} == {"the selector asks for the label `app: a`, which the pods do not have"}
	kubernetes.unmatched({"facts": {"kind": "Rollout"}, "spec": {"selector": {"matchLabels": {"app": "a"}}, "workloadRef": {}}}) == []
}

test_strange_types_say_nothing if {
	every strange in [null, 3, "x", [], {}] {
		kubernetes.unmatched(controller(strange, strange)) == []
		kubernetes.hooks({"containers": strange}, []) == []
		kubernetes.stuck({"spec": {"strategy": strange}}) == []
	}
}

test_an_update_adds_or_takes_away if {
	every zero in [0, "0", "0%"] {
		count(kubernetes.stuck({"spec": {"strategy": {"rollingUpdate": {"maxSurge": zero, "maxUnavailable": 0}}}})) == 1
		count(kubernetes.stuck({"spec": {"strategy": {"canary": {"maxSurge": zero, "maxUnavailable": 0}}}})) == 1
	}
	kubernetes.stuck({"spec": {"strategy": {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}}}}) == []
	kubernetes.stuck({"spec": {"strategy": {"rollingUpdate": {"maxUnavailable": 0}}}}) == []
}

said(resource) := [row[1] | some row in kubernetes.resources({"resources": [resource]})]

placed(value) := {"value": value, "at": ["x"]}

test_what_is_no_quantity_is_named_with_what_was_meant if {
	table := {
		"16GB": "`16GB` is not a quantity that Kubernetes accepts for memory; write `16Gi`",
		"16GiB": "`16GiB` is not a quantity that Kubernetes accepts for memory; write `16Gi`",
		"16Gib": "`16Gib` is not a quantity that Kubernetes accepts for memory; write `16Gi`",
		"16 Gi": "`16 Gi` is not a quantity that Kubernetes accepts for memory; write `16Gi`",
		"invalid": "`invalid` is not a quantity that Kubernetes accepts for memory",
	}
	every text, message in table {
		said({"name": "memory", "limit": placed(text)}) == [message]
		said({"name": "memory", "request": placed(text)}) == [message]
	}
}

test_a_request_is_no_more_than_its_limit if {
	said({"name": "cpu", "request": placed(2), "limit": placed(1)}) == ["cpu is requested above its limit"]
	said({"name": "cpu", "request": placed(1), "limit": placed(1)}) == []
	said({"name": "cpu", "request": placed(1)}) == []
	said({"name": "memory", "limit": placed(1.5)}) == []
}

test_devices_come_whole_and_are_not_overcommitted if {
	said({"name": "nvidia.com/gpu", "limit": placed(0.5)}) == ["0.5 of nvidia.com/gpu is no whole number, and devices are not divided"]
	said({"name": "nvidia.com/gpu", "limit": placed(1)}) == []
	said({"name": "nvidia.com/gpu", "request": placed(1), "limit": placed(1)}) == []
	said({"name": "nvidia.com/gpu", "request": placed(1)}) == ["nvidia.com/gpu is requested without a limit, which must be the same number"]
	said({"name": "nvidia.com/gpu", "request": placed(1), "limit": placed(2)}) == ["1 of nvidia.com/gpu is requested and the limit is 2; both must be the same number"]
	said({"name": "ephemeral-storage", "request": placed(1), "limit": placed(2)}) == []
}

test_one_success_is_enough_for_liveness_and_startup if {
	container := {"livenessProbe": {"successThreshold": 2}, "readinessProbe": {"successThreshold": 2}, "startupProbe": {"successThreshold": 1}}
	[row[0] | some row in kubernetes.hooks({"containers": [container]}, ["pod"])] == [["pod", "containers", 0, "livenessProbe", "successThreshold"]]
}

test_a_hook_sleeps_no_longer_than_the_grace_period if {
	every seconds, found in {31: 1, 30: 0, 5: 0} {
		count(kubernetes.hooks({"containers": [{"lifecycle": {"preStop": {"sleep": {"seconds": seconds}}}}]}, [])) == found
	}
	kubernetes.hooks({"terminationGracePeriodSeconds": 60, "containers": [{"lifecycle": {"preStop": {"sleep": {"seconds": 45}}}}]}, []) == []
}

test_an_autoscaler_scales_to_nothing_by_other_metrics_only if {
	scaler := {"facts": {"kind": "HorizontalPodAutoscaler"}, "spec": {"minReplicas": 0, "metrics": [{"type": "Resource"}]}}
	count(kubernetes.autoscaler(scaler)) == 1
	kubernetes.autoscaler(json.patch(scaler, [{"op": "replace", "path": "/spec/metrics/0/type", "value": "External"}])) == []
	kubernetes.autoscaler(json.patch(scaler, [{"op": "replace", "path": "/spec/minReplicas", "value": 1}])) == []
}

test_a_budget_has_one_limit if {
	{row[0] | some row in kubernetes.budget({"minAvailable": 1, "maxUnavailable": 0})} == {["spec", "maxUnavailable"]}
	kubernetes.budget({"minAvailable": 1, "maxUnavailable": null}) == []
	kubernetes.budget("x") == []
}
