//! Measures Rust code below folders: how long and how dense its functions are.
//!
//! Tests do not count: files named `tests.rs`, folders named `tests`, and items under `#[cfg(test)]`. The tokens of
//! a function are those of its signature and body, each word, literal, punctuation mark and bracket one. A line of
//! code holds more than white space and comments; `///` and `//!` document, `//` gives reasons.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};
use syn::{
    Attribute, Block, ExprClosure, ImplItemFn, ItemFn, ItemMod, Local, Pat, Signature, TraitItemFn,
    spanned::Spanned,
    visit::{self, Visit},
};

/// What one function is like.
struct Function {
    name: String,
    lines: usize,
    tokens: usize,
    closures: usize,
}

/// What is known of all files.
#[derive(Default)]
struct Measures {
    functions: Vec<Function>,
    named_closures: usize,
    code_lines: usize,
    code_tokens: usize,
    reasons: usize,
    /// Which rooms each room uses.
    uses: BTreeMap<String, BTreeSet<String>>,
}

/// Walks one file.
struct Walk<'m> {
    file: String,
    measures: &'m mut Measures,
}

fn main() -> ExitCode {
    let mut words: Vec<String> = env::args().skip(1).collect();
    let lists = words.iter().position(|word| word == "--worst");
    if let Some(at) = lists {
        words.remove(at);
    }
    let limit = match words.iter().position(|word| word == "--at-most") {
        Some(at) => words.drain(at..(at + 2).min(words.len())).nth(1),
        None => Some("100".to_owned()),
    };
    let Some(limit) = limit.and_then(|limit| limit.parse::<f64>().ok()) else {
        eprintln!("--at-most: how many percent of the functions may have four closures");
        return ExitCode::FAILURE;
    };
    let mut measures = Measures::default();
    for folder in &words {
        if let Err(error) = measures.read(Path::new(folder), Path::new(folder)) {
            eprintln!("{folder}: {error}");
            return ExitCode::FAILURE;
        }
    }
    match measures.print(lists.is_some(), &mut io::stdout().lock()) {
        // A reader such as `head` has seen enough.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
        _ if measures.dense() > limit => {
            eprintln!("more than {limit} % of the functions have four closures");
            ExitCode::FAILURE
        }
        _ => ExitCode::SUCCESS,
    }
}

impl Measures {
    /// How many percent of the functions have four closures or more.
    fn dense(&self) -> f64 {
        let functions = self.functions.iter();
        let many = functions.filter(|function| function.closures >= 4).count();
        many as f64 * 100.0 / self.functions.len().max(1) as f64
    }

    fn read(&mut self, root: &Path, path: &Path) -> io::Result<()> {
        if path.is_dir() {
            let mut entries: Vec<PathBuf> = fs::read_dir(path)?
                .map(|entry| entry.map(|entry| entry.path()))
                .collect::<Result<_, _>>()?;
            entries.sort();
            return entries.iter().try_for_each(|entry| self.read(root, entry));
        }
        let is_test =
            path.components().any(|part| part.as_os_str() == "tests") || path.ends_with("tests.rs");
        if is_test || path.extension().is_none_or(|extension| extension != "rs") {
            return Ok(());
        }
        let text = fs::read_to_string(path)?;
        let file = syn::parse_file(&text).map_err(io::Error::other)?;
        let room = room(root, path);
        let mut used = rooms_used(&text);
        used.remove(&room);
        self.uses.entry(room).or_default().extend(used);
        Walk {
            file: path.display().to_string(),
            measures: self,
        }
        .visit_file(&file);
        self.count_lines(&text);
        Ok(())
    }

    /// Lines up to the tests at the end of a file.
    fn count_lines(&mut self, text: &str) {
        let code = text
            .split("#[cfg(test)]\nmod tests {")
            .next()
            .unwrap_or_default();
        let kept: Vec<&str> = code
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect();
        let comments = kept.iter().filter(|line| line.starts_with("//"));
        let docs = kept
            .iter()
            .filter(|line| line.starts_with("///") || line.starts_with("//!"))
            .count();
        let comments = comments.count();
        self.reasons += comments - docs;
        self.code_lines += kept.len() - comments;
        let tokens = code
            .parse::<TokenStream>()
            .map(|tokens| tokens.into_iter().map(weight).sum::<usize>());
        self.code_tokens += tokens.unwrap_or_default();
    }

    fn print(&self, lists: bool, out: &mut impl Write) -> io::Result<()> {
        let mut lines: Vec<usize> = self
            .functions
            .iter()
            .map(|function| function.lines)
            .collect();
        let mut tokens: Vec<usize> = self
            .functions
            .iter()
            .map(|function| function.tokens)
            .collect();
        lines.sort_unstable();
        tokens.sort_unstable();
        let per_hundred = |count: usize, of: usize| count as f64 * 100.0 / of.max(1) as f64;
        writeln!(
            out,
            "functions                        {}",
            self.functions.len()
        )?;
        writeln!(
            out,
            "lines: median / p90 / max        {} / {} / {}",
            at(&lines, 50),
            at(&lines, 90),
            at(&lines, 100)
        )?;
        writeln!(
            out,
            "tokens: median / p90 / p99       {} / {} / {}",
            at(&tokens, 50),
            at(&tokens, 90),
            at(&tokens, 99)
        )?;
        writeln!(
            out,
            "tokens per line of code          {:.1}",
            per_hundred(self.code_tokens, self.code_lines) / 100.0
        )?;
        writeln!(
            out,
            "functions with 4 closures, more  {:.1} %",
            self.dense()
        )?;
        writeln!(
            out,
            "named local closures             {}",
            self.named_closures
        )?;
        writeln!(
            out,
            "// comments per 100 lines        {:.1}",
            per_hundred(self.reasons, self.code_lines)
        )?;
        writeln!(out, "lines of code                    {}", self.code_lines)?;
        writeln!(
            out,
            "rooms in a cycle                 {} of {}",
            self.in_cycles(),
            self.uses.len()
        )?;
        if lists {
            self.print_worst(out)?;
        }
        Ok(())
    }

