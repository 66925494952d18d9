# METADATA
# title: Production service lacks a review document
# description: |
#   A production service is reviewed from three documents: the ServingSpec says what is served, the
#   DecisionLog why it is served so and which risks remain, the VerificationChecklist what was measured.
#   Where one is missing, the rules that compare it with the others cannot run, which must not count as a
#   pass. A log in which no decision is accepted supports nothing either. Other environments need only the
#   specification.
# related_resources:
#   - description: Site Reliability Engineering, The Evolving SRE Engagement Model (production readiness reviews)
#     ref: https://sre.google/sre-book/evolving-sre-engagement-model/
# custom:
#   severity: error
#   applies_to: [Review]
#   since: 0.1.0
#   help: Add the missing document with `spec.servingSpec` naming the service, and let servelint read it together with the spec.
#   reworded:
#     - now: "production service `{}` has no accepted decision"
#       then: "production service `{}` rests on no accepted decision"
package servelint.rules.verification["review-incomplete"]

finding contains {"at": ["serving", "metadata", "name"], "message": message} if {
	input.serving.spec.environment == "production"
	some documents, [kind, purpose] in {
		"decisions": ["DecisionLog", "why it is served this way and which risks remain is not recorded"],
		"checklists": ["VerificationChecklist", "nothing shows that it was verified"],
	}
	count(object.get(input, documents, [])) == 0
	message := sprintf("production service `%s` has no %s: %s", [input.service, kind, purpose])
}

finding contains {
	"at": ["decisions", 0, "spec", "decisions"],
	"message": message,
	"help": "Set the status of a decision to `accepted`, or do not serve the model in production yet.",
} if {
	input.serving.spec.environment == "production"
	count(object.get(input, "decisions", [])) > 0
	not any_accepted
	message := sprintf("production service `%s` has no accepted decision", [input.service])
}

any_accepted if {
	some log in input.decisions
	some decision in log.spec.decisions
	decision.status == "accepted"
}
