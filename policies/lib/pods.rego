# METADATA
# description: |
#   Numbers of pods as Kubernetes and Argo Rollouts compute them. All replicas are whole numbers. A setting is a whole number
#   or a percentage as text, such as `25%`; for another text, such as a placeholder, the results are undefined.
# related_resources:
#   - description: Argo Rollouts, utils/replicaset/canary.go and replicaset.go
#     ref: https://github.com/argoproj/argo-rollouts/blob/master/utils/replicaset/canary.go
#   - description: Kubernetes, ResolveFenceposts of Deployments
#     ref: https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/deployment/util/deployment_util.go
package servelint.lib.pods

# METADATA
# description: A setting as a number of pods, a percentage rounded up.
up(setting, _) := setting if is_number(setting)

up(setting, replicas) := ceil((percentage(setting) * replicas) / 100) if is_string(setting)

# METADATA
# description: A setting as a number of pods, a percentage rounded down.
down(setting, _) := setting if is_number(setting)

down(setting, replicas) := floor((percentage(setting) * replicas) / 100) if is_string(setting)

percentage(text) := to_number(trim_suffix(text, "%")) if regex.match(`^[0-9]{1,6}%$`, text)

# METADATA
# description: |
#   How many pods an update may add to and take from `replicas`, from `maxSurge` and `maxUnavailable`: the first is rounded up
#   and the second down, and where both come to nothing one may be missing.
limits(surge, unavailable, replicas) := {"surge": 0, "unavailable": 1} if {
	up(surge, replicas) == 0
	down(unavailable, replicas) == 0
} else := {"surge": up(surge, replicas), "unavailable": down(unavailable, replicas)}

# METADATA
# description: |
#   The pods of a canary of Argo without traffic routing, at a weight in percent: `canary` of the new version and `total` of both,
#   once both are available. `surge` is the number of pods beyond `replicas` that the Rollout allows. The candidates
#   are those of Argo in its order, and the first one that comes nearest to the weight is taken.
canary(replicas, weight, surge) := {"canary": best[2], "total": best[3]} if {
	replicas > 0
	rows := candidates(replicas, weight, surge)
	count(rows) > 0
	best := min(rows)
} else := {"canary": 0, "total": replicas}

# Rows of distance to the weight, order, canary and total. The distance is rounded, so that binary fractions decide nothing.
candidates(replicas, weight, surge) := array.concat(
	of_total(replicas, replicas, weight, surge),
	[row | surge > 0; some row in of_total(replicas + 1, replicas, weight, surge)],
)

of_total(total, replicas, weight, surge) := array.concat(
	[candidate(rounded, total, weight, 0) |
		rounded := ceil((replicas * weight) / 100)
		may_be(rounded, total, replicas, weight, surge)
	],
	[candidate(rounded, total, weight, 1) |
		rounded := floor((replicas * weight) / 100)
		(total * weight) % 100 != 50
		not_forbidden(rounded, replicas, weight, surge)
	],
)

candidate(canary, total, weight, order) := [round(abs(((100 * canary) / total) - weight) * 1000000000), order + (2 * total), canary, total]

# With one pod more than `replicas` nothing is too many; without, the canary must leave one.
may_be(_, total, replicas, _, _) if total > replicas

may_be(canary, total, replicas, _, _) if {
	total == replicas
	canary < replicas
}

may_be(_, total, replicas, weight, surge) if {
	total == replicas
	may_be_none(replicas, weight, surge)
}

not_forbidden(canary, _, _, _) if canary != 0

not_forbidden(0, replicas, weight, surge) if may_be_none(replicas, weight, surge)

may_be_none(_, weight, _) if weight in {0, 100}

may_be_none(replicas, _, surge) if {
	replicas == 1
	surge == 0
}
