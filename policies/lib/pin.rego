# METADATA
# description: Reads whether a name of an image or a model can come to mean something else.
package servelint.lib.pin

import data.servelint.lib.manifest

# METADATA
# description: |
#   What an unpinned image or model weighs in a manifest: `moving` where it names no version or one that is meant to move,
#   `versioned` where it names a version whose tag somebody can move.
weight(_) := "error" if not input.facts.unclaimed

weight("moving") := "warning" if input.facts.unclaimed

weight("versioned") := "info" if input.facts.unclaimed

# METADATA
# description: True where the tag of a version is reported, which is in production, and where nobody said what a manifest serves.
names_a_version_is_too_little if input.spec.environment == "production"

names_a_version_is_too_little if {
	input.artifacts
	manifest.production
}

# METADATA
# description: What is needed instead of the tag of a version, as the end of a message.
needed := "; production needs a digest" if not input.facts.unclaimed

needed := "; a digest cannot" if input.facts.unclaimed

# METADATA
# description: True where a reference ends in a whole sha256 digest.
has_digest(reference) if {
	parts := split(reference, "@sha256:")
	count(parts) == 2
	count(parts[1]) == 64
	is_hex(parts[1])
}

# METADATA
# description: |
#   What the hash of a reference stands for instead of a version, in words: digests of zeros, and that of the empty file, are
#   placeholders. Undefined for any other.
placeholder(reference) := "all zeros" if {
	hash := regex.find_n(`[0-9a-f]{40,64}$`, reference, 1)[0]
	trim(hash, "0") == ""
} else := "the hash of an empty file" if {
	endswith(reference, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
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
# description: True for a word that names a version, such as `v1.2`, which can be moved but is not meant to.
names_a_version(word) if regex.match(`^[vV]?[0-9]+([._-]|$)`, word)

# METADATA
# description: True for words that name whatever is newest.
moves(word) if lower(word) in {"main", "master", "head", "nightly", "edge", "dev", "stable", "current", "newest"}

moves(word) if contains(lower(word), "latest")
