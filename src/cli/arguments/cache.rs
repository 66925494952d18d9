//! Where unchanged runs are kept.

use clap::Args;
use std::path::PathBuf;

/// Whether and where unchanged runs are kept.
#[derive(Debug, Args)]
pub(in crate::cli) struct CacheArguments {
    /// Keep results in this folder [default: the cache folder of the user, unless CI is set]
    ///
    /// A check in which nothing changed is answered from there. The folder must lie outside of the
    /// repository, and nobody but you may be able to open it.
    #[arg(long, value_name = "FOLDER")]
    pub cache_dir: Option<PathBuf>,
    /// Check without the cache
    #[arg(long, conflicts_with = "cache_dir")]
    pub no_cache: bool,
}
