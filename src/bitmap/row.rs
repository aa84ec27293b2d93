//! The row of a target.

use super::BitmapError;
use crate::model::{Id, UserId};
use crate::reason::{Access, Extent, Set};
use crate::subjects::{Subjects, WORD};
use crate::truth::{Truth, Verdict};

const DEPENDS: u8 = 1;
const DIFFERS: u8 = 1 << 1;
const EFFECTIVE_DEPENDS: u8 = 1 << 2;
const ANONYMOUS_MUST: u8 = 1 << 3;
const ANONYMOUS_MAY: u8 = 1 << 4;
const UNUSED: u8 = !(DEPENDS | DIFFERS | EFFECTIVE_DEPENDS | ANONYMOUS_MUST | ANONYMOUS_MAY);

const NOBODY: u8 = 0;
const EVERYBODY: u8 = 1;
const FEW: u8 = 2;
const ALL_BUT: u8 = 3;
const BITS: u8 = 4;

/// No row of so many users is longer.
pub(super) fn longest(users: usize) -> u64 {
    1 + 4 * (1 + 4 + 4 * users as u64)
}

/// The row of `access`.
pub(super) fn encoded(access: &Access) -> Vec<u8> {
    let users = access.users();
    let (verdict, effective) = access.extents();
    let must_and_may = |extent: &Extent| {
        let must = set(&extent.must, users);
        let may = extent.may.as_ref().map(|may| set(may, users)).filter(|may| *may != must);
        (must, may)
    };
    let verdict = must_and_may(verdict);
    // The sets are in the one form that their members have, so they are equal where the bytes are.
    let effective = effective.map(must_and_may).filter(|effective| *effective != verdict);
    let mut flags = match access.anonymous() {
        Verdict::No => 0,
        Verdict::Depends => ANONYMOUS_MAY,
        Verdict::Yes => ANONYMOUS_MAY | ANONYMOUS_MUST,
    };
    let mut row = vec![0];
    let mut add = |(must, may): (Vec<u8>, Option<Vec<u8>>), depends: u8| {
        row.extend(must);
        if let Some(may) = may {
            flags |= depends;
            row.extend(may);
        }
    };
    let differs = if effective.is_some() { DIFFERS } else { 0 };
    add(verdict, DEPENDS);
    effective.into_iter().for_each(|effective| add(effective, EFFECTIVE_DEPENDS));
    if let Some(first) = row.first_mut() {
        *first = flags | differs;
    }
    row
}

/// The first `users` of `set`.
fn set(set: &Set, users: usize) -> Vec<u8> {
    let members = set.count(users);
    let others = users - members;
    let words = users.div_ceil(WORD);
    let fits = |list: usize| 4 + 4 * list <= 8 * words;
    if members == 0 {
        return vec![NOBODY];
    }
    if others == 0 {
        return vec![EVERYBODY];
    }
    match set {
        Set::Few(few) if fits(members) && members <= others => {
            return list(FEW, few.iter().copied(), members);
        }
        Set::AllBut(few) if fits(others) && others < members => {
            return list(ALL_BUT, few.iter().copied(), others);
        }
        _ => {}
    }
    let mut bits = Subjects::none(users);
    set.add_to(&mut bits, users);
    bits.keep_first(users);
    let numbers = |bits: &Subjects, form, count| {
        list(form, bits.iter().filter_map(|user| u32::try_from(user).ok()), count)
    };
    if fits(members) && members <= others {
        numbers(&bits, FEW, members)
    } else if fits(others) && others < members {
        let mut rest = Subjects::all(users);
        rest.remove(&bits);
        numbers(&rest, ALL_BUT, others)
    } else {
        let words = bits.words(0, words).iter().flat_map(|word| word.to_le_bytes());
        std::iter::once(BITS).chain(words).collect()
    }
}

fn list(form: u8, numbers: impl Iterator<Item = u32>, count: usize) -> Vec<u8> {
    let length = u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes();
    let numbers = numbers.take(count).flat_map(u32::to_le_bytes);
    std::iter::once(form).chain(length).chain(numbers).collect()
}

