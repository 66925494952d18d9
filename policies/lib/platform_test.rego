package servelint.lib.platform_test

import data.servelint.lib.platform

test_defaults_differ_by_mode if {
	platform.default_value("kserve", "Standard", "timeoutSeconds") == 60
	platform.default_value("kserve", "Knative", "timeoutSeconds") == 300
}

test_unknown_defaults_are_undefined if {
	not platform.default_value("kserve", "ModelMesh", "timeoutSeconds")
	not platform.default_value("acme", "any", "timeoutSeconds")
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
