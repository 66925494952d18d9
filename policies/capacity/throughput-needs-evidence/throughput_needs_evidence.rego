# METADATA
# title: Throughput of a replica has no evidence
# description: |
#   `capacity.perReplica.throughputRps` is the basis of the capacity plan: a number twice too high means
#   half the replicas that are needed. It must come from a load test whose result file is named, so that a
#   reviewer can see under which latency, lengths and hardware it was reached.
# related_resources:
#   - description: SRE book, Reliable Product Launches at Scale
#     ref: https://sre.google/sre-book/reliable-product-launches/
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [ServingSpec]
#   since: 0.1.0
#   help: Run a load test against one replica and name its result file in `capacity.perReplica.evidence`.
package servelint.rules.capacity["throughput-needs-evidence"]

finding contains {"at": ["spec", "capacity", "perReplica", "evidence"], "message": message} if {
	claim := input.spec.capacity.perReplica
	rate := claim.throughputRps
	object.get(claim, "evidence", "") in {"", []}
	message := sprintf("throughput of `%v` rps per replica is claimed without evidence", [rate])
}
