//! What the machine needs to write one bit for each user and target, once, to memory that is warm.

use std::hint::black_box;

use crate::measure::{Repeat, times};

pub fn write(users: usize, targets: usize, threads: usize, repeat: &Repeat) {
    let mut words = vec![u64::MAX; users.div_ceil(64) * targets];
    let share = words.len().div_ceil(threads).max(1);
    let mut pattern = 0_u64;
    times(repeat, || {
        // Another word each time, and none of equal bytes, which a library may write in another way.
        pattern = pattern.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let fill = |part: &mut [u64]| black_box(part).fill(black_box(pattern));
        match threads {
            // A thread costs more than a small tenant.
            1 => fill(&mut words),
            _ => std::thread::scope(|scope| {
                words.chunks_mut(share).for_each(|part| drop(scope.spawn(|| fill(part))));
            }),
        }
    });
}
