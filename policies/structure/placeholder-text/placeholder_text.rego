# METADATA
# title: Placeholder text remains
# description: |
#   `TBD`, `TODO`, `Todo: ...`, `FIXME`, `xxx`, `changeme`, `<owner>`, `{short description}`, lorem ipsum or a
#   text that begins with `to be decided` (`added`, `announced`, `completed`, `confirmed`, `defined`,
#   `determined`, `filled in`, `written`) means that a part of the review has not happened, while the field
#   counts as filled in everywhere else. The review is then a draft, which no waiver, baseline, severity or
#   selection of rules changes. The MADR template marks its blanks with braces, and other templates use angle
#   brackets. Commands, queries,
#   checksums, labels and annotations are not searched; names in paths (`/v1/{model}`), selectors
#   (`{code="500"}`), `{{ templates }}`, comparisons (`p99 < 5ms`), links and model tokens such as `<think>`
#   are not placeholders.
#
#   A name that names nobody and a reason that gives none count as filled in elsewhere as well. So owners, the
#   `by` of waivers, acceptances and verdicts, reasons, justifications, mitigations, `ifWrong`, contexts,
#   statements and the texts of `noAssumptions`, `noResidualRisks` and `noProductionImpact` must not be blank,
#   punctuation alone (`-`, `?`, `...`), only `x`, or one of these words, with or without blanks and
#   punctuation: `all`, `any body`, `anyone`, `change me`, `everybody`, `everyone`, `fixme`, `n/a`, `nil`, `no`,
#   `no one`, `nobody`, `none`, `not applicable`, `nothing`, `null`, `ok`, `placeholder`, `replace me`,
#   `somebody`, `someone`, `tba`, `tbc`, `tbd`, `team`, `the team`, `to be added`, `to be announced`,
#   `to be completed`, `to be confirmed`, `to be decided`, `to be defined`, `to be determined`, `to be filled in`,
#   `to be written`, `todo`, `unassigned`, `unknown`, `yes`; nor what a tool has yet to fill in (`{{ owner }}`,
#   `${OWNER}`), in a name also as a part of it. A named team (`platform team`) is fine. The
#   mitigation of a risk that is not mitigated may be `none`. Texts are compared as they read: in any case,
#   after NFKC, without invisible characters (U+200B), with look-alike letters (a Cyrillic `Т`) as their Latin
#   ones.
# related_resources:
#   - description: MADR, the template for decision records
#     ref: https://adr.github.io/madr/
#   - description: Unicode Technical Standard 39, confusable detection
#     ref: https://www.unicode.org/reports/tr39/
# custom:
#   severity: error
#   elsewhere: warning
#   applies_to: [ServingSpec, DecisionLog, VerificationChecklist]
#   since: 0.1.0
#   help: Write what is true today. If it is not known yet, state who finds out by when, for instance as an assumption with `validateBy`.
package servelint.rules.structure["placeholder-text"]

# Most documents hold no placeholder: the host says so, or else one look at their whole text; only then is each string
# looked at.
finding contains {"at": path, "message": message} if {
	not input.facts.plainText
	suspicious(lower(json.marshal([object.remove(input, ["facts"]), object.get(input, ["facts", "readings"], {})])))
	walk(object.remove(input, ["facts"]), [path, value])
	is_string(value)
	not machine_written(path)
	mark := marked(value)
	message := sprintf("`%s` still holds the placeholder `%s`", [field(path), mark])
}

finding contains {"at": place.at, "message": message} if {
	some place in input.facts.hollow
	value := object.get(input, place.at, "")
	not marked(value)
	not unmitigated(place.at)
	message := sprintf("`%s` %s", [field(place.at), hollow(place.value, value)])
}

# As it is written, then as it reads.
marked(value) := mark if {
	mark := placeholder(value)
} else := placeholder(input.facts.readings[value])

# Where a risk is not to be mitigated, `none` is what there is.
unmitigated(path) if {
	path[count(path) - 1] == "mitigation"
	object.get(input, array.concat(array.slice(path, 0, count(path) - 1), ["response"]), "") != "mitigate"
}

hollow(kind, value) := sprintf("is blank: it %s", [nothing(kind)]) if {
	trim_space(value) == ""
} else := sprintf("is `%s`, which %s", [value, nothing(kind)])

nothing("name") := "names nobody"

nothing("text") := "says nothing"

suspicious(text) if {
	some sign in [
		"tbd", "todo", "fixme", "xxx", "lorem ipsum", "<", "\\u003c", "\"...\"", "???", "to be ", "changeme",
		"change_me", "change-me",
	]
	contains(text, sign)
}

# In JSON a brace that opens an object is followed by a key or closed at once; any other stands in a text.
suspicious(text) if strings.count(text, "{") > strings.count(text, "{\"") + strings.count(text, "{}")

machine_written(path) if path[count(path) - 1] in {"command", "select", "query", "sha256", "digest"}

machine_written(path) if {
	path[0] == "metadata"
	path[1] in {"annotations", "labels"}
}

placeholder(value) := value if lower(trim_space(value)) in {"...", "???", "todo", "-todo-"}

else := mark if {
	some mark in marked_words(value)
} else := mark if {
	some sign in ["todo", "change", "to be "]
	contains(lower(value), sign)
	some found in regex.find_n(unwritten, value, 1)
	mark := trim(found, " \t\n.;:!?()[]<>\"'")
} else := "lorem ipsum" if {
	contains(lower(value), "lorem ipsum")
} else := mark if {
	contains(value, "{")
	some found in regex.find_n(`(^|[ ("'\[,:;-])\{(\.\.\.|[A-Za-z][^{}="]*)\}`, value, 1)
	mark := trim_left(found, " (\"'[,:;-")
} else := mark if {
	contains(value, "<")
	some found in regex.find_n(`(^|[ ("'\[,:;/-])<[A-Za-z][^<>=@:]*[^<>=@: ]>`, value, 1)
	mark := trim_left(found, " (\"'[,:;/-")
	not lower(mark) in {
		"<think>", "<br>", "<pad>", "<eos>", "<bos>", "<unk>", "<mask>", "<sep>", "<cls>", "<image>", "<tool>",
		"<tool_call>", "<code>", "<pre>",
	}
}

# A sentence that begins as a note to its author, a text that begins as one, and a word that no prose holds.
unwritten := concat("|", [
	`(^|[.;!?(\[]\s*)[Tt]odo\s*:`,
	`^\s*[Tt][Oo] [Bb][Ee] (added|announced|completed|confirmed|decided|defined|determined|filled in|written)($|[^a-z])`,
	`(^|[^A-Za-z0-9_-])([Cc]hange[_-]?[Mm]e|CHANGE[_-]?ME)($|[^A-Za-z0-9_-])`,
])

# Upper case only for TODO: a service may be about todo lists.
marked_words(value) := [mark |
	some found in regex.find_n(`(^|[^A-Za-z0-9_])(TODO|TBD|tbd|Tbd|FIXME|fixme|XXX+|xxx+)($|[^A-Za-z0-9_])`, value, 1)
	mark := trim(found, " \t\n.,:;!?()[]{}<>\"'/-*#")
] if {
	some sign in ["todo", "tbd", "fixme", "xxx"]
	contains(lower(value), sign)
}

field(path) := keys[count(keys) - 1] if keys := [key | some key in path; is_string(key)]
