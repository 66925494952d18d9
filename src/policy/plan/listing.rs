//! A plan as the text that comes with the program: one line a function, so that a change of a rule is a change of its lines.
//!
//! ```text
//! servelint plan 1
//! policies 0123456789abcdef
//! builtin gt
//! constant "metadata"
//! rule rollout/bake-time 12 13
//! function servelint.lib.team.policy 2 9 {r3 b{{d1,#277,6 ...
//! ```

use super::{
    native::Native,
    program::{Instruction, Local, Operand, PlannedBlock, PlannedFunction, PlannedRule},
};
use regorus::Value;
use std::{borrow::Cow, collections::BTreeMap, ops::Range, sync::OnceLock};

/// The first line.
const TITLE: &str = "servelint plan 1";

/// A plan whose functions are read when they are asked for the first time.
pub(in crate::policy) struct PlanListing {
    text: Cow<'static, str>,
    /// What it was made of.
    pub(super) policies: String,
    constants: Vec<Value>,
    builtins: Vec<Native>,
    rules: BTreeMap<String, PlannedRule>,
    /// Where the code of each function stands in the text.
    places: Vec<Range<usize>>,
    read: Vec<OnceLock<Option<PlannedFunction>>>,
}

impl PlanListing {
    /// Reads all but the functions; `None` for what is no plan, or asks what the engine does not have.
    pub(super) fn read(text: impl Into<Cow<'static, str>>) -> Option<Self> {
        let text = text.into();
        let mut listing = Self {
            text: Cow::Borrowed(""),
            policies: String::new(),
            constants: Vec::new(),
            builtins: Vec::new(),
            rules: BTreeMap::new(),
            places: Vec::new(),
            read: Vec::new(),
        };
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let end = at + line.len();
            let (word, rest) = line.trim_end().split_once(' ')?;
            match word {
                "servelint" if line.trim_end() == TITLE => {}
                "policies" => rest.clone_into(&mut listing.policies),
                "builtin" => listing.builtins.push(Native::named(rest)?),
                "constant" => {
                    let constant = serde_json::from_str(rest).ok()?;
                    listing.constants.push(crate::policy::from_json(&constant));
                }
                "rule" => {
                    let (id, rule) = planned(rest)?;
                    listing.rules.insert(id, rule);
                }
                "function" => listing.places.push(at..end),
                _ => return None,
            }
            at = end;
        }
        listing
            .read
            .resize_with(listing.places.len(), OnceLock::new);
        listing.text = text;
        Some(listing)
    }

    pub(super) fn rule(&self, id: &str) -> Option<PlannedRule> {
        self.rules.get(id).copied()
    }

    pub(super) fn functions(&self) -> usize {
        self.places.len()
    }

    pub(super) fn constants(&self) -> &[Value] {
        &self.constants
    }

    pub(super) fn builtin(&self, number: u16) -> Option<Native> {
        self.builtins.get(usize::from(number)).copied()
    }

    pub(super) fn function(&self, number: usize) -> Option<&PlannedFunction> {
        let read = self.read.get(number)?.get_or_init(|| {
            let line = self.text.get(self.places.get(number)?.clone())?;
            function(line.trim_end())
        });
        read.as_ref()
    }
}

/// `rollout/bake-time 12 13`
fn planned(line: &str) -> Option<(String, PlannedRule)> {
    let mut words = line.split(' ');
    let (id, finding) = (words.next()?, words.next()?.parse().ok()?);
    let unchecked = words.next().map(str::parse).transpose().ok()?;
    Some((id.to_owned(), PlannedRule { finding, unchecked }))
}

/// `function servelint.lib.team.policy 2 9 {r3 b{{d1,#277,6 ...`
fn function(line: &str) -> Option<PlannedFunction> {
    let mut words = line.splitn(5, ' ').skip(2);
    let parameters = words.next()?.parse().ok()?;
    let locals = words.next()?.parse().ok()?;
    let mut code = Code {
        text: words.next()?.as_bytes(),
        at: 0,
        operations: Vec::with_capacity(64),
        operands: Vec::new(),
    };
    let blocks = code.blocks()?;
    (code.at == code.text.len()).then_some(PlannedFunction {
        parameters,
        locals,
        blocks,
    })
}

/// Reads the code of a function.
struct Code<'t> {
    text: &'t [u8],
    at: usize,
    /// Of the blocks that are not read to their end, the outer ones first.
    operations: Vec<Instruction>,
    /// Of the call that is being read.
    operands: Vec<Operand>,
}

