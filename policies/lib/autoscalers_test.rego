package servelint.lib.autoscalers_test

import data.servelint.lib.autoscalers

names(spec) := [metric.name | some metric in autoscalers.metrics(spec)]

test_names_what_is_watched if {
	names({"metrics": [{"resource": {"name": "cpu"}}, {"containerResource": {"name": "memory"}}, {"type": "Pods"}, "text"]}) == ["cpu", "memory", "other", "other"]
	names({"targetCPUUtilizationPercentage": 80}) == ["cpu"]
	names({"targetCPUUtilizationPercentage": "80"}) == []
	names({"triggers": [{"type": "memory"}, {}]}) == ["memory"]
	names({"metrics": "cpu", "triggers": {}}) == []
}

test_tells_places_and_entries if {
	autoscalers.metrics({"metrics": [{"resource": {"name": "cpu"}}]}) == [{
		"name": "cpu",
		"at": ["spec", "metrics", 0],
		"entry": {"resource": {"name": "cpu"}},
	}]
}

test_shows_resources if {
	[autoscalers.shown(name) | some name in ["cpu", "memory"]] == ["CPU", "memory"]
}
