# METADATA
# description: |
#   Names and texts by what a reader sees. The host reads characters that look alike or show nothing, and knows the words that
#   say nothing; rules pass it the document that holds the text, because its facts hold what the host found.
package servelint.lib.names

import data.servelint.lib.team

# METADATA
# description: |
#   A person or team as names are compared: without `@`, whatever the case, and as it reads. Empty for what names nobody,
#   undefined where there is no text.
plain(doc, name) := object.get(doc, ["facts", "names", name], lower(trim_left(name, "@")))

# METADATA
# description: True where the text names somebody.
somebody(doc, name) if trim_space(plain(doc, name)) != ""

# METADATA
# description: True where the text says something.
says(doc, text) if trim_space(object.get(doc, ["facts", "readings", text], text)) != ""

# METADATA
# description: |
#   True where two texts, each of its document, name the same person or team. With `selfApproval` nobody is the same to the
#   rules on who may approve what.
own(doc, name, other_doc, other) if {
	not team.policy.selfApproval
	somebody(doc, name)
	same(plain(doc, name), plain(other_doc, other))
}

# METADATA
# description: |
#   True where two names, as they are compared, are certainly of one person or team: written with blanks, dots, dashes or
#   underscores, with what stands in parentheses after it, or as a mail address. Addresses of two domains are two people.
same(a, b) if a == b

same(a, b) if {
	some one in forms(a)
	some two in forms(b)
	one.words == two.words
	count({one.domain, two.domain} - {""}) < 2
}

# A name, and the address that may stand behind it.
forms(name) := {form |
	some part in split(replace(regex.replace(name, `\([^)]*\)`, " "), ">", " "), "<")
	form := written(trim_space(part))
	count(form.words) > 0
}

written(part) := {"words": words(split(split(part, "@")[0], "+")[0]), "domain": split(part, "@")[1]} if {
	regex.match(`^[^@ ]+@[^@ ]+\.[^@ ]+$`, part)
} else := {"words": words(part), "domain": ""}

words(text) := [word | some word in regex.split(`[ \t.,_-]+`, text); word != ""]

# METADATA
# description: |
#   True unless the entry at this path of the document speaks in the name of somebody who neither said so at the base of the
#   change nor approved it.
proven(doc, at) if not at in object.get(doc, ["facts", "unproven"], [])
