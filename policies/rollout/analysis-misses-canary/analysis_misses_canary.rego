# METADATA
# title: Query of a canary measures every revision
# description: |
#   An analysis that measures all requests sees the canary only by its share: at 5 % of the traffic, a canary
#   that fails every request shows as 5 % errors, and the revision that is replaced can make a good canary
#   fail. In Argo a query selects the canary by the name of its service, or by the hash of its pods, which a
#   Rollout passes as an argument (`podTemplateHashValue: Latest`). In Flagger it selects `{{ target }}`, whose
#   primary is called `{{ target }}-primary`: `pod=~"{{ target }}-.*"` matches the pods of both. Reported is a
#   query in which no label and no value tells revisions apart. An argument whose value is not in the files is
#   not checked, and neither is a label that a query may use for the revision.
# related_resources:
#   - description: Argo Rollouts, analysis with arguments
#     ref: https://argo-rollouts.readthedocs.io/en/stable/features/analysis/
#   - description: Flagger, custom metrics
#     ref: https://docs.flagger.app/usage/metrics
# custom:
#   severity: warning
#   applies_to: [Artifacts]
#   since: 0.2.0
#   gate: canary
#   help: Select the canary in the query, by its service, by `rollouts_pod_template_hash` or by Flagger's `{{ target }}`.
package servelint.rules.rollout["analysis-misses-canary"]

import data.servelint.lib.manifest
import data.servelint.lib.queries
import data.servelint.lib.traffic

# Templates of Argo, by the canary Rollout that refers to them.
finding contains {"at": at, "message": message, "related": [{"at": reference, "message": "the rollout that it judges"}]} if {
	some use in uses
	query := use.query
	query.selects == "whole"
	canary := use.canary
	not named(query, canary)
	at := manifest.place(use.index, query.at)
	reference := use.reference
	message := sprintf("query of %s measures every revision: nothing in it selects the canary", [queries.owner(query)])
}

finding contains {"at": at, "message": message, "related": [{"at": reference, "message": "the rollout that it judges"}]} if {
	some use in uses
	query := use.query
	query.selects == "argument"
	canary := use.canary
	not named(query, canary)
	given := values(use)
	count(given) == count(query.arguments)
	every value in given { is_other(value, canary) }
	at := manifest.place(use.index, query.at)
	reference := use.reference
	message := sprintf("query of %s does not select the canary: its arguments are %s", [
		queries.owner(query),
		concat(", ", [sprintf("`%s`", [value]) | some value in given]),
	])
}

unchecked contains {"at": at, "message": message} if {
	some use in uses
	query := use.query
	query.selects == "argument"
	given := values(use)
	count(given) != count(query.arguments)
	at := manifest.place(use.index, query.at)
	message := sprintf("the arguments of the query of %s decide whether it selects the canary", [queries.owner(query)])
}

# Templates of Flagger.
finding contains {"at": at, "message": message} if {
	some entry in queries.judged
	query := entry.query
	query.purpose == "template"
	message := flagger(query)
	at := entry.at
}

flagger(query) := sprintf("query of %s measures every revision: nothing in it selects `{{ target }}`", [queries.owner(query)]) if query.selects == "whole"

flagger(query) := sprintf("query of %s measures the primary as well: what it asks of `{{ target }}` also holds for `{{ target }}-primary`", [queries.owner(query)]) if query.selects == "primary"

# Each query of a template that a canary Rollout refers to.
uses := [use |
	some r in traffic.rollouts
	r.facts.kind == "Rollout"
	r.rollout.strategy.value == "canary"
	some reference in traffic.references(r)
	some template in traffic.templates(reference, r.facts)
	some query in input.artifacts[template.index].facts.queries
	use := {
		"index": template.index,
		"query": query,
		"reference": manifest.place(r.index, reference.at),
		"canary": object.get(input.artifacts[r.index], ["spec", "strategy", "canary", "canaryService"], ""),
		"passed": passed(r.index, reference.at),
		"declared": object.get(input.artifacts[template.index], ["spec", "args"], []),
	}
]

# The arguments beside the list of templates.
passed(index, at) := object.get(input.artifacts[index], array.concat(array.slice(at, 0, count(at) - 2), ["args"]), [])

named(query, canary) if {
	canary != ""
	some value in query.values
	contains(value, canary)
}

# The values of the arguments of a query that are written as they are. Those of a Rollout go before those of its template.
values(use) := [value |
	some argument in use.query.arguments
	name := trim_prefix(argument, "args.")
	value := value_of(use, name)
]

value_of(use, name) := value if {
	some given in use.passed
	given.name == name
	value := given.value
} else := value if {
	given := {entry.name | some entry in use.passed}
	not given[name]
	some declared in use.declared
	declared.name == name
	value := declared.value
}

# A value that cannot be the canary's: a name without any word for it.
is_other(value, canary) if {
	is_string(value)
	lowered := lower(value)
	every word in ["canary", "preview", "hash", "revision", "latest", "candidate", "green", "experiment", "version", "{{", "$"] {
		not contains(lowered, word)
	}
	not is_canary(value, canary)
}

is_canary(value, canary) if {
	canary != ""
	contains(value, canary)
}
