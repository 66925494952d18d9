package servelint.rules.capacity["utilisation-out-of-range_test"]

import data.servelint.lib.testing
import data.servelint.rules.capacity["utilisation-out-of-range"] as rule

test_accepts_the_range if {
	every share in [0.3, 0.5, 0.85] { said(share, {}) == set() }
}

test_flags_full_replicas if {
	said(1, {}) == {{"at": at, "says": ["100"]}}
}

test_flags_little_headroom if {
	said(0.9, {}) == {{"at": at, "severity": "warning", "says": ["90", "85", "`goodUtilisation`"]}}
	said(0.9, {"goodUtilisation": [0.3, 0.95], "stated": ["goodUtilisation"]}) == set()
	said(0.97, {"goodUtilisation": [0.3, 0.95], "stated": ["goodUtilisation"]}) == {{"at": at, "severity": "warning", "says": ["97", "95"]}}
}

test_tells_of_idle_replicas if {
	said(0.2, {}) == {{"at": at, "severity": "info", "says": ["20", "30", "`goodUtilisation`"]}}
}

test_leaves_percents_to_another_rule if {
	every other in [0, 70, "0.9"] { said(other, {}) == set() }
	rule.finding == set() with input as {}
}

at := ["spec", "capacity", "targetUtilisation"]

said(share, stated) := findings if {
	policy := object.union({"goodUtilisation": [0.3, 0.85], "stated": []}, stated)
	findings := testing.all(rule.finding) with input as {"spec": {"capacity": {"targetUtilisation": share}}} with data.servelint.policy as policy
}
