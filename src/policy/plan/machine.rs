//! Runs the functions of a plan over one input.

use super::{
    fault::PlanFault,
    listing::PlanListing,
    locals::Locals,
    members::Members,
    native,
    program::{Instruction, Local, Operand, PlannedBlock},
};
use regorus::Value;
use std::time::{Duration, Instant};
use typed_arena::Arena;

/// The clock is looked at after so many steps.
const STEPS_BETWEEN_LOOKS: u32 = 1 << 14;

type Ran<T> = Result<T, PlanFault>;

/// How a block ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// At its last step.
    Whole,
    /// Before it, and so many blocks around it end as well.
    Early(u32),
    /// With the function, whose value is in this local.
    Return(Local),
}

static TRUE: Value = Value::Bool(true);
static FALSE: Value = Value::Bool(false);

/// The answer of a rule that was asked before.
#[derive(Debug, Clone, Copy)]
enum Remembered<'q> {
    Unknown,
    Known(Option<&'q Value>),
}

/// One evaluation.
pub(super) struct Machine<'q> {
    listing: &'q PlanListing,
    locals: Locals<'q>,
    members: Members<'q>,
    remembered: Vec<Remembered<'q>>,
    steps: u32,
    began: Instant,
    limit: Duration,
}

impl<'q> Machine<'q> {
    pub(super) fn new(
        listing: &'q PlanListing,
        arena: &'q Arena<Value>,
        question: (&'q Value, &'q Value),
        limit: Duration,
    ) -> Self {
        Self {
            listing,
            locals: Locals::new(listing.constants(), arena, question),
            members: Members::default(),
            remembered: vec![Remembered::Unknown; listing.functions()],
            steps: 0,
            began: Instant::now(),
            limit,
        }
    }

