//! Merge keys: `<<: *base` and `<<: [*first, *second]`.

use crate::document::{
    Entry, Node, Value,
    read::{SyntaxError, keys::Keys},
    source::Span,
};

/// Adds the entries of the merged mappings that `entries` lacks: what is written out wins over
/// what is merged, and an earlier mapping of a list over a later one. An entry that came through
/// an alias carries it.
pub(super) fn merge(entries: &mut Vec<Entry>, merged: Node) -> Result<(), SyntaxError> {
    let mut keys = Keys::default();
    let (outer, span) = (merged.alias, merged.span);
    let sources = match merged.value {
        Value::List(items) => items,
        value => vec![Node {
            value,
            ..Node::new(Value::Null, span)
        }],
    };
    for source in sources {
        // Of a list of aliases each entry has its own; of an alias to a list they share it.
        let alias = source.alias.or(outer);
        let Value::Map(added) = source.value else {
            return Err(not_a_mapping(alias.unwrap_or(source.span)));
        };
        for mut entry in added {
            if keys.find(entries, &entry.key).is_none() {
                entry.node.alias = alias.or(entry.node.alias);
                entries.push(entry);
            }
        }
    }
    Ok(())
}

fn not_a_mapping(span: Span) -> SyntaxError {
    SyntaxError::new(span, "`<<` needs a mapping, or a list of mappings")
}
