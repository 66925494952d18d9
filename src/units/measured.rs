//! The units of metrics in checklists and evidence.

/// What a unit measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dimension {
    /// Seconds after conversion; for a token or for a request.
    Time,
    /// Parts of one after conversion.
    Ratio,
    /// Events in a second.
    Rate,
    /// A number of things.
    Count,
    /// Bytes after conversion.
    Bytes,
    /// A word, such as the phase of an analysis.
    Enum,
}

impl Dimension {
    /// The word in facts.
    pub fn word(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Ratio => "ratio",
            Self::Rate => "rate",
            Self::Count => "count",
            Self::Bytes => "bytes",
            Self::Enum => "enum",
        }
    }
}

/// What a metric's unit means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Unit {
    /// What it measures.
    pub dimension: Dimension,
    /// A value times this is in seconds, parts of one, events in a second, or bytes.
    pub factor: f64,
}

/// The unit of that name. The names are those of load generators and of the llm-d benchmark
/// report; an unknown one is `None`, never a guess.
pub fn unit_factor(name: &str) -> Option<Unit> {
    use Dimension::{Bytes, Count, Enum, Rate, Ratio, Time};
    let (dimension, factor) = match name {
        "ns" => (Time, 1e-9),
        "us" | "\u{b5}s" | "\u{3bc}s" => (Time, 1e-6),
        "ms" | "ms/token" => (Time, 1e-3),
        "s" | "s/token" => (Time, 1.0),
        "min" => (Time, 60.0),
        "h" => (Time, 3_600.0),
        "ratio" => (Ratio, 1.0),
        "percent" | "%" => (Ratio, 0.01),
        "rps" | "qps" | "req/s" | "requests/s" | "queries/s" | "tokens/s" => (Rate, 1.0),
        "count" | "requests" | "tokens" | "samples" => (Count, 1.0),
        "bytes" | "B" => (Bytes, 1.0),
        "kB" | "KB" => (Bytes, 1e3),
        "MB" => (Bytes, 1e6),
        "GB" => (Bytes, 1e9),
        "TB" => (Bytes, 1e12),
        "KiB" | "Ki" => (Bytes, 1_024.0),
        "MiB" | "Mi" => (Bytes, 1_048_576.0),
        "GiB" | "Gi" => (Bytes, 1_073_741_824.0),
        "TiB" | "Ti" => (Bytes, 1_099_511_627_776.0),
        "enum" => (Enum, 1.0),
        _ => return None,
    };
    Some(Unit { dimension, factor })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn converts_to_seconds_ratios_and_bytes() {
        let table = [
            ("ns", "time", 1e-9),
            ("us", "time", 1e-6),
            ("ms", "time", 1e-3),
            ("ms/token", "time", 1e-3),
            ("s", "time", 1.0),
            ("min", "time", 60.0),
            ("h", "time", 3_600.0),
            ("ratio", "ratio", 1.0),
            ("percent", "ratio", 0.01),
            ("tokens/s", "rate", 1.0),
            ("count", "count", 1.0),
            ("bytes", "bytes", 1.0),
            ("B", "bytes", 1.0),
            ("kB", "bytes", 1_000.0),
            ("KB", "bytes", 1_000.0),
            ("MB", "bytes", 1_000_000.0),
            ("GB", "bytes", 1_000_000_000.0),
            ("TB", "bytes", 1_000_000_000_000.0),
            ("KiB", "bytes", 1_024.0),
            ("MiB", "bytes", 1_048_576.0),
            ("GiB", "bytes", 1_073_741_824.0),
            ("TiB", "bytes", 1_099_511_627_776.0),
            ("enum", "enum", 1.0),
        ];
        for (name, dimension, factor) in table {
            let unit = unit_factor(name).expect(name);
            assert_eq!(
                (unit.dimension.word(), unit.factor),
                (dimension, factor),
                "{name}"
            );
        }
        assert_eq!(unit_factor("furlongs"), None);
        assert_eq!(unit_factor("S"), None);
    }
}
