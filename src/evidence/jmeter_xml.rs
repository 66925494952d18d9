//! JMeter: the results (JTL) as XML, `testResults` of version 1.2.
//!
//! Milliseconds in attributes: `t` elapsed, `ts` epoch of the start or of the end, `s` success. Samples
//! contain samples: those within a transaction are its requests, those within a request are parts of it
//! (redirects, embedded resources), which its own time includes. A run that was stopped leaves no end tag.

use super::{
    Evidence, EvidenceError,
    content::Content,
    draft::Draft,
    jmeter::{JmeterSamples, SUM, is_transaction},
};
use crate::document::Pointer;
use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};
use std::collections::HashMap;

/// Bytes in which the root of a result is found: before it are a declaration and comments.
const SEARCHED: usize = 4_096;
/// Samples lie in transactions in transactions; what is deeper is nobody's test.
const DEEPEST: usize = 64;

pub(super) fn detect(content: &Content<'_>) -> bool {
    let text = content.text.trim_start();
    let end = text.floor_char_boundary(SEARCHED.min(text.len()));
    content.trees.is_empty() && text.starts_with('<') && text[..end].contains("<testResults")
}

/// Reads all samples.
pub(super) fn read(content: &Content<'_>, _: Option<&Pointer>) -> Result<Evidence, EvidenceError> {
    let mut reader = Reader::from_str(content.text);
    let mut result = XmlResult {
        text: content.text,
        draft: Draft::new("jmeter-xml", "JMeter"),
        samples: JmeterSamples::default(),
        open: Vec::new(),
        is_closed: false,
    };
    loop {
        let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let event = reader.read_event();
        match event.map_err(|error| result.broken(at, &error.to_string()))? {
            Event::Start(element) => {
                let level = result.enter(&element, at)?;
                result.open.push(level);
            }
            Event::Empty(element) => {
                result.enter(&element, at)?;
            }
            Event::End(_) => result.leave(),
            Event::DocType(_) => {
                return Err(result.broken(at, "a document type, which JMeter never writes"));
            }
            Event::Eof => break,
            _ => {}
        }
    }
    if !result.is_closed {
        let end = content.text.len();
        return Err(result.broken(
            end,
            "it ends before `</testResults>`: the run was not finished",
        ));
    }
    let mut draft = result.draft;
    result.samples.write(&mut draft, "ts", "na");
    draft.finish()
}

/// What an element is to the samples within it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SampleLevel {
    /// Its samples are requests: the root, and transactions.
    Requests,
    /// Its samples are parts of it.
    Parts,
    /// Its samples are one or the other: it has no message, which would tell a transaction.
    Unclear,
    /// No sample.
    Other,
}

struct XmlResult<'t> {
    text: &'t str,
    draft: Draft,
    samples: JmeterSamples,
    open: Vec<SampleLevel>,
    is_closed: bool,
}

