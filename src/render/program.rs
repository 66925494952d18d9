//! The programs that render: the user's own, from outside of the repository.

use super::RenderFault;
use crate::disk;
use std::{
    env,
    path::{Path, PathBuf},
};

/// Where the programs are.
#[derive(Debug, Clone, Default)]
pub struct Programs {
    /// servelint itself, which limits a process before it becomes a renderer.
    pub servelint: PathBuf,
    /// `kustomize`, or `kubectl`.
    kustomize: Option<PathBuf>,
    helm: Option<PathBuf>,
}

impl Programs {
    /// Those of the environment: by `SERVELINT_KUSTOMIZE` and `SERVELINT_HELM`, else on the `PATH`. What lies below the
    /// `root` of the repository, a change may have brought.
    pub fn found(root: &Path, servelint: Option<PathBuf>) -> Self {
        disk::unprovable("programs of the user rendered manifests");
        let found = |names: &[&str], variable: &str| match env::var_os(variable) {
            Some(named) => usable(Path::new(&named), root),
            None => {
                let folders = env::var_os("PATH").unwrap_or_default();
                let folders = Vec::from_iter(env::split_paths(&folders));
                let all = names
                    .iter()
                    .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
                all.filter_map(|path| usable(&path, root)).next()
            }
        };
        Self {
            servelint: servelint
                .or_else(|| env::current_exe().ok())
                .unwrap_or_default(),
            kustomize: found(&["kustomize", "kubectl"], "SERVELINT_KUSTOMIZE"),
            helm: found(&["helm"], "SERVELINT_HELM"),
        }
    }

    /// These two, for tests.
    #[cfg(test)]
    pub(crate) fn of(servelint: PathBuf, kustomize: PathBuf) -> Self {
        Self {
            servelint,
            kustomize: Some(kustomize),
            helm: None,
        }
    }

    pub(super) fn kustomize(&self) -> Result<&Path, RenderFault> {
        let found = self.kustomize.as_deref();
        found.ok_or(RenderFault::NoProgram("kustomize"))
    }

    pub(super) fn helm(&self) -> Result<&Path, RenderFault> {
        self.helm.as_deref().ok_or(RenderFault::NoProgram("helm"))
    }
}

/// A file by an absolute path, wherever links lead, that does not lie in the repository.
fn usable(path: &Path, root: &Path) -> Option<PathBuf> {
    let real = path.canonicalize().ok().filter(|_| path.is_absolute())?;
    let is_outside = !real.starts_with(root) && !path.starts_with(root);
    // A link may be called `kustomize` and lead to a program that looks at its name.
    (real.is_file() && is_outside).then(|| path.to_owned())
}
