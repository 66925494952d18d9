# METADATA
# title: Replica that hangs keeps its share of the traffic
# description: |
#   A readiness probe takes a replica out after period x failureThreshold. A threshold that was raised so that a model has time
#   to load also applies later: a server that hangs gets requests for as long, and each of them waits until it times out. A startup
#   probe grants the time to load, and the readiness probe can then be quick. More than a minute is reported, unless the liveness
#   probe ends the container sooner. A probe whose numbers are not written as numbers is not judged.
# related_resources:
#   - description: Kubernetes, liveness, readiness and startup probes
#     ref: https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/
# custom:
#   severity: warning
#   elsewhere: info
#   unclaimed: warning
#   applies_to: [Artifacts]
#   since: 0.2.0
#   help: Let the readiness probe fail within a minute, and give the time to load to a startup probe.
package servelint.rules.runtime["readiness-slow"]

import data.servelint.lib.containers
import data.servelint.lib.manifest
import data.servelint.lib.text

finding contains {"at": manifest.place(entry.pod.index, at), "message": message, "help": advice(entry.container, seconds)} if {
	some entry in containers.servers
	seconds := patience(entry.container, "readinessProbe")
	seconds > longest
	not is_ended_sooner(entry.container)
	at := array.concat(entry.at, ["readinessProbe"])
	message := sprintf("readiness probe of %s of %s keeps sending requests for %s to a replica that no longer answers", [
		containers.called(entry),
		manifest.called(entry.pod.facts),
		text.duration(seconds),
	])
}

longest := 60

# Kubernetes' defaults are 10 s and 3 tries, and 0 means the default.
patience(container, name) := number(container[name], "periodSeconds", 10) * number(container[name], "failureThreshold", 3) if {
	is_object(container[name])
}

number(probe, key, default_value) := default_value if object.get(probe, key, 0) in {0, null}

number(probe, key, _) := probe[key] if {
	is_number(probe[key])
	probe[key] > 0
}

is_ended_sooner(container) if patience(container, "livenessProbe") <= longest

# The time that was meant for the start goes to a startup probe.
advice(container, seconds) := sprintf("Move the time to a startup probe with the same handler: `startupProbe: {periodSeconds: 10, failureThreshold: %v}`, and write `periodSeconds: 5` and `failureThreshold: 3` in the readiness probe.", [ceil(seconds / 10)]) if {
	not is_object(object.get(container, "startupProbe", null))
}

advice(container, _) := "The startup probe already grants the time to load: write `periodSeconds: 5` and `failureThreshold: 3` in the readiness probe." if {
	is_object(object.get(container, "startupProbe", null))
}
