package servelint.lib.compose_test

import data.servelint.lib.compose

review := {"artifacts": [
	{
		"services": {"llm": {"command": "--model acme/chat"}, "ui": {"image": "ui"}, "odd": "text"},
		"facts": {"platform": "compose", "kind": "Compose file", "pods": [{"at": ["services"], "servers": [["services", "llm"]]}]},
	},
	{"services": {"a": {}}, "facts": {"platform": "deployment", "kind": "Deployment"}},
]}

test_lists_services_and_servers if {
	[entry.name | some entry in compose.all] == ["llm", "ui"] with input as review
	[[entry.index, entry.at] | some entry in compose.servers] == [[0, ["services", "llm"]]] with input as review
}

test_reads_both_forms if {
	compose.line({"entrypoint": ["vllm", 1, "serve"], "command": "acme/chat --port 8000"}) == "vllm serve acme/chat --port 8000"
	compose.line({"command": 8000}) == ""
	compose.variables({"environment": {"A": "1", "B": null}}) == [["A", "1", ["environment", "A"]]]
	compose.variables({"environment": ["A=1=2", "B", 3]}) == [["A", "1=2", ["environment", 0]]]
	compose.mounts({"volumes": ["models:/m:ro", "/anonymous", {"source": "s", "target": "/t"}]}) == [["models", "/m", ["volumes", 0]], ["s", "/t", ["volumes", 2]]]
	compose.mounts({"volumes": "a:b"}) == []
}
