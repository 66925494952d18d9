# METADATA
# title: Pool serves nothing while its endpoint picker is away
# description: |
#   An InferencePool asks its endpoint picker for each request. With `failureMode: FailClose`, which is the default, the gateway drops
#   every request while the picker does not answer: during its update, on the loss of its node, or while it is overloaded. With `FailOpen` the
#   gateway takes any server of the pool, so that answers are slower and none is lost.
# related_resources:
#   - description: Gateway API inference extension, InferencePool (failureMode)
#     ref: https://gateway-api-inference-extension.sigs.k8s.io/reference/spec/
# custom:
#   severity: warning
#   elsewhere: info
#   unclaimed: info
#   applies_to: [Artifacts]
#   since: 0.2.0
#   help: "Write `failureMode: FailOpen`, unless a server must not get requests that the picker did not choose it for."
package servelint.rules.runtime["picker-fails-closed"]

import data.servelint.lib.manifest

finding contains {"at": manifest.place(i, at), "message": message} if {
	some i, artifact in input.artifacts
	artifact.facts.pool
	some key in ["endpointPickerRef", "extensionRef"]
	picker := artifact.spec[key]
	is_object(picker)
	some [at, why] in closed(key, picker)
	message := sprintf("%s drops every request while its endpoint picker `%s` does not answer (`FailClose`%s)", [
		manifest.called(artifact.facts),
		object.get(picker, "name", "?"),
		why,
	])
}

closed(key, picker) := [[["spec", key, "failureMode"], ""]] if picker.failureMode == "FailClose"

closed(key, picker) := [[["spec", key], ", the default"]] if object.get(picker, "failureMode", null) == null

closed(_, picker) := [] if {
	mode := object.get(picker, "failureMode", null)
	not mode in {null, "FailClose"}
}
