//! What holds of bitmaps: they say what the matrix says, and whatever is wrong with one is an error.

use std::io::Read;

use proptest::prelude::*;
use proptest::sample::Index;
use whomay::bitmap::{self, Bitmap, BitmapError, MAGIC, Verdicts};
use whomay::diagnostic::Sources;
use whomay::model::{Edition, EditionFrom, UserId};
use whomay::policy::assumption::Assumptions;
use whomay::question::{Answer, Context, Matrix};
use whomay::reason::Settings;
use whomay::workload::{Shape, Size, Workload};
use whomay::{Reasoner, Verdict, World};

use super::worlds::{built, draft, world};

fn written(reasoner: &Reasoner<'_>) -> Vec<u8> {
    let mut file = Vec::new();
    let sources = Sources::default();
    bitmap::write(&Matrix::ask(Context { reasoner, sources: &sources }, &[]), &mut file).unwrap();
    file
}

fn rewritten(file: &[u8]) -> Vec<u8> {
    let file = file.to_vec();
    let open = move || Ok(Box::new(std::io::Cursor::new(file.clone())) as Box<dyn Read>);
    let mut again = Vec::new();
    Verdicts::of(open, &[]).unwrap().write_bitmap(&mut again).unwrap();
    again
}

/// The bitmap says what the matrix says.
fn compare(world: &World) {
    let reasoner = Reasoner::new(world);
    let file = written(&reasoner);
    let bitmap = Bitmap::read(file.as_slice()).unwrap();
    let expected = reasoner.matrix();
    assert_eq!(bitmap.rows().len(), expected.len());
    for (index, (id, access)) in world.targets.ids().zip(expected).enumerate() {
        assert_eq!(bitmap.head().targets[index].address, world.target_address(id));
        let row = bitmap.row(index).unwrap();
        for (user, about) in world.users.iter() {
            assert_eq!(bitmap.head().users[user.0 as usize].name, about.username);
            assert_eq!(bitmap.verdict(user, index), Some(access.verdict(user)));
            assert_eq!(bitmap.effective(user, index), Some(access.effective(user)));
        }
        for verdict in [Verdict::Yes, Verdict::No, Verdict::Depends] {
            assert_eq!(row.count(verdict), access.count(verdict));
            assert_eq!(row.count_effective(verdict), access.count_effective(verdict));
        }
        assert_eq!(row.anonymous(), access.anonymous());
    }
    let beyond = UserId(u32::try_from(world.users.len()).unwrap());
    assert_eq!(bitmap.verdict(beyond, 0), None);
    assert_eq!(rewritten(&file), file);
}

fn threads<T: Send>(count: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(count).build().unwrap().install(work)
}

/// CRC-32, one bit at a time.
fn checksum(bytes: &[u8]) -> u32 {
    let step = |sum: u32| if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 };
    !bytes.iter().fold(u32::MAX, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), |sum, _| step(sum)))
}

/// A file with `blocks` in it, all of whose checksums are right.
fn framed<B: AsRef<[u8]>>(blocks: impl IntoIterator<Item = B>) -> Vec<u8> {
    let mut file = [&MAGIC[..], &[1, 0, 0, 0]].concat();
    for block in blocks {
        let block = block.as_ref();
        file.extend((block.len() as u64).to_le_bytes());
        file.extend(block);
        file.extend(checksum(block).to_le_bytes());
    }
    file
}

/// The contents of the blocks of `file`.
fn blocks(file: &[u8]) -> Vec<Vec<u8>> {
    let (mut blocks, mut rest) = (Vec::new(), &file[12..]);
    while let Some((length, after)) = rest.split_first_chunk::<8>() {
        let (block, after) = after.split_at(usize::try_from(u64::from_le_bytes(*length)).unwrap());
        blocks.push(block.to_vec());
        rest = &after[4..];
    }
    blocks
}

