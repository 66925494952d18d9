//! Documents that a change moves or renames: what a person said in one at the base is said in it where it is now.
//!
//! A document is moved where the base has none of its kind, name and service in the file that holds it now, and the
//! file of the base that has one holds it no longer. What still is where it was can only have been copied.

use super::open;
use crate::{
    disk::OnDisk,
    document::{
        Node,
        read::{self, Format, Parsed},
        source::Source,
    },
    git::{Changes, Snapshot},
    review::{Member, service_of},
    rule::Subject,
    schema::{API_VERSION, Recognition, recognise},
};
use std::{
    path::Path,
    sync::{Arc, OnceLock},
};

/// A file as it is at the base.
#[derive(Debug)]
pub(super) struct PastFile {
    pub source: Arc<Source>,
    pub parsed: Parsed,
}

/// The files of the base that the change edited or took away.
#[derive(Debug)]
pub(super) struct MovedAway {
    base: Arc<Snapshot>,
    /// Read once somebody asks: most changes move nothing.
    files: OnceLock<Vec<PastFile>>,
}

impl MovedAway {
    pub(super) fn of(base: Arc<Snapshot>) -> Self {
        Self {
            base,
            files: OnceLock::new(),
        }
    }

    /// The files of the base from which a document came that its own file, as it was then, did not hold.
    pub(super) fn before(&self, member: &Member) -> Vec<&PastFile> {
        let files = self.files.get_or_init(|| changed(&self.base));
        let own = self.base.place(&member.document.source.path);
        let is_own = |file: &PastFile| own.as_ref() == Some(&file.source.path);
        let mut found: Vec<&PastFile> = files.iter().filter(|file| file.has(member)).collect();
        if found.iter().any(|file| is_own(file)) {
            return Vec::new();
        }
        found.retain(|file| !holds(&file.source.path, member));
        found
    }
}

/// What the files that may hold documents of ours and are not as they were held; nothing where the revision cannot
/// be read.
fn changed(base: &Snapshot) -> Vec<PastFile> {
    let changes = Changes::since(&base.revision, &[]);
    let past = changes.and_then(|changes| changes.past(&|path| Format::of(path).is_some()));
    let mut files = Vec::new();
    for past in past.unwrap_or_default() {
        let text = past.bytes.and_then(|bytes| read::decode(bytes).ok());
        if let Some(text) = text.filter(|text| text.contains(API_VERSION)) {
            files.push(PastFile::new(&past.path, text));
        }
    }
    files
}

/// True where the file at hand holds a document that is called like the member, or cannot be read.
pub(super) fn holds(path: &Path, member: &Member) -> bool {
    if path.look_at_link().is_err() {
        return false;
    }
    let text = read::bytes_of(path).ok().map(read::decode);
    match text {
        Some(Ok(text)) => PastFile::new(path, text).has(member),
        _ => true,
    }
}

/// True for a document of the kind, the name and the service of the member.
pub(super) fn is_called_like(root: &Node, subject: Subject, member: &Member) -> bool {
    let name = |root: &Node| {
        let name = root.at(&["metadata", "name"]).and_then(Node::as_str);
        name.map(str::to_owned)
    };
    subject == member.subject
        && service_of(root, subject) == member.service()
        && name(root) == name(&member.document.root)
}

impl PastFile {
    fn new(path: &Path, text: String) -> Self {
        let source = Arc::new(Source {
            name: String::new(),
            path: path.to_owned(),
            text,
        });
        let parsed = open::parsed(&source, Format::of_source(&source)).unwrap_or_default();
        Self { source, parsed }
    }

    /// True where it holds a document that is called like the member.
    fn has(&self, member: &Member) -> bool {
        let mut found = false;
        for document in &self.parsed.documents {
            open::each_object(&document.root, &mut |root| {
                if let Recognition::Known(subject) = recognise(root) {
                    found |= is_called_like(root, subject, member);
                }
            });
        }
        found
    }
}
