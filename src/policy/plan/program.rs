//! A plan in memory: functions of straight code over numbered locals, as OPA plans a policy.

/// A local of a function, from 0. Every function begins with its parameters; the first two are always `input` and `data`.
pub(super) type Local = u16;

/// What a step reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operand {
    Local(Local),
    /// By its place among the constants of the plan.
    Constant(u16),
}

/// Code that ends where a condition of it does not hold.
pub(super) type PlannedBlock = Box<[Instruction]>;

/// One step. A value that is not there ends the block, as a condition that does not hold does.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Instruction {
    /// The value at a key of a collection.
    Dot {
        source: Operand,
        key: Operand,
        target: Local,
    },
    /// Runs the body for each key and value of a collection.
    Scan {
        source: Local,
        key: Local,
        value: Local,
        body: PlannedBlock,
    },
    /// Holds where the body ends early.
    Not(PlannedBlock),
    /// Runs each, and goes on after the last one.
    Blocks(Box<[PlannedBlock]>),
    /// Leaves so many blocks more than the one that it stands in.
    Break(u32),
    Assign {
        source: Operand,
        target: Local,
    },
    /// Assigns what must be the same each time.
    AssignOnce {
        source: Operand,
        target: Local,
    },
    Reset(Local),
    IsDefined(Local),
    IsUndefined(Local),
    Equal(Operand, Operand),
    NotEqual(Operand, Operand),
    IsArray(Operand),
    IsObject(Operand),
    IsSet(Operand),
    Length {
        source: Operand,
        target: Local,
    },
    Array(Local),
    Object(Local),
    Set(Local),
    Append {
        array: Local,
        value: Operand,
    },
    Insert {
        object: Local,
        key: Operand,
        value: Operand,
    },
    /// As `Insert`, where each key has one value.
    InsertOnce {
        object: Local,
        key: Operand,
        value: Operand,
    },
    Add {
        set: Local,
        value: Operand,
    },
    /// Asks a function of the plan.
    Call {
        function: u32,
        arguments: Box<[Operand]>,
        result: Local,
    },
    /// Asks a builtin, by its place among those that the plan names.
    Ask {
        builtin: u16,
        arguments: Box<[Operand]>,
        result: Local,
    },
    Return(Local),
}

/// A function, or a rule: one without parameters of its own answers the same to everybody who asks in one evaluation.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PlannedFunction {
    pub parameters: Local,
    pub locals: Local,
    pub blocks: Box<[PlannedBlock]>,
}

/// The functions that answer for a rule, by their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::policy) struct PlannedRule {
    pub finding: u32,
    pub unchecked: Option<u32>,
}
