package servelint.lib.pin_test

import data.servelint.lib.pin

digest := "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

test_a_whole_digest_pins if {
	pin.has_digest(concat("", ["acme/ranker@sha256:", digest]))
}

test_a_digest_that_is_cut_misspelt_or_repeated_does_not_pin if {
	every reference in [
		"acme/ranker@sha256:0123",
		"acme/ranker:v1",
		concat("", ["acme/ranker@sha256:", replace(digest, "0", "g")]),
		concat("", ["acme/ranker@sha256:~", trim_prefix(digest, "0")]),
		concat("", ["acme/ranker@sha256:", digest, "@sha256:", digest]),
	] {
		not pin.has_digest(reference)
	}
}

test_a_whole_commit_pins if {
	pin.is_commit("0123456789abcdef0123456789abcdef01234567")
	not pin.is_commit("0123456")
	not pin.is_commit("main")
}

test_the_tag_follows_the_last_segment if {
	pin.tag("acme/ranker:v1") == "v1"
	pin.tag("localhost:5000/ranker:v1") == "v1"
	pin.tag("acme/ranker:v1:v2") == "v1:v2"
}

test_a_port_is_no_tag if {
	every reference in ["localhost:5000/ranker", "ranker", ""] {
		pin.tag(reference) == ""
	}
}

test_words_for_the_newest_move_in_any_capitals if {
	every word in ["main", "master", "head", "nightly", "edge", "dev", "stable", "current", "newest", "Main", "latest", "cuda-Latest"] {
		pin.moves(word)
	}
}

test_other_words_do_not_move if {
	every word in ["v1", "domain", ""] {
		not pin.moves(word)
	}
}

test_a_placeholder_is_no_hash if {
	pin.placeholder("a@sha256:0000000000000000000000000000000000000000000000000000000000000000") == "all zeros"
	pin.placeholder("0000000000000000000000000000000000000000") == "all zeros"
	not pin.placeholder("ffffffffffffffffffffffffffffffffffffffff")
	pin.placeholder("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855") == "the hash of an empty file"
	not pin.placeholder("a@sha256:4b1f0c9b6a5e0d2f7c8b9a0d1e2f3a4b5c6d7e8f9a0b1c2d3e4f5a6b7c8d9e0f")
	not pin.placeholder("a:v0000000")
}
