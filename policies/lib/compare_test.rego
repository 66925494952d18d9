package servelint.lib.compare_test

import data.servelint.lib.compare

test_numbers_that_differ_are_above_or_below if {
	compare.below(1, 2)
	compare.above(2, 1)
	compare.below(-2, -1)
	compare.above(0.001, 0)
	not compare.below(2, 1)
	not compare.above(1, 2)
}

test_equal_numbers_are_neither if {
	every number in [2, 0, -2] {
		not compare.below(number, number)
		not compare.above(number, number)
	}
}

test_rounding_noise_is_neither if {
	not compare.below(0.9999999999999998, 1)
	not compare.above(0.30000000000000004, 0.3)
}

# The noise is a billionth of the limit, and the last number of it still noise.
test_the_noise_ends_at_a_billionth if {
	not compare.below(999999999, 1000000000)
	compare.below(999999998.9, 1000000000)
	not compare.above(1000000001, 1000000000)
	compare.above(1000000001.1, 1000000000)
	compare.above(-999999998.9, -1000000000)
	not compare.above(-999999999, -1000000000)
}
