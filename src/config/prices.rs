//! `[prices]` and `[residency]`: what a team states of the world that no document of a service can.

use super::{ConfigError, reader::ConfigTable};
use std::collections::BTreeMap;

/// The keys of `[prices]`.
const PRICE_KEYS: [&str; 2] = ["currency", "gpuHour"];

/// The highest price of an hour of one GPU.
const HIGHEST: f64 = 1e9;

/// `[prices]`: what things cost.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Prices {
    /// The currency of all prices, such as `USD`.
    pub currency: Option<String>,
    /// The price of one GPU for an hour, by its type as `spec.resources.gpu.type` names it.
    pub gpu_hour: BTreeMap<String, f64>,
}

impl Prices {
    /// Replaces what `table` sets.
    pub(super) fn read(&mut self, table: &ConfigTable<'_>) -> Result<(), ConfigError> {
        table.allow(&PRICE_KEYS)?;
        if let Some(currency) = table.string("currency")? {
            if currency.trim().is_empty() {
                return Err(table.wrong_value("currency", "must name a currency, such as \"USD\""));
            }
            self.currency = Some(currency.to_owned());
        }
        if let Some(prices) = table.table("gpuHour")? {
            for name in prices.keys() {
                if let Some(price) = prices.number(name, 0.0, HIGHEST)? {
                    self.gpu_hour.insert(name.to_owned(), price);
                }
            }
        }
        Ok(())
    }
}

/// `[residency]`: the jurisdiction of each region.
pub(super) fn residency(table: &ConfigTable<'_>) -> Result<BTreeMap<String, String>, ConfigError> {
    let mut jurisdictions = BTreeMap::new();
    for region in table.keys() {
        let Some(jurisdiction) = table.string(region)? else {
            continue;
        };
        if jurisdiction.trim().is_empty() {
            return Err(table.wrong_value(region, "must name a jurisdiction, such as \"EU\""));
        }
        jurisdictions.insert(region.to_owned(), jurisdiction.to_owned());
    }
    Ok(jurisdictions)
}

#[cfg(test)]
mod tests {
    use crate::{config::Config, document::source::Source};

    fn parse(text: &str) -> Result<Config, String> {
        Config::parse(&Source::new("servelint.toml", text)).map_err(|error| match error.help() {
            Some(help) => format!("{error}; {help}"),
            None => error.to_string(),
        })
    }

    #[test]
    fn prices_and_jurisdictions_are_read() {
        let text = "[prices]\ncurrency = \"EUR\"\n[prices.gpuHour]\nnvidia-h100-80gb = 3.98\nl4 = 1\n[residency]\neu-west = \"EU\"\n";
        let config = parse(text).expect("valid");
        assert_eq!(config.prices.currency.as_deref(), Some("EUR"));
        assert_eq!(config.prices.gpu_hour["nvidia-h100-80gb"], 3.98);
        assert_eq!(config.prices.gpu_hour["l4"], 1.0);
        assert_eq!(config.residency["eu-west"], "EU");
    }

    #[test]
    fn other_keys_and_values_are_refused_at_their_place() {
        for (text, wanted) in [
            (
                "[prices]\ngpuHours = 3\n",
                "servelint.toml:2:1: unknown key `gpuHours` in `[prices]`; did you mean `gpuHour`?",
            ),
            (
                "[prices.gpuHour]\nl4 = \"1\"\n",
                "servelint.toml:2:6: `l4` must be a number",
            ),
            (
                "[prices.gpuHour]\nl4 = -1\n",
                "servelint.toml:2:6: `l4` must lie between 0 and 1000000000, not -1",
            ),
            (
                "[prices.gpuHour]\nl4 = nan\n",
                "servelint.toml:2:6: `l4` must",
            ),
            (
                "[prices]\ngpuHour = 3\n",
                "servelint.toml:2:11: `gpuHour` must be a table",
            ),
            (
                "[prices]\ncurrency = 3\n",
                "servelint.toml:2:12: `currency` must be a string",
            ),
            (
                "[prices]\ncurrency = \" \"\n",
                "servelint.toml:2:12: `currency` must name a currency",
            ),
            (
                "[price]\n",
                "servelint.toml:1:2: unknown key `price` in the file; did you mean `prices`?",
            ),
            (
                "[residency]\neu-west = [\"EU\"]\n",
                "servelint.toml:2:11: `eu-west` must be a string",
            ),
            (
                "[residency]\neu-west = \"\"\n",
                "servelint.toml:2:11: `eu-west` must name a jurisdiction",
            ),
        ] {
            let error = parse(text).expect_err(text);
            assert!(error.contains(wanted), "{error}");
        }
    }
}
