//! Which line of which template each value of a rendered chart comes from: a copy of the chart, in which lines end with
//! a comment that tells them, is rendered once more. What differs then is not told.

mod values;

use super::chart::ChartFiles;
use crate::{
    document::{
        Document, Node, Pointer,
        read::{self, Format},
        source::{LineIndex, Source, Span, display_name},
    },
    layer::WrittenPlace,
};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};
use values::ChartValues;

/// What a comment begins with that tells a line.
const MARK: &str = "#@@";

/// The lines of templates that have a mark, by its number.
pub(super) struct MarkedCopy {
    lines: Vec<TemplateLine>,
}

struct TemplateLine {
    source: Arc<Source>,
    span: Span,
    /// Its path in the chart.
    below: PathBuf,
}

impl TemplateLine {
    fn text(&self) -> &str {
        self.source.slice(self.span)
    }

    fn place(&self) -> WrittenPlace {
        WrittenPlace {
            source: Arc::clone(&self.source),
            span: self.span,
        }
    }
}

/// Where the values of a rendered chart are written: in a file of values, or in a line of a template.
#[derive(Debug)]
pub struct TemplateLines {
    /// By the document's place in the text.
    documents: Vec<BTreeMap<Pointer, WrittenPlace>>,
}

impl TemplateLines {
    /// The place of a value of a document, or of the first one in it; `None` where that is not known.
    pub fn place(&self, document: usize, at: &Pointer) -> Option<&WrittenPlace> {
        let known = self.documents.get(document)?;
        let exact = known.get(at);
        exact.or_else(|| {
            let mut below = known.range(at.clone()..);
            below
                .next()
                .filter(|(leaf, _)| at.contains(leaf))
                .map(|(_, place)| place)
        })
    }
}

/// Copies a chart with marks; `None` where that cannot be done.
pub(super) fn copy(chart: &ChartFiles, to: &Path) -> Option<MarkedCopy> {
    let mut copy = MarkedCopy { lines: Vec::new() };
    let written = chart.write(to, &mut |below, file, bytes| {
        let Some(text) = template(below, &bytes) else {
            return bytes;
        };
        let source = Arc::new(Source {
            name: display_name(file),
            path: file.to_owned(),
            text: text.to_owned(),
        });
        copy.marked(&source, below).into_bytes()
    });
    written.ok().map(|()| copy)
}

/// The text of a template of objects, of the chart itself or of one in it.
fn template<'b>(below: &Path, bytes: &'b [u8]) -> Option<&'b str> {
    let is_template = below.parent()?.iter().any(|part| part == "templates");
    let name = below.file_name()?.to_str()?;
    let is_yaml = name.ends_with(".yaml") || name.ends_with(".yml");
    let is_read = is_template && is_yaml && !name.starts_with('_');
    std::str::from_utf8(bytes).ok().filter(|_| is_read)
}

impl MarkedCopy {
    /// The text of a template with a mark behind each line that can bear one.
    fn marked(&mut self, source: &Arc<Source>, below: &Path) -> String {
        let mut marked = String::with_capacity(source.text.len() * 2);
        let mut state = TemplateState::default();
        let mut start = 0;
        for line in source.text.split_inclusive('\n') {
            let bare = line.trim_end();
            marked.push_str(bare);
            if state.bears_mark(bare) {
                let indent = bare.len() - bare.trim_start().len();
                self.lines.push(TemplateLine {
                    source: Arc::clone(source),
                    span: Span::new(start + indent, start + bare.len()),
                    below: below.to_owned(),
                });
                marked.push_str(&format!(" {MARK}{}", self.lines.len() - 1));
            }
            marked.push_str(&line[bare.len()..]);
            start += line.len();
        }
        marked
    }
}

/// What the lines before one leave open.
#[derive(Default)]
struct TemplateState {
    /// The indentation of the line that began a text in several lines.
    block: Option<usize>,
    /// True within an action of several lines.
    in_action: bool,
}

impl TemplateState {
    /// True for a line behind which a comment can stand.
    fn bears_mark(&mut self, line: &str) -> bool {
        let indent = line.len() - line.trim_start().len();
        let bare = line.trim();
        let was_in_action = self.in_action;
        // The last of them decides.
        self.in_action = match (line.rfind("{{"), line.rfind("}}")) {
            (Some(open), Some(close)) => open > close,
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (None, None) => was_in_action,
        };
        if let Some(above) = self.block {
            if bare.is_empty() || indent > above {
                return false;
            }
            self.block = None;
        }
        if was_in_action || self.in_action {
            return false;
        }
        let is_block = ["|", "|-", "|+", ">", ">-", ">+"]
            .iter()
            .any(|end| bare.ends_with(&format!(": {end}")) || bare == format!("- {end}"));
        if is_block {
            self.block = Some(indent);
            return false;
        }
        let is_value = is_entry(bare) || bare.starts_with("- ");
        let is_inserted = bare.contains("indent") && bare.ends_with("}}");
        (is_value || is_inserted) && !bare.ends_with("-}}") && !bare.starts_with('#')
    }
}

