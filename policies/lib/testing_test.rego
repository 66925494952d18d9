package servelint.lib.testing_test

import data.servelint.lib.testing

document := {"steps": [{"weight": 5}, {"weight": 25}], "name": "a"}

test_after_sets_what_is_there_and_adds_what_is_not if {
	testing.after(document, {"/steps/1/weight": 50, "/name": "b", "/pause": null}) == {
		"steps": [{"weight": 5}, {"weight": 50}],
		"name": "b",
		"pause": null,
	}
}

test_after_replaces_an_element_and_appends_one if {
	testing.after(document, {"/steps/0": {}, "/steps/-": 7}).steps == [{}, {"weight": 25}, 7]
}

test_without_takes_keys_and_elements_away if {
	testing.without(document, ["/name", "/steps/0"]) == {"steps": [{"weight": 25}]}
}

test_all_compares_numbers_and_names_but_not_words if {
	finding := {"at": ["name"], "message": "`a` has 5 %", "related": [{"at": ["steps"], "message": "here"}]}
	testing.all({finding}) == {{"at": ["name"], "says": ["`a`", "5"], "related": [["steps"]]}}
	testing.places({finding}) == {["name"]}
}
