//! Paths without links, of many files in few folders.

use std::{
    collections::HashMap,
    fs, io,
    path::{Component, Path, PathBuf},
};

/// So many are kept.
const MOST_FOLDERS: usize = 4096;

/// The folders whose links were resolved. It is for one moment: what changes meanwhile is not seen.
#[derive(Debug, Default)]
pub struct ResolvedFolders(HashMap<PathBuf, Option<PathBuf>>);

impl ResolvedFolders {
    /// What [`super::OnDisk::resolve`] answers, with one call of the system instead of one for each part of the path.
    pub(super) fn resolve(&mut self, path: &Path) -> io::Result<PathBuf> {
        match self.beside(path) {
            Some(real) => Ok(real),
            None => fs::canonicalize(path),
        }
    }

    /// The same for what is there and no link. Elsewhere than on Linux the system may spell names in another way.
    fn beside(&mut self, path: &Path) -> Option<PathBuf> {
        if !cfg!(target_os = "linux") {
            return None;
        }
        let Component::Normal(name) = path.components().next_back()? else {
            return None;
        };
        // `a/.` and `a/` are no other names of a file `a`.
        let text = path.as_os_str().as_encoded_bytes();
        if !text.ends_with(name.as_encoded_bytes()) {
            return None;
        }
        let parent = path.parent()?;
        let real = self.folder(parent)?.join(name);
        let found = fs::symlink_metadata(&real).ok()?;
        (!found.is_symlink()).then_some(real)
    }

    fn folder(&mut self, folder: &Path) -> Option<PathBuf> {
        if let Some(known) = self.0.get(folder) {
            return known.clone();
        }
        let named = match folder.as_os_str().is_empty() {
            true => Path::new("."),
            false => folder,
        };
        let real = self.resolve(named).ok();
        if self.0.len() >= MOST_FOLDERS {
            self.0.clear();
        }
        self.0.insert(folder.to_owned(), real.clone());
        real
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn it_answers_as_the_system_does() {
        let guard = tempfile::tempdir().expect("a temporary folder");
        let root = guard.path();
        fs::create_dir_all(root.join("a/b")).expect("a folder");
        fs::write(root.join("a/b/c"), "").expect("a file");
        for (target, name) in [
            ("a/b", "folder"),
            ("a/b/c", "file"),
            ("gone", "nowhere"),
            ("loop", "loop"),
            ("../a", "a/up"),
        ] {
            std::os::unix::fs::symlink(target, root.join(name)).expect("a link");
        }
        let mut folders = ResolvedFolders::default();
        for name in [
            "",
            "a",
            "a/",
            "a/.",
            "a/..",
            "a/b/c",
            "a/b/c/",
            "a/b/c/.",
            "a/b/c/d",
            "a/gone/c",
            "folder",
            "folder/c",
            "folder/../b",
            "folder/./c",
            "file",
            "file/c",
            "nowhere",
            "nowhere/x",
            "loop",
            "loop/x",
            "a/up/b/c",
            "a/up/up/b",
            "a//b//c",
        ] {
            let path = root.join(name);
            for _ in 0..2 {
                let (own, of_system) = (folders.resolve(&path), fs::canonicalize(&path));
                assert_eq!(
                    own.map_err(|error| error.kind()),
                    of_system.map_err(|error| error.kind()),
                    "{name}"
                );
            }
        }
        let here = Path::new("src/disk.rs");
        assert_eq!(folders.resolve(here).ok(), fs::canonicalize(here).ok());
    }
}
