package servelint.lib.names_test

import data.servelint.lib.names

doc := {"facts": {"names": {"rаvi.p": "ravi.p", "the team": ""}, "readings": {"n/a": "", "TВD": "TBD"}}}

test_names_are_compared_as_they_read if {
	names.plain(doc, "@Ravi.P") == "ravi.p"
	names.plain(doc, "rаvi.p") == "ravi.p"
	names.plain({}, "~m.osei") == "~m.osei"
}

test_somebody_is_neither_a_blank_nor_a_word_that_names_nobody if {
	names.somebody(doc, "ravi.p")
	every name in ["the team", " ", "", "@"] { not names.somebody(doc, name) }
}

test_a_text_says_something_or_nothing if {
	names.says(doc, "lands with ACT-1")
	every text in ["n/a", " ", ""] { not names.says(doc, text) }
}

test_a_name_is_its_own_in_any_spelling if {
	names.own(doc, "rаvi.p", {}, "@RAVI.P") with data.servelint.policy as {}
	not names.own(doc, "ravi.p", {}, "dana.k") with data.servelint.policy as {}
}

test_one_person_is_written_in_many_ways if {
	every other in [
		"ravi.p@corp.com", "Ravi P.", "ravi_p", "ravi-p", "Ravi P", "@ravi.p", "Ravi P. <ravi.p@corp.com>",
		"ravi.p+review@corp.com", "ravi.p (platform)", "R. Patel <ravi.p@corp.com>",
	] {
		names.own({}, "ravi.p", {}, other) with data.servelint.policy as {}
		names.own({}, other, {}, "ravi.p") with data.servelint.policy as {}
	}
}

test_other_people_are_not_the_same if {
	every other in ["ravi", "p.ravi", "ravip", "tom.b (ravi.p)", "ravi.p2", "corp.com", "platform"] {
		not names.own({}, "ravi.p", {}, other) with data.servelint.policy as {}
	}
	not names.own({}, "team@a.com", {}, "team@b.com") with data.servelint.policy as {}
	not names.own({}, "@org/a", {}, "@org/b") with data.servelint.policy as {}
	not names.own({}, "...", {}, "- -") with data.servelint.policy as {}
}

test_nobody_is_not_himself if {
	not names.own(doc, "the team", doc, "the team") with data.servelint.policy as {}
}

test_a_team_may_approve_itself if {
	not names.own(doc, "ravi.p", doc, "ravi.p") with data.servelint.policy as {"selfApproval": true}
}

test_takes_at_their_word_all_but_those_who_are_named_in_the_change if {
	names.proven({}, ["spec", "verdict"])
	doc := {"facts": {"unproven": [["spec", "verdict"]]}}
	not names.proven(doc, ["spec", "verdict"])
	names.proven(doc, ["spec", "items", 0, "waiver"])
}