fn problem(file: &[u8]) -> String {
    match Bitmap::read(file) {
        Ok(_) => "nothing".to_owned(),
        Err(BitmapError::Damaged { at, what }) => {
            assert!(at <= file.len() as u64, "byte {at} of {}", file.len());
            format!("at byte {at}: {what}")
        }
        Err(error) => panic!("{error}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_what_the_matrix_says(world in world("2026.5.0")) {
        compare(&world);
    }

    #[test]
    fn whatever_changes_on_the_way_is_noticed(draft in draft(), at in any::<Index>(), bit in 0_u8..8) {
        let world = built(draft, "2025.12.4", None);
        let mut file = written(&Reasoner::new(&world));
        let at = at.index(file.len());
        prop_assert_ne!(problem(&file[..at]), "nothing");
        file[at] ^= 1 << bit;
        prop_assert_ne!(problem(&file), "nothing");
        file[at] ^= 1 << bit;
        file.push(0);
        prop_assert_eq!(problem(&file), format!("at byte {}: there is more after the last row", file.len() - 1));
    }

    #[test]
    fn no_content_of_a_block_makes_the_reader_panic(
        draft in draft(),
        changes in prop::collection::vec((any::<Index>(), any::<Index>(), any::<u8>(), any::<bool>()), 1..4),
    ) {
        let world = built(draft, "2026.5.6", None);
        let mut blocks = blocks(&written(&Reasoner::new(&world)));
        for (block, at, byte, cut) in changes {
            let index = block.index(blocks.len());
            let block = &mut blocks[index];
            if block.is_empty() {
                continue;
            }
            let at = at.index(block.len());
            block[at] = byte;
            if cut {
                block.truncate(at);
            }
        }
        let file = framed(&blocks);
        if let Ok(bitmap) = Bitmap::read(file.as_slice()) {
            let users = bitmap.head().users.len();
            for row in bitmap.rows() {
                let counts = [Verdict::Yes, Verdict::No, Verdict::Depends].map(|verdict| row.count(verdict));
                prop_assert_eq!(counts.iter().sum::<usize>(), users);
            }
            // What else there may be in the head is not written again, and sets are written in their shortest form.
            let again = rewritten(&file);
            prop_assert_eq!(rewritten(&again), again);
        }
    }
}

#[test]
fn a_bitmap_of_many_users_is_what_the_matrix_says_at_any_number_of_threads() {
    for shape in [Shape::Rand, Shape::Role] {
        // One word is not full.
        let world = Workload::new(Size { users: 1_000, ..Size::S }, shape, 1).world();
        compare(&world);
        let file = |count| threads(count, || written(&Reasoner::new(&world)));
        assert!(file(1) == file(4));
    }
    let world = Workload::new(Size { users: 64, ..Size::S }, Shape::Rand, 2).world();
    compare(&world);
}

#[test]
fn what_verdicts_stand_on_is_read_again() {
    let mut world = World::parse("tenant.may", "user anna  application a").unwrap();
    world.edition = Edition::parse("2025.12.4").unwrap();
    world.edition_from = EditionFrom::Caller;
    let mut assumptions = Assumptions::default();
    assumptions.set("client_ip", "10.1.2.3").unwrap();
    let settings = Settings { at: Some("2026-03-03T09:00:00Z".parse().unwrap()), assumptions };
    let reasoner = Reasoner::with(&world, &settings);
    let sources = Sources::default();
    let expected = Matrix::ask(Context { reasoner: &reasoner, sources: &sources }, &[]).ground();
    let bitmap = Bitmap::read(written(&reasoner).as_slice()).unwrap();
    assert_eq!(bitmap.head().ground, expected);
}

const HEAD: &str = r#"{"schema":"whomay.bitmap/1","ground":{"edition":"e","edition_from":"input"},"users":[{"name":"a","pk":1},{"name":"b","pk":null},{"name":"c","pk":"x"}],"targets":[{"kind":"source","name":"s","slug":null,"pk":null,"address":"source:s"}]}"#;

#[test]
fn each_damage_is_named_with_its_place() {
    let row = |row: &[u8]| problem(&framed([HEAD.as_bytes(), row]));
    // Where the row begins: magic, version, and the length, content and checksum of the head; and the length of the row.
    let at = |inside: usize| format!("at byte {}: ", 12 + 8 + HEAD.len() + 4 + 8 + inside);
    assert_eq!(row(&[0, 0]), "nothing");
    assert_eq!(row(&[0b1_1111, 0, 1, 2, 1, 0, 0, 0, 2, 0, 0, 0, 4, 0b101, 0, 0, 0, 0, 0, 0, 0]), "nothing");
    for (content, inside, expected) in [
        (&[][..], 0, "1 byte(s) are needed, and the row has 0"),
        (&[32, 0], 0, "flags 0x20, of which some mean nothing"),
        (&[4, 0, 0], 0, "flags 0x04, which contradict each other"),
        (&[8, 0], 0, "flags 0x08, which contradict each other"),
        (&[0, 5], 1, "there is no form 5 of a set"),
        (&[0, 2, 1, 0], 2, "4 byte(s) are needed, and the row has 2"),
        (&[0, 2, 4, 0, 0, 0], 2, "4 of 3 users are listed"),
        (&[0, 3, 255, 255, 255, 255], 2, "4294967295 of 3 users are listed"),
        (&[0, 2, 2, 0, 0, 0, 1, 0, 0, 0], 6, "8 byte(s) are needed, and the row has 4"),
        (&[0, 2, 1, 0, 0, 0, 3, 0, 0, 0], 6, "user 3, and there are 3"),
        (&[0, 2, 2, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0], 10, "user 1 after user 1"),
        (&[0, 4, 8, 0, 0, 0, 0, 0, 0, 0], 2, "a bit is set of a user beyond the 3 there are"),
        (&[1, 1, 0], 2, "a user is let through for certain, but not perhaps"),
        (&[0, 1, 1], 2, "1 more byte(s) than the row needs"),
    ] {
        assert_eq!(row(content), at(inside) + expected);
    }
    let head = |from: &str, to: &str| {
        assert!(HEAD.contains(from));
        problem(&framed([HEAD.replace(from, to).as_bytes(), &[0, 0]]))
    };
    assert_eq!(
        head("bitmap/1", "bitmap/2"),
        "at byte 20: the head is `whomay.bitmap/2`, and not `whomay.bitmap/1`"
    );
    assert_eq!(
        head(r#""kind":"source""#, r#""kind":"door""#),
        "at byte 20: there are no targets of kind `door`"
    );
    assert_eq!(head("\"pk\":1", "\"pk\":[1]"), "at byte 20: the key of user `a` is no key");
    assert_eq!(head("\"input\"", "\"hearsay\""), "at byte 20: `hearsay` names no edition");
    let broken = head("\"users\":[", "\"users\":(");
    let place = 20 + HEAD.find("\"users\":[").unwrap() + 8;
    assert!(broken.starts_with(&format!("at byte {place}: the head is not as it should be")), "{broken}");
}

#[test]
fn lengths_that_lie_cost_nothing() {
    let with = |at: usize, bytes: &[u8]| {
        let mut file = framed([HEAD.as_bytes(), &[0, 0]]);
        file[at..at + bytes.len()].copy_from_slice(bytes);
        problem(&file)
    };
    let rest = HEAD.len() + 4 + 8 + 2 + 4;
    assert_eq!(
        with(12, &[255; 8]),
        format!("at byte 20: 18446744073709551615 byte(s) are needed, and the file ends after {rest}")
    );
    let at = 20 + HEAD.len() + 4;
    assert_eq!(
        with(at, &[255; 8]),
        format!(
            "at byte {at}: a row of 18446744073709551615 bytes, and none of so many users has more than 69"
        )
    );
    assert_eq!(with(0, b"%PDF"), "at byte 0: this is no bitmap");
    assert_eq!(with(8, &[2]), "at byte 8: version 2 of the format, and only version 1 is known here");
    assert_eq!(
        with(at + 8, &[1]),
        format!("at byte {}: the checksum of 2 bytes is 58c223be, and should be 41d912ff", at + 8)
    );
}
