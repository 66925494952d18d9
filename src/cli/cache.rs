//! `check` with a cache: the output of a run in which nothing changed is written again.

use super::{
    CommandError,
    arguments::{CheckArguments, ColorArgument},
    check::{self, CheckStreams},
    target,
};
use crate::{
    cache::{self, CacheShelf, KeptRun, RunKey},
    check::Request,
    disk,
};
use std::io::{self, Write};

/// Checks, or writes what the same check wrote.
pub(super) fn run(
    arguments: &CheckArguments,
    color: ColorArgument,
    streams: CheckStreams<'_>,
) -> Result<u8, CommandError> {
    let request = &check::request(arguments)?;
    let key = || RunKey::of(&[arguments, &color, request, &check::style(color)]);
    let place = shelf(arguments, request)?.and_then(|shelf| Some((shelf, key()?)));
    let Some((shelf, key)) = place else {
        return check::fresh(arguments, color, request, streams).map(|done| done.code);
    };
    let CheckStreams { out, errors } = streams;
    if let Some(kept) = shelf.current(key)
        && is_written(arguments, request, &kept)?
    {
        return say(&kept, out, errors);
    }
    let (mut out, mut errors) = (Copied::new(out), Copied::new(errors));
    let (done, record) = disk::recorded(|| {
        let streams = CheckStreams {
            out: &mut out,
            errors: &mut errors,
        };
        check::fresh(arguments, color, request, streams)
    });
    let done = done?;
    let kept = KeptRun {
        code: done.code,
        reports: done.reports,
        out: out.bytes,
        errors: errors.bytes,
    };
    if done.is_final && !out.is_cut && !errors.is_cut {
        shelf.keep(key, &kept, &record);
    }
    Ok(kept.code)
}

/// Where runs are kept; nothing for one that writes, asks git for a revision, or shows how far it is with fixes.
fn shelf(
    arguments: &CheckArguments,
    request: &Request,
) -> Result<Option<CacheShelf>, CommandError> {
    let changes = arguments.fix || arguments.diff;
    let compares = request.since.is_some() || request.policy_from.is_some() || request.hook;
    Ok(match &arguments.cache.cache_dir {
        Some(folder) => {
            // Refused whether or not it would be used.
            let shelf = CacheShelf::named(folder, &request.paths)?;
            (!changes && !compares).then_some(shelf)
        }
        None if arguments.cache.no_cache || changes || compares => None,
        None => CacheShelf::usual(&request.paths),
    })
}

/// Writes the reports of `--output` again; false where one of them cannot be written, which the run itself tells.
fn is_written(
    arguments: &CheckArguments,
    request: &Request,
    kept: &KeptRun,
) -> Result<bool, CommandError> {
    let targets = target::targets(&arguments.output, &request.paths)?;
    let mut pairs = targets.iter().zip(&kept.reports);
    Ok(targets.len() == kept.reports.len()
        && pairs.all(|(target, bytes)| target.put(bytes).is_ok()))
}

fn say(kept: &KeptRun, out: &mut dyn Write, errors: &mut dyn Write) -> Result<u8, CommandError> {
    match out.write_all(&kept.out) {
        // As the run itself: whoever read the output has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(kept.code),
        written => written?,
    }
    // Where nobody listens to errors, the exit code still tells.
    let _ = errors.write_all(&kept.errors);
    Ok(kept.code)
}

/// A stream of which a copy is kept, unless it is longer than any run that is kept.
struct Copied<'w> {
    stream: &'w mut dyn Write,
    bytes: Vec<u8>,
    /// True where the copy is not all of it, or the stream did not take everything.
    is_cut: bool,
}

impl<'w> Copied<'w> {
    fn new(stream: &'w mut dyn Write) -> Self {
        Self {
            stream,
            bytes: Vec::new(),
            is_cut: false,
        }
    }
}

impl Write for Copied<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.stream.write(bytes);
        match &written {
            Ok(count) if !self.is_cut => self
                .bytes
                .extend_from_slice(bytes.get(..*count).unwrap_or_default()),
            Ok(_) => {}
            Err(error) => self.is_cut |= error.kind() != io::ErrorKind::Interrupted,
        }
        if self.bytes.len() > cache::LARGEST {
            self.is_cut = true;
            self.bytes = Vec::new();
        }
        written
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_given_up_where_it_is_longer_than_what_is_kept() {
        let mut written = Vec::new();
        let mut copied = Copied::new(&mut written);
        copied.write_all(b"short").expect("written");
        assert_eq!(
            (copied.bytes.as_slice(), copied.is_cut),
            (&b"short"[..], false)
        );
        let long = vec![b'a'; cache::LARGEST];
        copied.write_all(&long).expect("written");
        copied.write_all(b"more").expect("written");
        assert!(copied.bytes.is_empty() && copied.is_cut);
        assert_eq!(written.len(), cache::LARGEST + 9);
    }
}
