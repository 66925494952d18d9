//! What the values of documents mean in seconds, bytes, days and ratios.
//!
//! Owns the grammars of durations ([`duration_seconds`]), quantities ([`quantity`]) and dates
//! ([`day_number`]), the units of measured metrics ([`unit_factor`]), and counts in words
//! ([`counted`]), and checksums in digits ([`hex`]). Text that does not
//! follow its grammar has no number here; nothing is guessed. What such text can only mean is for
//! fixes ([`respelt_duration`], [`respelt_quantity`]).

mod count;
mod day;
mod duration;
mod hex;
mod measured;
mod quantity;
mod spelling;

pub use count::{counted, first_named};
pub use day::{day_number, day_text};
pub use duration::{NotADuration, duration_seconds, duration_text, window_seconds};
pub use hex::hex;
pub use measured::{Dimension, Unit, unit_factor};
pub use quantity::quantity;
pub use spelling::{respelt_duration, respelt_quantity};
