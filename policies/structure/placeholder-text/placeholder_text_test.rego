package servelint.rules.structure["placeholder-text_test"]

import data.servelint.rules.structure["placeholder-text"] as rule

statement := {["spec", "assumptions", 0, "statement"]}

test_flags_placeholders if {
	every text in [
		"TBD", "tbd", "TODO", "todo", "Todo", "TODO: ask the platform team", "the peak is TBD.", "(FIXME)", "xxx", "OPS-XXX", "XXXX",
		"{...}", "{short title of the option}", "because {justification}", "<team>", "<name of the team>", "page <owner> first",
		"hf://<org>/model", "Lorem ipsum dolor", "...", " ??? ",
	] {
		places(saying(text)) == statement
	}
}

test_accepts_text_that_only_looks_like_one if {
	every text in [
		"p99 < 15ms and rps > 20", "rps<12", "a <= b", "x => y", "keep {{ .Values.name }}", "POST /v1/models/{model}/predict",
		"http_requests_total{code=\"500\"}", "{code=\"500\"}", "${HOME}/models", "todo lists are served", "the todo-app",
		"meta-llama/Llama-3.1-70B", "see <https://example.com>", "mail <dana@example.com>", "thinking ends at <think> tokens",
		"sizes S, M and XXL", "{}", "a vLLM range [1, 2>", "stbd side",
	] {
		places(saying(text)) == set()
	}
}

test_flags_text_anywhere_but_not_in_commands if {
	doc := {
		"metadata": {"owner": "TBD", "annotations": {"note": "TODO"}},
		"spec": {"items": [{"title": "<title>", "method": {"tool": "k6", "command": "k6 run <script> # TODO"}, "evidence": ["TBD"]}]},
	}
	places(doc) == {["metadata", "owner"], ["spec", "items", 0, "title"], ["spec", "items", 0, "evidence", 0]}
}

test_names_the_field_and_the_placeholder if {
	messages := {f.message | some f in rule.finding} with input as {"spec": {"scope": {"inScope": ["chat for <tenant name>"]}}}
	messages == {"`inScope` still holds the placeholder `<tenant name>`"}
}

test_ignores_facts_and_empty_documents if {
	places({}) == set()
	places({"spec": {}, "metadata": {}, "facts": {"note": "TODO"}}) == set()
}

saying(text) := {"spec": {"assumptions": [{"statement": text}]}}

places(doc) := at if {
	at := {f.at | some f in rule.finding} with input as doc
}
