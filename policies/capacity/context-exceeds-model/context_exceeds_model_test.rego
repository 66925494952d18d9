package servelint.rules.capacity["context-exceeds-model_test"]

import data.servelint.lib.testing
import data.servelint.rules.capacity["context-exceeds-model"] as rule

test_flags_a_request_one_token_above_the_context if {
	said(specification(7000, 1193)) == {{
		"at": ["spec", "model", "contextLength"],
		"related": [["spec", "traffic", "inputTokens", "max"], ["spec", "traffic", "outputTokens", "max"]],
		"says": ["`7000`", "`1193`", "8193", "`8192`"],
	}}
}

test_accepts_a_request_that_fills_the_context if {
	said(specification(7000, 1192)) == set()
}

test_ignores_missing_parts if {
	said({}) == set()
	every path in ["spec/model/contextLength", "spec/traffic/inputTokens", "spec/traffic/outputTokens/max"] {
		said(json.remove(specification(9000, 9000), [path])) == set()
	}
}

specification(prompt, answer) := {"spec": {
	"model": {"contextLength": 8192},
	"traffic": {"inputTokens": {"max": prompt}, "outputTokens": {"max": answer}},
}}

said(doc) := found if {
	found := testing.all(rule.finding) with input as doc
}
