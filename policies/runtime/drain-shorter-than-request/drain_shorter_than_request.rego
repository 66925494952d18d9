# METADATA
# title: Grace period is shorter than the longest request
# description: |
#   When a rollout or a node drain removes a pod, Kubernetes waits `terminationGracePeriod` and then kills
#   it. Requests may run as long as the server timeout, so a shorter grace period drops some of them on each
#   rollout, most visibly long streams. A grace period equal to the timeout passes in a specification. In a manifest the grace
#   period that is written is compared, or the 30 s of Kubernetes where the pod is written out and says nothing; the timeout is
#   the specification's, or the manifest's own, or else the longest answer that the specification allows. The period runs from the start of the hook before the
#   stop, and the server is told to stop after it: a sleep of the hook is time that requests do not have, and one as long as
#   the grace period leaves none at all. Nor has a server time to drain that waits longer than that by itself:
#   `--shutdown-timeout` of vLLM, `--graceful-termination-timeout` of TGI (90 s by default) and `--exit-timeout-secs` of Triton (30 s).
# related_resources:
#   - description: Kubernetes, termination of pods
#     ref: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination
#   - description: TGI, arguments of the launcher (graceful-termination-timeout)
#     ref: https://huggingface.co/docs/text-generation-inference/reference/launcher
# custom:
#   severity: warning
#   elsewhere: info
#   applies_to: [ServingSpec, Artifacts]
#   since: 0.1.0
#   help: Set the grace period to the server timeout and the pre-stop delay together, or more.
package servelint.rules.runtime["drain-shorter-than-request"]

import data.servelint.lib.compare
import data.servelint.lib.compose
import data.servelint.lib.containers
import data.servelint.lib.manifest
import data.servelint.lib.platform
import data.servelint.lib.text

finding contains {
	"at": ["spec", "health", "terminationGracePeriod"],
	"message": message,
	"related": [{"at": ["spec", "timeouts", "server"], "message": "the time that a request may take"}],
} if {
	input.facts.spec.health.terminationGracePeriod < input.facts.spec.timeouts.server
	compare.below(input.facts.spec.health.terminationGracePeriod, input.facts.spec.timeouts.server)
	message := sprintf("pods are killed `%s` after they are told to stop, but a request may run for `%s`", [
		input.spec.health.terminationGracePeriod,
		input.spec.timeouts.server,
	])
}

finding contains {
	"at": grace.at,
	"message": sprintf("%s kills its %s %s after they are told to stop%s, but a request may run for %s", [
		manifest.called(w.facts),
		pods(w.facts),
		text.durations(grace.seconds, timeout.seconds)[0],
		grace.why,
		text.durations(grace.seconds, timeout.seconds)[1],
	]),
	"related": [{"at": timeout.at, "message": "the time that a request may take"}],
} if {
	some w in manifest.workloads
	grace := grace_of(w)
	timeout := timeout_of(w)
	compare.below(grace.seconds, timeout.seconds)
	not is_said(grace.seconds)
}

finding contains {
	"at": manifest.place(w.index, hook.at),
	"message": sprintf("the hook before the stop of %s sleeps %s, and the grace period ends after %s%s, so no request is drained", [
		manifest.called(w.facts),
		text.durations(hook.value, grace.seconds)[0],
		text.durations(hook.value, grace.seconds)[1],
		grace.why,
	]),
	"related": [{"at": grace.at, "message": "the grace period"}],
	"help": "Set the grace period to the sleep of the hook and the longest request together, or more.",
} if {
	some w in manifest.workloads
	hook := w.workload.preStopSeconds
	grace := grace_of(w)
	hook.value >= grace.seconds
}

finding contains {
	"at": manifest.place(w.index, hook.at),
	"message": sprintf("%s kills its pods %s after they are told to stop%s, of which the hook before the stop takes %s, but a request may run for %s", [
		manifest.called(w.facts),
		text.duration(grace.seconds),
		grace.why,
		text.duration(hook.value),
		text.duration(timeout.seconds),
	]),
	"related": [{"at": grace.at, "message": "the grace period"}, {"at": timeout.at, "message": "the time that a request may take"}],
	"help": sprintf("Set `terminationGracePeriodSeconds: %v`, the hook and the longest request together, or more.", [ceil(hook.value + timeout.seconds)]),
} if {
	some w in manifest.workloads
	hook := w.workload.preStopSeconds
	grace := grace_of(w)
	timeout := timeout_of(w)
	hook.value > 0
	hook.value < grace.seconds
	not compare.below(grace.seconds, timeout.seconds)
	compare.below(grace.seconds - hook.value, timeout.seconds)
}

