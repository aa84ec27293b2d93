//! Does any regular expression, over any text, make us panic?

#![no_main]

use libfuzzer_sys::fuzz_target;
use whomay::{Reasoner, World};

fuzz_target!(|parts: (&str, &str)| {
    let (pattern, text) = parts;
    let quoted = |text: &str| text.chars().map(|c| format!("\\u{{{:x}}}", u32::from(c))).collect::<String>();
    // Inside of Python's quotes every character is written by its number, too.
    let python = |text: &str| text.chars().map(|c| format!("\\U{:08x}", u32::from(c))).collect::<String>();
    let code = format!(
        "import re\np = \"{0}\"\nt = \"{1}\"\nreturn regex_match(t, p) or re.fullmatch(p, t) or regex_replace(t, p, t)",
        python(pattern),
        python(text)
    );
    let world =
        format!("user anna\napplication a {{ 0: policy p }}\npolicy p expression \"{}\"\n", quoted(&code));
    if let Ok(world) = World::parse("fuzz.may", &world) {
        let reasoner = Reasoner::new(&world);
        world.targets.ids().for_each(|target| drop(reasoner.access(target)));
    }
});
