//! Which part of a document a comment covers.
//!
//! After something on its line, a comment covers the entry or element that begins on that line; alone
//! on its line, the next one. Never a whole document: that would be a waiver for a file.

use super::WaiverComment;
use crate::document::{Document, Node, Pointer, Step, Value, source::LineIndex};

/// An entry or element that a comment may stand at.
struct Candidate<'d> {
    start: usize,
    /// Decides between those that begin at one place: the outermost, or, among the tables that one
    /// TOML header names, the innermost.
    rank: u32,
    document: usize,
    parent: Option<usize>,
    step: CoveredStep<'d>,
}

#[derive(Clone, Copy)]
enum CoveredStep<'d> {
    Key(&'d str),
    Index(usize),
}

/// Sets the target of each comment. Answers with where each document begins, and its index.
pub(super) fn find(
    text: &str,
    documents: &[Document],
    incomplete: bool,
    comments: &mut [WaiverComment],
) -> Vec<(usize, usize)> {
    let mut walk = CoverWalk {
        all: Vec::new(),
        open: Vec::new(),
    };
    let mut starts = Vec::new();
    for document in documents {
        let first = walk.open.len();
        walk.children(&document.root, document.index, None);
        let mut start = document.root.header.unwrap_or(document.root.span).start();
        for at in &walk.open[first..] {
            start = start.min(walk.all[*at].start);
        }
        starts.push((start, document.index));
    }
    starts.sort_unstable();
    let CoverWalk { all, mut open } = walk;
    open.sort_by_key(|at| (all[*at].start, all[*at].rank));
    let lines = LineIndex::new(text);
    let ends = ends(text, &lines);
    let first = starts.first().map_or(usize::MAX, |(start, _)| *start);
    for comment in comments {
        let found = match comment.own_line {
            true => {
                // Above the first document a `---` ends nothing: it begins that document.
                let follows = incomplete || first < comment.span.start();
                below(comment, &all, &open, if follows { &ends } else { &[] })
            }
            false => beside(comment, &lines, text, &all, &open),
        };
        comment.target = found.map(|at| (all[at].document, pointer(&all, at)));
    }
    starts
}

/// Where lines stand that may end a document of a stream.
fn ends(text: &str, lines: &LineIndex) -> Vec<usize> {
    let starts = (0..lines.lines()).map(|line| lines.start_of(line, text));
    let is_end = |at: &usize| {
        text.get(*at..)
            .is_some_and(|rest| rest.starts_with("---") || rest.starts_with("..."))
    };
    starts.filter(is_end).collect()
}

