# METADATA
# title: Requests reach a server before its model is loaded
# description: |
#   Kubernetes counts a container without a readiness probe as ready as soon as it runs. A model server then gets requests while it
#   still downloads and loads the model, which takes minutes; a rolling update takes old replicas away on the same word, so all of
#   them can be gone before a new one answers. A startup probe alone also holds traffic back until the model is loaded, and is
#   accepted. Knative and KServe add a probe of their own and are not judged. A service of Compose is judged where another one
#   depends on it: without a health check that one starts as soon as the container of the server runs.
# related_resources:
#   - description: Kubernetes, liveness, readiness and startup probes
#     ref: https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/
# custom:
#   severity: error
#   elsewhere: warning
#   unclaimed: warning
#   applies_to: [Artifacts]
#   since: 0.2.0
#   help: Add a readiness probe on the path that answers once the model is loaded.
package servelint.rules.runtime["readiness-missing"]

import data.servelint.lib.compose
import data.servelint.lib.containers
import data.servelint.lib.fields
import data.servelint.lib.manifest

finding contains object.union({"at": manifest.place(entry.pod.index, at), "message": message}, advice(entry)) if {
	some entry in containers.servers
	containers.is_whole(entry.pod.facts)
	not is_of_workers(entry)
	every probe in ["readinessProbe", "startupProbe"] {
		object.get(entry.container, probe, null) == null
	}
	at := entry.at
	message := sprintf("%s of %s has no readiness probe, so it gets requests while its model loads", [
		containers.called(entry),
		manifest.called(entry.pod.facts),
	])
}

# Workers of a group without a leader of its own answer no requests, and are made like it.
is_of_workers(entry) if containers.is_of_group(entry)

is_of_workers(entry) if {
	entry.pod.facts.workload.nodes
	"workerTemplate" in entry.at
}

# What to paste, where the engine and its path are known.
advice(entry) := {"help": sprintf("Add `readinessProbe: {httpGet: {path: %s, port: %v}, periodSeconds: 5}`, which answers once the model is loaded.", [path, port(entry.container)])} if {
	path := probes[containers.engine(entry.container)][0]
}

advice(entry) := {} if {
	container := entry.container
	not containers.engine(container)
}

probes := {
	"vllm": ["/health", 8000],
	"sglang": ["/health", 30000],
	"tgi": ["/health", 80],
	"triton": ["/v2/health/ready", 8000],
	"trtllm": ["/health", 8000],
	"llama.cpp": ["/health", 8080],
	"mlserver": ["/v2/health/ready", 8080],
	"nim": ["/v1/health/ready", 8000],
}

port(container) := value if {
	value := fields.list_at(container, ["ports"])[0].containerPort
	is_number(value)
} else := to_number(given[0][1]) if {
	line := concat(" ", [row[1] | some row in containers.words(container)])
	given := regex.find_all_string_submatch_n(`--port[= ]+([0-9]{1,5})`, line, 1)
	count(given) > 0
} else := probes[containers.engine(container)][1]

# A service of Compose that others wait for.
finding contains {"at": manifest.place(entry.index, entry.at), "message": message, "related": related, "help": help} if {
	some entry in compose.servers
	every key in ["healthcheck", "extends"] {
		object.get(entry.service, key, null) == null
	}
	some other in compose.all
	other.index == entry.index
	at := waits(other, entry.name)
	message := sprintf("service `%s` has no health check, so `%s` starts while its model loads", [entry.name, other.name])
	related := [{"at": manifest.place(entry.index, at), "message": "what depends on it"}]
	help := sprintf("%s and depend on it by `condition: service_healthy`.", [check(entry.service)])
}

waits(other, name) := array.concat(other.at, ["depends_on", places[0]]) if {
	places := [n | some n, wanted in fields.list_at(other.service, ["depends_on"]); wanted == name]
	count(places) > 0
}

waits(other, name) := array.concat(other.at, ["depends_on", name]) if {
	some wanted, condition in fields.mapping_at(other.service, ["depends_on"])
	wanted == name
	object.get(fields.mapping(condition), "condition", "service_started") == "service_started"
}

check(service) := sprintf("Add `healthcheck: {test: [CMD, curl, -f, \"http://localhost:%v%s\"], interval: 10s, start_period: 10m}`", [row[1], row[0]]) if {
	row := probes[containers.engine({"image": object.get(service, "image", ""), "args": [compose.line(service)]})]
} else := "Add a `healthcheck` on the path that answers once the model is loaded,"
