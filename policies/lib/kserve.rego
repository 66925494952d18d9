# METADATA
# description: |
#   What KServe refuses of an InferenceService with the runtime that it names. Rows of the path within the manifest and a message.
# related_resources:
#   - description: KServe, choice of the runtime
#     ref: https://github.com/kserve/kserve/blob/v0.15.2/pkg/controller/v1beta1/inferenceservice/components/predictor.go
#   - description: KServe, formats of a runtime
#     ref: https://github.com/kserve/kserve/blob/v0.15.2/pkg/apis/serving/v1beta1/predictor_model.go
package servelint.lib.kserve

import data.servelint.lib.fields

# METADATA
# description: The index of the runtime of an InferenceService.
runtime_of(artifact) := found[0] if {
	wanted := artifact.facts.runtime
	found := [j |
		some j, other in input.artifacts
		other.facts.kind == wanted.kind
		other.facts.name == wanted.name
	]
	count(found) == 1
}

# METADATA
# description: Rows of an InferenceService and its runtime, each with the path within the runtime as well.
refused(artifact, runtime) := array.concat(
	array.concat(disabled(artifact, runtime), unsupported(artifact, runtime)),
	silent(artifact, runtime),
)

disabled(artifact, runtime) := [[artifact.facts.runtime.at, sprintf("its runtime `%s` is disabled", [artifact.facts.runtime.name]), ["spec", "disabled"]] |
	runtime.spec.disabled == true
]

# KServe compares names, and versions where the model has one.
unsupported(artifact, runtime) := [[["spec", "predictor", "model", "modelFormat"], sprintf("its runtime `%s` does not list the format `%s`", [artifact.facts.runtime.name, wanted]), ["spec", "supportedModelFormats"]] |
	format := fields.mapping_at(artifact, ["spec", "predictor", "model", "modelFormat"])
	wanted := label(format)
	formats := fields.list_at(runtime, ["spec", "supportedModelFormats"])
	every known in formats {
		is_string(known.name)
	}
	labels := {known.name | some known in formats} | {label(known) | some known in formats}
	not wanted in labels
]

label(format) := format.name if {
	is_string(format.name)
	object.get(format, "version", null) == null
}

label(format) := sprintf("%s:%s", [format.name, format.version]) if {
	is_string(format.name)
	is_string(format.version)
}

silent(artifact, runtime) := [[["spec", "predictor", "model", "protocolVersion"], sprintf("its runtime `%s` does not speak the protocol `%s`", [artifact.facts.runtime.name, wanted]), ["spec", "protocolVersions"]] |
	wanted := artifact.spec.predictor.model.protocolVersion
	is_string(wanted)
	known := fields.list_at(runtime, ["spec", "protocolVersions"])
	count(known) > 0
	not wanted in known
]

# METADATA
# description: Rows of probes of the merged pod that have two handlers, because the manifests name different ones.
probes(artifact) := [[["pod", "containers", 0, probe], sprintf("its %s has %s, one of the runtime and one of its own, and Kubernetes takes one", [probe, concat(" and ", [sprintf("`%s`", [name]) | some name in handlers])])] |
	artifact.facts.runtime
	some probe in ["readinessProbe", "livenessProbe", "startupProbe"]
	written := fields.mapping_at(fields.list_at(artifact, ["pod", "containers"])[0], [probe])
	handlers := [name | some name in ["exec", "grpc", "httpGet", "tcpSocket"]; is_object(written[name])]
	count(handlers) > 1
]
