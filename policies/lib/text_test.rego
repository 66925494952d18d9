package servelint.lib.text_test

import data.servelint.lib.text

test_numbers_lose_binary_noise if {
	text.number(0.1 + 0.2) == 0.3
	text.number(135) == 135
}

test_percent_keeps_two_decimals if {
	text.percent(0.05) == "5 %"
	text.percent(0.0116) == "1.16 %"
}

test_durations_use_the_unit_of_their_size if {
	text.duration(0.2) == "200ms"
	text.duration(51.95) == "51.95s"
	text.duration(90) == "90s"
	text.duration(300) == "5m"
	text.duration(5400) == "1h30m"
	text.duration(2419200) == "28d"
	text.duration(90061) == "1d1h1m1s"
}

test_one_is_told_from_several if {
	text.counted(1, "pod") == "1 pod"
	text.counted(1.0, "pod") == "1 pod"
	text.counted(0, "pod") == "0 pods"
	text.counted(1.5, "pod") == "1.5 pods"
	text.counted("25%", "pod") == "25% pods"
	text.word(1, "is", "are") == "is"
	text.word(2, "is", "are") == "are"
}

test_durations_that_differ_look_different if {
	text.durations(300, 300) == ["5m", "5m"]
	text.durations(60, 300) == ["60s", "5m"]
	text.durations(299.6, 300.4) == ["299.6s", "300.4s"]
}

test_bytes_use_binary_units if {
	text.bytes(84825604096) == "79Gi"
	text.bytes(524288) == "0.5Mi"
	text.bytes(1073741823) == "1024Mi"
	text.bytes(1073741824) == "1Gi"
}

test_bytes_round_to_two_decimals_of_their_unit if {
	text.bytes(1073736582) == "1024Mi"
	text.bytes(1073736581) == "1023.99Mi"
	text.bytes(10737418240000000) == "10000000Gi"
}
