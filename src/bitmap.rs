//! Bitmaps: every verdict of a tenant in one compact file, to be read by programs.
//!
//! [`write()`] writes what [`Matrix`](crate::question::Matrix) asks, [`Reader`] reads one target after the other, and
//! [`Bitmap`] keeps them all. `whomay matrix --format bitmap -o FILE` makes such a file, and `whomay matrix FILE` shows
//! what is in it.
//!
//! ```
//! use whomay::bitmap::{self, Bitmap};
//! use whomay::diagnostic::Sources;
//! use whomay::question::{Context, Matrix};
//! use whomay::{Reasoner, Verdict, World};
//!
//! let world = World::parse("tenant.may", "user anna  user eve  application hr { 0: user anna }")?;
//! let (reasoner, sources) = (Reasoner::new(&world), Sources::default());
//! let mut file = Vec::new();
//! bitmap::write(&Matrix::ask(Context { reasoner: &reasoner, sources: &sources }, &[]), &mut file)?;
//!
//! let bitmap = Bitmap::read(file.as_slice())?;
//! let (anna, hr) = (bitmap.user("anna").unwrap(), bitmap.target("app:hr").unwrap());
//! assert_eq!(bitmap.verdict(anna, hr), Some(Verdict::Yes));
//! assert_eq!(bitmap.row(hr).unwrap().count(Verdict::No), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The format
//!
//! Numbers are unsigned and have their least significant byte first. The file is
//!
//! | bytes | what |
//! | --- | --- |
//! | 8 | `89 77 68 6F 6D 61 79 0A`: that is `whomay` after a byte that begins no text, and before a line feed |
//! | 4 | the version of the format: 1 |
//! | | a block: the head |
//! | | a block for each target, in the order of the head: its row |
//!
//! and nothing after that. A block is
//!
//! | bytes | what |
//! | --- | --- |
//! | 8 | the length *n* of its content |
//! | *n* | its content |
//! | 4 | the CRC-32 of its content, as zlib and PNG have it |
//!
//! The head is JSON, in UTF-8: `{"schema": "whomay.bitmap/1", "ground": …, "users": [{"name", "pk"}, …], "targets":
//! [{"kind", "name", "slug", "pk", "address"}, …]}`. All but `address` is as in the answers of `whomay matrix --format
//! json`; an address is what the command line calls the target (`app:grafana`). A key may come to be there that is not
//! listed here. Users and targets are numbered from 0 in the order of the head.
//!
//! A row begins with a byte of flags:
//!
//! | bit | what |
//! | --- | --- |
//! | 0 | there are users of whom the verdict depends |
//! | 1 | there are users who get something else in the end than the verdict says |
//! | 2 | (only with bit 1) there are users of whom it depends what they get in the end |
//! | 3 | the verdict for somebody who has not logged in is yes |
//! | 4 | the verdict for somebody who has not logged in is yes or depends |
//!
//! and then holds up to four sets of users:
//!
//! 1. those of whom the verdict is yes;
//! 2. with bit 0, those of whom it is yes or depends; without, they are those of 1;
//! 3. with bit 1, those who get access in the end; without, what users get in the end is what 1 and 2 say;
//! 4. with bit 2, those who get access in the end or of whom that depends; with bit 1 alone, they are those of 3.
//!
//! A set is a byte that says in which form it is, and what that form needs:
//!
//! | byte | form |
//! | --- | --- |
//! | 0 | nobody |
//! | 1 | everybody |
//! | 2 | a count in 4 bytes, and as many users in 4 bytes each, in ascending order |
//! | 3 | the same, of the users who are *not* in the set |
//! | 4 | a bit for each user in words of 8 bytes: user *u* is bit *u* mod 64 of word *u* / 64; unused bits are 0 |
//!
//! whomay writes the form that takes the least room, of several that take the same the one with the lowest number, and
//! leaves out what may be left out. So the same verdicts are the same bytes.
//!
//! Whatever is wrong with a file is an error that says where ([`BitmapError`]), and how much memory is needed to find
//! that out rests on how long the file is, not on how long it says that something is.

mod checksum;
mod head;
mod read;
mod row;
mod verdicts;
mod write;

pub use head::{Head, Target};
pub use read::{Bitmap, Reader};
pub use verdicts::Verdicts;
pub use write::write;

/// What every bitmap begins with.
pub const MAGIC: [u8; 8] = *b"\x89whomay\n";

/// The only version of the format so far.
pub const VERSION: u32 = 1;

/// Why a bitmap cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum BitmapError {
    /// The input fails.
    #[error(transparent)]
    Input(#[from] std::io::Error),
    /// It is no bitmap, or not as it was written.
    #[error("at byte {at}: {what}")]
    Damaged {
        /// Where, from the beginning of the file.
        at: u64,
        /// What is wrong there.
        what: String,
    },
}

impl BitmapError {
    fn damaged(at: u64, what: impl Into<String>) -> Self {
        Self::Damaged { at, what: what.into() }
    }
}
