//! The locals of the functions that run, and the collections that they make.

use super::program::{Local, Operand, PlannedFunction};
use regorus::Value;
use typed_arena::Arena;

/// What a local holds while its collection is made: the value itself is among the unfinished ones.
static UNFINISHED: Value = Value::Null;
/// A collection that is made, and the local that holds it.
#[derive(Debug)]
struct Unfinished {
    local: usize,
    value: Value,
}

/// All values last as long as the evaluation, so that they are copied nowhere: what comes from the input is borrowed, and
/// what is made lies in the arena.
pub(super) struct Locals<'q> {
    constants: &'q [Value],
    arena: &'q Arena<Value>,
    input: &'q Value,
    data: &'q Value,
    slots: Vec<Option<&'q Value>>,
    /// Where the locals of the function that runs begin.
    base: usize,
    /// The collections that are being made, the innermost last.
    unfinished: Vec<Unfinished>,
}

impl<'q> Locals<'q> {
    pub(super) fn new(
        constants: &'q [Value],
        arena: &'q Arena<Value>,
        (input, data): (&'q Value, &'q Value),
    ) -> Self {
        Self {
            constants,
            arena,
            input,
            data,
            slots: Vec::with_capacity(1024),
            base: 0,
            unfinished: Vec::new(),
        }
    }

    /// Lays out the locals of a function, and says where those of its caller are.
    pub(super) fn enter(&mut self, function: &PlannedFunction, arguments: &'q [Operand]) -> usize {
        let caller = self.base;
        let base = self.slots.len();
        self.slots.extend([Some(self.input), Some(self.data)]);
        // The first two are those that each function has.
        for argument in arguments.iter().skip(2) {
            let value = self.lasting(*argument);
            self.slots.push(value);
        }
        let wanted = base + usize::from(function.locals.max(function.parameters));
        self.slots.resize(wanted, None);
        self.base = base;
        caller
    }

    /// Forgets the locals of a function.
    pub(super) fn leave(&mut self, caller: usize) {
        while let Some(last) = self.unfinished.last()
            && last.local >= self.base
        {
            self.unfinished.pop();
        }
        self.slots.truncate(self.base);
        self.base = caller;
    }

    #[inline]
    pub(super) fn local(&self, local: Local) -> Option<&Value> {
        let place = self.base + usize::from(local);
        match *self.slots.get(place)? {
            Some(value) if std::ptr::eq(value, &raw const UNFINISHED) => self.in_the_making(place),
            value => value,
        }
    }

    fn in_the_making(&self, place: usize) -> Option<&Value> {
        let made = self.place_of(place)?;
        self.unfinished.get(made).map(|made| &made.value)
    }

    #[inline]
    pub(super) fn set(&mut self, local: Local, value: Option<&'q Value>) {
        if let Some(slot) = self.slots.get_mut(self.base + usize::from(local)) {
            *slot = value;
        }
    }

    /// A value of its own, for as long as the evaluation.
    #[inline]
    pub(super) fn kept(&self, value: Value) -> &'q Value {
        self.arena.alloc(value)
    }

    /// Begins a collection.
    pub(super) fn begin(&mut self, local: Local, value: Value) {
        let place = self.base + usize::from(local);
        match self.place_of(place) {
            Some(made) => self.unfinished[made].value = value,
            None => self.unfinished.push(Unfinished {
                local: place,
                value,
            }),
        }
        self.set(local, Some(&UNFINISHED));
    }

    /// Where the collection of a local is among the unfinished ones.
    fn place_of(&self, local: usize) -> Option<usize> {
        self.unfinished.iter().rposition(|made| made.local == local)
    }

    #[inline]
    pub(super) fn value(&self, operand: Operand) -> Option<&Value> {
        match operand {
            Operand::Local(local) => self.local(local),
            Operand::Constant(constant) => self.constants.get(usize::from(constant)),
        }
    }

    /// A value for as long as the evaluation: what was made is finished with this.
    #[inline]
    pub(super) fn lasting(&mut self, operand: Operand) -> Option<&'q Value> {
        match operand {
            Operand::Local(local) => self.lasting_local(local),
            Operand::Constant(constant) => self.constants.get(usize::from(constant)),
        }
    }

    #[inline]
    pub(super) fn lasting_local(&mut self, local: Local) -> Option<&'q Value> {
        let place = self.base + usize::from(local);
        match *self.slots.get(place)? {
            Some(value) if std::ptr::eq(value, &raw const UNFINISHED) => self.finished(place),
            value => value,
        }
    }

    fn finished(&mut self, place: usize) -> Option<&'q Value> {
        let made = self.place_of(place)?;
        let finished = self.unfinished.remove(made).value;
        let finished = self.kept(finished);
        *self.slots.get_mut(place)? = Some(finished);
        Some(finished)
    }

    pub(super) fn copied(&self, operand: Operand) -> Option<Value> {
        self.value(operand).cloned()
    }

    /// A collection that is added to. One that others have read already is copied for it.
    pub(super) fn unfinished(&mut self, local: Local) -> Option<&mut Value> {
        let place = self.base + usize::from(local);
        let value = (*self.slots.get(place)?)?;
        if !std::ptr::eq(value, &raw const UNFINISHED) {
            self.begin(local, value.clone());
        }
        let made = self.place_of(place)?;
        self.unfinished.get_mut(made).map(|made| &mut made.value)
    }
}
