//! A run on manifests without any specification: what is alike in it, and what to do next.

use super::{
    safe::escape,
    style::{Ink, Style},
};
use crate::{
    finding::{Finding, Report, ReviewOutcome},
    names::service_name,
    rule::Severity,
};
use std::cmp::Reverse;

/// True for a run on manifests that no specification claims.
pub(super) fn is_unreviewed(report: &Report) -> bool {
    let mut reviews = report.reviews.iter();
    !report.reviews.is_empty() && reviews.all(|review| review.manifests_only)
}

/// What findings have in common that need one excerpt: rule, severity, and the message apart from its names and numbers.
pub(super) type Likeness<'f> = (&'f str, Severity, String);

/// The shape of a finding.
pub(super) fn shape(finding: &Finding) -> Likeness<'_> {
    (&finding.rule, finding.severity, plain(&finding.message))
}

/// A text without what stands in backticks and the kind before it, and with each number as `0`.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let words = nameless(text);
    let mut words = words.split(' ').peekable();
    while let Some(word) = words.next() {
        let is_kind = word.starts_with(|c: char| c.is_ascii_uppercase())
            && words.peek().is_some_and(|next| next.starts_with('`'));
        if is_kind {
            continue;
        }
        for c in word.chars() {
            match c.is_ascii_digit() {
                false => plain.push(c),
                true if plain.ends_with('0') => {}
                true => plain.push('0'),
            }
        }
        plain.push(' ');
    }
    plain
}

/// A text with `…` for what stands in backticks.
pub(super) fn nameless(text: &str) -> String {
    let mut parts = Vec::new();
    // Every other part is a name.
    for (at, part) in text.split('`').enumerate() {
        parts.push(if at % 2 == 1 { "…" } else { part });
    }
    parts.join("`")
}

/// What texts have in common that differ in names only: `…` for each name that they do not share.
pub(super) fn common<'t>(mut texts: impl Iterator<Item = &'t str>) -> String {
    let first = texts.next().unwrap_or_default();
    let mut parts: Vec<&str> = first.split('`').collect();
    for text in texts {
        for (part, other) in parts.iter_mut().zip(text.split('`')) {
            if *part != other {
                *part = "…";
            }
        }
    }
    parts.join("`")
}

/// The services with the gravest findings first, else in the order of the report.
pub(super) fn worst_first(report: &Report) -> Vec<&ReviewOutcome> {
    let mut reviews: Vec<&ReviewOutcome> = report.reviews.iter().collect();
    reviews.sort_by_key(|review| Reverse(review.tally.rows().map(|(_, count)| count)));
    reviews
}

/// How to begin, where no service has a specification: one line, and a heading.
pub(super) fn next(report: &Report, style: &Style) -> String {
    let worst = worst_first(report);
    let named = |review: &&ReviewOutcome| {
        let service = review.service.clone();
        let name = match is_place(&service) {
            true => "NAME".to_owned(),
            false => service_name(&service)?,
        };
        Some((name, service))
    };
    let mut names: Vec<(String, String)> = worst.iter().filter_map(named).collect();
    // A name that a service can have goes before one that is made of something else.
    names.sort_by_key(|(name, service)| (name != service, is_place(service)));
    let first = names.into_iter().next();
    let Some((name, service)) = first.filter(|_| is_unreviewed(report)) else {
        return String::new();
    };
    let line = format!(
        "`servelint init --name {name}` starts a specification of `{}`: its numbers and its rollout are then \
         compared with its manifests, and it gets a verdict",
        escape(&service)
    );
    format!(
        "{}\n{}\n",
        style.paint(Ink::Heading, "next"),
        style.wrap(&line, "  ", "    ")
    )
}

/// True for what a service without a name is called, such as `Deployment in k8s/chat.yaml`: no name comes of a path.
fn is_place(service: &str) -> bool {
    service.contains([' ', '/'])
}

#[cfg(test)]
mod tests {
    use super::{common, plain};

    #[test]
    fn messages_are_alike_apart_from_names_kinds_and_numbers() {
        let one = plain("Deployment `a` has 1 replica with 16 GPUs");
        assert_eq!(one, plain("Rollout `b-2` has 10 replica with 8 GPUs"));
        assert_ne!(one, plain("Deployment `a` has 1 replicas with 16 GPUs"));
        assert_ne!(plain("A Deployment"), plain("A Rollout"));
        assert_eq!(plain("`a`: 10.5"), "`…`: 0.0 ");
        assert_eq!(plain("one ` alone 7"), "one `… ");
    }

    #[test]
    fn names_that_texts_share_remain() {
        let texts = ["`a` sets no `timeout`", "`b` sets no `timeout`"];
        assert_eq!(common(texts.into_iter()), "`…` sets no `timeout`");
        assert_eq!(common(["`a` alone"].into_iter()), "`a` alone");
        assert_eq!(common([].into_iter()), "");
    }
}
