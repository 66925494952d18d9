//! Documents to compare two readers with: some written by hand, and any number of generated ones, the same every time.

/// What has been a difference, or nearly one.
pub(super) const WRITTEN: &[&str] = &[
    // Where brackets and the rest of a quoted text may stand.
    "a: [\n1,\n2\n]\n",
    "a:\n  b: [\n  1\n  ]\n",
    "a:\n  b: [\n1\n]\n",
    "a:\n- b: {\n  c: 1,\n  d: 2\n  }\n",
    "a:\n- b: {\nc: 1\n}\n",
    "a:\n  b: \"x\ny\"\n  c: 'x\n\ny'\n",
    "a:\n  - \"x\n  y\"\n",
    "a: {b: [1,\n2], c: {\nd: 3}}\n",
    "a: [\n# a comment\n1, # another\n]\n",
    "a: [ ]\nb: [\n]\nc: {\n}\n",
    "a: \"x\"#c\nb: [1]#c\nc: {}#\nd: 'x'#é\n",
    "a: x#c\nb: \"it\\'s\"\nc: \"\\v\\'\"\nd: \"\\/\"\ne: \"\\\\/\"\n",
    "a: |\n  x",
    "a: >-\n  x\n  y",
    "a: |+\n  x\n\n",
    "a: |\n  x\n\n\nb: 1\n",
    "a: |\n\t x\n",
    "a: |\n  x\n \ty\n",
    "\ta: 1\n",
    "a: 1\n\u{feff}b: 2\n",
    "a: \u{feff}x\n",
    // What words mean.
    "a: [y, Y, yes, Yes, YES, yEs, n, N, no, No, NO, on, On, ON, off, Off, OFF, oFF]\n",
    "a: [true, True, TRUE, tRUE, false, False, FALSE, ~, null, Null, NULL, nULL]\n",
    "a: [010, -010, +010, 0o10, 0O10, 08, 09, 0_8, 00, 0, -0, 08.5, 0x1F, 0X1f, -0x10, 0x, 0b11, 0B11, -0b11, 0b2]\n",
    "a: [1_000, _1, 1_, 1__0, 1_0.5_0, .5_0, ._5, .5_, 1:30, 190:20:30, 190:20:30.15]\n",
    "a: [1e3, 1E3, 1e+3, 1e-3, 1., .5, +.5, -.5, 1.0, 1.e5, 1e, e1, 1e5_0]\n",
    "a: [1234e5678, 12345678e9, 123e45, 1e400, -1e400, 0e0, 4e8, 7d3e9f1]\n",
    "a: [9223372036854775807, 9223372036854775808, 18446744073709551615, 18446744073709551616]\n",
    "a: [-9223372036854775808, -9223372036854775809, +12345678901234567890]\n",
    "a: [2026-01-01, 2026-01-01T10:00:00Z, 2026-1-1 1:1:1, 10:00]\n",
    "a: .inf\n",
    "a: -.INF\n",
    "a: .nan\n",
    "a: 0x1.8p1\nb: 1.2.3\nc: =\nd: <<\ne: -\n",
    "yes: 1\nno: 2\n010: 3\n1.5: 4\n1e3: 5\n1234567.5: 6\n0.00001: 7\n.inf: 8\n",
    "on: 1\ntrue: 2\n",
    "8: 1\n010: 2\n",
    "1.0: 1\n",
    "~: 1\n",
    "12345678901234567890: 1\n",
    "a: !!str 1\nb: !!int '5'\nc: !!float 0x10\nd: !!bool yes\ne: !foo 1\nf: ! 1\ng: !!str\n",
    "a: !!int 1.0\n",
    "a: !!int\n",
    "a: !!null x\n",
    "a: !!float 18446744073709551615\n",
    "a: !!timestamp 2026-01-01\nb: !!map {c: 1}\nd: !!set {e}\n",
    // Structure.
    "a: &x [1, 2]\nb: *x\nc: *x\n",
    "a: *x\n",
    "a: &x {b: 1}\nc: {<<: *x, d: 2}\ne:\n  <<: [*x, {f: 1}]\n",
    "a: &x [1, *x]\n",
    "a: 1\na: 2\n",
    "? a\n: b\n",
    "? [a]\n: b\n",
    "a:\n- 1\n- - 2\n  - 3\n-\n  b: 4\n",
    "a: 1\n b: 2\n",
    "a:\n  b: 1\n c: 2\n",
    "a: b: c\n",
    "a: - b\n",
    "a: 'x\n",
    "a: [1\n",
    "a: [1}\n",
    "a: {1: 2\n",
    "a: 'x' y\n",
    "a: @x\n",
    "a: `x`\n",
    "a: %x\n",
    "a: \"\\q\"\n",
    "a: 1 # c\nb: 1 #\nc: a#b\n# end",
    "a: http://x:80/y\nb: {c: http://x:80/y}\n",
    "",
    "a:\n",
    "a: b\r\nc:\r\n  - d\r\n",
];

