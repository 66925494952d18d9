package servelint.rules.structure["placeholder-text_test"]

import data.servelint.lib.testing
import data.servelint.rules.structure["placeholder-text"] as rule

test_flags_placeholders if {
	every text in [
		"TBD", "tbd", "TODO", "todo", "Todo", "-todo-", "TODO: ask the platform team", "the peak is TBD.", "(FIXME)", "xxx",
		"OPS-XXX", "XXXX", "{...}", "{short title of the option}", "because {justification}", "<team>", "<name of the team>",
		"page <owner> first", "hf://<org>/model", "Lorem ipsum dolor", "...", " ??? ",
		"Todo: fix", "it holds. todo: measure it", "changeme", "set it to change_me here", "CHANGEME", "To be decided",
		"to be determined by the platform team", "to be filled in.",
	] {
		testing.places(rule.finding) == {["spec", "assumptions", 0, "statement"]} with input as saying(text)
	}
}

test_flags_the_first_of_two_in_one_text if {
	firsts := {
		"{first name} {last name}": "{first name}",
		"<first name> <last name>": "<first name>",
		"TODO or TBD": "TODO",
	}
	every text, first in firsts {
		{f.says | some f in testing.all(rule.finding)} == {["`statement`", sprintf("`%s`", [first])]} with input as saying(text)
	}
}

test_accepts_text_that_only_looks_like_one if {
	every text in [
		"p99 < 15ms and rps > 20", "rps<12", "a <= b", "x => y", "keep {{ .Values.name }}", "POST /v1/models/{model}/predict",
		"http_requests_total{code=\"500\"}", "{code=\"500\"}", "${HOME}/models", "todo lists are served", "the todo-app",
		"meta-llama/Llama-3.1-70B", "see <https://example.com>", "mail <dana@example.com>", "sizes S, M and XXL", "{}",
		"a vLLM range [1, 2>", "stbd side", "tenants change menus", "lists of todo: items are served", "to be fast, cache it",
		"what is to be decided by the customer at run time", "change-media", "to be decidedly fast",
	] {
		testing.places(rule.finding) == set() with input as saying(text)
	}
}

test_accepts_tokens_of_models_and_of_markup if {
	every token in [
		"<think>", "<br>", "<pad>", "<eos>", "<bos>", "<unk>", "<mask>", "<sep>", "<cls>", "<image>", "<tool>", "<tool_call>",
		"<code>", "<pre>", "<THINK>",
	] {
		testing.places(rule.finding) == set() with input as saying(sprintf("the text ends at %s tokens", [token]))
	}
}

test_flags_text_anywhere if {
	doc := {"metadata": {"owner": "TBD"}, "spec": {"items": [{"title": "<title>", "evidence": ["TBD"]}], "labels": {"team": "TBD"}}}
	testing.places(rule.finding) == {
		["metadata", "owner"],
		["spec", "items", 0, "title"],
		["spec", "items", 0, "evidence", 0],
		["spec", "labels", "team"],
	} with input as doc
}

test_ignores_text_for_machines if {
	every key in ["command", "select", "query", "sha256", "digest"] {
		count(rule.finding) == 0 with input as {"spec": {"items": [{"method": {key: "k6 run <script> # TODO"}}]}}
	}
	every key in ["annotations", "labels"] {
		count(rule.finding) == 0 with input as {"metadata": {key: {"note": "TODO"}}}
	}
}

test_ignores_facts if {
	testing.places(rule.finding) == {["metadata", "owner"]} with input as {"metadata": {"owner": "TBD"}, "facts": {"note": "TODO"}}
}

# The host has looked at the whole text and found nothing.
test_ignores_documents_that_the_host_calls_plain if {
	count(rule.finding) == 0 with input as object.union(saying("TBD"), {"facts": {"plainText": true}})
	count(rule.finding) == 0 with input as {}
}

# The host knows which texts say nothing.
test_flags_names_and_texts_that_say_nothing if {
	doc := object.union(
		{"metadata": {"owner": "the team"}, "spec": {"noAssumptions": "n/a", "constraints": [{"statement": "\t"}]}},
		{"facts": {"plainText": true, "hollow": [
			{"value": "name", "at": ["metadata", "owner"]},
			{"value": "text", "at": ["spec", "noAssumptions"]},
			{"value": "text", "at": ["spec", "constraints", 0, "statement"]},
		]}},
	)
	found := rule.finding with input as doc
	{f.message | some f in found} == {
		"`owner` is `the team`, which names nobody",
		"`noAssumptions` is `n/a`, which says nothing",
		"`statement` is blank: it says nothing",
	}
	testing.places(rule.finding) == {
		["metadata", "owner"],
		["spec", "noAssumptions"],
		["spec", "constraints", 0, "statement"],
	} with input as doc
}

test_flags_a_placeholder_that_says_nothing_once if {
	doc := object.union(saying("TBD"), {"facts": {"hollow": [{"value": "text", "at": ["spec", "assumptions", 0, "statement"]}]}})
	found := rule.finding with input as doc
	{f.message | some f in found} == {"`statement` still holds the placeholder `TBD`"}
}

test_flags_a_placeholder_in_letters_that_look_alike if {
	doc := object.union(saying("TВD: ask dana"), {"facts": {"readings": {"TВD: ask dana": "TBD: ask dana"}}})
	found := rule.finding with input as doc
	{f.message | some f in found} == {"`statement` still holds the placeholder `TBD`"}
}

test_accepts_no_mitigation_where_none_is_planned if {
	every response, places in {"accept": set(), "mitigate": {["spec", "residualRisks", 0, "mitigation"]}} {
		testing.places(rule.finding) == places with input as {
			"spec": {"residualRisks": [{"response": response, "mitigation": "none"}]},
			"facts": {"hollow": [{"value": "text", "at": ["spec", "residualRisks", 0, "mitigation"]}]},
		}
	}
}

saying(text) := {"spec": {"assumptions": [{"statement": text}]}}