    /// The value of a rule; `None` where it has none.
    pub(super) fn rule(&mut self, number: u32) -> Ran<Option<&'q Value>> {
        self.call(number, &[])
    }

    /// What a function says to `arguments`; a rule has none of its own.
    fn call(&mut self, number: u32, arguments: &'q [Operand]) -> Ran<Option<&'q Value>> {
        let place = number as usize;
        let listing = self.listing;
        let function = listing.function(place).ok_or(PlanFault::Malformed)?;
        let is_rule = function.parameters == 2;
        if is_rule && let Some(Remembered::Known(answer)) = self.remembered.get(place) {
            return Ok(*answer);
        }
        let base = self.locals.enter(function, arguments);
        let returned = self.body(&function.blocks);
        let answer = match returned {
            Ok(Some(local)) => Ok(self.locals.lasting_local(local)),
            Ok(None) => Ok(None),
            Err(fault) => Err(fault),
        };
        self.locals.leave(base);
        if is_rule && let (Ok(answer), Some(remembered)) = (&answer, self.remembered.get_mut(place))
        {
            *remembered = Remembered::Known(*answer);
        }
        answer
    }

    /// The local that holds the value of the function.
    fn body(&mut self, blocks: &'q [PlannedBlock]) -> Ran<Option<Local>> {
        for block in blocks {
            match self.block(block)? {
                End::Return(local) => return Ok(Some(local)),
                End::Early(more) if more > 0 => return Ok(None),
                End::Whole | End::Early(_) => {}
            }
        }
        Ok(None)
    }

    fn block(&mut self, block: &'q [Instruction]) -> Ran<End> {
        self.tick(block.len())?;
        for operation in block {
            let holds = match operation {
                Instruction::Scan {
                    source,
                    key,
                    value,
                    body,
                } => match self.scan(*source, *key, *value, body)? {
                    End::Whole => true,
                    end => return Ok(end),
                },
                Instruction::Not(body) => match self.block(body)? {
                    End::Whole => false,
                    End::Early(0) => true,
                    End::Early(more) => return Ok(End::Early(more - 1)),
                    end @ End::Return(_) => return Ok(end),
                },
                Instruction::Blocks(blocks) => match self.blocks(blocks)? {
                    End::Whole => true,
                    end => return Ok(end),
                },
                Instruction::Break(more) => return Ok(End::Early(*more)),
                Instruction::Return(local) => return Ok(End::Return(*local)),
                Instruction::Dot {
                    source,
                    key,
                    target,
                } => self.dot(*source, *key, *target),
                Instruction::Assign { source, target } => self.assign(*source, *target),
                Instruction::Ask {
                    builtin,
                    arguments,
                    result,
                } => self.ask(*builtin, arguments, *result)?,
                other => self.step(other)?,
            };
            if !holds {
                return Ok(End::Early(0));
            }
        }
        Ok(End::Whole)
    }

    /// Each block, until one leaves more than itself.
    fn blocks(&mut self, blocks: &'q [PlannedBlock]) -> Ran<End> {
        for block in blocks {
            match self.block(block)? {
                End::Whole | End::Early(0) => {}
                End::Early(more) => return Ok(End::Early(more - 1)),
                end @ End::Return(_) => return Ok(end),
            }
        }
        Ok(End::Whole)
    }

    fn scan(
        &mut self,
        source: Local,
        key: Local,
        value: Local,
        body: &'q [Instruction],
    ) -> Ran<End> {
        match self.locals.lasting_local(source) {
            Some(Value::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    let index = self.locals.kept(Value::from(index));
                    self.locals.set(key, Some(index));
                    self.locals.set(value, Some(item));
                    if let Some(end) = self.round(body)? {
                        return Ok(end);
                    }
                }
            }
            Some(Value::Object(entries)) => {
                for (name, item) in entries.iter_sorted() {
                    self.locals.set(key, Some(name));
                    self.locals.set(value, Some(item));
                    if let Some(end) = self.round(body)? {
                        return Ok(end);
                    }
                }
            }
            Some(Value::Set(items)) => {
                for item in items.iter_sorted() {
                    self.locals.set(key, Some(item));
                    self.locals.set(value, Some(item));
                    if let Some(end) = self.round(body)? {
                        return Ok(end);
                    }
                }
            }
            // There is nothing to go through.
            _ => {}
        }
        Ok(End::Whole)
    }

    /// One round of a scan, and how the block that it stands in ends, where it does.
    fn round(&mut self, body: &'q [Instruction]) -> Ran<Option<End>> {
        Ok(match self.block(body)? {
            End::Whole | End::Early(0) => None,
            End::Early(more) => Some(End::Early(more - 1)),
            end @ End::Return(_) => Some(end),
        })
    }

    /// One step that runs no other, and whether the block goes on.
    fn step(&mut self, operation: &'q Instruction) -> Ran<bool> {
        Ok(match operation {
            Instruction::AssignOnce { source, target } => self.assign_once(*source, *target)?,
            Instruction::Reset(local) => {
                self.locals.set(*local, None);
                true
            }
            Instruction::IsDefined(local) => self.locals.local(*local).is_some(),
            Instruction::IsUndefined(local) => self.locals.local(*local).is_none(),
            Instruction::Equal(left, right) => {
                match (self.locals.value(*left), self.locals.value(*right)) {
                    (Some(left), Some(right)) => left == right,
                    _ => false,
                }
            }
            Instruction::NotEqual(left, right) => {
                match (self.locals.value(*left), self.locals.value(*right)) {
                    (Some(left), Some(right)) => left != right,
                    _ => false,
                }
            }
            Instruction::IsArray(source) => {
                matches!(self.locals.value(*source), Some(Value::Array(_)))
            }
            Instruction::IsObject(source) => {
                matches!(self.locals.value(*source), Some(Value::Object(_)))
            }
            Instruction::IsSet(source) => matches!(self.locals.value(*source), Some(Value::Set(_))),
            Instruction::Length { source, target } => self.length(*source, *target),
            Instruction::Call {
                function,
                arguments,
                result,
            } => {
                let answer = self.call(*function, arguments)?;
                self.locals.set(*result, answer);
                answer.is_some()
            }
            making => self.make(making)?,
        })
    }

    fn dot(&mut self, source: Operand, key: Operand, target: Local) -> bool {
        let found = match (self.locals.lasting(source), key) {
            (Some(Value::Object(entries)), Operand::Constant(number)) => {
                let constants = self.listing.constants();
                let look = || entries.get(constants.get(usize::from(number))?);
                let object = std::ptr::from_ref(&**entries).addr();
                self.members.of(object, number, look)
            }
            (Some(source), key) => self.locals.value(key).and_then(|key| member(source, key)),
            (None, _) => None,
        };
        self.locals.set(target, found);
        found.is_some()
    }

    /// A step that makes a collection or adds to one.
    fn make(&mut self, operation: &'q Instruction) -> Ran<bool> {
        match operation {
            Instruction::Array(target) => {
                self.locals.begin(*target, Value::new_array());
            }
            Instruction::Object(target) => {
                self.locals.begin(*target, Value::new_object());
            }
            Instruction::Set(target) => {
                self.locals.begin(*target, Value::new_set());
            }
            Instruction::Append { array, value } => {
                let Some(value) = self.locals.copied(*value) else {
                    return Ok(false);
                };
                let array = self
                    .locals
                    .unfinished(*array)
                    .and_then(|it| it.as_array_mut().ok());
                array.ok_or(PlanFault::Malformed)?.push(value);
            }
            Instruction::Add { set, value } => {
                let Some(value) = self.locals.copied(*value) else {
                    return Ok(false);
                };
                let set = self
                    .locals
                    .unfinished(*set)
                    .and_then(|it| it.as_set_mut().ok());
                set.ok_or(PlanFault::Malformed)?.insert(value);
            }
            Instruction::Insert { object, key, value } => {
                return self.insert(*object, (*key, *value), false);
            }
            Instruction::InsertOnce { object, key, value } => {
                return self.insert(*object, (*key, *value), true);
            }
            _ => return Err(PlanFault::Malformed),
        }
        Ok(true)
    }

    fn insert(&mut self, object: Local, entry: (Operand, Operand), once: bool) -> Ran<bool> {
        let entry = (self.locals.copied(entry.0), self.locals.copied(entry.1));
        let (Some(key), Some(value)) = entry else {
            return Ok(false);
        };
        let object = self.locals.unfinished(object);
        let object = object.and_then(|it| it.as_object_mut().ok());
        let object = object.ok_or(PlanFault::Malformed)?;
        if once && object.get(&key).is_some_and(|known| *known != value) {
            return Err(PlanFault::Conflict);
        }
        object.insert(key, value);
        Ok(true)
    }

    fn length(&mut self, source: Operand, target: Local) -> bool {
        let length = self.locals.value(source).and_then(native::count);
        let length = length.map(|length| self.locals.kept(Value::from(length)));
        self.locals.set(target, length);
        length.is_some()
    }

    fn assign(&mut self, source: Operand, target: Local) -> bool {
        let value = self.locals.lasting(source);
        self.locals.set(target, value);
        value.is_some()
    }

    fn assign_once(&mut self, source: Operand, target: Local) -> Ran<bool> {
        let Some(value) = self.locals.lasting(source) else {
            return Ok(false);
        };
        match self.locals.local(target) {
            Some(known) if known == value => {}
            Some(_) => return Err(PlanFault::Conflict),
            None => self.locals.set(target, Some(value)),
        }
        Ok(true)
    }

    fn ask(&mut self, builtin: u16, arguments: &'q [Operand], result: Local) -> Ran<bool> {
        let listing = self.listing;
        let native = listing.builtin(builtin).ok_or(PlanFault::Malformed)?;
        let answer = match *arguments {
            [one] => match self.locals.value(one) {
                Some(one) => native.one(one)?,
                None => return Ok(false),
            },
            [left, right] => match (self.locals.value(left), self.locals.value(right)) {
                (Some(left), Some(right)) => native.two(left, right)?,
                _ => return Ok(false),
            },
            _ => {
                let values: Option<Vec<Value>> = arguments
                    .iter()
                    .map(|operand| self.locals.copied(*operand))
                    .collect();
                match values {
                    Some(values) => native.many(&values)?,
                    None => return Ok(false),
                }
            }
        };
        let answer = match answer {
            Value::Undefined => None,
            Value::Bool(true) => Some(&TRUE),
            Value::Bool(false) => Some(&FALSE),
            made => Some(self.locals.kept(made)),
        };
        self.locals.set(result, answer);
        Ok(answer.is_some())
    }

    fn tick(&mut self, steps: usize) -> Ran<()> {
        // A block has fewer steps than a number of 32 bits has values.
        let steps = u32::try_from(steps).unwrap_or(u32::MAX).max(1);
        self.steps = self.steps.saturating_add(steps);
        if self.steps < STEPS_BETWEEN_LOOKS {
            return Ok(());
        }
        self.steps = 0;
        match self.began.elapsed() > self.limit {
            true => Err(PlanFault::Time),
            false => Ok(()),
        }
    }
}

/// The value at a key.
fn member<'v>(source: &'v Value, key: &Value) -> Option<&'v Value> {
    match source {
        Value::Object(entries) => entries.get(key),
        Value::Array(items) => match key {
            Value::Number(number) => items.get(usize::try_from(number.as_u64()?).ok()?),
            _ => None,
        },
        Value::Set(items) => items.get(key),
        _ => None,
    }
}
