//! Small changes of a `.may` file.

use std::ops::Range;

use logos::Logos;

use super::token::Token;

/// The change that gives a field of the binding at `place` a value; the only one that is known is `failure_result`.
pub(in crate::input) fn set(
    text: &str,
    place: Range<usize>,
    field: &str,
    value: bool,
) -> Option<(Range<usize>, String)> {
    if field != "failure_result" {
        return None;
    }
    let binding = text.get(place.clone())?;
    let word = if value { "pass" } else { "fail" };
    let tokens: Vec<(Token<'_>, Range<usize>)> = Token::lexer(binding)
        .spanned()
        .map(|(token, range)| Some((token.ok()?, range)))
        .collect::<Option<_>>()?;
    // The order comes first; anything else is no binding.
    tokens.first().filter(|(token, _)| matches!(token, Token::Int(_) | Token::Order(_)))?;
    let is_result = |window: &&[(Token<'_>, Range<usize>)]| {
        matches!(window, [(Token::On, _), (Token::Error, _), (Token::Pass | Token::Fail, _)])
    };
    match tokens.windows(3).find(is_result) {
        Some([.., (_, known)]) => Some((place.start + known.start..place.start + known.end, word.to_owned())),
        _ => Some((place.end..place.end, format!(" on error {word}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(text: &str, binding: &str, value: bool) -> Option<String> {
        let start = text.find(binding).unwrap();
        let (range, new) = set(text, start..start + binding.len(), "failure_result", value)?;
        Some(format!("{}{new}{}", &text[..range.start], &text[range.end..]))
    }

    #[test]
    fn a_result_is_changed_or_added() {
        let text = "application a { 0: not policy p timeout 5 # why\n 10: policy q on error fail }";
        let first = edited(text, "0: not policy p timeout 5", true).unwrap();
        assert!(first.contains("0: not policy p timeout 5 on error pass # why"), "{first}");
        let second = edited(text, "10: policy q on error fail", true).unwrap();
        assert!(second.ends_with("10: policy q on error pass }"), "{second}");
        assert_eq!(edited(text, "application a", true), None);
    }
}