/// The row in `content`, which begins at byte `at`.
pub(super) fn decoded(content: &[u8], at: u64, users: usize) -> Result<Access, BitmapError> {
    let mut input = Input { at, rest: content };
    let flags = input.byte()?;
    let has = |flag: u8| flags & flag != 0;
    if flags & UNUSED != 0 {
        return Err(BitmapError::damaged(at, format!("flags {flags:#04x}, of which some mean nothing")));
    }
    if (has(EFFECTIVE_DEPENDS) && !has(DIFFERS)) || (has(ANONYMOUS_MUST) && !has(ANONYMOUS_MAY)) {
        return Err(BitmapError::damaged(at, format!("flags {flags:#04x}, which contradict each other")));
    }
    let verdict = input.extent(users, has(DEPENDS))?;
    let effective = if has(DIFFERS) { Some(input.extent(users, has(EFFECTIVE_DEPENDS))?) } else { None };
    if !input.rest.is_empty() {
        let left = input.rest.len();
        return Err(BitmapError::damaged(input.at, format!("{left} more byte(s) than the row needs")));
    }
    let anonymous = Truth { must: has(ANONYMOUS_MUST), may: has(ANONYMOUS_MAY) };
    Ok(Access::of(users, verdict.with(users, anonymous), effective))
}

/// What is left of a row.
struct Input<'i> {
    at: u64,
    rest: &'i [u8],
}

impl<'i> Input<'i> {
    fn take(&mut self, count: usize) -> Result<&'i [u8], BitmapError> {
        let Some((taken, rest)) = self.rest.split_at_checked(count) else {
            let left = self.rest.len();
            return Err(BitmapError::damaged(
                self.at,
                format!("{count} byte(s) are needed, and the row has {left}"),
            ));
        };
        self.at += count as u64;
        self.rest = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8, BitmapError> {
        Ok(self.take(1)?.first().copied().unwrap_or_default())
    }

    fn extent(&mut self, users: usize, depends: bool) -> Result<Extent, BitmapError> {
        let must = self.set(users)?;
        if !depends {
            return Ok(Extent { must, may: None });
        }
        let at = self.at;
        let may = self.set(users)?;
        if !is_inside(&must, &may, users) {
            return Err(BitmapError::damaged(at, "a user is let through for certain, but not perhaps"));
        }
        Ok(Extent { must, may: Some(may) })
    }

    fn set(&mut self, users: usize) -> Result<Set, BitmapError> {
        let at = self.at;
        match self.byte()? {
            NOBODY => Ok(Set::All(false)),
            EVERYBODY => Ok(Set::All(true)),
            FEW => Ok(Set::Few(self.list(users)?.into())),
            ALL_BUT => Ok(Set::AllBut(self.list(users)?.into())),
            BITS => self.bits(users),
            form => Err(BitmapError::damaged(at, format!("there is no form {form} of a set"))),
        }
    }

    fn list(&mut self, users: usize) -> Result<Vec<u32>, BitmapError> {
        let at = self.at;
        let (count, _) = self.take(4)?.as_chunks::<4>();
        let count = count.first().map_or(0, |bytes| u32::from_le_bytes(*bytes)) as usize;
        if count > users {
            return Err(BitmapError::damaged(at, format!("{count} of {users} users are listed")));
        }
        let (mut list, first) = (Vec::new(), self.at);
        let (numbers, _) = self.take(4 * count)?.as_chunks::<4>();
        for (index, bytes) in numbers.iter().enumerate() {
            let user = u32::from_le_bytes(*bytes);
            let wrong = |what: String| Err(BitmapError::damaged(first + 4 * index as u64, what));
            if user as usize >= users {
                return wrong(format!("user {user}, and there are {users}"));
            }
            if let Some(before) = list.last().filter(|before| **before >= user) {
                return wrong(format!("user {user} after user {before}"));
            }
            list.push(user);
        }
        Ok(list)
    }

    fn bits(&mut self, users: usize) -> Result<Set, BitmapError> {
        let (words, _) = self.take(8 * users.div_ceil(WORD))?.as_chunks::<8>();
        let mut words: Vec<u64> = words.iter().map(|bytes| u64::from_le_bytes(*bytes)).collect();
        let unused = users.div_ceil(WORD) * WORD - users;
        if words.last().is_some_and(|last| last.leading_zeros() < u32::try_from(unused).unwrap_or_default()) {
            return Err(BitmapError::damaged(
                self.at - 8,
                format!("a bit is set of a user beyond the {users} there are"),
            ));
        }
        // The one after the last user has a bit, too.
        words.resize((users + 1).div_ceil(WORD), 0);
        Ok(Set::Many(std::sync::Arc::new(Subjects::from_words(words))))
    }
}

fn is_inside(must: &Set, may: &Set, users: usize) -> bool {
    match (must, may) {
        (Set::All(false), _) | (_, Set::All(true)) => true,
        (Set::Few(few), may) => few.iter().all(|user| may.contains(UserId(*user).index())),
        (must, may) => {
            let bits = |set: &Set| {
                let mut bits = Subjects::none(users);
                set.add_to(&mut bits, users);
                bits
            };
            let mut certain = bits(must);
            certain.remove(&bits(may));
            certain.first().is_none()
        }
    }
}
