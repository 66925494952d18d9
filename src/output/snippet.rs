//! Draws an [`Excerpt`] with miette. Only the frame, the lines and the labels are miette's; the
//! words around them are `rich`'s.

use super::{
    excerpt::Excerpt,
    style::{Ink, Style},
};
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError,
    MietteSpanContents, SourceCode, SourceSpan, SpanContents, ThemeCharacters, ThemeStyles,
};
use std::fmt;

/// The excerpt as lines of text, with the primary label in `ink`. No line ends in a blank.
pub(super) fn draw(excerpt: &Excerpt, ink: Ink, style: &Style) -> String {
    let handler = GraphicalReportHandler::new_themed(theme(excerpt, ink, style))
        .without_cause_chain()
        .without_syntax_highlighting()
        .with_context_lines(1)
        .with_urls(false);
    let mut drawn = String::new();
    if handler.render_report(&mut drawn, &Frame(excerpt)).is_err() {
        // Writing to a string cannot fail, and neither can reading an excerpt.
        return String::new();
    }
    // The first line is miette's own heading, which is empty here.
    drawn
        .lines()
        .skip(1)
        .map(|line| format!("{}\n", line.trim_end()))
        .collect()
}

/// miette hands out the highlight styles in the order of the labels.
fn theme(excerpt: &Excerpt, ink: Ink, style: &Style) -> GraphicalTheme {
    let highlights = excerpt
        .marks
        .iter()
        .map(|mark| if mark.primary { ink } else { Ink::Aside });
    let plain = style.theme_paint(Ink::Plain);
    GraphicalTheme {
        characters: if style.unicode {
            ThemeCharacters::unicode()
        } else {
            ThemeCharacters::ascii()
        },
        styles: ThemeStyles {
            error: plain,
            warning: plain,
            advice: plain,
            help: plain,
            link: style.theme_paint(Ink::Place),
            linum: style.theme_paint(Ink::Quiet),
            highlights: highlights.map(|ink| style.theme_paint(ink)).collect(),
        },
    }
}

/// An excerpt in the shape that miette asks for: a diagnostic without words.
#[derive(Debug)]
struct Frame<'e>(&'e Excerpt);

impl fmt::Display for Frame<'_> {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Frame<'_> {}

impl Diagnostic for Frame<'_> {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.0.marks.iter().map(|mark| {
            let at = (mark.at.start, mark.at.len());
            if mark.primary {
                LabeledSpan::new_primary_with_span(mark.text.clone(), at)
            } else {
                LabeledSpan::new_with_span(mark.text.clone(), at)
            }
        })))
    }
}

impl SourceCode for Frame<'_> {
    /// miette asks twice: without context for what the heading should name, and with context for
    /// what to draw. The answers do not depend on the span, for the excerpt is already cut.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let excerpt = self.0;
        let contents = if before == 0 && after == 0 {
            let (line, column) = (excerpt.position.line - 1, excerpt.position.column - 1);
            MietteSpanContents::new_named(excerpt.name.clone(), &[], *span, line, column, 1)
        } else {
            let text = excerpt.text.as_bytes();
            let all = (0, text.len()).into();
            MietteSpanContents::new_named(
                excerpt.name.clone(),
                text,
                all,
                excerpt.first_line,
                0,
                excerpt.lines,
            )
        };
        Ok(Box::new(contents))
    }
}