# What the server waits for requests by itself. A hook that leaves nothing is reported already.
finding contains object.union(
	{
		"at": manifest.place(w.index, drain.at),
		"message": sprintf("%s of %s drains its requests for up to %s%s%s, but the grace period ends after %s%s", [
			containers.called(entry),
			manifest.called(w.facts),
			text.duration(drain.seconds),
			drain.why,
			after(hook),
			text.duration(grace.seconds),
			grace.why,
		]),
		"related": [{"at": grace.at, "message": "the grace period"}],
		"help": sprintf("Set `terminationGracePeriodSeconds: %v`, the hook and the drain of the server together, or more.", [ceil(hook + drain.seconds)]),
	},
	drain.weight,
) if {
	some entry in containers.whole_servers
	some w in manifest.workloads
	w.index == entry.pod.index
	grace := grace_of(w)
	drain := drain_of(entry)
	hook := object.get(w.workload, ["preStopSeconds", "value"], 0)
	hook < grace.seconds
	compare.below(grace.seconds, hook + drain.seconds)
}

after(0) := ""

after(hook) := sprintf(" after the %s of its hook", [text.duration(hook)]) if hook > 0

# A default is milder, because most of it is seldom needed.
drain_of(entry) := {"seconds": to_number(last[1]), "at": array.concat(entry.at, last[0]), "why": "", "weight": {}} if {
	[flag, _] := drains[containers.engine(entry.container)]
	all := [[row[0], found[1]] |
		some row in written(entry.container, flag)
		some found in regex.find_all_string_submatch_n(sprintf(`%s[= ]+([0-9]{1,6})(?:\s|$)`, [flag]), row[1], 1)
	]
	count(all) > 0
	last := all[count(all) - 1]
} else := {"seconds": seconds, "at": entry.at, "why": " (its default)", "weight": {"severity": "info"}} if {
	[flag, seconds] := drains[containers.engine(entry.container)]
	seconds > 0
	not contains(containers.line(entry.container), flag)
}

# The words with the flag, each with the one behind it.
written(container, flag) := [[row[0], joined] |
	all := containers.words(container)
	some n, row in all
	contains(row[1], flag)
	joined := sprintf("%s %s", [row[1], next(all, n)])
]

next(all, n) := all[n + 1][1] if all[n + 1]

next(all, n) := "" if not all[n + 1]

drains := {
	"vllm": ["--shutdown-timeout", 0],
	"tgi": ["--graceful-termination-timeout", 90],
	"triton": ["--exit-timeout-secs", 30],
}

# The finding in the specification is enough where the manifest agrees with it.
is_said(seconds) if input.serving.facts.spec.health.terminationGracePeriod == seconds

grace_of(w) := {"seconds": written.value, "at": manifest.place(w.index, written.at), "why": ""} if {
	written := w.workload.graceSeconds
}

grace_of(w) := {"seconds": seconds, "at": manifest.place(w.index, w.workload.at), "why": " (the default)"} if {
	not w.workload.graceSeconds
	not w.facts.readiness
	containers.is_whole(w.facts)
	w.workload.images
	seconds := platform.default_value("deployment", "any", "graceSeconds")
}

# Compose waits 10 s.
grace_of(w) := {"seconds": 10, "at": manifest.place(w.index, entry.at), "why": " (the default)"} if {
	not w.workload.graceSeconds
	servers := [server | some server in compose.servers; server.index == w.index]
	count(servers) == 1
	entry := servers[0]
	object.get(entry.service, "stop_grace_period", null) == null
}

pods(facts) := "pods" if facts.kind != "Compose file"

pods(facts) := "containers" if facts.kind == "Compose file"

timeout_of(w) := {"seconds": seconds, "at": ["serving", "spec", "timeouts", "server"]} if {
	seconds := input.serving.facts.spec.timeouts.server
} else := {"seconds": w.workload.timeoutSeconds.value, "at": manifest.place(w.index, w.workload.timeoutSeconds.at)} if {
	w.workload.timeoutSeconds
} else := {"seconds": seconds, "at": ["serving", "spec", "traffic", "outputTokens", "max"]} if {
	seconds := input.serving.facts.generation.maxSeconds
}
