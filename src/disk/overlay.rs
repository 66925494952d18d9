//! Texts that stand for what files hold.
//!
//! There is one overlay for the process, as there is one disk. It is empty unless a resident process lays one over.

use super::{PathKind, moment};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
};

/// Texts by the paths of files, without links. The files are there.
pub type Overlay = BTreeMap<PathBuf, Arc<[u8]>>;

static IS_LAID: AtomicBool = AtomicBool::new(false);
static OVERLAY: RwLock<Overlay> = RwLock::new(Overlay::new());

/// From now on, these texts stand for the files, and no others.
pub fn lay_over(overlay: Overlay) {
    let is_laid = !overlay.is_empty();
    *OVERLAY.write().unwrap_or_else(PoisonError::into_inner) = overlay;
    IS_LAID.store(is_laid, Ordering::Release);
}

/// The text that stands for a file.
pub(super) fn text(path: &Path) -> Option<Arc<[u8]>> {
    if !IS_LAID.load(Ordering::Acquire) {
        return None;
    }
    let overlay = OVERLAY.read().unwrap_or_else(PoisonError::into_inner);
    if !may_be_of(&overlay, path) {
        return None;
    }
    overlay.get(&moment::resolved(path).ok()?).cloned()
}

/// False for a path of which one question tells that no text stands for its file: only a link leads to a file of
/// another name, where the system does not spell names in several ways.
fn may_be_of(overlay: &Overlay, path: &Path) -> bool {
    let name = path.file_name();
    let has_name = || overlay.keys().any(|open| open.file_name() == name);
    !cfg!(target_os = "linux")
        || name.is_none()
        || has_name()
        || fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink())
}

/// A file is as long as the text that stands for it.
pub(super) fn seen(path: &Path, found: PathKind) -> PathKind {
    match found.is_file().then(|| text(path)).flatten() {
        Some(text) => PathKind {
            length: text.len() as u64,
            ..found
        },
        None => found,
    }
}
