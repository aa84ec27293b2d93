//! No text makes the reader of blueprints panic, hang or run out of memory.

#![no_main]

use libfuzzer_sys::fuzz_target;
use whomay::input::{Options, parse};

fuzz_target!(|text: &str| {
    let _ = parse("fuzz.yaml", text, &Options::default());
});
