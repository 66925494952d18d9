//! From "is not valid under any of the schemas" to what the author probably meant.

use jsonschema::{ValidationError, error::ValidationErrorKind as Kind};

/// The errors of the branch of an `anyOf` or `oneOf` that fits best, down to the leaves; the
/// error itself where it has no branches or none stands out.
pub(super) fn leaves<'e>(error: &'e ValidationError<'e>) -> Vec<&'e ValidationError<'e>> {
    let (Kind::AnyOf { context } | Kind::OneOfNotValid { context }) = error.kind() else {
        return vec![error];
    };
    let mut branches = Vec::new();
    for branch in context {
        branches.push((misfit(error, branch), branch));
    }
    branches.sort_by_key(|(misfit, _)| *misfit);
    match branches.as_slice() {
        [(best, _), (second, _), ..] if best == second => vec![error],
        [(best, branch), ..] if best.is_plausible() => {
            branch.iter().flat_map(|error| leaves(error)).collect()
        }
        _ => vec![error],
    }
}

/// How badly a branch fits: a wrong type of the value itself, then a wrong tag inside it, then
/// the number of errors.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Misfit {
    wrong_type: usize,
    wrong_tag: usize,
    errors: usize,
}

impl Misfit {
    fn is_plausible(self) -> bool {
        self.wrong_type == 0 && self.wrong_tag == 0
    }
}

fn misfit(whole: &ValidationError<'_>, branch: &[ValidationError<'static>]) -> Misfit {
    let mut misfit = Misfit {
        wrong_type: 0,
        wrong_tag: 0,
        errors: branch.len(),
    };
    for error in branch {
        let is_tag = matches!(error.kind(), Kind::Constant { .. } | Kind::Enum { .. });
        let is_type = matches!(error.kind(), Kind::Type { .. });
        // Branches differ at the value itself or in a tag right below it; deeper errors tell nothing.
        if depth(error) == depth(whole) && (is_type || is_tag) {
            misfit.wrong_type += 1;
        }
        if depth(error) == depth(whole) + 1 && is_tag {
            misfit.wrong_tag += 1;
        }
    }
    misfit
}

/// How many steps lead to the value that is wrong.
fn depth(error: &ValidationError<'_>) -> usize {
    error.instance_path().as_str().matches('/').count()
}

#[cfg(test)]
mod tests {
    use crate::schema::Schema;
    use serde_json::{Value as Json, json};

    /// `place: message` of everything that is refused.
    fn refused(schema: &Json, document: &Json) -> Vec<String> {
        let schema = Schema::compile(&schema.to_string()).expect("a schema");
        let refusals = schema.refusals(document);
        refusals
            .iter()
            .map(|refusal| format!("{}: {}", refusal.violation.at, refusal.violation.message))
            .collect()
    }

    #[test]
    fn the_branch_with_the_right_tag_explains() {
        let tagged = |tag: &str, field: &str| {
            json!({"type": "object", "required": ["type", field], "properties": {
                "type": {"const": tag}, field: {"type": "integer"}}})
        };
        let schema = json!({"oneOf": [tagged("a", "x"), tagged("b", "y")]});
        assert_eq!(
            refused(&schema, &json!({"type": "b", "y": "1"})),
            ["/y: `y` must be a whole number, not the text `1`"]
        );
        assert_eq!(
            refused(&schema, &json!({"type": "a"})),
            ["/x: the document lacks `x`"]
        );
        assert_eq!(
            refused(&schema, &json!({"type": "a", "x": 1})),
            Vec::<String>::new()
        );
    }

    #[test]
    fn the_branch_of_the_right_type_explains() {
        let schema = json!({"properties": {"v": {"anyOf": [
            {"type": "string", "minLength": 1},
            {"type": "object", "required": ["path"]},
        ]}}});
        assert_eq!(
            refused(&schema, &json!({"v": {}})),
            ["/v/path: `v` lacks `path`"]
        );
        assert_eq!(refused(&schema, &json!({"v": ""})), ["/v: `v` is empty"]);
        assert_eq!(
            refused(&schema, &json!({"v": 3})),
            ["/v: `v` must be text or a mapping"]
        );
    }

    #[test]
    fn branches_that_fit_equally_badly_are_not_chosen_between() {
        let schema = json!({"anyOf": [{"required": ["a"]}, {"required": ["b"]}]});
        assert_eq!(
            refused(&schema, &json!({})),
            [": the document has none of the allowed shapes"]
        );
    }
}
