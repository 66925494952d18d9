//! The files of the base that touched services rest on, in a folder of their own.

#![expect(
    clippy::disallowed_methods,
    reason = "a run that compares revisions is not kept"
)]

use super::{Groups, governs};
use crate::{
    check::{BaselineChoice, Gathered, Request, changed, crds},
    config::PolicySource,
    document::source::{display_name, real_path},
    git::Changes,
    review::Member,
};
use std::{
    collections::BTreeSet,
    env, fs, io,
    path::{Path, PathBuf},
};

/// What is written has a limit: a text that happens to be the name of a folder brings all that is in it.
const MOST_FILES: usize = 5_000;
const MOST_BYTES: u64 = 200_000_000;

/// A folder that stands for the repository as it was. It is removed with it.
pub(super) struct BaseCopy {
    _guard: tempfile::TempDir,
    /// Without links.
    root: PathBuf,
    /// The folder of the repository, without links.
    repository: PathBuf,
}

impl BaseCopy {
    /// Writes what the services rest on; or says why that cannot be had as it was.
    pub(super) fn of(
        gathered: &Gathered,
        groups: &Groups<'_>,
        request: &Request,
    ) -> Result<Self, String> {
        let changes = gathered.changed.changes().ok_or("there is no revision")?;
        if changes.has_submodules() {
            return Err("the repository has submodules".to_owned());
        }
        let files = WantedFiles::of(gathered, groups, request).among(changes)?;
        let (kept, changed): (BTreeSet<PathBuf>, BTreeSet<PathBuf>) =
            files.into_iter().partition(|path| changes.keeps(path));
        let past = changes.past(&|path| changed.contains(path));
        let past = past.map_err(|error| error.to_string())?;
        let copy = Self::new(changes.root()).map_err(|error| unwritten(&error))?;
        let mut bytes_left = MOST_BYTES;
        for past in past {
            let bytes = past
                .bytes
                .ok_or("a file of theirs is missing or too large")?;
            take(&mut bytes_left, bytes.len() as u64)?;
            let written = copy.write(&past.path, &bytes);
            written.map_err(|error| unwritten(&error))?;
        }
        for path in kept {
            take(
                &mut bytes_left,
                path.metadata().map_or(0, |file| file.len()),
            )?;
            copy.copy(&path).map_err(|error| unwritten(&error))?;
        }
        Ok(copy)
    }

    fn new(repository: &Path) -> io::Result<Self> {
        let guard = tempfile::Builder::new().prefix("servelint-").tempdir()?;
        let root = guard.path().canonicalize()?;
        // Where the repository ends: no configuration above it has a say.
        fs::create_dir(root.join(".git"))?;
        Ok(Self {
            _guard: guard,
            root,
            repository: repository.to_owned(),
        })
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Where a path of the repository stands in the copy.
    fn place(&self, path: &Path) -> Option<PathBuf> {
        let real = real_path(&env::current_dir().ok()?.join(path));
        let below = real.strip_prefix(&self.repository).ok()?;
        Some(self.root.join(below))
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        fs::write(self.made(path)?, bytes)
    }

    fn copy(&self, path: &Path) -> io::Result<()> {
        // Neither the mode nor anything else of the file but its bytes.
        io::copy(
            &mut fs::File::open(path)?,
            &mut fs::File::create(self.made(path)?)?,
        )?;
        Ok(())
    }

    /// The place for a file of the repository, with its folder.
    fn made(&self, path: &Path) -> io::Result<PathBuf> {
        let below = path.strip_prefix(&self.repository);
        let place = self.root.join(below.map_err(io::Error::other)?);
        if let Some(folder) = place.parent() {
            fs::create_dir_all(folder)?;
        }
        Ok(place)
    }

    /// The same request about the copy; `None` where it holds none of what is asked for.
    pub(super) fn request(&self, request: &Request) -> Option<Request> {
        let places = request.paths.iter().filter_map(|path| self.place(path));
        let paths: Vec<PathBuf> = places.filter(|place| place.exists()).collect();
        let inside = |path: &PathBuf| match self.place(path) {
            Some(place) => place,
            None => path.clone(),
        };
        (!paths.is_empty()).then(|| Request {
            paths,
            config: request.config.as_ref().map(inside),
            baseline: match &request.baseline {
                BaselineChoice::File(path) => BaselineChoice::File(inside(path)),
                other => other.clone(),
            },
            stdin: None,
            named: Vec::new(),
            since: None,
            policy_from: None,
            approvals: None,
            locked_config: None,
            of_base: true,
            unsaved: Default::default(),
            before: Default::default(),
            ..request.clone()
        })
    }

    /// A text about the copy as it would read at hand.
    pub(super) fn as_at_hand(&self, text: &str) -> String {
        let copied = display_name(&self.root);
        let mut text = text.to_owned();
        if let Ok(here) = env::current_dir().and_then(|here| here.canonicalize())
            && let Ok(below) = here.strip_prefix(&self.repository)
        {
            let own = display_name(&self.root.join(below));
            text = text.replace(&format!("{}/", own.trim_end_matches('/')), "");
        }
        let repository = display_name(&self.repository);
        text.replace(&format!("{copied}/"), &format!("{repository}/"))
    }
}

/// Counts down what may still be written.
fn take(left: &mut u64, size: u64) -> Result<(), String> {
    let rest = left.checked_sub(size);
    *left = rest.ok_or("the files that they name are too large")?;
    Ok(())
}

fn unwritten(error: &io::Error) -> String {
    format!("its files cannot be written into a temporary folder: {error}")
}

/// Which files of the base belong into the copy.
struct WantedFiles<'w> {
    gathered: &'w Gathered<'w>,
    /// Files, and folders with all that is in them.
    paths: BTreeSet<PathBuf>,
}

