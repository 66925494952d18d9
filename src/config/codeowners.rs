//! Who owns a file, by the `CODEOWNERS` of its repository.

use crate::disk::{self, OnDisk};
use crate::git::Snapshot;
use ignore::{
    Match,
    gitignore::{Gitignore, GitignoreBuilder, Glob},
};
use std::{
    io::Read,
    path::{Path, PathBuf},
};

/// Where `CODEOWNERS` may stand in a repository, in the order in which it is looked for.
pub const OWNERS_PLACES: [&str; 3] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

/// The size up to which hosting sites read the file.
const MAX_BYTES: u64 = 3_000_000;

/// The rows of one `CODEOWNERS`.
#[derive(Debug)]
pub struct CodeOwners {
    root: PathBuf,
    /// The number of the line of each row, and its owners, as they are written.
    rows: Vec<(usize, Vec<String>)>,
    /// The patterns that own all that is below what they match.
    deep: Gitignore,
    /// Those like `docs/*`, which own the files of `docs` and not those of folders in it.
    shallow: Gitignore,
}

impl CodeOwners {
    /// The file of the repository that holds `folder`; `None` where there is none that can be read.
    pub fn of(folder: &Path) -> Option<Self> {
        let root = folder
            .ancestors()
            .find(|folder| folder.join(".git").is_there())
            .unwrap_or(folder);
        let text = OWNERS_PLACES
            .iter()
            .find_map(|place| read(&root.join(place)))?;
        Some(Self::parse(root, &text))
    }

    /// The file as it is at a revision.
    pub fn at(snapshot: &Snapshot) -> Option<Self> {
        let root = snapshot.root();
        let mut places = OWNERS_PLACES.iter();
        let bytes = places.find_map(|place| snapshot.read(&root.join(place)).ok()?)?;
        Some(Self::parse(root, &String::from_utf8_lossy(&bytes)))
    }

    /// Reads the text of the file. A row whose pattern the format does not know owns nothing.
    pub fn parse(root: &Path, text: &str) -> Self {
        let (mut deep, mut shallow) = (GitignoreBuilder::new(root), GitignoreBuilder::new(root));
        let mut rows = Vec::new();
        for (number, line) in (1..).zip(text.lines()) {
            let words = line.split_whitespace();
            let mut words = words.take_while(|word| !word.starts_with('#'));
            let Some(pattern) = words.next() else {
                continue;
            };
            // These mean something to the matcher, and nothing in this format.
            if pattern.starts_with('!') || pattern.contains('[') {
                continue;
            }
            let patterns = if pattern.ends_with("/*") {
                &mut shallow
            } else {
                &mut deep
            };
            // A match tells where its pattern came from: the number of its row.
            let origin = Some(rows.len().to_string().into());
            if patterns.add_line(origin, pattern).is_ok() {
                rows.push((number, words.map(str::to_owned).collect()));
            }
        }
        Self {
            root: root.to_owned(),
            rows,
            deep: deep.build().unwrap_or_else(|_| Gitignore::empty()),
            shallow: shallow.build().unwrap_or_else(|_| Gitignore::empty()),
        }
    }

    /// The owners of a file, as they are written: those of the last row that fits.
    pub fn owners(&self, file: &Path) -> &[String] {
        self.row(file).map(|(_, owners)| owners).unwrap_or_default()
    }

    /// The line, counted from 1, and the owners of the last row that fits a file.
    pub fn row(&self, file: &Path) -> Option<(usize, &[String])> {
        let file = file.strip_prefix(&self.root).ok()?;
        let mut last = row(self.deep.matched(file, false));
        last = last.max(row(self.shallow.matched(file, false)));
        for folder in file.ancestors().skip(1) {
            // The root itself is no path that a pattern can match.
            if !folder.as_os_str().is_empty() {
                last = last.max(row(self.deep.matched(folder, true)));
            }
        }
        let (line, owners) = self.rows.get(last?)?;
        Some((*line, owners))
    }
}

/// The number of the row whose pattern matched.
fn row(found: Match<&Glob>) -> Option<usize> {
    found.inner()?.from()?.to_str()?.parse().ok()
}

fn read(path: &Path) -> Option<String> {
    if !path.look().ok()?.is_file() {
        return None;
    }
    let mut bytes = Vec::new();
    disk::open(path)
        .ok()?
        .take(MAX_BYTES)
        .read_to_end(&mut bytes)
        .ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    const TEXT: &str = "\
# who looks at what
*            @org/all
/specs/      @org/ml   lead@example.com # the ML teams
docs/*       @writer
*.toml
!specs/x     @nobody
";

    #[test]
    fn the_last_row_that_fits_decides() {
        let owners = CodeOwners::parse(Path::new("/repo"), TEXT);
        let of = |file: &str| owners.owners(&Path::new("/repo").join(file)).join(" ");
        assert_eq!(of("a.yaml"), "@org/all");
        assert_eq!(of("specs/deep/a.yaml"), "@org/ml lead@example.com");
        assert_eq!(of("deep/specs/a.yaml"), "@org/all");
        assert_eq!(of("docs/a.md"), "@writer");
        assert_eq!(of("docs/deep/a.md"), "@org/all");
        assert_eq!(
            of("specs/servelint.toml"),
            "",
            "a row without owners takes them away"
        );
        assert_eq!(
            owners.owners(Path::new("/elsewhere/a.yaml")),
            [] as [String; 0]
        );
        let owners =
            CodeOwners::parse(Path::new("/repo"), "*.yaml @y\n/specs/ @s\nspecs/old/ @o\n");
        assert_eq!(
            owners.owners(Path::new("/repo/specs/a.yaml")),
            ["@s"],
            "a folder after a file"
        );
        assert_eq!(owners.owners(Path::new("/repo/specs/old/a.yaml")), ["@o"]);
        assert_eq!(owners.owners(Path::new("/repo/a.yaml")), ["@y"]);
    }

    #[test]
    fn it_is_found_from_the_root_of_the_repository() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        fs::create_dir_all(root.join(".git")).expect("a folder");
        fs::create_dir_all(root.join("team/specs")).expect("a folder");
        assert!(CodeOwners::of(&root.join("team")).is_none());
        fs::write(root.join("CODEOWNERS"), "/team/ @a\n").expect("a file");
        let owners = CodeOwners::of(&root.join("team")).expect("a file");
        assert_eq!(owners.owners(&root.join("team/specs/x.yaml")), ["@a"]);
        fs::create_dir_all(root.join(".github")).expect("a folder");
        fs::write(root.join(".github/CODEOWNERS"), "* @b\n").expect("a file");
        let owners = CodeOwners::of(&root.join("team")).expect("a file");
        assert_eq!(owners.owners(&root.join("team/specs/x.yaml")), ["@b"]);
    }
}
