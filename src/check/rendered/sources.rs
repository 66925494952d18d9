//! The files that rendered manifests are made of, for the exceptions in their comments.

use crate::{
    check::load::Loaded, document::source::real_path, review::Member, waivers::LedgerFile,
};
use std::collections::BTreeMap;

/// The files with comments that rendered manifests are made of.
pub(in crate::check) fn sources<'r>(
    loaded: &'r Loaded,
    members: &BTreeMap<&str, Vec<&Member>>,
) -> Vec<LedgerFile<'r>> {
    let mut files: BTreeMap<&str, LedgerFile<'_>> = BTreeMap::new();
    for comments in &loaded.waivers {
        let (source, name) = (&comments.source, comments.source.name.as_str());
        if members.contains_key(name) || loaded.rendered.is_empty() {
            continue;
        }
        let real = real_path(&source.path);
        let mut rendered = loaded.members.iter().filter(|member| {
            let object = member.rendered.as_ref();
            object.is_some_and(|object| object.from.files.contains(&real))
        });
        if let Some(member) = rendered.next() {
            files.entry(name).or_insert(LedgerFile {
                source,
                project: &member.project,
                judged: true,
            });
        }
    }
    files.into_values().collect()
}
