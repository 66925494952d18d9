# METADATA
# title: Quantity is not valid or not plausible
# description: |
#   Memory, processor and parameter counts are Kubernetes quantities: `16Gi` is 16 x 2^30, `16G` is 16 x
#   10^9, and `m` means thousandths. So `512m` of memory is about half a byte, which Kubernetes accepts and
#   no container can run in, and `16GB` or `70B` do not parse at all. This rule reports a quantity that does
#   not parse, memory or parameters in thousandths, and sizes that no replica has (memory under 1Mi, a GPU
#   under 256Mi, a model below one parameter), because every capacity and memory rule computes with these
#   numbers and would otherwise pass or fail for the wrong reason.
# related_resources:
#   - description: Kubernetes, Quantity
#     ref: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
#   - description: Kubernetes, Resource Management for Pods and Containers
#     ref: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
# custom:
#   severity: error
#   applies_to: [ServingSpec]
#   since: 0.1.0
#   help: Write a number with a Kubernetes suffix, such as `16Gi` (2^30), `16G` (10^9) or, for cpu alone, `500m`.
package servelint.rules.structure["quantity-valid"]

import data.servelint.lib.text

finding contains {"at": array.concat(["spec"], row.path), "message": message} if {
	some row in stated
	is_string(row.value)
	row.fact == null
	message := sprintf("%s `%s` is not a Kubernetes quantity%s", [row.name, row.value, spelling(row.value)])
}

finding contains {"at": array.concat(["spec"], row.path), "message": message} if {
	some row in stated
	is_number(row.fact)
	in_thousandths(row.kind, row.value)
	message := sprintf("%s `%s` is %v %s: the suffix `m` means thousandths, not %s", [
		row.name,
		row.value,
		text.number(row.fact),
		limits[row.kind].unit,
		limits[row.kind].meant,
	])
}

finding contains {"at": array.concat(["spec"], row.path), "message": message} if {
	some row in stated
	is_number(row.fact)
	not in_thousandths(row.kind, row.value)
	problem := implausible(row.fact, limits[row.kind])
	message := sprintf("%s `%v` is implausible: it is %s", [row.name, row.value, problem])
}

# The number is null where the host could not read the value.
stated := [{"path": path, "name": name, "kind": kind, "value": value, "fact": fact} |
	facts := input.facts
	some [path, name, kind] in [
		[["resources", "cpu"], "resources.cpu", "cores"],
		[["resources", "memory"], "resources.memory", "memory"],
		[["resources", "gpu", "memory"], "gpu.memory", "gpu"],
		[["resources", "gpu", "overhead"], "gpu.overhead", "overhead"],
		[["model", "parameters"], "model.parameters", "parameters"],
	]
	value := object.get(input.spec, path, null)
	value != null
	fact := object.get(facts, array.concat(["spec"], path), null)
]

# What a single replica can have. The bounds are generous: they catch a wrong suffix, not a large machine.
limits := {
	"cores": {"low": 0.001, "high": 4096, "below": "under 1m, the smallest share", "above": "over 4096 cores per replica"},
	"memory": {"low": 1048576, "high": 70368744177664, "below": "under 1Mi per replica", "above": "over 64Ti per replica", "unit": "bytes", "meant": "mebibytes (`Mi`)"},
	"gpu": {"low": 268435456, "high": 4398046511104, "below": "under 256Mi per GPU", "above": "over 4Ti per GPU", "unit": "bytes", "meant": "mebibytes (`Mi`)"},
	"overhead": {"low": 0, "high": 4398046511104, "below": "negative", "above": "over 4Ti", "unit": "bytes", "meant": "mebibytes (`Mi`)"},
	"parameters": {"low": 1, "high": 1000000000000000, "below": "less than one parameter", "above": "over 1000T parameters", "unit": "parameters", "meant": "millions (`M`)"},
}

in_thousandths(kind, value) if {
	kind != "cores"
	endswith(value, "m")
}

implausible(number, limit) := limit.below if number < limit.low

implausible(number, limit) := limit.above if number > limit.high

spelling(value) := "; write `G` for 10^9 or `Gi` for 2^30" if endswith(value, "GB")

spelling(value) := "; write `M` for 10^6 or `Mi` for 2^20" if endswith(value, "MB")

spelling(value) := "; write `G` for billions" if {
	endswith(value, "B")
	not endswith(value, "GB")
	not endswith(value, "MB")
}

spelling(value) := "" if not endswith(value, "B")
