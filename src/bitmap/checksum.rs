//! CRC-32, as zlib and PNG have it.

use std::sync::LazyLock;

/// The reversed polynomial.
const POLYNOMIAL: u32 = 0xEDB8_8320;

/// What each byte does to the sum, when so many bytes follow it.
static TABLES: LazyLock<[[u32; 256]; 8]> = LazyLock::new(|| {
    let shift = |sum: u32| (0..8).fold(sum, |sum, _| (sum >> 1) ^ (POLYNOMIAL & (sum & 1).wrapping_neg()));
    let mut sums: [u32; 256] = std::array::from_fn(|byte| shift(u32::try_from(byte).unwrap_or_default()));
    std::array::from_fn(|_| {
        let next = sums.map(shift);
        std::mem::replace(&mut sums, next)
    })
});

/// The checksum of `bytes`.
pub(super) fn checksum(bytes: &[u8]) -> u32 {
    let look_up = |table: &[u32; 256], byte: u8| table.get(usize::from(byte)).copied().unwrap_or_default();
    let [t0, t1, t2, t3, t4, t5, t6, t7] = &*TABLES;
    let (words, rest) = bytes.as_chunks::<8>();
    let mut sum = u32::MAX;
    for [a, b, c, d, e, f, g, h] in words {
        let [w, x, y, z] = (sum ^ u32::from_le_bytes([*a, *b, *c, *d])).to_le_bytes();
        sum = look_up(t7, w)
            ^ look_up(t6, x)
            ^ look_up(t5, y)
            ^ look_up(t4, z)
            ^ look_up(t3, *e)
            ^ look_up(t2, *f)
            ^ look_up(t1, *g)
            ^ look_up(t0, *h);
    }
    for byte in rest {
        let [low, ..] = sum.to_le_bytes();
        sum = (sum >> 8) ^ look_up(t0, low ^ byte);
    }
    !sum
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn it_is_the_sum_that_others_compute() {
        assert_eq!(checksum(b"123456789"), 0xCBF4_3926);
    }

    proptest! {
        #[test]
        fn eight_bytes_at_a_time_are_one_at_a_time(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            let sum = bytes.iter().fold(u32::MAX, |sum, byte| {
                (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { (sum >> 1) ^ POLYNOMIAL } else { sum >> 1 })
            });
            prop_assert_eq!(checksum(&bytes), !sum);
        }
    }
}
