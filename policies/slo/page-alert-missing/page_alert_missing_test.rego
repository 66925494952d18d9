package servelint.rules.slo["page-alert-missing_test"]

import data.servelint.lib.testing
import data.servelint.rules.slo["page-alert-missing"] as rule

test_flags_no_alerts if {
	places(spec([])) == {["spec", "alerts"]}
	places(testing.without(spec([]), ["/spec/alerts"])) == {["spec", "alerts"]}
}

test_flags_tickets_and_slow_pages if {
	places(spec([alert("availability", "ticket", 3600)])) == {["spec", "alerts"]}
	places(spec([alert("availability", "page", 21600)])) == {["spec", "alerts"]}
}

test_flags_page_on_another_slo if {
	places(spec([alert("latency", "page", 3600)])) == {["spec", "alerts"]}
}

test_accepts_fast_page if {
	count(places(spec([alert("availability", "page", 3600)]))) == 0
	count(places(spec([alert("availability", "page", 7200), alert("availability", "ticket", 86400)]))) == 0
}

test_ignores_other_tiers_and_environments if {
	count(places(testing.after(spec([]), {"/spec/tier": "standard"}))) == 0
	count(places(testing.after(spec([]), {"/spec/environment": "staging"}))) == 0
}

test_ignores_unfinished_documents if {
	count(places({})) == 0
	count(places({"spec": {}})) == 0
	count(places({"spec": {"tier": "critical", "environment": "production"}})) == 0
	unread := {"spec": {"alerts": [{"slo": "availability"}]}, "facts": {"spec": {"alerts": [{}]}}}
	count(places(object.union(spec([]), unread))) == 0
}

test_flags_a_page_just_slower_than_two_hours if {
	places(spec([alert("availability", "page", 7201)])) == {["spec", "alerts"]}
}

test_the_message_names_the_slo if {
	found := testing.all(rule.finding) with input as spec([])
	found == {{
		"at": ["spec", "alerts"],
		"related": [["spec", "slos", 0]],
		"says": ["`page`", "2", "`availability`"],
	}}
}

spec(alerts) := {
	"spec": {
		"tier": "critical",
		"environment": "production",
		"slos": [
			{"name": "availability", "indicator": {"type": "availability"}},
			{"name": "latency", "indicator": {"type": "request_latency"}},
		],
		"alerts": [object.remove(a, ["seconds"]) | some a in alerts],
	},
	"facts": {"spec": {"alerts": [{"longWindow": a.seconds} | some a in alerts]}},
}

alert(slo, severity, seconds) := {"slo": slo, "severity": severity, "seconds": seconds}

places(doc) := at if {
	at := testing.places(rule.finding) with input as doc
}
