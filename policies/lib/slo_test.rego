package servelint.lib.slo_test

import data.servelint.lib.slo

test_times_are_latencies if {
	every type in ["request_latency", "time_to_first_token", "time_per_output_token", "inter_token_latency"] {
		slo.is_latency({"indicator": {"type": type}})
	}
	not slo.is_latency({"indicator": {"type": "throughput"}})
	not slo.is_latency({})
}

test_places_follow_the_name if {
	doc := {"spec": {"slos": [{"name": "a"}, {}, {"name": "b"}]}}
	found := slo.places("b", "here") with input as doc
	found == [{"at": ["spec", "slos", 2], "message": "here"}]
	none := slo.places("c", "here") with input as doc
	none == []
	empty := slo.places("a", "here") with input as {}
	empty == []
}
