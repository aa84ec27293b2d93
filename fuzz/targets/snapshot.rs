//! Does any set of pages make the snapshot reader panic, or read as a world that is not written back?
//!
//! The input is a list of files: a name on a line of its own, the text, and a byte 0xff.

#![no_main]

use libfuzzer_sys::fuzz_target;
use whomay::diagnostic::{Diagnostics, Sources};
use whomay::input::snapshot::{parse, write};
use whomay::model::World;
use whomay::model::builder::{Defaults, build};

fuzz_target!(|data: &[u8]| {
    let files = data.split(|byte| *byte == 0xff).map(|file| {
        let text = String::from_utf8_lossy(file).into_owned();
        let (name, text) = text.split_once('\n').unwrap_or(("core_users.p1.json", &text));
        (name.to_owned(), text.to_owned())
    });
    let Some(world) = read(&files.collect::<Vec<_>>()) else { return };
    // What is not listed but referred to gets a row, so the first writing may order rows anew.
    let pages = read(&write(&world)).map(|settled| write(&settled));
    let again = pages.as_deref().and_then(read).map(|again| write(&again));
    assert!(pages.is_some());
    assert_eq!(again, pages);
});

fn read(files: &[(String, String)]) -> Option<World> {
    let mut sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    let ids: Vec<_> = files.iter().map(|(name, text)| sources.add(name, text)).collect();
    let pages: Vec<_> =
        files.iter().zip(ids).map(|((name, text), id)| (name.as_str(), id, text.as_str())).collect();
    let draft = parse(&pages, &mut diagnostics);
    let world = build(vec![draft], &Defaults::default(), &mut diagnostics);
    (!diagnostics.has_errors()).then_some(world)
}
