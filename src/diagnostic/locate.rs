//! Where a JSON pointer leads to in a JSON text, in bytes.
//!
//! Rows of API pages are read without spans; only a problem makes it worth looking for the place.

use std::ops::Range;

/// The bytes of the value that `pointer` names in `text`.
pub(super) fn find(text: &str, pointer: &str) -> Option<Range<usize>> {
    let mut scanner = Scanner { bytes: text.as_bytes(), at: 0 };
    for segment in pointer.split('/').skip(1) {
        scanner.enter(segment)?;
    }
    scanner.space();
    let start = scanner.at;
    scanner.skip()?;
    Some(start..scanner.at)
}

struct Scanner<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn space(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    /// Steps over `byte`, if it comes next.
    fn take(&mut self, byte: u8) -> bool {
        self.space();
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// Goes to the start of the member called `segment`, or of that element.
    fn enter(&mut self, segment: &str) -> Option<()> {
        if self.take(b'{') {
            loop {
                self.space();
                let start = self.at + 1;
                self.string()?;
                let key = self.bytes.get(start..self.at - 1)?;
                if !self.take(b':') {
                    return None;
                }
                if key == segment.as_bytes() {
                    return Some(());
                }
                self.skip()?;
                if !self.take(b',') {
                    return None;
                }
            }
        }
        if !self.take(b'[') {
            return None;
        }
        for _ in 0..segment.parse::<usize>().ok()? {
            self.skip()?;
            if !self.take(b',') {
                return None;
            }
        }
        Some(())
    }

    fn string(&mut self) -> Option<()> {
        if !self.take(b'"') {
            return None;
        }
        loop {
            match self.peek()? {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        Some(())
    }

    /// Steps over one value. Brackets are counted, not matched: the text was parsed before.
    fn skip(&mut self) -> Option<()> {
        let mut depth = 0usize;
        loop {
            self.space();
            match self.peek()? {
                b'"' => self.string()?,
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1)?;
                    self.at += 1;
                }
                b',' | b':' => self.at += 1,
                _ => {
                    while self.peek().is_some_and(|byte| {
                        !matches!(byte, b',' | b':' | b'}' | b']' | b'"') && !byte.is_ascii_whitespace()
                    }) {
                        self.at += 1;
                    }
                }
            }
            if depth == 0 {
                return Some(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn a_pointer_leads_to_its_value() {
        let text =
            r#"{"pagination": {"n": [1, {}]}, "results": [{"a": "x\"]"}, {"order": "ten", "b": [ ]}]}"#;
        let at = |pointer: &str| find(text, pointer).map(|range| &text[range]);
        assert_eq!(at("/results/1/order"), Some("\"ten\""));
        assert_eq!(at("/results/0"), Some(r#"{"a": "x\"]"}"#));
        assert_eq!(at("/pagination/n/1"), Some("{}"));
        assert_eq!(at("/results/2"), None);
        assert_eq!(at("/nothing"), None);
        assert_eq!(find("", "/a"), None);
    }
}
