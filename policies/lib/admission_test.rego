package servelint.lib.admission_test

import data.servelint.lib.admission

deployment(pod) := {
	"apiVersion": "apps/v1",
	"facts": {"kind": "Deployment"},
	"metadata": {"name": "ranker"},
	"spec": {
		"selector": {"matchLabels": {"app": "ranker"}},
		"template": {"metadata": {"labels": {"app": "ranker"}}, "spec": pod},
	},
}

places(rows) := {concat("/", [sprintf("%v", [part]) | some part in row[0]]) | some row in rows}

test_a_fragment_is_no_object_that_is_refused if {
	patch := {"facts": {"kind": "Deployment"}, "spec": {"template": {"spec": {"containers": [{"name": "a", "readinessProbe": {"httpGet": {"port": "web"}}}]}}}}
	admission.is_fragment(patch)
	admission.pods(patch) == []
	admission.nameless_ports(patch) == []
	whole := json.patch(patch, [{"op": "add", "path": "/spec/template/spec/containers/0/image", "value": "a:1"}])
	not admission.is_fragment(whole)
	places(admission.pods(whole)) == {"spec/selector"}
}

test_other_kinds_and_borrowed_pods_are_silent if {
	pod := {"containers": [{}, {}]}
	admission.pods(json.patch(deployment(pod), [{"op": "replace", "path": "/facts/kind", "value": "RayService"}])) == []
	admission.pods(json.patch(deployment(pod), [{"op": "add", "path": "/spec/workloadRef", "value": {"name": "a"}}])) == []
	count(admission.pods(deployment(pod))) == 4
}

test_each_holder_of_a_named_port_has_its_consequence if {
	ask := {"httpGet": {"port": "web"}}
	container := {
		"name": "a", "image": "a:1", "startupProbe": ask, "readinessProbe": ask, "livenessProbe": {"tcpSocket": {"port": "web"}},
		"lifecycle": {"preStop": ask, "postStart": ask},
	}
	count(admission.nameless_ports(deployment({"containers": [container]}))) == 5
	count({row[1] | some row in admission.nameless_ports(deployment({"containers": [container]}))}) == 5
	admission.nameless_ports(deployment({"containers": [object.union(container, {"ports": [{"name": "web"}]})]})) == []

	# Only sidecars among init containers have probes.
	admission.nameless_ports(deployment({"containers": [], "initContainers": [container]})) == []
}

named(api, name) := admission.object_rows({"apiVersion": api, "facts": {"kind": "X"}, "metadata": {"name": name}})

test_names_of_kinds_outside_of_kubernetes_are_free if {
	count(named("apps/v1", "A_b")) == 1
	named("openslo/v1", "A_b") == []
	named("apps/v1", "a.b-c") == []
	count(named("apps/v1", "a..b")) == 1
	count(named("apps/v1", "-a")) == 1

	# What a tool fills in.
	named("apps/v1", "{{ name }}") == []
	named("apps/v1", "ROLLOUT_NAME") == []
	count(named("apps/v1", "ROLLOUT")) == 1
	named("apps/v1", 12) == []
}

test_strange_types_say_nothing if {
	every strange in [null, 3, "x", [], {}, [3], [null]] {
		admission.pods(deployment({"containers": strange, "volumes": strange, "initContainers": strange})) == []
		admission.nameless_ports(deployment({"containers": strange})) == []
		admission.object_rows({"apiVersion": "apps/v1", "facts": {"kind": "Deployment"}, "metadata": strange, "spec": strange}) == []
		admission.pods(deployment({"containers": [{"name": "a", "image": "a:1", "ports": strange, "volumeMounts": strange, "startupProbe": strange}]})) == []
	}
}