impl Code<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn takes(&mut self, wanted: u8) -> bool {
        let is_there = self.peek() == Some(wanted);
        if is_there {
            self.at += 1;
        }
        is_there
    }

    fn blocks(&mut self) -> Option<Box<[PlannedBlock]>> {
        let mut blocks = Vec::new();
        while self.peek() == Some(b'{') {
            blocks.push(self.block()?);
        }
        Some(blocks.into())
    }

    fn block(&mut self) -> Option<PlannedBlock> {
        if !self.takes(b'{') {
            return None;
        }
        let begin = self.operations.len();
        while !self.takes(b'}') {
            let operation = self.operation()?;
            self.operations.push(operation);
        }
        Some(self.operations.drain(begin..).collect())
    }

    fn number(&mut self) -> Option<u32> {
        self.takes(b',');
        let mut number: Option<u32> = None;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            let so_far = number.unwrap_or(0).checked_mul(10)?;
            number = Some(so_far.checked_add(u32::from(digit - b'0'))?);
            self.at += 1;
        }
        number
    }

    fn local(&mut self) -> Option<Local> {
        Local::try_from(self.number()?).ok()
    }

    fn operand(&mut self) -> Option<Operand> {
        self.takes(b',');
        Some(match self.takes(b'#') {
            true => Operand::Constant(self.local()?),
            false => Operand::Local(self.local()?),
        })
    }

    /// The operands of a call: as many as there are.
    fn arguments(&mut self) -> Option<Box<[Operand]>> {
        self.operands.clear();
        while self.peek() == Some(b',') {
            let operand = self.operand()?;
            self.operands.push(operand);
        }
        Some(self.operands.as_slice().into())
    }

    fn operation(&mut self) -> Option<Instruction> {
        let letter = self.peek()?;
        self.at += 1;
        Some(match letter {
            b'd' => Instruction::Dot {
                source: self.operand()?,
                key: self.operand()?,
                target: self.local()?,
            },
            b's' => Instruction::Scan {
                source: self.local()?,
                key: self.local()?,
                value: self.local()?,
                body: self.block()?,
            },
            b'n' => Instruction::Not(self.block()?),
            b'b' => {
                let blocks = self.blocks()?;
                // So ends the list of blocks.
                self.takes(b';').then_some(Instruction::Blocks(blocks))?
            }
            b'k' => Instruction::Break(self.number()?),
            b'a' => Instruction::Assign {
                source: self.operand()?,
                target: self.local()?,
            },
            b'o' => Instruction::AssignOnce {
                source: self.operand()?,
                target: self.local()?,
            },
            b'r' => Instruction::Reset(self.local()?),
            b'i' => Instruction::IsDefined(self.local()?),
            b'u' => Instruction::IsUndefined(self.local()?),
            b'e' => Instruction::Equal(self.operand()?, self.operand()?),
            b'x' => Instruction::NotEqual(self.operand()?, self.operand()?),
            b'A' => Instruction::IsArray(self.operand()?),
            b'O' => Instruction::IsObject(self.operand()?),
            b'S' => Instruction::IsSet(self.operand()?),
            b'l' => Instruction::Length {
                source: self.operand()?,
                target: self.local()?,
            },
            b'c' => Instruction::Call {
                function: self.number()?,
                result: self.local()?,
                arguments: self.arguments()?,
            },
            b'f' => Instruction::Ask {
                builtin: self.local()?,
                result: self.local()?,
                arguments: self.arguments()?,
            },
            b'v' => Instruction::Return(self.local()?),
            other => return self.making(other),
        })
    }

    /// What makes a collection or adds to one.
    fn making(&mut self, letter: u8) -> Option<Instruction> {
        Some(match letter {
            b'y' => Instruction::Array(self.local()?),
            b'm' => Instruction::Object(self.local()?),
            b't' => Instruction::Set(self.local()?),
            b'p' => Instruction::Append {
                array: self.local()?,
                value: self.operand()?,
            },
            b'q' => Instruction::Add {
                set: self.local()?,
                value: self.operand()?,
            },
            b'j' | b'J' => {
                let (object, key, value) = (self.local()?, self.operand()?, self.operand()?);
                match letter {
                    b'j' => Instruction::Insert { object, key, value },
                    _ => Instruction::InsertOnce { object, key, value },
                }
            }
            _ => return None,
        })
    }
}
