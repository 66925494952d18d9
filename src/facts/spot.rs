//! How manifests are read through a cursor: as leniently as Kubernetes and its operators read them.

use super::{Number, NumberOrText, Placed};
use crate::{
    document::{Node, Spot},
    units,
};

impl Spot<'_, Node> {
    /// A finite number, also where it is written as text, as Kubernetes allows in many places.
    pub fn number(&self) -> Option<f64> {
        let parsed = || {
            self.text()?
                .trim()
                .parse::<f64>()
                .ok()
                .filter(|number| number.is_finite())
        };
        self.value.as_f64().or_else(parsed)
    }

    /// Seconds: a number or digits are seconds as in Argo and Kubernetes, other text is a duration.
    pub fn seconds(&self) -> Option<f64> {
        let duration = || units::duration_seconds(self.text()?).ok();
        self.number()
            .or_else(duration)
            .filter(|seconds| *seconds >= 0.0)
    }

    /// A Kubernetes quantity from 0 up, or a bare number.
    pub fn quantity(&self) -> Option<f64> {
        let number = match self.text() {
            Some(text) => units::quantity(text),
            None => self.value.as_f64(),
        };
        number.filter(|number| *number >= 0.0)
    }

    /// True for `true`, also as text, as annotations write it.
    pub fn is_true(&self) -> bool {
        self.flag() == Some(true) || self.text() == Some("true")
    }

    /// Text with the path to it.
    pub fn placed_text(&self) -> Option<Placed<String>> {
        self.text()
            .map(|text| Placed::new(text.to_owned(), &self.at))
    }

    /// A number with the path to it.
    pub fn placed_number(&self) -> Option<Placed<Number>> {
        Placed::number(self.number()?, &self.at)
    }

    /// Seconds with the path to what said them.
    pub fn placed_seconds(&self) -> Option<Placed<Number>> {
        Placed::number(self.seconds()?, &self.at)
    }

    /// A quantity with the path to it.
    pub fn placed_quantity(&self) -> Option<Placed<Number>> {
        Placed::number(self.quantity()?, &self.at)
    }

    /// A number or a text such as `25%`, with the path to it.
    pub fn placed_number_or_text(&self) -> Option<Placed<NumberOrText>> {
        let number = self
            .placed_number()
            .map(|number| number.map(NumberOrText::Number));
        number.or_else(|| self.placed_text().map(|text| text.map(NumberOrText::Text)))
    }

    /// Something that holds, with the path to what says so.
    pub fn placed_flag(&self) -> Option<Placed<bool>> {
        self.flag().map(|flag| Placed::new(flag, &self.at))
    }

    /// The number that is the value under a path of keys.
    pub fn number_at(&self, keys: &[&str]) -> Option<f64> {
        self.find(keys)?.number()
    }

    /// True where `true` stands under a path of keys, also as text.
    pub fn is_true_at(&self, keys: &[&str]) -> bool {
        self.find(keys).is_some_and(|flag| flag.is_true())
    }

    /// [`Self::placed_text`] of the value under a path of keys.
    pub fn placed_text_at(&self, keys: &[&str]) -> Option<Placed<String>> {
        self.find(keys)?.placed_text()
    }

    /// [`Self::placed_number`] of the value under a path of keys.
    pub fn placed_number_at(&self, keys: &[&str]) -> Option<Placed<Number>> {
        self.find(keys)?.placed_number()
    }

    /// [`Self::placed_seconds`] of the value under a path of keys.
    pub fn placed_seconds_at(&self, keys: &[&str]) -> Option<Placed<Number>> {
        self.find(keys)?.placed_seconds()
    }

    /// [`Self::placed_number_or_text`] of the value under a path of keys.
    pub fn placed_number_or_text_at(&self, keys: &[&str]) -> Option<Placed<NumberOrText>> {
        self.find(keys)?.placed_number_or_text()
    }

    /// Seconds of a duration that carries its unit, with the path to it; a bare number is none.
    pub fn placed_duration(&self) -> Option<Placed<Number>> {
        let seconds = units::duration_seconds(self.text()?).ok()?;
        Placed::number(seconds, &self.at)
    }

    /// [`Self::placed_flag`] of the value under a path of keys.
    pub fn placed_flag_at(&self, keys: &[&str]) -> Option<Placed<bool>> {
        self.find(keys)?.placed_flag()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{
        read::{self, Format},
        source::Source,
    };
    use serde_json::json;

    #[test]
    fn seconds_are_numbers_digits_or_durations() {
        let text = "[10, \"10\", 10m, 1h30m, soon, -3, null, [1], .inf]";
        let parsed = read::parse(&Source::new("a.yaml", text), Format::Yaml);
        let seconds: Vec<Option<f64>> = Spot::root(&parsed.documents[0].root)
            .items()
            .iter()
            .map(Spot::seconds)
            .collect();
        let wanted = [Some(10.0), Some(10.0), Some(600.0), Some(5400.0)];
        assert_eq!(seconds[..4], wanted);
        assert_eq!(seconds[4..], [None; 5]);
    }

    #[test]
    fn a_placed_value_knows_its_path() {
        let parsed = read::parse(&Source::new("a.yaml", "{a: [{b: 5}]}"), Format::Yaml);
        let root = Spot::root(&parsed.documents[0].root);
        let placed = root.items_at(&["a"])[0]
            .get("b")
            .and_then(|spot| spot.placed_number());
        assert_eq!(
            placed.and_then(|placed| serde_json::to_value(placed).ok()),
            Some(json!({"value": 5, "at": ["a", 0, "b"]}))
        );
    }
}
