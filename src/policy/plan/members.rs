//! The members of objects that were looked for before: rules ask for the same fields again and again.

use regorus::Value;

/// Places for what was found; a power of two.
const PLACES: usize = 1 << 10;

/// What was found under a constant key of an object.
#[derive(Clone, Copy)]
struct KnownMember<'q> {
    /// Where the object lies. It lies there until the evaluation is over, so no other object can.
    object: usize,
    key: u16,
    value: Option<&'q Value>,
}

/// What was found last, for each place.
pub(super) struct Members<'q>(Box<[KnownMember<'q>]>);

impl Default for Members<'_> {
    fn default() -> Self {
        let nothing = KnownMember {
            object: 0,
            key: 0,
            value: None,
        };
        Self(vec![nothing; PLACES].into())
    }
}

impl<'q> Members<'q> {
    /// The value of a key; `look` looks for it in an object that lies there for as long as the evaluation lasts.
    pub(super) fn of(
        &mut self,
        object: usize,
        key: u16,
        look: impl FnOnce() -> Option<&'q Value>,
    ) -> Option<&'q Value> {
        let place = (object >> 4) ^ usize::from(key).wrapping_mul(0x9E37);
        let known = &mut self.0[place % PLACES];
        if known.object != object || known.key != key {
            *known = KnownMember {
                object,
                key,
                value: look(),
            };
        }
        known.value
    }
}
