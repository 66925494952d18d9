package servelint.lib.compare_test

import data.servelint.lib.compare

test_differences_count if {
	compare.below(1, 2)
	compare.above(2, 1)
	compare.below(-2, -1)
	compare.above(0.001, 0)
}

test_equal_numbers_are_neither if {
	not compare.below(2, 2)
	not compare.above(2, 2)
	not compare.below(0, 0)
}

test_noise_is_neither if {
	not compare.below(0.9999999999999998, 1)
	not compare.above(0.30000000000000004, 0.3)
}