impl XmlResult<'_> {
    /// Takes an element that begins at this byte.
    fn enter(&mut self, element: &BytesStart<'_>, at: usize) -> Result<SampleLevel, EvidenceError> {
        if self.open.len() > DEEPEST {
            return Err(self.broken(at, "elements are nested deeper than a result of JMeter is"));
        }
        let name = element.name();
        let is_sample = matches!(name.as_ref(), "sample" | "httpSample");
        match self.open.last() {
            None if self.is_closed => Err(self.broken(at, "a second result follows the first one")),
            None if name.as_ref() == "testResults" => {
                let attributes = self.attributes(element, at)?;
                match attributes.get("version").map(String::as_str) {
                    Some("1.2") => Ok(SampleLevel::Requests),
                    _ => Err(self.broken(at, "`testResults` is not of version 1.2")),
                }
            }
            None => Err(self.broken(at, "the root is not `testResults`")),
            Some(SampleLevel::Requests) if is_sample => {
                let attributes = self.attributes(element, at)?;
                let is_unclear = name.as_ref() == "sample" && !attributes.contains_key("rm");
                let level = self.sample(&attributes, at)?;
                Ok(if is_unclear {
                    SampleLevel::Unclear
                } else {
                    level
                })
            }
            Some(SampleLevel::Parts) if is_sample => Ok(SampleLevel::Parts),
            Some(SampleLevel::Unclear) if is_sample => {
                let message = "a sample within one without `rm`, which may be a transaction: save the response message";
                Err(self.broken(at, message))
            }
            Some(SampleLevel::Requests) if self.open.len() == 1 => {
                let message = "an element that is neither `sample` nor `httpSample`";
                Err(self.broken(at, message))
            }
            Some(_) => Ok(SampleLevel::Other),
        }
    }

    fn leave(&mut self) {
        self.open.pop();
        self.is_closed = self.open.is_empty();
    }

    fn sample(
        &mut self,
        attributes: &HashMap<String, String>,
        at: usize,
    ) -> Result<SampleLevel, EvidenceError> {
        let text = |name: &str| attributes.get(name).map(String::as_str);
        if is_transaction(text("rm")) {
            self.samples.transactions += 1;
            return Ok(SampleLevel::Requests);
        }
        let amount = |name: &str| match text(name).map(|text| (text, text.parse::<f64>())) {
            None => Ok(None),
            Some((_, Ok(amount))) if amount.is_finite() && amount >= 0.0 => Ok(Some(amount)),
            Some((text, _)) => Err(self.bad(at, name, format!("no amount (`{text}`)"))),
        };
        if amount("sc")?.is_some_and(|count| count > 1.0) {
            return Err(self.bad(at, "sc", SUM.to_owned()));
        }
        let elapsed = amount("t")?.ok_or_else(|| self.bad(at, "t", "missing".to_owned()))?;
        let is_good = match text("s") {
            Some("true") => true,
            Some("false") => false,
            other => {
                let what = format!(
                    "neither `true` nor `false` (`{}`)",
                    other.unwrap_or_default()
                );
                return Err(self.bad(at, "s", what));
            }
        };
        let (sent, threads) = (amount("ts")?, amount("na")?.unwrap_or_default());
        let label = text("lb").unwrap_or_default();
        self.samples.take(is_good, (sent, elapsed), threads, label);
        Ok(SampleLevel::Parts)
    }

    /// The attributes by their names; one that occurs twice is an error.
    fn attributes(
        &self,
        element: &BytesStart<'_>,
        at: usize,
    ) -> Result<HashMap<String, String>, EvidenceError> {
        let mut found = HashMap::new();
        for attribute in element.attributes() {
            let attribute = attribute.map_err(|error| self.broken(at, &error.to_string()))?;
            let name = attribute.key.as_ref().to_owned();
            let value = quick_xml::escape::unescape(&attribute.value)
                .map_err(|error| self.broken(at, &error.to_string()))?;
            found.insert(name, value.into_owned());
        }
        Ok(found)
    }

    fn line(&self, at: usize) -> usize {
        let before = self.text.as_bytes().iter().take(at);
        before.filter(|byte| **byte == b'\n').count() + 1
    }

    fn broken(&self, at: usize, message: &str) -> EvidenceError {
        let line = self.line(at);
        self.draft.malformed(format!("line {line}: {message}"))
    }

    fn bad(&self, at: usize, attribute: &str, what: String) -> EvidenceError {
        EvidenceError::BadValue {
            at: format!("line {}, attribute {attribute}", self.line(at)),
            what,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::CautionKind;
    use super::super::tests::{number, read_fixture, read_text};

    #[test]
    fn requests_count_and_their_parts_and_transactions_do_not() {
        let found = read_fixture("jmeter/results.xml");
        assert_eq!((found.completed, found.failed), (Some(4), Some(1)));
        assert_eq!(number(&found, "request_latency", "max"), Some(0.231));
        assert_eq!(number(&found, "request_latency", "p50"), Some(0.098));
        assert_eq!(found.started_at.as_deref(), Some("2026-10-06T09:00:00Z"));
        let seconds = found.duration_seconds.expect("a duration");
        assert!((seconds - 4.204).abs() < 1e-6, "{seconds}");
        assert_eq!(found.concurrency, Some(2.0));
        assert!(found.warns(CautionKind::Unusual), "a transaction");
    }

    #[test]
    fn what_is_no_whole_result_is_an_error_at_its_line() {
        let whole = |samples: &str| {
            format!(
                "<?xml version=\"1.0\"?>\n<testResults version=\"1.2\">\n{samples}\n</testResults>\n"
            )
        };
        let good = "<httpSample t=\"98\" ts=\"1791277200000\" s=\"true\" lb=\"a &amp; b\"/>";
        assert_eq!(read_text(&whole(good)).expect("one").completed, Some(1));
        let without_time = "<sample t=\"98\" s=\"true\"/>";
        let found = read_text(&whole(without_time)).expect("no time");
        assert_eq!((found.started_at, found.duration_seconds), (None, None));
        for (samples, part) in [
            ("<sample s=\"true\"/>", "line 3, attribute t` is missing"),
            (
                "<sample t=\"-1\" s=\"true\"/>",
                "line 3, attribute t` is no amount",
            ),
            ("<sample t=\"NaN\" s=\"true\"/>", "no amount"),
            ("<sample t=\"1\" s=\"yes\"/>", "neither `true` nor `false`"),
            (
                "<sample t=\"1\" s=\"true\" sc=\"3\"/>",
                "a sum of several samples",
            ),
            ("<sample t=\"1\" t=\"2\" s=\"true\"/>", "line 3: "),
            ("<sample t=\"1\" s=\"&x;\"/>", "line 3: "),
            (
                "<sampleResult time=\"1\"/>",
                "neither `sample` nor `httpSample`",
            ),
            ("<sample t=\"1\" s=\"true\">", "line 4: "),
            (
                "<sample t=\"2\" s=\"true\"><httpSample t=\"1\" s=\"true\"/></sample>",
                "may be a transaction",
            ),
        ] {
            let error = read_text(&whole(samples)).expect_err(samples).to_string();
            assert!(error.contains(part), "{samples}: {error}");
        }
    }

    #[test]
    fn what_is_around_the_samples_is_that_of_a_result() {
        let whole = |samples: &str| {
            format!(
                "<?xml version=\"1.0\"?>\n<testResults version=\"1.2\">\n{samples}\n</testResults>\n"
            )
        };
        let good = "<httpSample t=\"98\" ts=\"1791277200000\" s=\"true\" lb=\"a &amp; b\"/>";
        let text = whole(good);
        let cut = read_text(&text[..text.len() - 16])
            .expect_err("cut")
            .to_string();
        assert!(cut.contains("was not finished"), "{cut}");
        let twice = read_text(&format!("{text}{text}"))
            .expect_err("twice")
            .to_string();
        assert!(twice.contains("line 6"), "{twice}");
        let other = read_text(&text.replace("\"1.2\"", "\"1.0\""))
            .expect_err("1.0")
            .to_string();
        assert!(other.contains("not of version 1.2"), "{other}");
        let deep = format!(
            "{}{}",
            "<sample t=\"1\" s=\"true\" rm=\"OK\">".repeat(80),
            "</sample>".repeat(80)
        );
        let deep = read_text(&whole(&deep)).expect_err("deep").to_string();
        assert!(deep.contains("nested deeper"), "{deep}");
        let bomb = text.replace(
            "<testResults",
            "<!DOCTYPE a [<!ENTITY b \"c\">]>\n<testResults",
        );
        let bomb = read_text(&bomb).expect_err("a document type").to_string();
        assert!(bomb.contains("document type"), "{bomb}");
    }
}
