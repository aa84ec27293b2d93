//! Sessions with the real binary, as somebody would type them: `tests/cli/*.md`, and those in the README.
//!
//! `TRYCMD=overwrite cargo test --test cli` writes what the binary says now; read it before keeping it.

use std::path::Path;

#[test]
fn sessions() {
    let cases = trycmd::TestCases::new();
    // Nothing but the sessions says what is read and how it looks.
    cases.env("WHOMAY_INPUT", "").env("COLUMNS", "100").env("NO_COLOR", "1");
    cases.case("tests/cli/*.md");
    if Path::new("README.md").exists() {
        cases.case("README.md");
    }
}
