//! The rules of a module by its text: no parser of ours runs on a team's policy outside of the sandbox.

/// What a module says of itself at the start of its lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::policy) struct PolicyHeads {
    /// The package, without `data.`.
    pub package: String,
    /// Every rule that conftest would ask, once for each body, in the order of the text.
    pub rules: Vec<RuleHeading>,
}

/// The first line of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::policy) struct RuleHeading {
    pub name: String,
    /// Its METADATA: the line of the head of the block, from 1, and its YAML.
    pub metadata: Option<(u32, String)>,
}

/// True for what conftest asks and counts as a failure.
pub(in crate::policy) fn is_failure(name: &str) -> bool {
    is_word(name, "deny") || is_word(name, "violation")
}

/// True for what conftest asks.
pub(in crate::policy) fn is_asked(name: &str) -> bool {
    is_failure(name) || is_word(name, "warn")
}

/// `deny`, or `deny_` and words of letters and digits with `_` between them.
fn is_word(name: &str, word: &str) -> bool {
    let Some(rest) = name.strip_prefix(word) else {
        return false;
    };
    let mut parts = rest.split('_');
    parts.next() == Some("")
        && parts
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// True where a package fits one of these names or patterns.
pub(in crate::policy) fn is_named(package: &str, names: &[String]) -> bool {
    names
        .iter()
        .any(|name| fits(name.as_bytes(), package.as_bytes()))
}

/// `*` stands for any text and `?` for one character. The time grows with the product of both lengths at most.
fn fits(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut seen, mut star) = (0, 0, None);
    while seen < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, seen));
                at += 1;
            }
            Some(byte) if *byte == b'?' || *byte == text[seen] => {
                at += 1;
                seen += 1;
            }
            _ => {
                let Some((from, taken)) = star else {
                    return false;
                };
                star = Some((from, taken + 1));
                at = from + 1;
                seen = taken + 1;
            }
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

impl PolicyHeads {
    /// Reads a module. What looks like a rule and is none, such as the second line of a body without braces, is taken
    /// for one as well: nothing answers to its name.
    pub(in crate::policy) fn of(text: &str) -> Self {
        let mut heads = Self::default();
        let mut within = Nesting::default();
        // Comment lines that directly precede, with the number of the first.
        let mut comments: Vec<(usize, &str)> = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let trimmed = line.trim();
            let is_outside = within.is_outside();
            if is_outside && trimmed.starts_with('#') {
                comments.push((index, trimmed));
                continue;
            }
            if is_outside {
                heads.line(trimmed, &comments);
            }
            comments.clear();
            within.pass(line);
        }
        heads
    }

    fn line(&mut self, line: &str, comments: &[(usize, &str)]) {
        let line = match line.strip_prefix("default ") {
            Some(rest) => rest.trim_start(),
            None => line,
        };
        if let Some(package) = line.strip_prefix("package ") {
            let package = package
                .split(['#', ' ', '\t', ';'])
                .find(|part| !part.is_empty());
            self.package = package.unwrap_or_default().to_owned();
            return;
        }
        let end = line.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let (name, rest) = line.split_at(end.unwrap_or(line.len()));
        if is_asked(name) && !rest.trim_start().starts_with('(') {
            self.rules.push(RuleHeading {
                name: name.to_owned(),
                metadata: metadata(comments),
            });
        }
    }
}

/// The last block of METADATA in these lines.
fn metadata(comments: &[(usize, &str)]) -> Option<(u32, String)> {
    let head = comments
        .iter()
        .rposition(|(_, line)| line.trim_start_matches('#').trim() == "METADATA")?;
    let (start, _) = comments[head];
    let mut block = String::new();
    for (_, line) in &comments[head + 1..] {
        let line = line.strip_prefix('#').unwrap_or(line);
        block.push_str(line.strip_prefix(' ').unwrap_or(line));
        block.push('\n');
    }
    Some((u32::try_from(start + 1).unwrap_or(u32::MAX), block))
}

/// What is open at the end of a line.
#[derive(Default)]
struct Nesting {
    brackets: usize,
    raw: bool,
}

impl Nesting {
    fn is_outside(&self) -> bool {
        self.brackets == 0 && !self.raw
    }

    fn pass(&mut self, line: &str) {
        let mut characters = line.chars();
        while let Some(character) = characters.next() {
            match character {
                '`' => self.raw = !self.raw,
                _ if self.raw => {}
                '#' => return,
                '"' => {
                    while let Some(inner) = characters.next() {
                        match inner {
                            '\\' => drop(characters.next()),
                            '"' => break,
                            _ => {}
                        }
                    }
                }
                '(' | '[' | '{' => self.brackets += 1,
                ')' | ']' | '}' => self.brackets = self.brackets.saturating_sub(1),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_known_by_the_first_words_of_lines() {
        let text = "package main # the usual one

import future.keywords

# METADATA
# title: Images have tags
# custom:
#   severity: warning
deny_tags contains msg if {
	warn := `
deny_no
`
	msg := \"# }\"
}

deny[msg] {
	msg := \"b\"
}

default warn_x = []
violation_one contains {\"msg\": \"a\"} if input.x
denyed contains 1 if true
deny_(x) = x
deny_fn(x) := x
exception contains [\"tags\"] if true
";
        let heads = PolicyHeads::of(text);
        assert_eq!(heads.package, "main");
        let names: Vec<&str> = heads.rules.iter().map(|rule| rule.name.as_str()).collect();
        assert_eq!(names, ["deny_tags", "deny", "warn_x", "violation_one"]);
        let (line, block) = heads.rules[0].metadata.clone().expect("a block");
        assert_eq!(line, 5);
        assert!(block.starts_with("title: Images have tags\ncustom:\n"));
        assert_eq!(heads.rules[1].metadata, None);
    }

    #[test]
    fn names_and_patterns() {
        for (name, asked) in [
            ("deny", true),
            ("deny_a_b2", true),
            ("warn", true),
            ("violation_x", true),
            ("deny_", false),
            ("deny__a", false),
            ("denyx", false),
            ("allow", false),
        ] {
            assert_eq!(is_asked(name), asked, "{name}");
        }
        for (pattern, package, does) in [
            ("main", "main", true),
            ("main", "main.gke", false),
            ("*", "a.b.c", true),
            ("main.*", "main.gke", true),
            ("*.k?s", "x.k8s", true),
            ("a*b*c", "aXbXbc", true),
            ("a*b", "ac", false),
        ] {
            assert_eq!(
                is_named(package, &[pattern.to_owned()]),
                does,
                "{pattern} {package}"
            );
        }
    }
}
