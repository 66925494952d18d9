# METADATA
# description: Reads whether a name of an image or a model can come to mean something else.
package servelint.lib.pin

# METADATA
# description: True where a reference ends in a whole sha256 digest.
has_digest(reference) if {
	parts := split(reference, "@sha256:")
	count(parts) == 2
	count(parts[1]) == 64
	is_hex(parts[1])
}

# METADATA
# description: True where a word is a whole git commit hash.
is_commit(word) if {
	count(word) == 40
	is_hex(word)
}

is_hex(word) if trim(word, "0123456789abcdef") == ""

# METADATA
# description: The tag of an image reference without a digest; empty if it has none. A port is no tag.
tag(reference) := name if {
	segments := split(reference, "/")
	parts := split(segments[count(segments) - 1], ":")
	name := concat(":", array.slice(parts, 1, count(parts)))
}

# METADATA
# description: True for words that name whatever is newest.
moves(word) if lower(word) in {"main", "master", "head", "nightly", "edge", "dev", "stable", "current", "newest"}

moves(word) if contains(lower(word), "latest")