    fn print_worst(&self, out: &mut impl Write) -> io::Result<()> {
        let mut worst: Vec<&Function> = self
            .functions
            .iter()
            .filter(|function| function.closures >= 4)
            .collect();
        worst.sort_by_key(|function| std::cmp::Reverse((function.closures, function.tokens)));
        writeln!(out)?;
        for function in worst {
            writeln!(
                out,
                "{:2} closures {:4} tokens  {}",
                function.closures, function.tokens, function.name
            )?;
        }
        Ok(())
    }

    /// How many rooms can be reached from themselves.
    fn in_cycles(&self) -> usize {
        let reaches_itself = |room: &&String| {
            let mut pending: Vec<&String> = self.uses[*room].iter().collect();
            let mut seen = BTreeSet::new();
            while let Some(next) = pending.pop() {
                if next == *room {
                    return true;
                }
                if seen.insert(next) {
                    pending.extend(self.uses.get(next).into_iter().flatten());
                }
            }
            false
        };
        self.uses.keys().filter(reaches_itself).count()
    }
}

/// The value below which that share of a sorted list lies.
fn at(sorted: &[usize], percent: usize) -> usize {
    let last = sorted.len().saturating_sub(1);
    sorted
        .get(last * percent / 100)
        .copied()
        .unwrap_or_default()
}

/// How many tokens a tree counts: a group has its brackets as well.
fn weight(tree: TokenTree) -> usize {
    match tree {
        TokenTree::Group(group) => 2 + group.stream().into_iter().map(weight).sum::<usize>(),
        _ => 1,
    }
}

/// The first part of a path below the root.
fn room(root: &Path, path: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    let first = below
        .components()
        .next()
        .map(|part| part.as_os_str().to_string_lossy().into_owned());
    let first = first.unwrap_or_default();
    first.strip_suffix(".rs").unwrap_or(&first).to_owned()
}

/// The rooms that a text names after `crate::`.
fn rooms_used(text: &str) -> BTreeSet<String> {
    let code = text
        .split("#[cfg(test)]\nmod tests {")
        .next()
        .unwrap_or_default();
    let lines = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    let code = lines.collect::<Vec<_>>().join("\n");
    let mut used = BTreeSet::new();
    for rest in code.split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            Some(list) => used.extend(first_words(list)),
            None => used.extend(word(rest)),
        }
    }
    used
}

/// The first word of each entry at the top of a list of imports.
fn first_words(list: &str) -> Vec<String> {
    let (mut depth, mut starts) = (0_usize, vec![0]);
    for (at, letter) in list.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => starts.push(at + 1),
            _ => {}
        }
    }
    starts
        .into_iter()
        .filter_map(|at| word(list[at..].trim_start()))
        .collect()
}

fn word(text: &str) -> Option<String> {
    let word: String = text
        .chars()
        .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
        .collect();
    (!word.is_empty()).then_some(word)
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        syn::Meta::Path(path) => path.is_ident("test"),
        syn::Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        syn::Meta::NameValue(_) => false,
    })
}

/// Counts closures.
#[derive(Default)]
struct Closures {
    all: usize,
    named: usize,
}

impl<'ast> Visit<'ast> for Closures {
    fn visit_expr_closure(&mut self, closure: &'ast ExprClosure) {
        self.all += 1;
        visit::visit_expr_closure(self, closure);
    }

    fn visit_local(&mut self, local: &'ast Local) {
        let is_closure = local
            .init
            .as_ref()
            .is_some_and(|init| matches!(*init.expr, syn::Expr::Closure(_)));
        if is_closure && matches!(local.pat, Pat::Ident(_)) {
            self.named += 1;
        }
        visit::visit_local(self, local);
    }

    fn visit_item_fn(&mut self, _: &'ast ItemFn) {}
}

impl Walk<'_> {
    fn function(&mut self, signature: &Signature, block: &Block) {
        let mut closures = Closures::default();
        closures.visit_block(block);
        let (first, last) = (signature.span().start().line, block.span().end().line);
        let tokens = tokens_of(signature) + tokens_of(block);
        self.measures.named_closures += closures.named;
        self.measures.functions.push(Function {
            name: format!("{}:{first} {}", self.file, signature.ident),
            lines: last - first + 1,
            tokens,
            closures: closures.all,
        });
    }
}

/// How many tokens a piece of code has.
fn tokens_of(code: &impl ToTokens) -> usize {
    code.to_token_stream().into_iter().map(weight).sum()
}

impl<'ast> Visit<'ast> for Walk<'_> {
    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        if !is_test(&item.attrs) {
            self.function(&item.sig, &item.block);
            visit::visit_item_fn(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        self.function(&item.sig, &item.block);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast TraitItemFn) {
        if let Some(block) = &item.default {
            self.function(&item.sig, block);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        if !is_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }
}