/// The first candidate after the comment, unless a document ends before it.
fn below(
    comment: &WaiverComment,
    all: &[Candidate<'_>],
    open: &[usize],
    ends: &[usize],
) -> Option<usize> {
    let end = comment.span.end();
    let at = *open.get(open.partition_point(|at| all[*at].start < end))?;
    let next = ends.get(ends.partition_point(|line| *line < end));
    next.is_none_or(|line| *line > all[at].start).then_some(at)
}

/// The first candidate on the line of the comment.
fn beside(
    comment: &WaiverComment,
    lines: &LineIndex,
    text: &str,
    all: &[Candidate<'_>],
    open: &[usize],
) -> Option<usize> {
    let line = lines.start_of(lines.line_of(comment.span.start()), text);
    let at = *open.get(open.partition_point(|at| all[*at].start < line))?;
    (all[at].start < comment.span.start()).then_some(at)
}

fn pointer(all: &[Candidate<'_>], at: usize) -> Pointer {
    let chain = std::iter::successors(Some(at), |at| all[*at].parent);
    let mut steps: Vec<Step> = chain
        .map(|at| match all[at].step {
            CoveredStep::Key(key) => Step::Key(key.to_owned()),
            CoveredStep::Index(index) => Step::Index(index),
        })
        .collect();
    steps.reverse();
    steps.into_iter().collect()
}

struct CoverWalk<'d> {
    /// Every node below the roots, parents first.
    all: Vec<Candidate<'d>>,
    /// Those that a comment may stand at.
    open: Vec<usize>,
}

impl<'d> CoverWalk<'d> {
    fn children(&mut self, node: &'d Node, document: usize, parent: Option<usize>) {
        for entry in node.entries() {
            let start = self.place(
                &entry.node,
                Some(entry.key_span.start()),
                entry.key_span == entry.node.span,
            );
            self.child(
                &entry.node,
                document,
                parent,
                CoveredStep::Key(&entry.key),
                start,
            );
        }
        for (index, item) in node.items().iter().enumerate() {
            let start = self.place(item, None, false);
            self.child(item, document, parent, CoveredStep::Index(index), start);
        }
    }

    /// Where a node begins, and whether at a header of its own. `None` for what stands elsewhere or
    /// only between others: what an alias brings in, and the tables that a longer key passes through.
    fn place(&self, node: &Node, key: Option<usize>, implicit: bool) -> Option<(usize, bool)> {
        let is_collection = matches!(node.value, Value::Map(_) | Value::List(_));
        let under_headers = node.items().iter().any(|item| item.header.is_some());
        match (node.header, node.alias) {
            (_, Some(alias)) => Some((key.unwrap_or(alias.start()), false)),
            (Some(header), None) => Some((header.start(), true)),
            _ if under_headers || (implicit && is_collection) => None,
            _ => Some((key.unwrap_or(node.span.start()), false)),
        }
    }

    fn child(
        &mut self,
        node: &'d Node,
        document: usize,
        parent: Option<usize>,
        step: CoveredStep<'d>,
        place: Option<(usize, bool)>,
    ) {
        let at = self.all.len();
        let order = u32::try_from(at).unwrap_or(u32::MAX);
        let (start, rank) = match place {
            Some((start, true)) => (start, u32::MAX - order),
            Some((start, false)) => (start, order),
            None => (0, 0),
        };
        self.all.push(Candidate {
            start,
            rank,
            document,
            parent,
            step,
        });
        if place.is_some() {
            self.open.push(at);
        }
        // What an alias leads to stands elsewhere.
        if node.alias.is_none() {
            self.children(node, document, Some(at));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::document::{
        read::{Format, parse},
        source::Source,
    };

    /// What each waiver of the text covers: `0 /spec/timeouts`.
    fn covered(text: &str, format: Format) -> Vec<String> {
        let source = Source::new("a", text);
        let comments = super::super::comments(&source, &parse(&source, format)).expect("waivers");
        let target = |comment: &super::WaiverComment| match &comment.target {
            Some((document, pointer)) => format!("{document} {pointer}"),
            None => "nothing".to_owned(),
        };
        comments.list.iter().map(target).collect()
    }

    #[test]
    fn yaml_comments_cover_the_node_they_stand_on_or_above() {
        let text = "\
# servelint: allow[head]
---
apiVersion: a # servelint: allow[b]
spec: # servelint: allow[all]
  # servelint: allow[above]
  timeouts: {client: 1, server: 2}
  steps:
    - weight: 5 # servelint: allow[element]
      bake: 10m
    # servelint: allow[second]
    - weight: 50
      bake: 10m # servelint: allow[inner]
  list:
    - x
    - y # servelint: allow[y]
  flow: {
    a: 1,
    b: 2, c: 3 } # servelint: allow[b]
  text: |
    # servelint: allow[text]
# servelint: allow[nothing]
---
# servelint: allow[first]
kind: x
# servelint: allow[nothing]
";
        assert_eq!(
            covered(text, Format::Yaml),
            [
                "0 /apiVersion",
                "0 /apiVersion",
                "0 /spec",
                "0 /spec/timeouts",
                "0 /spec/steps/0",
                "0 /spec/steps/1",
                "0 /spec/steps/1/bake",
                "0 /spec/list/1",
                "0 /spec/flow/b",
                "nothing",
                "1 /kind",
                "nothing",
            ]
        );
    }

    #[test]
    fn what_an_alias_brings_in_is_covered_where_it_is_used() {
        let text = "a: &x\n  b: 1\nc: *x # servelint: allow[r]\nd:\n  <<: *x # servelint: allow[r]\n  e: 2\n";
        let covered = covered(text, Format::Yaml);
        assert_eq!(covered[0], "0 /c");
        assert_ne!(covered[1], "0 /a/b");
        assert_ne!(covered[1], "0 /a");
    }

    #[test]
    fn toml_headers_and_dotted_keys_cover_no_more_than_they_name() {
        let text = "\
apiVersion = \"a\" # servelint: allow[r]
# servelint: allow[r]
[spec.timeouts]
# servelint: allow[r]
client = 1
server = 2 # servelint: allow[r]
[spec.rollout] # servelint: allow[r]
a.b = 1 # servelint: allow[r]
a.c = 2
[[spec.slos]]
name = \"x\"
[[spec.slos]] # servelint: allow[r]
name = \"y\"
point = {x = 1} # servelint: allow[r]
";
        assert_eq!(
            covered(text, Format::Toml),
            [
                "0 /apiVersion",
                "0 /spec/timeouts",
                "0 /spec/timeouts/client",
                "0 /spec/timeouts/server",
                "0 /spec/rollout",
                "0 /spec/rollout/a/b",
                "0 /spec/slos/1",
                "0 /spec/slos/1/point",
            ]
        );
        let text = "[[document]]\na = 1\n# servelint: allow[r]\n[[document]] # servelint: allow[r]\na = 2\n[document.spec] # servelint: allow[r]\nb = 1\n";
        assert_eq!(covered(text, Format::Toml), ["1 /a", "nothing", "1 /spec"]);
    }

    #[test]
    fn json_comments_never_cover_a_document() {
        let text = "\
// servelint: allow[r]
{ // servelint: allow[r]
  \"a\": 1, /* servelint: allow[r] */ \"b\": 2,
  // servelint: allow[r]
  \"c\": [
    {\"d\": 1}, // servelint: allow[r]
    2
  ] // servelint: allow[r]
} // servelint: allow[r]
";
        assert_eq!(
            covered(text, Format::Jsonc),
            [
                "0 /a", "nothing", "0 /a", "0 /c", "0 /c/0", "nothing", "nothing"
            ]
        );
    }

    #[test]
    fn a_broken_document_lends_its_waivers_to_no_other() {
        let text = "a: [\n# servelint: allow[r]\n---\nb: 1\n";
        assert!(
            covered(text, Format::Yaml)
                .iter()
                .all(|target| target == "nothing")
        );
    }
}
