package servelint.rules.capacity["concurrency-too-low_test"]

import data.servelint.rules.capacity["concurrency-too-low"] as rule

test_flags_limit_below_littles_law if {
	places(spec(20)) == {["spec", "serving", "maxNumSeqs"]}
	places(spec(16.1)) == {["spec", "serving", "maxNumSeqs"]}
}

test_accepts_limit_at_or_above_littles_law if {
	count(places(spec(16))) == 0
	count(places(spec(12))) == 0
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"spec": {}})) == 0
	count(places(json.remove(spec(20), ["/facts/capacity/concurrency"]))) == 0
	count(places(json.remove(spec(20), ["/facts/capacity/concurrency/needed"]))) == 0
}

spec(peak) := {
	"spec": {
		"serving": {"maxNumSeqs": 24},
		"capacity": {"replicas": {"max": 8}},
		"traffic": {"peakRps": peak},
	},
	"facts": {"capacity": {"concurrency": {"limit": 24, "atMax": 192, "needed": peak * 12, "meanSeconds": 12}}},
}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
}
