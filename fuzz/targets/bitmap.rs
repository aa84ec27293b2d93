//! No bitmap makes its reader panic, not even one whose checksums are right.

#![no_main]

use libfuzzer_sys::fuzz_target;
use whomay::Verdict;
use whomay::bitmap::{Bitmap, MAGIC};

/// What the content of a block ends with.
const SEPARATOR: &[u8] = b"\nrow\n";

/// CRC-32, one bit at a time.
fn checksum(bytes: &[u8]) -> u32 {
    let step = |sum: u32| if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 };
    !bytes.iter().fold(u32::MAX, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), |sum, _| step(sum)))
}

fuzz_target!(|data: &[u8]| {
    let _ = Bitmap::read(data);
    let mut file = [&MAGIC[..], &[1, 0, 0, 0]].concat();
    let mut rest = data;
    loop {
        let end = rest.windows(SEPARATOR.len()).position(|found| found == SEPARATOR);
        let block = &rest[..end.unwrap_or(rest.len())];
        file.extend((block.len() as u64).to_le_bytes());
        file.extend(block);
        file.extend(checksum(block).to_le_bytes());
        let Some(end) = end else { break };
        rest = &rest[end + SEPARATOR.len()..];
    }
    let Ok(bitmap) = Bitmap::read(file.as_slice()) else { return };
    for row in bitmap.rows() {
        let counts = [Verdict::Yes, Verdict::No, Verdict::Depends].map(|verdict| row.count(verdict));
        assert_eq!(counts.iter().sum::<usize>(), bitmap.head().users.len());
    }
});
