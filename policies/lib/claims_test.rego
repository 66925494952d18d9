package servelint.lib.claims_test

import data.servelint.lib.claims

review(modes) := {"artifacts": [
	{
		"spec": {"volumes": [{"name": "tmp", "emptyDir": {}}, {"name": "m", "persistentVolumeClaim": {"claimName": "models"}}]},
		"facts": {"kind": "Deployment", "name": "chat", "pods": [{"at": ["spec"]}]},
	},
	{"spec": {"accessModes": modes}, "facts": {"kind": "PersistentVolumeClaim", "name": "models"}},
]}

test_finds_what_one_node_or_one_pod_holds if {
	every mode in ["ReadWriteOnce", "ReadWriteOncePod"] {
		found := claims.held(0) with input as review([mode])
		found == [{"name": "models", "at": ["spec", "volumes", 1, "persistentVolumeClaim", "claimName"], "index": 1, "mode": mode}]
	}
}

test_ignores_other_modes_and_claims_elsewhere if {
	every modes in [["ReadWriteMany"], ["ReadWriteOnce", "ReadWriteMany"], []] {
		found := claims.held(0) with input as review(modes)
		found == []
	}
	elsewhere := claims.held(0) with input as json.patch(review(["ReadWriteOnce"]), [{"op": "replace", "path": "/artifacts/1/facts/name", "value": "other"}])
	elsewhere == []
}

test_pods_of_one_node if {
	claims.on_one_node({"nodeName": "gpu-1"})
	claims.on_one_node({"nodeSelector": {"kubernetes.io/hostname": "gpu-1"}})
	claims.on_one_node({"affinity": {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": "kubernetes.io/hostname"}]}}})
	not claims.on_one_node({"nodeSelector": {"gpu": "h100"}})
	not claims.on_one_node({})
}
