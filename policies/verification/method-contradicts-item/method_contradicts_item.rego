# METADATA
# title: Command of a load test offers another load than the item states
# description: |
#   `method.command` is what somebody runs to measure the item again. Where it sets a rate (`--request-rate` of vLLM and
#   SGLang, `-rate` of vegeta, `--rate` of guidellm, `-R` of wrk2, `--rps` of ghz) or a duration (`-duration` of vegeta,
#   `--max-seconds` of guidellm), it is compared with `conditions`: otherwise the next run shows another thing than the
#   item promises. Commands that set neither, or take them from a variable, are not judged.
# related_resources:
#   - description: vLLM, `vllm bench serve`
#     ref: https://docs.vllm.ai/en/latest/cli/bench/serve.html
#   - description: vegeta, usage
#     ref: https://github.com/tsenart/vegeta#usage-manual
# custom:
#   severity: warning
#   elsewhere: info
#   applies_to: [VerificationChecklist]
#   since: 0.2.0
#   gate: load
#   help: Let the command offer what the conditions state, or measure under other conditions and state those.
package servelint.rules.verification["method-contradicts-item"]

import data.servelint.lib.measured
import data.servelint.lib.text

finding contains {"at": ["spec", "items", i, "method", "command"], "message": message, "related": related} if {
	some i, item in input.spec.items
	command := item.method.command
	wanted := item.conditions.offeredRps
	is_number(wanted)
	rates := given(command, `(?:^|\s)(?:--request-rate|--?rate|--rps|-R)(?:=|\s+)([0-9]+(?:\.[0-9]+)?)(?:/1?s)?(?:\s|$)`)
	count(rates) == 1
	abs(rates[0] - wanted) > wanted * 0.02
	message := sprintf("the command of %s offers %v requests/s, but its conditions state %v", [measured.item_name(item, i), rates[0], wanted])
	related := [{"at": ["spec", "items", i, "conditions", "offeredRps"], "message": "the condition"}]
}

finding contains {"at": ["spec", "items", i, "method", "command"], "message": message, "related": related} if {
	some i, item in input.spec.items
	command := item.method.command
	wanted := input.facts.spec.items[i].conditions.duration
	is_number(wanted)
	seconds := durations(command)
	count(seconds) == 1
	abs(seconds[0] - wanted) > wanted * 0.02
	message := sprintf("the command of %s runs for %s, but its conditions state %s", [
		measured.item_name(item, i),
		text.duration(seconds[0]),
		item.conditions.duration,
	])
	related := [{"at": ["spec", "items", i, "conditions", "duration"], "message": "the condition"}]
}

given(command, pattern) := [to_number(match[1]) | some match in matches(command, pattern)]

# Each match takes the blanks on both of its sides.
matches(command, pattern) := regex.find_all_string_submatch_n(pattern, regex.replace(command, `\s+`, "  "), -1)

durations(command) := array.concat(
	given(command, `(?:^|\s)--max-seconds(?:=|\s+)([0-9]+)(?:\s|$)`),
	[seconds |
		some match in matches(command, `(?:^|\s)-duration(?:=|\s+)([0-9]+)(s|m|h)(?:\s|$)`)
		seconds := to_number(match[1]) * length(match[2])
	],
)

length("s") := 1

length("m") := 60

length("h") := 3600
