# METADATA
# title: Requests reach a server before its model is loaded
# description: |
#   Kubernetes counts a container without a readiness probe as ready as soon as it runs. A model server then gets requests while it
#   still downloads and loads the model, which takes minutes; a rolling update takes old replicas away on the same word, so all of
#   them can be gone before a new one answers. A startup probe alone also holds traffic back until the model is loaded, and is
#   accepted. Knative and KServe add a probe of their own and are not judged.
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

import data.servelint.lib.containers
import data.servelint.lib.fields
import data.servelint.lib.manifest

finding contains object.union({"at": manifest.place(entry.pod.index, at), "message": message}, advice(entry)) if {
	some entry in containers.servers
	entry.pod.facts.kind in {"Deployment", "Rollout", "StatefulSet"}
	every probe in ["readinessProbe", "startupProbe"] {
		object.get(entry.container, probe, null) == null
	}
	at := entry.at
	message := sprintf("%s of %s has no readiness probe, so it gets requests while its model loads", [
		containers.called(entry),
		manifest.called(entry.pod.facts),
	])
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
}

port(container) := value if {
	value := fields.list_at(container, ["ports"])[0].containerPort
	is_number(value)
} else := to_number(given[0][1]) if {
	line := concat(" ", [row[1] | some row in containers.words(container)])
	given := regex.find_all_string_submatch_n(`--port[= ]+([0-9]{1,5})`, line, 1)
	count(given) > 0
} else := probes[containers.engine(container)][1]
