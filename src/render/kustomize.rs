//! `kustomize build`, and where each object comes from.

use super::{ObjectOrigin, Programs, RenderFault, Rendered, process::RenderCall, walk};
use crate::document::{
    Node,
    read::{self, Format},
    source::Source,
};
use std::{
    ffi::OsString,
    fs,
    path::{Component, Path, PathBuf},
};

/// What it says of a file beside or above the folder that is built, and the flag that allows such files.
const RESTRICTED: &str = "is not in or below";
const UNRESTRICTED: &str = "--load-restrictor=LoadRestrictionsNone";
/// What Kustomize writes into objects that it is asked about.
pub const ORIGIN_NOTE: &str = "config.kubernetes.io/origin";

pub(super) fn render(
    folder: &Path,
    root: &Path,
    programs: &Programs,
) -> Result<Rendered, RenderFault> {
    let program = programs.kustomize()?;
    let files = walk::files(folder, root)?;
    let real = folder
        .canonicalize()
        .map_err(|error| RenderFault::Refused(error.to_string()))?;
    let home = home()?;
    let wrapper = home.path().join("wrapper");
    let build = |folder: &Path, flag: Option<&str>| {
        // `kubectl` has it as a command of its own.
        let is_kubectl = program.file_stem().is_some_and(|name| name == "kubectl");
        let verb = if is_kubectl { "kustomize" } else { "build" };
        let mut arguments: Vec<OsString> = vec![verb.into(), folder.into()];
        arguments.extend(flag.map(OsString::from));
        RenderCall {
            programs,
            called: "kustomize build",
            program,
            arguments,
            home: home.path(),
            root,
        }
        .run()
    };
    let (text, flag) = match build(&real, None) {
        // Who writes such a kustomization builds it so, and the walk saw that each of its files lies in the repository.
        Err(RenderFault::Failed { reason, .. }) if reason.contains(RESTRICTED) => {
            (build(&real, Some(UNRESTRICTED))?, Some(UNRESTRICTED))
        }
        built => (built?, None),
    };
    let mut origins = Vec::new();
    // What it says of origins stays out of the text that is judged.
    if write_wrapper(&wrapper, &real).is_ok()
        && let Ok(marked) = build(&wrapper, flag)
    {
        origins = self::origins(&marked, &wrapper);
    }
    Ok(Rendered {
        text,
        origins,
        files,
        lines: None,
    })
}

/// An empty folder that nobody else can write to.
pub(super) fn home() -> Result<tempfile::TempDir, RenderFault> {
    let made = tempfile::Builder::new().prefix("servelint-").tempdir();
    let home = made
        .map_err(|error| RenderFault::Refused(format!("there is no temporary folder: {error}")))?;
    Ok(home)
}

/// A kustomization that takes in another one, and asks where everything comes from.
fn write_wrapper(wrapper: &Path, folder: &Path) -> std::io::Result<()> {
    fs::create_dir(wrapper)?;
    let path = relative(&wrapper.canonicalize()?, folder);
    let path = serde_json::to_string(&path.to_string_lossy())?;
    fs::write(
        wrapper.join("kustomization.yaml"),
        format!("resources: [{path}]\nbuildMetadata: [originAnnotations]\n"),
    )
}

/// The path to `target` from a folder; both are absolute. Kustomize takes no other.
fn relative(from: &Path, target: &Path) -> PathBuf {
    let (mut own, mut other) = (from.components().peekable(), target.components().peekable());
    while own.peek().is_some() && own.peek() == other.peek() {
        own.next();
        other.next();
    }
    let up = own.map(|_| Component::ParentDir);
    up.chain(other).collect()
}

/// Where the documents of a text come from that Kustomize was asked about.
fn origins(text: &str, wrapper: &Path) -> Vec<ObjectOrigin> {
    let source = Source::new("rendered.yaml", text);
    let parsed = read::parse_as_platform(&source, Format::Yaml);
    let mut origins = Vec::new();
    for document in &parsed.documents {
        let note = document.root.at(&["metadata", "annotations", ORIGIN_NOTE]);
        origins.push(ObjectOrigin::of_note(
            note.and_then(Node::as_str).unwrap_or_default(),
            wrapper,
        ));
    }
    origins
}
