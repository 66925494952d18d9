//! Files of formats that conftest reads and servelint does not.

use super::shown::FileGlobs;
use crate::{
    check::{Request, note},
    config::Project,
    disk::{DiskWalk, OnDisk, WalkPlan},
    document::source::{display_name, real_path},
    finding::{NotChecked, Topic},
};
use std::{collections::BTreeMap, path::Path};

/// So many files and folders are looked at.
const MOST_ENTRIES: usize = 50_000;

/// The name of a format that conftest reads and servelint does not.
fn foreign(path: &Path) -> Option<&'static str> {
    let name = path.file_name()?.to_str()?.to_ascii_lowercase();
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let is = |word: &str| name == word || name.starts_with(&format!("{word}."));
    if is("dockerfile") || extension == "dockerfile" {
        return Some("Dockerfile");
    }
    if is("jenkinsfile") || extension == "groovy" {
        return Some("Groovy");
    }
    if is(".env") || extension == "env" {
        return Some("dotenv");
    }
    if name == "nginx.conf" {
        return Some("nginx");
    }
    Some(match extension {
        "hcl" | "tf" | "tfvars" | "hcl1" | "hcl2" => "HCL",
        "cue" => "CUE",
        "edn" => "EDN",
        "hocon" => "HOCON",
        "ini" => "INI",
        "jsonnet" => "Jsonnet",
        "properties" => "Java properties",
        "spdx" => "SPDX",
        "cyclonedx" => "CycloneDX",
        "vcl" => "VCL",
        "xml" => "XML",
        "gitignore" | "dockerignore" => "ignore files",
        "textproto" | "txtpb" | "pbtxt" | "prototext" | "textpb" => "protobuf text",
        _ => return None,
    })
}

/// What `files` of a pack names and nobody shows to it, once for each format.
pub(super) fn refused(
    wanted: &FileGlobs,
    project: &Project,
    request: &Request,
    pack: &str,
) -> Vec<NotChecked> {
    let mut found: BTreeMap<&'static str, (String, usize)> = BTreeMap::new();
    if !wanted.names_files() {
        return Vec::new();
    }
    let root = real_path(&project.root);
    for start in request.paths.iter().filter(|path| path.holds_folder()) {
        let walker = DiskWalk::new(start, WalkPlan::Hidden);
        for entry in walker.take(MOST_ENTRIES) {
            // What cannot be read was told when documents were looked for.
            let Ok(entry) = entry else { continue };
            let path = entry.path();
            let Some(format) = foreign(path).filter(|_| entry.is_file()) else {
                continue;
            };
            let real = real_path(path);
            let Ok(below) = real.strip_prefix(&root) else {
                continue;
            };
            if wanted.holds(&below.to_string_lossy().replace('\\', "/")) {
                found
                    .entry(format)
                    .or_insert_with(|| (display_name(path), 0))
                    .1 += 1;
            }
        }
    }
    let told = |(format, (first, count)): (&str, (String, usize))| {
        let more = match count {
            1 => String::new(),
            _ => format!(" and {} more", count - 1),
        };
        let reason = format!(
            "`files` of the pack `{pack}` names {first}{more}: conftest reads {format}, and servelint does not"
        );
        note(Topic::File(first), reason)
    };
    found.into_iter().map(told).collect()
}
