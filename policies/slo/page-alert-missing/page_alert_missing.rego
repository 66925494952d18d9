# METADATA
# title: Critical service has no page for a fast burn
# description: |
#   An outage that fails every request spends the month's budget of a 99.9 % SLO in 43 minutes. Only a page
#   with a short enough window reaches somebody in time; a ticket, or a page whose long window is many
#   hours, comes after the budget is gone. Each availability SLO of a critical service in production
#   therefore needs an alert of severity `page` with a long window of at most 2h. Source: the SRE workbook,
#   chapter 5, pages on 2 % of the budget in one hour.
# related_resources:
#   - description: SRE workbook, Alerting on SLOs
#     ref: https://sre.google/workbook/alerting-on-slos/
# custom:
#   severity: warning
#   applies_to: [ServingSpec]
#   since: 0.1.0
#   help: Add a page on the SLO with a long window of 1h, a short one of 5m and the burn rate that spends 2 % of its budget.
package servelint.rules.slo["page-alert-missing"]

finding contains {
	"at": ["spec", "alerts"],
	"message": message,
	"related": [{"at": ["spec", "slos", i], "message": "the SLO that no fast page watches"}],
} if {
	input.spec.tier == "critical"
	input.spec.environment == "production"
	some i, objective in input.spec.slos
	objective.indicator.type == "availability"
	not paged(objective.name)
	message := sprintf("no alert of severity `page` with a long window of 2h or less watches SLO `%s`", [objective.name])
}

# What an alert leaves out is reported elsewhere, and counts here as if it were right.
paged(name) if {
	some i, alert in input.spec.alerts
	alert.slo == name
	not alert.severity == "ticket"
	not slow(i)
}

slow(i) if input.facts.spec.alerts[i].longWindow > 7200
