package servelint.rules.capacity["context-exceeds-model_test"]

import data.servelint.lib.testing
import data.servelint.rules.capacity["context-exceeds-model"] as rule

test_flags_request_beyond_context if {
	places(spec(7000, 1193)) == {["spec", "model", "contextLength"]}
}

test_accepts_request_that_fits if {
	count(places(spec(7000, 1192))) == 0
	count(places(spec(6000, 1024))) == 0
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"spec": {}})) == 0
	doc := spec(9000, 9000)
	every path in ["spec/model/contextLength", "spec/traffic/inputTokens", "spec/traffic/outputTokens/max"] {
		count(places(json.remove(doc, [path]))) == 0
	}
}

spec(prompt, answer) := {"spec": {
	"model": {"contextLength": 8192},
	"traffic": {"inputTokens": {"max": prompt}, "outputTokens": {"max": answer}},
}}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
}

test_flags_the_places if {
	said([]) == {
		{
			"at": ["spec", "model", "contextLength"],
			"related": [["spec", "traffic", "inputTokens", "max"], ["spec", "traffic", "outputTokens", "max"]],
			"says": ["`7000`", "`1193`", "8193", "`8192`"],
		},
	}
}

said(changes) := found if {
	doc := json.patch(example, changes)
	found := {testing.said(f) | some f in rule.finding} with input as doc
}

example := {
	"spec": {
		"model": {"contextLength": 8192},
		"traffic": {"inputTokens": {"max": 7000}, "outputTokens": {"max": 1193}},
	},
}