/// True for `key: value` and `key:`.
fn is_entry(line: &str) -> bool {
    let Some((key, rest)) = line.split_once(':') else {
        return false;
    };
    let is_key = |letter: char| letter.is_ascii_alphanumeric() || "-_./\"'".contains(letter);
    !key.is_empty() && key.chars().all(is_key) && (rest.is_empty() || rest.starts_with(' '))
}

/// Where the values of a rendered text come from, by the same text with marks.
pub(super) fn lines(
    copy: &MarkedCopy,
    (chart, values): (&ChartFiles, &[PathBuf]),
    text: &str,
    marked: &str,
) -> Option<TemplateLines> {
    let parsed = |text: &str| {
        let source = Source::new("rendered.yaml", text);
        let parsed = read::parse_as_platform(&source, Format::Yaml);
        parsed.errors.is_empty().then_some(parsed.documents)
    };
    let (clean, with_marks) = (parsed(text)?, parsed(marked)?);
    if clean.len() != with_marks.len() {
        return None;
    }
    let marks = MarkedText::of(marked, copy);
    let values = ChartValues::read(chart, values);
    let mut documents = Vec::new();
    for (document, other) in clean.iter().zip(&with_marks) {
        documents.push(marks.places(document, other, &values));
    }
    Some(TemplateLines { documents })
}

/// A rendered text with marks.
struct MarkedText<'t> {
    copy: &'t MarkedCopy,
    index: LineIndex,
    /// The mark of each line.
    marks: Vec<Option<usize>>,
}

impl<'t> MarkedText<'t> {
    fn of(text: &'t str, copy: &'t MarkedCopy) -> Self {
        let mut marks = Vec::new();
        for line in text.lines() {
            let said = line.rsplit_once(MARK);
            let number = said.and_then(|(_, number)| number.trim().parse().ok());
            marks.push(number.filter(|number| *number < copy.lines.len()));
        }
        Self {
            copy,
            index: LineIndex::new(text),
            marks,
        }
    }

    fn places(
        &self,
        clean: &Document,
        marked: &Document,
        values: &ChartValues,
    ) -> BTreeMap<Pointer, WrittenPlace> {
        let mut places = BTreeMap::new();
        clean.root.each_scalar(&mut |at, node| {
            let other = marked.root.resolve(at);
            // What a mark changed, or what is never the same twice, is not told.
            if !other.complete || other.node.value != node.value {
                return;
            }
            if let Some(line) = self.line(other.node) {
                let place = values.place(line.text(), &line.below, at, node);
                places.insert(at.clone(), place.unwrap_or_else(|| line.place()));
            }
        });
        places
    }

    /// The line of a template that a value comes from: by the mark of its line, or by that of a line below it which
    /// ends what was inserted as one.
    fn line(&self, node: &Node) -> Option<&TemplateLine> {
        let at = self.index.line_of(node.span.start());
        let told = |mark: &usize| &self.copy.lines[*mark];
        if let Some(mark) = self.marks.get(at)?.as_ref() {
            return Some(told(mark));
        }
        let below = self.marks.get(at..)?.iter().flatten().next().map(told)?;
        let is_inserted = below.text().contains("indent") || below.text().contains("toYaml");
        is_inserted.then_some(below)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_stand_only_where_a_comment_can() {
        let text = "metadata:\n  name: {{ .Values.name }}\n{{- if .Values.on }}\nspec:\n  args: |\n    a: b\n  image: {{ printf \"%s\"\n    .Values.image }}\n  - x\n  {{- toYaml .Values.r | nindent 4 }}\n  z: {{ .Values.z -}}\n";
        let mut copy = MarkedCopy { lines: Vec::new() };
        let marked = copy.marked(&Source::new("t.yaml", text), Path::new("templates/t.yaml"));
        let with: Vec<&str> = marked
            .lines()
            .filter(|line| line.contains(MARK))
            .map(str::trim)
            .collect();
        assert_eq!(
            with,
            [
                "metadata: #@@0",
                "name: {{ .Values.name }} #@@1",
                "spec: #@@2",
                "- x #@@3",
                "{{- toYaml .Values.r | nindent 4 }} #@@4",
            ]
        );
        assert_eq!(copy.lines[1].text(), "name: {{ .Values.name }}");
    }
}
