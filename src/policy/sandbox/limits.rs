//! What a sandbox may use.

/// What the allocator must be told before it starts: it reserves a gigabyte by default, which counts. What it reserves
/// instead, 16 MiB at a time, is writable at once and never given back: that takes a third of the page faults.
pub(super) const ALLOCATOR: [(&str, &str); 3] = [
    ("MIMALLOC_ARENA_RESERVE", "16384"),
    ("MIMALLOC_ARENA_EAGER_COMMIT", "1"),
    ("MIMALLOC_PURGE_DELAY", "-1"),
];

/// Limits the process at hand, so that whatever a policy does, nothing else is harmed. Where the system knows no such
/// limits, those of the engine and of the parent's clock are what is left.
pub(super) fn apply() -> std::io::Result<()> {
    #[cfg(unix)]
    unix::apply()?;
    Ok(())
}

#[cfg(unix)]
mod unix {
    use rustix::process::{Resource, Rlimit, setrlimit};

    /// Bytes that may be written to.
    const MEMORY: u64 = 512 << 20;
    /// Bytes of addresses: the program itself, and what is reserved and never used, count as well.
    const ADDRESSES: u64 = 2 << 30;
    /// Seconds of CPU time for all questions together.
    const CPU_SECONDS: u64 = 600;

    pub(super) fn apply() -> std::io::Result<()> {
        for (resource, limit) in [
            (Resource::Data, MEMORY),
            (Resource::As, ADDRESSES),
            (Resource::Cpu, CPU_SECONDS),
            (Resource::Core, 0),
            // It opens no file.
            (Resource::Nofile, 16),
        ] {
            let set = setrlimit(
                resource,
                Rlimit {
                    current: Some(limit),
                    maximum: Some(limit),
                },
            );
            // Not every system lets memory be limited so.
            if cfg!(target_os = "linux") || !matches!(resource, Resource::Data | Resource::As) {
                set?;
            }
        }
        Ok(())
    }
}
