package servelint.rules.structure["quantity-valid_test"]

import data.servelint.lib.testing
import data.servelint.rules.structure["quantity-valid"] as rule

# Where each quantity is written, and what a single replica can have.
places := {
	"resources.cpu": ["resources", "cpu"],
	"resources.memory": ["resources", "memory"],
	"gpu.memory": ["resources", "gpu", "memory"],
	"gpu.overhead": ["resources", "gpu", "overhead"],
	"model.parameters": ["model", "parameters"],
}

bounds := {
	"resources.cpu": [0.001, 4096],
	"resources.memory": [1048576, 70368744177664],
	"gpu.memory": [268435456, 4398046511104],
	"gpu.overhead": [0, 4398046511104],
	"model.parameters": [1, 1000000000000000],
}

test_accepts_what_a_replica_can_have if {
	every name, limits in bounds {
		every number in limits {
			said(name, sprintf("%v", [number]), number) == set()
		}
	}
}

test_flags_less_than_a_replica_can_have if {
	problems := {
		"resources.cpu": [0.0009, "under 1m, the smallest share"],
		"resources.memory": [1048575, "under 1Mi per replica"],
		"gpu.memory": [268435455, "under 256Mi per GPU"],
		"gpu.overhead": [-1, "negative"],
		"model.parameters": [0.9, "less than one parameter"],
	}
	every name, row in problems {
		said(name, "few", row[0]) == {sprintf("%s `few` is implausible: it is %s", [name, row[1]])}
	}
}

test_flags_more_than_a_replica_can_have if {
	problems := {
		"resources.cpu": [4096.5, "over 4096 cores per replica"],
		"resources.memory": [70368744177664.5, "over 64Ti per replica"],
		"gpu.memory": [4398046511104.5, "over 4Ti per GPU"],
		"gpu.overhead": [4398046511104.5, "over 4Ti"],
		"model.parameters": [1000000000000000.5, "over 1000T parameters"],
	}
	every name, row in problems {
		said(name, "many", row[0]) == {sprintf("%s `many` is implausible: it is %s", [name, row[1]])}
	}
}

test_flags_thousandths_of_what_has_no_parts if {
	meant := {
		"resources.memory": "bytes: the suffix `m` means thousandths, not mebibytes (`Mi`)",
		"gpu.memory": "bytes: the suffix `m` means thousandths, not mebibytes (`Mi`)",
		"gpu.overhead": "bytes: the suffix `m` means thousandths, not mebibytes (`Mi`)",
		"model.parameters": "parameters: the suffix `m` means thousandths, not millions (`M`)",
	}
	every name, problem in meant {
		said(name, "512m", 0.512) == {sprintf("%s `512m` is 0.512 %s", [name, problem])}

		# A plausible number of bytes is no better.
		said(name, "2097152000m", 2097152) != set()
	}
}

test_accepts_thousandths_of_a_core if {
	said("resources.cpu", "500m", 0.5) == set()
	said("resources.cpu", "0.5m", 0.0005) == {"resources.cpu `0.5m` is implausible: it is under 1m, the smallest share"}
}

test_flags_a_quantity_that_does_not_parse_with_its_spelling if {
	spellings := {
		"16GB": "; write `G` for 10^9 or `Gi` for 2^30",
		"16MB": "; write `M` for 10^6 or `Mi` for 2^20",
		"70B": "; write `G` for billions",
		"MBit": "",
		"GBit": "",
		"plenty": "",
	}
	every value, spelling in spellings {
		messages_of(unread("resources.memory", value)) == {sprintf("resources.memory `%s` is not a Kubernetes quantity%s", [value, spelling])}
	}
}

test_flags_each_quantity_at_its_place if {
	every name, path in places {
		flagged(unread(name, "plenty")) == {array.concat(["spec"], path)}
		flagged(document(name, "many", 9000000000000000)) == {array.concat(["spec"], path)}
	}
	every name in ["resources.memory", "gpu.memory", "gpu.overhead", "model.parameters"] {
		flagged(document(name, "512m", 0.512)) == {array.concat(["spec"], places[name])}
	}
}

test_ignores_documents_without_quantities_or_facts if {
	count(rule.finding) == 0 with input as {}
	count(rule.finding) == 0 with input as {"spec": {}, "facts": {}}
	count(rule.finding) == 0 with input as {"spec": {"resources": {"memory": "16Gi"}}}
}

# The host leaves a fact out where it cannot read the value.
unread(name, value) := {"spec": nested(places[name], value), "facts": {}}

document(name, value, number) := {"spec": nested(places[name], value), "facts": {"spec": nested(places[name], number)}}

flagged(doc) := at if {
	at := testing.places(rule.finding) with input as doc
}

nested([a, b], value) := {a: {b: value}}

nested([a, b, c], value) := {a: {b: {c: value}}}

said(name, value, number) := messages_of(document(name, value, number))

messages_of(doc) := messages if {
	found := rule.finding with input as doc
	messages := {f.message | some f in found}
}