const WORDS: &[&str] = &[
    "a",
    "b",
    "yes",
    "no",
    "on",
    "y",
    "010",
    "0x1F",
    "1_000",
    "1e3",
    "1234e5678",
    "~",
    "null",
    "",
    "'x y'",
    "\"x y\"",
    "\"a\\nb\"",
    "'it''s'",
    "'a\n  b'",
    "\"a\n\n  b\"",
    "'a\nb'",
    "\"a\nb\"",
    "\"a\\\n  b\"",
    "[]",
    "{}",
    "[a, b]",
    "{a: 1, b: 2}",
    "[\na,\nb\n]",
    "[\n  a, b\n]",
    "{\na: 1\n}",
    "[ {a: b}, c ]",
    "|\n    text\n    more\n",
    "|-\n    text\n\n",
    "|+\n    text\n\n",
    ">\n    a\n    b\n\n    c\n",
    ">-\n    a\n     b\n",
    "&x v",
    "*x",
    "!!str 5",
    "!!int '7'",
    "a b c",
    "a\n    b",
    "a # c",
    "a #",
    "a#b",
    "'a' #c",
    "http://x:80/a",
    "a:b",
    "-1",
    "- a",
    "1:30",
    "2026-01-01",
    "%a",
    "@a",
    "`a",
    "a, b",
    "a]",
    "[a]b",
    "'a'b",
    "\"a\" b",
    "\t1",
    "1\t",
    "? a",
    ": a",
    "-",
    "--",
    "?x",
    "x: y",
    "{a:1}",
    "{\"a\":1}",
    "{a: b:c}",
    "{a}",
    "{a, b: c}",
    "[a: b]",
    "[? a : b]",
    "[a,]",
    "[a,,b]",
    "[,a]",
    "{,}",
    "{a: }",
    "\"\\x41\"",
    "\"\\u00e9\"",
    "\"\\/\"",
    "\"\\'\"",
    "\"\\e\"",
    "\"\\q\"",
    "\"\\t\"",
    "é",
    "'é日'",
    "!foo x",
    "! x",
    "!<tag:x> y",
    "&a [1, *a]",
    "\"x\"#c",
    "[a]#c",
    "|#c\n   a",
    "| # c\n    a\n",
    "|2\n    a\n",
    "|1\n    a\n",
    "|9\n   a\n",
    ">\n\n    a\n",
    "|\n\n\n     a\n    b\n",
    "|\n      \n    a\n",
    "|\n\ta\n",
    "<<",
    "=",
    "key: |",
    "'",
    "\"",
    "[",
    "{",
    "]",
    "}",
    ",",
    "&",
    "*",
    "!",
    "${X}",
    "$(X)",
    "%{x}",
    "<x>",
    "a\\b",
    "\"a\\\\b\"",
    "'a\t b'",
    "\"a\tb\"",
    "a\tb",
    "[a\t,b]",
    "!!map {}",
    "!!seq []",
    "!!null ''",
    "!!bool yes",
    "1.5.2",
    "v1",
    "0.1e+5",
    "+1",
    "-010",
    "0b11",
    "08",
    "1.",
];

const KEYS: &[&str] = &[
    "k",
    "key",
    "a b",
    "'q'",
    "\"q\"",
    "yes",
    "010",
    "1.5",
    "~",
    "null",
    "? k",
    "&a k",
    "*x",
    "<<",
    "k ",
    "k\t",
    "!!str k",
    "[a]",
    "{a: b}",
    "- k",
    "\"a\\\"b\"",
    "a:b",
    "http://x",
    "k#",
    "@k",
    "%k",
    "",
    "é",
    "-k",
    "?k",
    ":k",
];

/// What a mutation puts somewhere.
const PIECES: &[&str] = &[
    " ", "\t", "\n", "#", ":", "-", "'", "\"", "[", "]", "{", "}", ",", "|", ">", "&", "*", "!",
    "%", "\\", "? ", "- ", ": ", "\r\n", "\n\n", "  ", "a",
];

