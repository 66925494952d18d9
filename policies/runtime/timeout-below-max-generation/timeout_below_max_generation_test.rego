package servelint.rules.runtime["timeout-below-max-generation_test"]

import data.servelint.lib.testing
import data.servelint.rules.runtime["timeout-below-max-generation"] as rule

test_flags_server_timeout_below_the_longest_answer if {
	places(spec({"client": 90, "gateway": 75, "server": 30})) == {["spec", "timeouts", "server"]}
}

test_flags_the_timeout_that_cuts_first if {
	all_short := spec({"client": 50, "gateway": 40, "server": 30})
	places(all_short) == {["spec", "timeouts", "server"]}
	some f in rule.finding with input as all_short
	{other.at[2] | some other in f.related; other.at[1] == "timeouts"} == {"client", "gateway"}
}

test_says_the_numbers if {
	some f in rule.finding with input as spec({"server": 30})
	f.message == "server timeout `30s` is shorter than the 51.95s that an answer of 1024 tokens takes"
}

test_accepts_timeout_equal_to_the_longest_answer if {
	count(places(spec({"client": 90, "gateway": 75, "server": 51.95}))) == 0
}

test_ignores_services_that_generate_nothing if {
	count(places(object.remove(spec({"server": 1}), ["facts"]))) == 0
	count(places({"spec": {"timeouts": {"server": "1s"}}, "facts": {"spec": {"timeouts": {"server": 1}}}})) == 0
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"spec": {}})) == 0
	count(places({"spec": {}, "facts": {"generation": {"maxSeconds": 52}}})) == 0
}

test_shows_the_longest_answer_and_the_other_short_timeouts if {
	found := testing.all(rule.finding) with input as spec({"client": 50, "gateway": 40, "server": 30})
	found == {{
		"at": ["spec", "timeouts", "server"],
		"related": [
			["spec", "traffic", "outputTokens", "max"],
			["spec", "timeouts", "client"],
			["spec", "timeouts", "gateway"],
		],
		"says": ["`30s`", "51.95", "1024"],
	}}
}

spec(seconds) := {
	"spec": {
		"timeouts": {name: sprintf("%vs", [n]) | some name, n in seconds},
		"traffic": {"outputTokens": {"max": 1024}},
	},
	"facts": {"spec": {"timeouts": seconds}, "generation": {"maxSeconds": 51.95}},
}

places(doc) := at if {
	at := testing.places(rule.finding) with input as doc
}
