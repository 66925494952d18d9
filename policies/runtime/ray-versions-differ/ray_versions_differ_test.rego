package servelint.rules.runtime["ray-versions-differ_test"]

import data.servelint.lib.testing
import data.servelint.rules.runtime["ray-versions-differ"] as rule

test_flags_workers_of_another_version if {
	said("rayproject/ray:2.49.0", "rayproject/ray:2.40.0-gpu") == {{
		"at": worker,
		"related": [head],
		"says": ["`chat`", "`2.40.0`", "`2.49.0`"],
	}}
	said("rayproject/ray:2.49.0-py311", "rayproject/ray-ml:2.49.0-py310-gpu") == {{
		"at": worker,
		"related": [head],
		"says": ["`chat`", "`py310`", "`py311`"],
	}}
	said("registry.example:5000/acme/app:1.4", "registry.example:5000/acme/app:1.5") != set()
}

test_accepts_builds_of_one_version if {
	every pair in [
		["rayproject/ray:2.49.0", "rayproject/ray:2.49.0-gpu"],
		["rayproject/ray:2.49.0", "rayproject/ray-ml:2.49.0-py311-gpu"],
		["acme/ray:1.4", "acme/ray:1.4"],
	] {
		said(pair[0], pair[1]) == set()
	}
}

test_ignores_versions_that_no_tag_names if {
	every pair in [
		["rayproject/ray:latest", "rayproject/ray:2.40.0"],
		["acme/head:1.4", "acme/worker:1.5"],
		["rayproject/ray:2.49.0", "acme/worker:1.5"],
		["acme/ray@sha256:0f1e", "acme/ray@sha256:1f1e"],
		["acme/ray", "acme/ray:nightly"],
	] {
		said(pair[0], pair[1]) == set()
	}
	testing.all(found(testing.after(review("rayproject/ray:2.49.0", "rayproject/ray:2.40.0"), {"/artifacts/0/facts/kind": "Deployment"}))) == set()
	testing.all(found(testing.without(review("rayproject/ray:2.49.0", "rayproject/ray:2.40.0"), ["/artifacts/0/spec/rayClusterConfig/headGroupSpec"]))) == set()
}

test_flags_a_version_that_is_not_that_of_the_image if {
	stated("rayproject/ray:2.49.0", "2.46.0") == {{
		"at": ["artifacts", 0, "spec", "rayClusterConfig", "rayVersion"],
		"related": [head],
		"says": ["`rayVersion`", "`chat`", "`2.46.0`", "`2.49.0`"],
		"severity": "warning",
	}}
	stated("rayproject/ray:2.49.0-gpu", "2.49.0") == set()
	stated("acme/ray:1.4.0", "2.49.0") == set()
	stated("rayproject/ray:nightly", "2.49.0") == set()
	stated("rayproject/ray:2.49.0", "nightly") == set()
}

head := ["artifacts", 0, "spec", "rayClusterConfig", "headGroupSpec", "template", "spec", "containers", 0, "image"]

worker := ["artifacts", 0, "spec", "rayClusterConfig", "workerGroupSpecs", 0, "template", "spec", "containers", 0, "image"]

stated(image, version) := testing.all(found(testing.after(review(image, image), {"/artifacts/0/spec/rayClusterConfig/rayVersion": version})))

said(first, second) := testing.all(found(review(first, second)))

found(document) := findings if {
	findings := rule.finding with input as document
}

review(first, second) := {"artifacts": [{
	"spec": {"rayClusterConfig": {
		"headGroupSpec": {"template": {"spec": {"containers": [{"image": first}, {"image": "side:9.9"}]}}},
		"workerGroupSpecs": [{"template": {"spec": {"containers": [{"image": second}]}}}],
	}},
	"facts": {"kind": "RayService", "name": "chat"},
}]}
