package servelint.lib.platform_test

import data.servelint.lib.platform

test_defaults_differ_by_mode if {
	platform.default_value("kserve", "Standard", "progressDeadlineSeconds") == 600
	platform.default_value("kserve", "Knative", "timeoutSeconds") == 300
	platform.default_value("kserve", "any", "minReplicas") == 1
}

test_a_default_that_depends_on_the_cluster_is_undefined if {
	data.servelint.platforms.defaults.kserve.Standard.timeoutSeconds.requires
	not platform.default_value("kserve", "Standard", "timeoutSeconds")
	platform.source("kserve", "Standard", "timeoutSeconds")
}

test_unknown_defaults_are_undefined if {
	every place in [["kserve", "ModelMesh", "timeoutSeconds"], ["acme", "any", "timeoutSeconds"], ["kserve", "Standard", "colour"]] {
		not platform.default_value(place[0], place[1], place[2])
		not platform.source(place[0], place[1], place[2])
	}
}

test_the_source_stands_beside_the_default if {
	written := data.servelint.platforms.defaults.kserve.Standard.timeoutSeconds.source
	platform.source("kserve", "Standard", "timeoutSeconds") == written
}

test_every_default_has_a_source if {
	every modes in data.servelint.platforms.defaults {
		every fields in modes {
			every entry in fields {
				count(entry.source) > 10
			}
		}
	}
}