impl<'w> WantedFiles<'w> {
    fn of(gathered: &'w Gathered, groups: &Groups<'_>, request: &Request) -> Self {
        let mut wanted = Self {
            gathered,
            paths: BTreeSet::new(),
        };
        let roots = groups.roots(&gathered.loaded.members);
        for member in &gathered.loaded.members {
            // A document of another service may have been one of theirs.
            if roots.contains(member.project.root.as_path()) {
                wanted.document(member);
            }
        }
        for group in &groups.compared {
            for index in group.members.iter().copied().chain(group.manifests()) {
                if let Some(member) = gathered.loaded.members.get(index) {
                    let root = &member.project.root;
                    wanted
                        .paths
                        .extend(gathered.changed.named_by(root, &member.document.root));
                }
            }
        }
        for past in gathered.changed.past() {
            wanted.paths.insert(past.path.clone());
            wanted
                .paths
                .extend(gathered.changed.named_by(&past.root, &past.node));
        }
        for project in gathered.projects.all() {
            wanted
                .paths
                .extend(project.baselines().map(|path| real_path(&path)));
            // Rules and profiles of a pack judge the base as well.
            let packs = project.config.policies.iter();
            wanted.paths.extend(packs.map(PolicySource::location));
        }
        let replaced = changed::replacements(request);
        wanted.paths.extend(replaced.map(|path| real_path(path)));
        wanted
    }

    /// Those of the revision that are.
    fn among(&self, changes: &Changes) -> Result<Vec<PathBuf>, String> {
        let mut files = Vec::new();
        for (path, is_file) in changes.files() {
            if !self.names(&path, is_file) {
                continue;
            }
            if !is_file {
                return Err("a symbolic link is among what they name".to_owned());
            }
            if files.len() == MOST_FILES {
                return Err(format!("they name more than {MOST_FILES} files"));
            }
            files.push(path);
        }
        Ok(files)
    }

    fn document(&mut self, member: &Member) {
        self.paths.insert(real_path(&member.document.source.path));
        self.paths.extend(member.layer_files.iter().cloned());
    }

    /// True for a file that is one of these or lies in one, and for a link on the way to one.
    fn names(&self, path: &Path, is_file: bool) -> bool {
        let is_in = path.ancestors().any(|above| self.paths.contains(above));
        let leads_to = || {
            let mut below = self.paths.range(path.to_owned()..);
            below.next().is_some_and(|wanted| wanted.starts_with(path))
        };
        is_in
            || (!is_file && leads_to())
            || governs(path)
            || self.gathered.projects.all().any(|project| {
                let config = &project.config;
                crds::names(&config.schemas, path)
                    || config.kinds.iter().any(|kind| kind.is_in(path))
            })
    }
}

impl Groups<'_> {
    /// The roots of the projects of those that are compared.
    fn roots<'m>(&self, members: &'m [Member]) -> BTreeSet<&'m Path> {
        let mut roots = BTreeSet::new();
        for group in &self.compared {
            for index in group.members.iter().copied().chain(group.manifests()) {
                roots.extend(
                    members
                        .get(index)
                        .map(|member| member.project.root.as_path()),
                );
            }
        }
        roots
    }
}
