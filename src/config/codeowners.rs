//! Who owns a file, by the `CODEOWNERS` of its repository.

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
};

/// Where the file may stand, in the order in which it is looked for.
const PLACES: [&str; 3] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

/// The size up to which hosting sites read the file.
const MAX_BYTES: u64 = 3_000_000;

/// The rows of one `CODEOWNERS`.
#[derive(Debug)]
pub struct CodeOwners {
    root: PathBuf,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    matcher: Gitignore,
    /// `docs/*` owns the files of `docs`, not those of folders in it.
    shallow: bool,
    owners: Vec<String>,
}

impl CodeOwners {
    /// The file of the repository that holds `folder`; `None` where there is none that can be read.
    pub fn of(folder: &Path) -> Option<Self> {
        let root = folder.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(folder);
        let text = PLACES.iter().find_map(|place| read(&root.join(place)))?;
        Some(Self::parse(root, &text))
    }

    /// Reads the text of the file. A row whose pattern the format does not know owns nothing.
    pub fn parse(root: &Path, text: &str) -> Self {
        let rows = text.lines().filter_map(|line| row(root, line)).collect();
        Self { root: root.to_owned(), rows }
    }

    /// The owners of a file, as they are written: those of the last row that fits.
    pub fn owners(&self, file: &Path) -> &[String] {
        let file = file.strip_prefix(&self.root).unwrap_or(file);
        let fits = |row: &&Row| match row.shallow {
            true => row.matcher.matched(file, false).is_ignore(),
            false => row.matcher.matched_path_or_any_parents(file, false).is_ignore(),
        };
        let relative = file.is_relative();
        self.rows
            .iter()
            .rev()
            .filter(|_| relative)
            .find(fits)
            .map(|row| row.owners.as_slice())
            .unwrap_or_default()
    }
}

/// A pattern and its owners. `!` and `[` have no meaning here, so such rows are left out.
fn row(root: &Path, line: &str) -> Option<Row> {
    let line = line.split(" #").next().unwrap_or_default().trim();
    let mut words = line.split_whitespace();
    let pattern = words.next().filter(|word| !word.starts_with(['#', '!']) && !word.contains('['))?;
    let mut builder = GitignoreBuilder::new(root);
    builder.add_line(None, pattern).ok()?;
    Some(Row {
        matcher: builder.build().ok()?,
        shallow: pattern.ends_with("/*"),
        owners: words.map(str::to_owned).collect(),
    })
}

fn read(path: &Path) -> Option<String> {
    if !fs::metadata(path).ok()?.is_file() {
        return None;
    }
    let mut bytes = Vec::new();
    fs::File::open(path).ok()?.take(MAX_BYTES).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(of("specs/servelint.toml"), "", "a row without owners takes them away");
        assert_eq!(owners.owners(Path::new("/elsewhere/a.yaml")), [] as [String; 0]);
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
