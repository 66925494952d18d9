package servelint.rules.structure["scope-explicit_test"]

import data.servelint.lib.testing
import data.servelint.rules.structure["scope-explicit"] as rule

complete := {"inScope": ["chat"], "outOfScope": ["voice"]}

test_accepts_a_scope_with_both_lists if {
	said({"scope": complete}) == set()
}

test_flags_a_document_without_a_scope if {
	said({}) == {{"at": ["spec", "scope"], "says": ["`inScope`", "`outOfScope`"]}}
}

test_flags_each_list_that_is_missing_or_empty if {
	every list, meaning in {"inScope": "covered", "outOfScope": "left out"} {
		every scope in [object.remove(complete, [list]), object.union(complete, {list: []})] {
			said({"scope": scope}) == {{"at": ["spec", "scope", list], "says": [sprintf("`scope.%s`", [list])]}}
			some f in rule.finding with input as {"spec": {"scope": scope}}
			endswith(f.message, meaning)
		}
	}
}

test_flags_an_empty_scope_twice if {
	count(said({"scope": {}})) == 2
}

test_flags_a_blank_entry_of_each_list if {
	every list in ["inScope", "outOfScope"] {
		said({"scope": object.union(complete, {list: ["images", "  "]})}) == {{
			"at": ["spec", "scope", list, 1],
			"says": ["2", sprintf("`scope.%s`", [list])],
		}}
	}
}

test_flags_an_entry_that_is_in_both_lists if {
	every entry in ["voice", "Voice.", " the  VOICE ", "(voice)"] {
		said({"scope": testing.after(complete, {"/inScope/-": entry})}) == {{
			"at": ["spec", "scope", "inScope", 1],
			"says": [sprintf("`%s`", [entry])],
			"related": [["spec", "scope", "outOfScope", 0]],
		}}
	}
}

test_flags_an_entry_that_reads_alike if {
	found := testing.places(rule.finding) with input as {
		"spec": {"scope": testing.after(complete, {"/inScope/-": "voicе"})},
		"facts": {"readings": {"voicе": "voice"}},
	}
	found == {["spec", "scope", "inScope", 1]}
}

test_accepts_entries_that_share_words if {
	every entry in ["voice notes", "no voice", "voices", "?"] {
		said({"scope": testing.after(complete, {"/inScope/-": entry})}) == set()
	}
}

test_ignores_a_document_without_a_specification if {
	count(rule.finding) == 0 with input as {}
}

said(spec) := found if {
	found := testing.all(rule.finding) with input as {"spec": spec}
}
