package servelint.rules.verification["method-contradicts-item_test"]

import data.servelint.lib.testing
import data.servelint.rules.verification["method-contradicts-item"] as rule

test_accepts_what_the_conditions_state if {
	every command in [
		"vllm bench serve --request-rate 3.2 --num-prompts 3840",
		"vllm bench serve --request-rate=3.2",
		"vegeta attack -rate=3.2/1s -duration 20m",
		"guidellm --rate 3.2 --max-seconds 1200",
		"wrk2 -R 3.2 http://x",
		"ghz --rps=3.2",
		"k6 run script.js",
	] {
		said(command) == set()
	}
}

test_flags_another_rate if {
	every command in ["vllm bench serve --request-rate 0.1", "vegeta attack -rate 0.1/s", "wrk2 -R0.1 -R 0.1"] {
		said(command) == {{
			"at": ["spec", "items", 0, "method", "command"],
			"related": [["spec", "items", 0, "conditions", "offeredRps"]],
			"says": ["`LOAD-1`", "0.1", "3.2"],
		}}
	}
}

test_flags_another_duration if {
	every command in ["vegeta attack -duration=60s", "guidellm --max-seconds 60"] {
		said(command) == {{
			"at": ["spec", "items", 0, "method", "command"],
			"related": [["spec", "items", 0, "conditions", "duration"]],
			"says": ["`LOAD-1`", "60", "20"],
		}}
	}
}

test_judges_no_variables_and_no_sweeps if {
	every command in ["vllm bench serve --request-rate $RATE", "x --rate 1 --rate 2", "x --request-rate inf", "x --rate-limit 1"] {
		said(command) == set()
	}
	rule.finding == set() with input as {}
}

said(command) := findings if {
	list := {
		"spec": {"items": [{"id": "LOAD-1", "method": {"command": command}, "conditions": {"offeredRps": 3.2, "duration": "20m"}}]},
		"facts": {"spec": {"items": [{"conditions": {"duration": 1200}}]}},
	}
	findings := testing.all(rule.finding) with input as list
}
