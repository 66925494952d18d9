//! Embeds the policies, the schemas and the generated rule pages: the folders are the registry,
//! so adding a rule touches no list. A debug build of a checkout embeds nothing and reads them when it runs
//! (`src/built_in.rs`), so that an edited rule needs no build.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

/// The folders, in the order of `built_in::Folder`.
const FOLDERS: [&str; 3] = ["policies", "schemas", "docs/rules"];

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?);
    let out = PathBuf::from(env::var("OUT_DIR").map_err(io::Error::other)?);
    println!("cargo::rerun-if-changed=build.rs");
    // A package leaves the tests out. Its source may be gone when the program runs, whatever the profile.
    let is_checkout = root.join("tests").is_dir();
    let is_debug = env::var("PROFILE").is_ok_and(|profile| profile == "debug");
    let rows = match is_debug && is_checkout {
        true => "None".to_owned(),
        false => format!("Some([{}])", tables(&root)?),
    };
    fs::write(out.join("built_in.rs"), rows)
}

fn tables(root: &Path) -> io::Result<String> {
    let mut tables = String::new();
    for folder in FOLDERS {
        println!("cargo::rerun-if-changed={folder}");
        tables.push_str(&table(root, folder)?);
        tables.push_str(",\n");
    }
    Ok(tables)
}

/// Which files of a folder are embedded; `built_in::Folder::takes` has the same list.
fn takes(folder: &str, name: &str) -> bool {
    match folder {
        "policies" => {
            name.ends_with(".rego") && !name.ends_with("_test.rego") || name.ends_with("/data.json")
        }
        "schemas" => name.ends_with(".json") && !name.starts_with("schemas/input/"),
        _ => name.ends_with(".md"),
    }
}

/// An array expression of `(path, text)` for every file below `folder`, sorted by path.
fn table(root: &Path, folder: &str) -> io::Result<String> {
    let mut files = Vec::new();
    collect(&root.join(folder), &mut files)?;
    files.sort();
    let mut rows = String::from("&[\n");
    for file in files {
        let name = file
            .strip_prefix(root)
            .map_err(io::Error::other)?
            .to_string_lossy()
            .replace('\\', "/");
        if takes(folder, &name) {
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

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
