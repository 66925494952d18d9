//! Embeds the policies, the schemas and the generated rule pages: the folders are the registry,
//! so adding a rule touches no list. A debug build of a checkout embeds nothing and reads them when it runs
//! (`src/built_in.rs`), so that an edited rule needs no build.

#![expect(clippy::disallowed_methods, reason = "it runs when we build")]

use std::{
    env, fs,
    hash::{DefaultHasher, Hasher},
    io,
    path::{Path, PathBuf},
};

#[path = "src/built_in/folder.rs"]
#[expect(
    unreachable_pub,
    reason = "public in the library, which has the same file"
)]
mod folder;

use folder::{FOLDERS, Folder, mark_of};

/// What `SERVELINT_BLESS=1 cargo test --test suite catalogue` writes.
const COMPILED: &str = "src/rule/compiled.json";

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?);
    let out = PathBuf::from(env::var("OUT_DIR").map_err(io::Error::other)?);
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/built_in/folder.rs");
    // A package leaves the tests out. Its source may be gone when the program runs, whatever the profile.
    let is_checkout = root.join("tests").is_dir();
    let is_debug = env::var("PROFILE").is_ok_and(|profile| profile == "debug");
    let rows = match is_debug && is_checkout {
        true => "None".to_owned(),
        false => format!("Some([{}])", tables(&root)?),
    };
    println!(
        "cargo::rustc-env=SERVELINT_BUILD={}",
        build(&root, is_debug && is_checkout)?
    );
    fs::write(out.join("built_in.rs"), rows)?;
    let mark = match is_debug && is_checkout {
        true => "None".to_owned(),
        false => format!("Some({:?})", mark(&root)?),
    };
    fs::write(out.join("mark.rs"), mark)?;
    let compiled = match is_debug && is_checkout {
        true => "None".to_owned(),
        false => compiled_rules(&root)?,
    };
    fs::write(out.join("compiled_rules.rs"), compiled)
}

/// An expression of what METADATA says, read before the build; `None` where the policies say something else by now, so
/// that a stale file costs time and never a wrong rule.
fn compiled_rules(root: &Path) -> io::Result<String> {
    println!("cargo::rerun-if-changed={COMPILED}");
    let text = fs::read_to_string(root.join(COMPILED)).unwrap_or_default();
    let path = format!("/{COMPILED}");
    Ok(match text.contains(&folder::stated(root)?) {
        true => format!("Some(include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {path:?})))"),
        false => {
            println!(
                "cargo::warning={COMPILED} is not of these policies: `SERVELINT_BLESS=1 cargo test` writes it"
            );
            "None".to_owned()
        }
    })
}

/// What tells the policies that are embedded from others.
fn mark(root: &Path) -> io::Result<String> {
    let mut texts = Vec::new();
    for (name, path) in Folder::Policies.list(root)? {
        texts.push((name, fs::read_to_string(path)?));
    }
    Ok(mark_of(
        texts
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str())),
    ))
}

/// What the program is made of. Two builds that may answer differently have different ones, whatever their version.
const SOURCES: [&str; 4] = ["src", "build.rs", "Cargo.toml", "Cargo.lock"];

/// A digest of the sources and of how they are compiled. The folders that a debug build reads when it runs are none of
/// them, so that an edited rule is tried without a build.
fn build(root: &Path, reads_folders: bool) -> io::Result<String> {
    let mut files = Vec::new();
    let embedded = FOLDERS.map(Folder::path);
    let embedded = if reads_folders { &[][..] } else { &embedded };
    for source in SOURCES.iter().chain(embedded) {
        println!("cargo::rerun-if-changed={source}");
        collect(&root.join(source), &mut files)?;
    }
    files.sort();
    // Two hashes of 64 bits, of which no difference that happens by chance escapes both.
    let mut hashes = [DefaultHasher::new(), DefaultHasher::new()];
    for (number, hash) in hashes.iter_mut().enumerate() {
        hash.write_usize(number);
        for variable in ["TARGET", "PROFILE", "OPT_LEVEL", "RUSTC"] {
            hash.write(env::var(variable).unwrap_or_default().as_bytes());
        }
    }
    for file in files {
        let name = file.strip_prefix(root).map_err(io::Error::other)?;
        let bytes = fs::read(&file)?;
        for hash in &mut hashes {
            hash.write(name.to_string_lossy().as_bytes());
            hash.write_usize(bytes.len());
            hash.write(&bytes);
        }
    }
    let [first, second] = hashes.map(|hash| hash.finish());
    Ok(format!("{first:016x}{second:016x}"))
}

/// The files at or below a path; a package leaves some of them out.
fn collect(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if path.is_file() {
        files.push(path.to_owned());
    } else if path.is_dir() {
        for entry in fs::read_dir(path)? {
            collect(&entry?.path(), files)?;
        }
    }
    Ok(())
}

fn tables(root: &Path) -> io::Result<String> {
    let mut tables = String::new();
    for folder in FOLDERS {
        println!("cargo::rerun-if-changed={}", folder.path());
        tables.push_str(&table(root, folder)?);
        tables.push_str(",\n");
    }
    Ok(tables)
}

/// An array expression of `(path, text)` for the files of `folder`.
fn table(root: &Path, folder: Folder) -> io::Result<String> {
    let mut rows = String::from("&[\n");
    for (name, _) in folder.list(root)? {
        // Named from the crate's folder, so that a copy elsewhere that shares the target folder never reads
        // this one's files.
        let path = format!("/{name}");
        rows.push_str(&format!(
            "    ({name:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {path:?}))),\n"
        ));
    }
    rows.push(']');
    Ok(rows)
}
