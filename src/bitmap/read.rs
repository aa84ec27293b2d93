//! Reads bitmaps.

use std::io::Read;

use super::checksum::checksum;
use super::{BitmapError, Head, MAGIC, VERSION, head, row};
use crate::model::{Id, UserId};
use crate::reason::Access;
use crate::truth::Verdict;

/// Reads one row after the other: the verdicts of one target for all users, in the order of the head. After an error
/// there are no more.
pub struct Reader<R> {
    blocks: Blocks<R>,
    head: Head,
    /// How many rows were read.
    next: usize,
}

impl<R: Read> Reader<R> {
    /// Reads everything before the rows.
    ///
    /// # Errors
    /// When `input` fails, or does not hold what it should.
    pub fn open(input: R) -> Result<Self, BitmapError> {
        let mut blocks = Blocks { input, at: 0 };
        if blocks.array()? != MAGIC {
            return Err(BitmapError::damaged(0, "this is no bitmap"));
        }
        let version = u32::from_le_bytes(blocks.array()?);
        if version != VERSION {
            let known = format!("version {version} of the format, and only version {VERSION} is known here");
            return Err(BitmapError::damaged(blocks.at - 4, known));
        }
        let (at, content) = blocks.block(u64::MAX)?;
        let head = head::read(&content, at)?;
        Ok(Self { blocks, head, next: 0 })
    }

    /// What the bitmap says before its rows.
    pub fn head(&self) -> &Head {
        &self.head
    }

    fn row(&mut self) -> Result<Option<Access>, BitmapError> {
        if self.next >= self.head.targets.len() {
            self.next = usize::MAX;
            return self.blocks.end().map(|()| None);
        }
        self.next += 1;
        let users = self.head.users.len();
        let (at, content) = self.blocks.block(row::longest(users))?;
        row::decoded(&content, at, users).map(Some)
    }
}

impl<R: Read> Iterator for Reader<R> {
    type Item = Result<Access, BitmapError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.next == usize::MAX {
            return None;
        }
        let row = self.row();
        if row.is_err() {
            self.next = usize::MAX;
        }
        row.transpose()
    }
}

/// A whole bitmap in memory, in the forms that take the least room.
pub struct Bitmap {
    head: Head,
    rows: Vec<Access>,
}

impl Bitmap {
    /// Reads a bitmap.
    ///
    /// # Errors
    /// When `input` fails, or does not hold what it should.
    pub fn read(input: impl Read) -> Result<Self, BitmapError> {
        let mut reader = Reader::open(input)?;
        let rows = reader.by_ref().collect::<Result<_, _>>()?;
        Ok(Self { head: reader.head, rows })
    }

    /// What the bitmap says before its rows.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// The user called `name`.
    pub fn user(&self, name: &str) -> Option<UserId> {
        let users = &self.head.users;
        let index = users.binary_search_by(|user| user.name.as_str().cmp(name)).ok();
        // Whoever wrote the file need not have sorted it.
        index.or_else(|| users.iter().position(|user| user.name == name)).map(UserId::from_index)
    }

    /// The row of the target that the command line calls `address`, such as `app:grafana`.
    pub fn target(&self, address: &str) -> Option<usize> {
        self.head.targets.iter().position(|target| target.address == address)
    }

    /// The verdicts of the target with the number `target`.
    pub fn row(&self, target: usize) -> Option<&Access> {
        self.rows.get(target)
    }

    /// The verdicts of all targets.
    pub fn rows(&self) -> &[Access] {
        &self.rows
    }

    /// What the engine answers for `user` and the target with the number `target`, if there are such.
    pub fn verdict(&self, user: UserId, target: usize) -> Option<Verdict> {
        self.of(user, target).map(|row| row.verdict(user))
    }

    /// What `user` gets in the end from the target with the number `target`, if there are such.
    pub fn effective(&self, user: UserId, target: usize) -> Option<Verdict> {
        self.of(user, target).map(|row| row.effective(user))
    }

    fn of(&self, user: UserId, target: usize) -> Option<&Access> {
        self.rows.get(target).filter(|_| user.index() < self.head.users.len())
    }
}

/// What is left of a file.
struct Blocks<R> {
    input: R,
    at: u64,
}

impl<R: Read> Blocks<R> {
    /// The content of the next block, which is no longer than `longest`, and where it begins.
    fn block(&mut self, longest: u64) -> Result<(u64, Vec<u8>), BitmapError> {
        let length = u64::from_le_bytes(self.array()?);
        if length > longest {
            let what = format!("a row of {length} bytes, and none of so many users has more than {longest}");
            return Err(BitmapError::damaged(self.at - 8, what));
        }
        let at = self.at;
        let content = self.bytes(length)?;
        let expected = u32::from_le_bytes(self.array()?);
        let found = checksum(&content);
        if found != expected {
            let what = format!("the checksum of {length} bytes is {found:08x}, and should be {expected:08x}");
            return Err(BitmapError::damaged(at, what));
        }
        Ok((at, content))
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], BitmapError> {
        let bytes = self.bytes(N as u64)?;
        Ok(bytes.first_chunk().copied().unwrap_or([0; N]))
    }

    /// The next `count` bytes. Memory is taken as they come.
    fn bytes(&mut self, count: u64) -> Result<Vec<u8>, BitmapError> {
        let mut bytes = Vec::new();
        let read = self.input.by_ref().take(count).read_to_end(&mut bytes)? as u64;
        if read < count {
            let what = format!("{count} byte(s) are needed, and the file ends after {read}");
            return Err(BitmapError::damaged(self.at, what));
        }
        self.at += count;
        Ok(bytes)
    }

    fn end(&mut self) -> Result<(), BitmapError> {
        match self.bytes(1) {
            Ok(_) => Err(BitmapError::damaged(self.at - 1, "there is more after the last row")),
            Err(BitmapError::Damaged { .. }) => Ok(()),
            Err(failed) => Err(failed),
        }
    }
}
