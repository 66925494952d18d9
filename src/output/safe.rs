//! Keeps text from files and rules from acting on a terminal or forging lines of a report.
//!
//! A specification may come from a stranger's pull request. An escape sequence in it could
//! repaint the screen, a bidirectional override could reorder what is read, and a line break in
//! a name could look like a verdict of ours. Build services read commands in what is printed:
//! GitHub lines that start with `::` and `##[` anywhere, Azure Pipelines `##vso[` anywhere.

use std::{
    borrow::Cow,
    io::{self, Write},
};

/// True for what a terminal obeys or hides instead of showing: controls, line separators,
/// bidirectional marks, characters without width and those that no text may hold.
pub fn is_active(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e007f}')
}

/// The text on one line, with every active character written as an escape such as `\u{1b}`.
/// For messages, names, paths and labels.
pub fn escape(text: &str) -> Cow<'_, str> {
    if is_plain(text) || !text.contains(is_active) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match is_active(c) {
            // escape_default would also rewrite quotes and backslashes, which are harmless.
            true => escaped.extend(c.escape_default()),
            false => escaped.push(c),
        }
    }
    Cow::Owned(escaped)
}

/// One printable character for one of a source line; those that act become a replacement
/// character, so that columns stay countable.
pub fn defang(c: char) -> char {
    if is_active(c) { '\u{fffd}' } else { c }
}

/// JSON text without raw active characters and without commands to a build service. They occur only within strings, where `\u` escapes
/// mean the same; the line breaks of pretty printing stay.
pub fn escape_json(json: &str) -> Cow<'_, str> {
    let mut escaped = String::new();
    // What stands before is escaped already, and so much stands before the line.
    let (mut done, mut before) = (0, 0);
    for line in json.split_inclusive('\n') {
        if !is_plain(line.trim_end_matches('\n')) || line.contains("##") {
            for (at, c) in line.char_indices().map(|(at, c)| (before + at, c)) {
                if acts_in_json(c) || (c == '[' && opens_command(&json.as_bytes()[..at])) {
                    escaped.push_str(&json[done..at]);
                    for unit in c.encode_utf16(&mut [0; 2]) {
                        escaped.push_str(&format!("\\u{unit:04x}"));
                    }
                    done = at + c.len_utf8();
                }
            }
        }
        before += line.len();
    }
    if done == 0 {
        return Cow::Borrowed(json);
    }
    escaped.push_str(&json[done..]);
    Cow::Owned(escaped)
}

/// True for a text of letters, digits, signs and blanks of ASCII, as most are: nothing in it is active.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// Does what [`escape_json`] does to indented JSON that is written through it, without holding all of it: nothing that is
/// escaped goes beyond a line.
pub struct JsonLines<'o> {
    out: &'o mut dyn Write,
    /// What was not passed on yet.
    held: Vec<u8>,
}

/// Bytes that are passed on together.
const JSON_PART: usize = 32 << 10;

impl<'o> JsonLines<'o> {
    /// Writes to `out`.
    pub fn new(out: &'o mut dyn Write) -> Self {
        Self {
            out,
            held: Vec::with_capacity(2 * JSON_PART),
        }
    }

    /// Writes the rest.
    ///
    /// # Errors
    /// Where `out` cannot be written to.
    pub fn finish(mut self) -> io::Result<()> {
        let length = self.held.len();
        self.pass_on(length)
    }

    fn pass_on(&mut self, length: usize) -> io::Result<()> {
        let text = std::str::from_utf8(&self.held[..length]).map_err(io::Error::other)?;
        self.out.write_all(escape_json(text).as_bytes())?;
        self.held.drain(..length);
        Ok(())
    }
}

impl Write for JsonLines<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.held.extend_from_slice(bytes);
        if self.held.len() >= JSON_PART
            && let Some(last) = self.held.iter().rposition(|byte| *byte == b'\n')
        {
            self.pass_on(last + 1)?;
        }
        Ok(bytes.len())
    }

    /// Whole lines only are passed on; `finish` writes the rest.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A value as indented JSON with a line break at its end, as [`escape_json`] makes it safe.
pub fn json(value: &serde_json::Value) -> String {
    escape_json(&format!("{value:#}\n")).into_owned()
}

/// Raw line breaks stand only between the values of JSON.
fn acts_in_json(c: char) -> bool {
    c != '\n' && is_active(c)
}

