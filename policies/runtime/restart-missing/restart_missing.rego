# METADATA
# title: Server stays down after a crash
# description: |
#   Compose starts a container again only if `restart` or `deploy.restart_policy` says so. A model server that runs out of GPU memory, or that the
#   kernel ends, stays down until somebody starts it, and so it does after the machine boots. Kubernetes restarts
#   containers by itself, so that its manifests are not judged.
# related_resources:
#   - description: Compose specification, restart
#     ref: https://docs.docker.com/reference/compose-file/services/#restart
# custom:
#   severity: warning
#   elsewhere: info
#   unclaimed: info
#   applies_to: [Artifacts]
#   since: 0.2.0
#   help: "Add `restart: unless-stopped` to the service."
package servelint.rules.runtime["restart-missing"]

import data.servelint.lib.compose
import data.servelint.lib.fields
import data.servelint.lib.manifest

finding contains {"at": manifest.place(entry.index, at), "message": message} if {
	some entry in compose.servers
	object.get(fields.mapping_at(entry.service, ["deploy"]), "restart_policy", null) == null
	object.get(entry.service, "extends", null) == null
	at := never(entry)
	message := sprintf("service `%s` is not started again after a crash or a boot of its machine", [entry.name])
}

never(entry) := entry.at if object.get(entry.service, "restart", null) == null

never(entry) := array.concat(entry.at, ["restart"]) if object.get(entry.service, "restart", null) in {"no", false}
