# METADATA
# title: Environment, tier or impact contradicts the rest of the review
# description: |
#   `environment`, `tier` and `noProductionImpact` decide how much is asked of a service, so they must fit
#   what the rest states. A namespace or a label of a declared manifest that names production (`prod`,
#   `production`, `prd`), or a label of the specification that does, contradicts another environment. An
#   alert of severity `page` wakes somebody because users suffer. Outside of production there are none, so
#   pages to the on-call contact of the specification contradict the environment; and an experimental
#   service may fail (both are warnings). A service with peak traffic in production has users whom each
#   revision reaches, so nothing that goes live there is without impact.
# related_resources:
#   - description: Site Reliability Engineering, Being On-Call
#     ref: https://sre.google/sre-book/being-on-call/
# custom:
#   severity: error
#   applies_to: [Review]
#   since: 0.2.0
#   gate: scope
#   help: State the environment in which the service runs, and the tier that its users and alerts give it.
package servelint.rules.structure["exposure-contradicted"]

import data.servelint.lib.fields
import data.servelint.lib.text

finding contains {"at": ["serving", "spec", "environment"], "message": message, "related": related} if {
	environment := input.serving.spec.environment
	environment != "production"
	places := sort([[at, what, name] | some [at, what, name] in named; names_production(name)])
	count(places) > 0
	[_, what, name] := places[0]
	message := sprintf("the environment is `%s`, but %s is `%s`", [environment, what, name])
	related := [{"at": place[0], "message": "names production"} | some place in places]
}

finding contains {
	"at": ["serving", "spec", "environment"],
	"message": message,
	"related": related,
	"severity": "warning",
} if {
	environment := input.serving.spec.environment
	environment != "production"
	count(pages) > 0
	oncall := input.serving.metadata.oncall
	message := sprintf("the environment is `%s`, but %s severity `page` to wake `%s`", [
		environment,
		having(count(pages)),
		oncall,
	])
	related := [{"at": at, "message": "a page"} | some at in pages]
}

finding contains {
	"at": ["serving", "spec", "tier"],
	"message": message,
	"related": related,
	"severity": "warning",
} if {
	input.serving.spec.environment == "production"
	input.serving.spec.tier == "experimental"
	count(pages) > 0
	message := sprintf("the tier is `experimental`, which may fail, but %s severity `page` for when it does", [having(count(pages))])
	related := [{"at": at, "message": "a page"} | some at in pages]
}

finding contains {
	"at": ["serving", "spec", "noProductionImpact"],
	"message": message,
	"related": [{"at": ["serving", "spec", "traffic", "peakRps"], "message": "the traffic"}],
	"help": "State the rollout and the rollback of the revision.",
} if {
	input.serving.spec.environment == "production"
	input.serving.spec.noProductionImpact
	peak := input.serving.spec.traffic.peakRps
	peak > 0
	message := sprintf("`noProductionImpact` is claimed for a service in production with a peak of %v requests/s", [text.number(peak)])
}

having(n) := sprintf("%s %s", [text.counted(n, "alert"), text.word(n, "has", "have")])

pages := array.concat(
	[["serving", "spec", "alerts", i] |
		some i, alert in input.serving.spec.alerts
		alert.severity == "page"
	],
	[array.concat(["artifacts", i], alert.at) |
		some i, artifact in input.artifacts
		artifact.facts.declared
		some alert in artifact.facts.alerts
		lower(alert.severity.value) == "page"
	],
)

# Rows of place, what it is, and what it is called.
named contains [["artifacts", i, "metadata", "namespace"], sprintf("the namespace of %s", [artifact.facts.kind]), name] if {
	some i, artifact in input.artifacts
	artifact.facts.declared
	name := artifact.metadata.namespace
	is_string(name)
}

named contains [["artifacts", i, "metadata", "labels", key], sprintf("the label `%s` of %s", [key, artifact.facts.kind]), name] if {
	some i, artifact in input.artifacts
	artifact.facts.declared
	some key, name in fields.mapping_at(artifact, ["metadata", "labels"])
	of_environment(key)
	is_string(name)
}

named contains [["serving", "metadata", "labels", key], sprintf("its label `%s`", [key]), name] if {
	some key, name in input.serving.metadata.labels
	of_environment(key)
}

of_environment(key) if {
	parts := split(key, "/")
	parts[count(parts) - 1] in {"environment", "env", "stage"}
}

# `ml-prod`, and neither `pre-prod` nor `products`.
names_production(name) if {
	words := regex.split(`[^a-z0-9]+`, lower(name))
	some i, word in words
	word in {"production", "prod", "prd"}
	not before(words, i)
}

before(words, i) if {
	i > 0
	words[i - 1] in {"non", "not", "pre"}
}
