# METADATA
# description: The services of Compose files that run model servers. What stands there is left out where it is no literal of the expected type.
# related_resources:
#   - description: Compose specification, services
#     ref: https://docs.docker.com/reference/compose-file/services/
package servelint.lib.compose

import data.servelint.lib.fields

# METADATA
# description: The Compose files of a review with their indexes.
files := [{"index": i, "facts": artifact.facts, "services": fields.mapping_at(artifact, ["services"])} |
	some i, artifact in input.artifacts
	artifact.facts.platform == "compose"
	object.get(artifact.facts, "role", "") != "stable-workload"
]

# METADATA
# description: All their services, each with the path to it.
all := [{"file": file, "index": file.index, "at": ["services", name], "name": name, "service": service} |
	some file in files
	some name, service in file.services
	is_object(service)
]

# METADATA
# description: Those that run a model server.
servers := [entry |
	some entry in all
	some pod in entry.file.facts.pods
	entry.at in pod.servers
]

# METADATA
# description: The command of a service as one line.
line(service) := concat(" ", [word |
	some key in ["entrypoint", "command"]
	some word in words(object.get(service, key, []))
])

words(value) := [value] if is_string(value)

words(value) := [word | some word in value; is_string(word)] if is_array(value)

words(value) := [] if {
	not is_string(value)
	not is_array(value)
}

# METADATA
# description: The variables of a service as rows of name, value and the path below the service.
variables(service) := array.concat(
	[[name, value, ["environment", name]] |
		some name, value in fields.mapping_at(service, ["environment"])
		is_string(value)
	],
	[[parts[0], concat("=", array.slice(parts, 1, count(parts))), ["environment", n]] |
		some n, row in fields.list_at(service, ["environment"])
		is_string(row)
		parts := split(row, "=")
		count(parts) > 1
	],
)

# METADATA
# description: Where a service mounts something, as rows of source, target and the path below the service.
mounts(service) := array.concat(
	[[parts[0], parts[1], ["volumes", n]] |
		some n, row in fields.list_at(service, ["volumes"])
		is_string(row)
		parts := split(row, ":")
		count(parts) > 1
	],
	[[object.get(row, "source", ""), object.get(row, "target", ""), ["volumes", n]] |
		some n, row in fields.list_at(service, ["volumes"])
		is_object(row)
	],
)