/// True where a `[` after these bytes makes a command of `##[` or `##vso[`.
fn opens_command(before: &[u8]) -> bool {
    let after_word = before
        .len()
        .checked_sub(3)
        .filter(|at| before[*at..].eq_ignore_ascii_case(b"vso"));
    before[..after_word.unwrap_or(before.len())].ends_with(b"##")
}

/// Lines in which a build service finds no command: what would open one is written as an escape.
pub fn calm(text: &str) -> String {
    let mut calmed = Vec::with_capacity(text.len());
    // A vector takes everything.
    let _ = Calm::new(&mut calmed).write_all(text.as_bytes());
    String::from_utf8_lossy(&calmed).into_owned()
}

/// Does what [`calm`] does to everything that is written through it.
pub struct Calm<'o> {
    out: &'o mut dyn Write,
    /// The end of what was written, long enough to hold `##vso`.
    tail: Vec<u8>,
    start: LineStart,
}

/// What a line has begun with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LineStart {
    Blank,
    Colon,
    Text,
}

impl<'o> Calm<'o> {
    /// Writes to `out`.
    pub fn new(out: &'o mut dyn Write) -> Self {
        Self {
            out,
            tail: Vec::new(),
            start: LineStart::Blank,
        }
    }

    fn escapes(&mut self, byte: u8) -> bool {
        let is_command = match byte {
            b'[' => opens_command(&self.tail),
            b':' => self.start == LineStart::Colon,
            _ => false,
        };
        self.start = match byte {
            b'\n' | b'\r' => LineStart::Blank,
            // The spaces of other scripts are blank too; which bytes they are need not be known.
            byte if self.start == LineStart::Blank
                && (byte.is_ascii_whitespace() || !byte.is_ascii()) =>
            {
                LineStart::Blank
            }
            b':' if self.start == LineStart::Blank => LineStart::Colon,
            _ => LineStart::Text,
        };
        if self.tail.len() == "##vso".len() {
            self.tail.remove(0);
        }
        self.tail.push(byte);
        is_command
    }
}

impl Write for Calm<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut calmed = Vec::with_capacity(bytes.len());
        for byte in bytes {
            match self.escapes(*byte) {
                true => calmed.extend(format!("\\u{{{byte:x}}}").bytes()),
                false => calmed.push(*byte),
            }
        }
        self.out.write_all(&calmed)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_becomes_visible_and_what_is_plain_is_not_copied() {
        assert_eq!(
            escape("a\u{1b}[2Jb\nc\u{202e}\u{9b}"),
            "a\\u{1b}[2Jb\\nc\\u{202e}\\u{9b}"
        );
        assert!(matches!(
            escape("`p99` — \"日本\" \\ é 🚀"),
            Cow::Borrowed(_)
        ));
    }

    #[test]
    fn a_build_service_finds_no_command() {
        assert_eq!(
            calm("::error::x\n \t::x\na::b :c\n:x"),
            ":\\u{3a}error::x\n \t:\\u{3a}x\na::b :c\n:x"
        );
        assert_eq!(
            calm("a ##[x] ##VSO[y] #[z] ## [w"),
            "a ##\\u{5b}x] ##VSO\\u{5b}y] #[z] ## [w"
        );
        assert_eq!(
            escape_json("[\"##[x ##vso[y\"]"),
            "[\"##\\u005bx ##vso\\u005by\"]"
        );
    }

    #[test]
    fn json_is_the_same_whether_or_not_it_is_held() {
        let texts = [
            "a\u{9b}",
            "##[x",
            "##vso[y",
            "é\u{202e}\n##",
            "[",
            &"long ".repeat(20_000),
        ];
        let value: Vec<_> = texts.iter().cycle().take(2_000).collect();
        let mut written = Vec::new();
        let mut lines = JsonLines::new(&mut written);
        serde_json::to_writer_pretty(&mut lines, &value).expect("JSON");
        lines.finish().expect("a vector takes everything");
        let whole = serde_json::to_string_pretty(&value).expect("JSON");
        assert!(written == escape_json(&whole).as_bytes());
    }

    #[test]
    fn json_keeps_its_meaning() {
        let json =
            serde_json::to_string_pretty(&["a\u{9b}\u{7f}\u{202e}\u{e0041}\n"]).expect("json");
        let safe = escape_json(&json);
        assert!(!safe.contains(|c| c != '\n' && is_active(c)), "{safe}");
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&safe).expect("json"),
            serde_json::from_str::<serde_json::Value>(&json).expect("json"),
        );
    }
}
