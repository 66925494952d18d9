//! Quantities as Kubernetes writes them.

/// The number of a Kubernetes `resource.Quantity`: `79Gi`, `70.6G`, `500m`, `1.5e9`, `-1`.
///
/// Suffixes are binary (`Ki Mi Gi Ti Pi Ei`), decimal (`n u m k M G T P E`) or an exponent.
/// Whether the result counts bytes, cores or parameters is up to the field.
pub fn quantity(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let length = unsigned
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(unsigned.len());
    let (digits, suffix) = text.split_at(text.len() - unsigned.len() + length);
    let number = match binary_power(suffix) {
        Some(power) => digits.parse::<f64>().ok()? * f64::from(power).exp2(),
        // Through text: 70.6 * 1e9 is not the number nearest to 70600000000.
        None => format!("{digits}e{}", decimal_power(suffix)?)
            .parse()
            .ok()?,
    };
    number.is_finite().then_some(number)
}

fn binary_power(suffix: &str) -> Option<u8> {
    let place = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"]
        .iter()
        .position(|unit| *unit == suffix)?;
    u8::try_from((place + 1) * 10).ok()
}

fn decimal_power(suffix: &str) -> Option<i16> {
    Some(match suffix {
        "n" => -9,
        "u" => -6,
        "m" => -3,
        "" => 0,
        "k" => 3,
        "M" => 6,
        "G" => 9,
        "T" => 12,
        "P" => 15,
        "E" => 18,
        _ => suffix.strip_prefix(['e', 'E'])?.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_every_suffix() {
        let table = [
            ("0", 0.0),
            ("16", 16.0),
            ("+5", 5.0),
            ("-1", -1.0),
            ("500m", 0.5),
            ("250u", 0.000_25),
            ("100n", 0.000_000_1),
            ("1k", 1e3),
            ("5M", 5e6),
            ("70.6G", 70_600_000_000.0),
            ("2T", 2e12),
            ("1P", 1e15),
            ("1E", 1e18),
            ("1e3", 1e3),
            ("1.5E9", 1.5e9),
            ("12e-1", 1.2),
            ("1e+2", 1e2),
            (".5", 0.5),
            ("5.", 5.0),
            ("1Ki", 1_024.0),
            ("0.5Mi", 524_288.0),
            ("79Gi", 84_825_604_096.0),
            ("1Ti", 1_099_511_627_776.0),
            ("1Pi", 1_125_899_906_842_624.0),
            ("1Ei", 1_152_921_504_606_846_976.0),
        ];
        for (text, number) in table {
            assert_eq!(quantity(text), Some(number), "{text}");
        }
    }

    #[test]
    fn refuses_what_kubernetes_refuses() {
        let refused = [
            "", "-", ".", "Gi", "16GB", "16gi", "16 Gi", " 16", "1.2.3", "1e", "1e1.5", "1K",
            "0x10", "NaN", "inf", "--1", "1e999", "1_000", "16Gi ",
        ];
        for text in refused {
            assert_eq!(quantity(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[-+0-9.eEnumkKMGTPi]{0,10}|.{0,8}") {
            prop_assert!(quantity(&text).is_none_or(f64::is_finite));
        }
    }
}
