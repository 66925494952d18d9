package servelint.lib.pin_test

import data.servelint.lib.pin

digest := "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

test_whole_digest_pins if {
	pin.has_digest(concat("", ["acme/ranker@sha256:", digest]))
	not pin.has_digest("acme/ranker@sha256:0123")
	not pin.has_digest("acme/ranker:v1")
	not pin.has_digest(concat("", ["acme/ranker@sha256:", replace(digest, "0", "g")]))
}

test_whole_commit_pins if {
	pin.is_commit("0123456789abcdef0123456789abcdef01234567")
	not pin.is_commit("0123456")
	not pin.is_commit("main")
}

test_tag_is_what_follows_the_last_segment if {
	pin.tag("acme/ranker:v1") == "v1"
	pin.tag("localhost:5000/ranker") == ""
	pin.tag("localhost:5000/ranker:v1") == "v1"
	pin.tag("ranker") == ""
	pin.tag("") == ""
}

test_moving_words if {
	pin.moves("latest")
	pin.moves("cuda-Latest")
	pin.moves("main")
	not pin.moves("v1")
	not pin.moves("")
}
