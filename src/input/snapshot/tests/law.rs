//! Is what is written what is read?

use proptest::prelude::*;

use super::random::worlds;
use super::{Files, placeless, read, world, write};
use crate::model::{Edition, EditionFrom, World};

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_what_is_read(before in worlds(true)) {
        let after = world(&write(&before));
        prop_assert_eq!(placeless(&before), placeless(&after));
    }

    #[test]
    fn what_has_no_key_gets_one_that_stays(before in worlds(false)) {
        let files = write(&before);
        prop_assert_eq!(&files, &write(&before));
        let after = world(&files);
        prop_assert_eq!(before.bindings.len(), after.bindings.len());
        prop_assert_eq!(before.targets.len(), after.targets.len());
        // With keys, everything has settled.
        prop_assert_eq!(placeless(&after), placeless(&world(&write(&after))));
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(texts in prop::collection::vec("(?s).{0,60}", 0..6)) {
        let names = ["core_users.p1.json", "index.json", "admin_settings.p1.json", "policies_all.json", "x", ".p.json"];
        let files: Files = names.iter().map(|&name| name.to_owned()).zip(texts).collect();
        read(&files);
    }

    #[test]
    fn damaged_pages_are_read_without_a_panic(
        before in worlds(true),
        places in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut files = write(&before);
        for (file, place, byte) in places {
            let chosen = file.index(files.len());
            let text = &mut files[chosen].1;
            if text.is_empty() {
                continue;
            }
            let mut bytes = text.clone().into_bytes();
            let at = place.index(bytes.len());
            match byte % 4 {
                0 => bytes.truncate(at),
                1 => drop(bytes.remove(at)),
                _ => bytes[at] = b"0-{}[],:\"tn\\9e."[usize::from(byte) % 15],
            }
            *text = String::from_utf8_lossy(&bytes).into_owned();
        }
        read(&files);
    }
}

#[test]
fn a_release_that_nobody_stated_is_not_written() {
    let stated = world(&super::broken::minimal());
    let has_version = |world: &World| write(world).iter().any(|(name, _)| name == "admin_version.p1.json");
    assert!(has_version(&stated));
    let newest = World { edition: Edition::newest(), edition_from: EditionFrom::Newest, ..stated.clone() };
    assert!(!has_version(&newest));
    assert_eq!(world(&write(&newest)).edition_from, EditionFrom::Newest);
    assert!(has_version(&World { edition_from: EditionFrom::Caller, ..newest }));
}

#[test]
fn what_does_not_fit_on_a_page_is_on_the_next() {
    let row = |number: usize| {
        format!(
            r#"{{"pk":{number},"username":"u{number}","name":"","email":"","is_active":true,"path":"users","attributes":{{}},"groups":[{}]}}"#,
            if number == 7 { "\"g1\"" } else { "" }
        )
    };
    let rows: Vec<_> = (1..=250).map(row).collect();
    let mut files = super::broken::minimal();
    super::broken::replace(&mut files, "core_users.p1.json", &super::broken::page(&rows));
    let before = world(&files);
    let files = write(&before);
    let pages: Vec<_> = files.iter().filter(|(name, _)| name.starts_with("core_users")).collect();
    assert_eq!(pages.len(), 3);
    assert_eq!(before.users.len(), 250);
    assert_eq!(placeless(&before), placeless(&world(&files)));
}
