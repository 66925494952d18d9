# METADATA
# title: Rollout steps differ from the specification
# description: |
#   Samples, detection times and the budget that a bad revision can spend were computed from the steps of
#   the specification. What moves the traffic are the steps of the manifest. The rule compares the weights
#   in their order, and the bake times where the manifest's are known: pauses of Argo, the interval of
#   Flagger. A last step to 100 %, which platforms make by themselves, need not be written. An
#   InferenceService, a Service of Knative and a canary Ingress of NGINX hold one weight at a time; it must be one of the
#   specification's. Two backends of a route (HTTPRoute, GRPCRoute, VirtualService), or two models of an Experiment of
#   Seldon, share the traffic: neither share being one of the weights is a warning, because they may be no two revisions.
#   Where a Rollout or a Canary is among the manifests, it moves these weights, and they are not compared.
# related_resources:
#   - description: Argo Rollouts, canary strategy
#     ref: https://argo-rollouts.readthedocs.io/en/stable/features/canary/
#   - description: Flagger, deployment strategies
#     ref: https://docs.flagger.app/usage/deployment-strategies
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [Artifacts]
#   since: 0.2.0
#   help: Correct the wrong one, and review the findings about the steps again.
#   reworded:
#     - now: "{} moves traffic in steps of {} %, but the specification has steps of {} %"
#       then: "{} moves traffic in steps of {} %, but the specification says {} %"
#     - now: "{} has no steps, but the specification has steps of {} %"
#       then: "{} has no steps, but the specification says {} %"
#     - now: "{} stays at {} % for {}, but the specification bakes for {}"
#       then: "{} stays at {} % for {}, but the specification says {}"
#     - now: "{} is a `{}` rollout, but the strategy of the specification is `{}`"
#       then: "{} is a `{}` rollout, but the specification says `{}`"
package servelint.rules.rollout["rollout-drift"]

import data.servelint.lib.compare
import data.servelint.lib.manifest
import data.servelint.lib.routes
import data.servelint.lib.text
import data.servelint.lib.traffic

finding contains {"at": manifest.place(r.index, r.rollout.at), "message": message, "related": related} if {
	some r in compared
	found := partial([step.weight | some step in r.rollout.steps])
	count(found) > 0
	found != said_weights
	message := sprintf("%s moves traffic in steps of %s %%, but the specification has steps of %s %%", [
		manifest.called(r.facts),
		list(found),
		list(said_weights),
	])
	related := said_steps
}

finding contains {"at": manifest.place(r.index, r.rollout.at), "message": message, "related": related} if {
	some r in compared
	count(partial([step.weight | some step in object.get(r.rollout, "steps", [])])) == 0
	message := sprintf("%s has no steps, but the specification has steps of %s %%", [manifest.called(r.facts), list(said_weights)])
	related := said_steps
}

finding contains {"at": manifest.place(r.index, step.at), "message": message, "related": related} if {
	some r in compared
	partial([step.weight | some step in r.rollout.steps]) == said_weights
	some place, step in carrying(r.rollout)
	i := said_indexes[place]
	said := input.serving.facts.spec.rollout.steps[i].bake
	is_number(said)
	is_number(step.bakeSeconds)
	abs(step.bakeSeconds - said) > 0.5
	times := text.durations(step.bakeSeconds, said)
	message := sprintf("%s stays at %v %% for %s, but the specification bakes for %s", [
		manifest.called(r.facts),
		step.weight,
		times[0],
		times[1],
	])
	related := [{"at": ["serving", "spec", "rollout", "steps", i, "bake"], "message": "the specification"}]
}

finding contains {"at": manifest.place(r.index, r.rollout.strategy.at), "message": message, "related": related} if {
	some r in traffic.rollouts
	r.facts.platform in {"argo-rollouts", "flagger"}
	said := input.serving.spec.rollout.strategy
	said in {"canary", "linear", "blueGreen"}
	found := r.rollout.strategy.value
	found in {"canary", "blueGreen"}
	kind(said) != found
	message := sprintf("%s is a `%s` rollout, but the strategy of the specification is `%s`", [manifest.called(r.facts), found, said])
	related := [{"at": ["serving", "spec", "rollout", "strategy"], "message": "the specification"}]
}

finding contains {"at": manifest.place(r.index, step.at), "message": message, "related": said_steps} if {
	some r in traffic.rollouts
	r.facts.platform in {"kserve", "knative", "cloud-run", "nginx"}
	not managed(r.facts)
	count(said_weights) > 0
	some step in r.rollout.steps
	step.weight > 0
	step.weight < 100
	not step.weight in said_weights
	message := sprintf("%s sends %v %% to the new revision, but the specification has steps of %s %%", [
		manifest.called(r.facts),
		step.weight,
		list(said_weights),
	])
}

# Which of two is the new revision is not written.
finding contains {
	"at": split.at,
	"severity": "warning",
	"message": sprintf("%s shares traffic by %v and %v %%, but the specification has steps of %s %%", [
		manifest.called(split.facts),
		text.number(split.shares[0]),
		text.number(split.shares[1]),
		list(said_weights),
	]),
	"related": said_steps,
} if {
	count(said_weights) > 0
	not routes.moved
	some split in splits
	count(split.shares) == 2
	every share in split.shares {
		share > 0
		every said in said_weights {
			differ(share, said)
		}
	}
}

differ(a, b) if compare.above(a, b)

differ(a, b) if compare.below(a, b)

splits := array.concat(
	[{"at": manifest.place(entry.index, entry.way.at), "facts": entry.facts, "shares": shares} |
		some entry in routes.ways
		shares := routes.shares(entry.way)
	],
	[{"at": manifest.place(r.index, r.rollout.at), "facts": r.facts, "shares": shares} |
		some r in traffic.rollouts
		r.facts.platform == "seldon"
		shares := routes.shares({"backends": [{"weight": {"value": candidate.weight}} | some candidate in r.rollout.candidates]})
	],
)

# A controller of rollouts writes the canaries of NGINX itself.
managed(facts) if {
	facts.platform == "nginx"
	routes.moved
}

kind("linear") := "canary"

kind(strategy) := strategy if strategy != "linear"

# Rollouts in steps, where the specification has steps too.
compared := [r |
	count(said_weights) > 0
	some r in traffic.rollouts
	r.facts.platform in {"argo-rollouts", "flagger"}
	r.rollout.strategy.value == "canary"
	not r.rollout.unreadStep
]

said_weights := partial([step.weight | some step in input.serving.spec.rollout.steps])

# Without the last step to full traffic, and without those that carry none.
partial(weights) := [weight | some weight in weights; weight > 0; weight < 100]

carrying(rollout) := [entry | some entry in rollout.steps; entry.weight > 0]

# Where each of these stands in the specification.
said_indexes := [i | some i, step in input.serving.spec.rollout.steps; step.weight > 0]

said_steps := [{"at": ["serving", "spec", "rollout", "steps"], "message": "the specification"}]

list(weights) := concat(", ", [sprintf("%v", [weight]) | some weight in weights])
