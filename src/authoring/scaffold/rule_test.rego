package {TEST_PACKAGE}

import data.{PACKAGE} as rule

test_flags_{BAD_NAME} if {
	found := rule.finding with input as document({BAD})
	{one.at | some one in found} == {{FOUND}}
}

test_accepts_{GOOD_NAME} if {
	found := rule.finding with input as document({GOOD})
	count(found) == 0
}

document({ARGUMENT}) := {DOCUMENT}