/// What may follow a value.
const ENDS: &[&str] = &[
    "\n",
    "\n",
    "\n",
    "\n",
    "\n",
    "\n",
    " # c\n",
    "\n\n",
    "\n# c\n",
    "\n   # c\n",
    " \n",
    "\r\n",
];

/// How deep generated mappings and lists nest.
const DEPTH: usize = 3;

/// Bodies of documents, one after the other; half of them mutated.
pub(super) struct Corpus {
    state: u64,
}

impl Default for Corpus {
    fn default() -> Self {
        Self { state: 0x5eed }
    }
}

impl Iterator for Corpus {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        loop {
            let mut text = String::new();
            for _ in 0..=self.below(3) {
                text += &self.entry(0, 0);
            }
            if self.below(2) == 0 {
                self.mutate(&mut text);
            }
            // The other reader takes the first document of a stream and no other, and templates are none.
            if !["\n---", "\n...", "{{", "{%"]
                .iter()
                .any(|mark| text.contains(mark))
            {
                return Some(text);
            }
        }
    }
}

impl Corpus {
    /// A number below `limit`, by xorshift.
    fn below(&mut self, limit: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        usize::try_from(self.state >> 20).expect("64 bits") % limit
    }

    fn one_of<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    fn entry(&mut self, indent: usize, depth: usize) -> String {
        let key = match self.below(5) {
            0 => self.one_of(KEYS).to_owned(),
            _ => format!(
                "{}{}",
                self.one_of(&["a", "b", "c", "d", "e"]),
                self.below(100)
            ),
        };
        let colon = match self.below(24) {
            0 => self.one_of(&[":", " : ", ":\t", ":  "]),
            _ => ": ",
        };
        let value = self.value(indent, depth);
        let end = self.one_of(ENDS);
        format!("{}{key}{colon}{value}{end}", " ".repeat(indent))
    }

    fn value(&mut self, indent: usize, depth: usize) -> String {
        match self.below(100) {
            0..22 if depth < DEPTH => self.mapping(indent, depth + 1),
            22..40 if depth < DEPTH => self.list(indent, depth + 1),
            _ => {
                let word = self.one_of(WORDS);
                match self.below(2) {
                    0 => word.replace('\n', &format!("\n{}", " ".repeat(indent))),
                    _ => word.to_owned(),
                }
            }
        }
    }

    fn mapping(&mut self, indent: usize, depth: usize) -> String {
        let inner = indent + self.one_of(&[2, 2, 2, 4, 1]);
        let mut text = "\n".to_owned();
        for _ in 0..=self.below(3) {
            text += &self.entry(inner, depth);
        }
        text.trim_end_matches('\n').to_owned()
    }

    fn list(&mut self, indent: usize, depth: usize) -> String {
        let inner = indent + self.one_of(&[0, 0, 2, 2, 4]);
        let blanks = " ".repeat(inner);
        let mut text = "\n".to_owned();
        for _ in 0..=self.below(3) {
            if self.below(3) == 0 {
                let entry = self.entry(inner + 2, depth);
                text += &format!("{blanks}- {}", entry.trim_start_matches(' '));
            } else {
                let dash = self.one_of(&["- ", "- ", "-   "]);
                let value = self.value(inner, depth);
                text += &format!("{blanks}{dash}{}\n", value.trim_start_matches('\n'));
            }
        }
        text.trim_end_matches('\n').to_owned()
    }

    fn mutate(&mut self, text: &mut String) {
        for _ in 0..=self.below(2) {
            let at = text.floor_char_boundary(self.below(text.len() + 1));
            match self.below(10) {
                0..4 => text.insert_str(at, self.one_of(PIECES)),
                4..7 if at < text.len() => {
                    text.remove(at);
                }
                7 => text.truncate(at),
                _ => self.shift_line(text),
            }
        }
    }

    /// Indents a line by more or less than it was.
    fn shift_line(&mut self, text: &mut String) {
        let mut lines = Vec::from_iter(text.split('\n').map(str::to_owned));
        let at = self.below(lines.len());
        let by = self.below(5);
        let line = &mut lines[at];
        match by {
            0..3 => line.insert_str(0, &" ".repeat(by + 1)),
            _ => *line = line.strip_prefix("  ").unwrap_or(line).to_owned(),
        }
        *text = lines.join("\n");
    }
}
