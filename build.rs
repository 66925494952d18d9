//! Embeds the policies, the schemas and the generated rule pages: the folders are the registry,
//! so adding a rule touches no list.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?);
    let out = PathBuf::from(env::var("OUT_DIR").map_err(io::Error::other)?);
    let policies = table(&root, "policies", "rego", |path| {
        !path.ends_with("_test.rego")
    })?;
    let schemas = table(&root, "schemas", "json", |_| true)?;
    let pages = table(&root, "docs/rules", "md", |_| true)?;
    fs::write(out.join("policies.rs"), policies)?;
    fs::write(out.join("schemas.rs"), schemas)?;
    fs::write(out.join("pages.rs"), pages)
}

/// An array expression of `(path, text)` for every file below `folder`, sorted by path.
fn table(
    root: &Path,
    folder: &str,
    extension: &str,
    keep: impl Fn(&str) -> bool,
) -> io::Result<String> {
    println!("cargo::rerun-if-changed={folder}");
    let mut files = Vec::new();
    collect(&root.join(folder), extension, &mut files)?;
    files.sort();
    let mut rows = String::from("&[\n");
    for file in files {
        let name = file
            .strip_prefix(root)
            .map_err(io::Error::other)?
            .to_string_lossy()
            .replace('\\', "/");
        if keep(&name) {
            // Named from the crate's folder, so that a copy elsewhere that shares the target folder never reads
            // this one's files.
            let path = format!("/{name}");
            rows.push_str(&format!(
                "    ({name:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {path:?}))),\n"
            ));
        }
    }
    rows.push(']');
    Ok(rows)
}

fn collect(folder: &Path, extension: &str, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, extension, files)?;
        } else if path.extension().is_some_and(|found| found == extension) {
            files.push(path);
        }
    }
    Ok(())
}
