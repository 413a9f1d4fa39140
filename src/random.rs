//! Random numbers whose every value is fixed by where it stands, not by when it was asked for.
//!
//! # The stream
//!
//! This is a published contract: results of one version of this crate can be drawn again by another, and by other
//! programs. Draw `k` of a stream depends on the seed, the purpose, the two coordinates and the item alone:
//!
//! - the generator is [ChaCha](https://cr.yp.to/chacha.html) with 8 rounds, a 64-bit block counter from 0 and a
//!   64-bit nonce;
//! - the 32 bytes of the key are the seed, the purpose (8 bytes of ASCII, filled with zeros), and the two
//!   coordinates; the nonce is the item; every number is 8 bytes, lowest first;
//! - draw `k` is bytes `8 k` to `8 k + 7` of the key stream, lowest first.
//!
//! So any draw can be made on any thread or machine, in any order, with the same bits.

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

/// What a stream is used for, so that two uses of one seed never share a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Purpose([u8; 8]);

impl Purpose {
    /// The people of drawn panels; the item is the draw.
    pub const PANELS: Self = Self(*b"panels\0\0");
    /// What people cost in drawn years; the coordinates are the scenario and the year, the item is the risk cell.
    pub const PEOPLE: Self = Self(*b"people\0\0");
    /// More digits for those of [`PEOPLE`](Self::PEOPLE) who need them.
    pub const FINER: Self = Self(*b"finer\0\0\0");
    /// What moves costs together in a drawn year; the coordinates are the scenario and the year, the item is the kind.
    pub const SHOCKS: Self = Self(*b"shocks\0\0");
    /// Means that are not known; the first coordinate is the scenario, the item is the risk cell.
    pub const MEANS: Self = Self(*b"means\0\0\0");

    /// A purpose of up to 8 bytes, filled with zeros.
    pub const fn new(name: [u8; 8]) -> Self {
        Self(name)
    }
}

/// A stream of random numbers, each fixed by the seed, the coordinates and its place.
///
/// ```
/// use capitation::random::{Purpose, Stream};
/// let mut stream = Stream::new(1, Purpose::PANELS, [0, 0], 7);
/// let first: Vec<u64> = (0..4).map(|_| stream.next_u64()).collect();
/// stream.seek(2);
/// assert_eq!(stream.next_u64(), first[2]);
/// ```
#[derive(Debug, Clone)]
pub struct Stream(ChaCha8Rng);

impl Stream {
    /// The stream of this seed, purpose, pair of coordinates (a scenario and a year, say) and item (a draw, a
    /// person), at its first number.
    pub fn new(seed: u64, purpose: Purpose, coordinates: [u64; 2], item: u64) -> Self {
        let [first, second] = coordinates;
        let parts = [seed.to_le_bytes(), purpose.0, first.to_le_bytes(), second.to_le_bytes()];
        let mut key = [0; 32];
        for (to, from) in key.chunks_exact_mut(8).zip(parts) {
            to.copy_from_slice(&from);
        }
        let mut generator = ChaCha8Rng::from_seed(key);
        generator.set_stream(item);
        Self(generator)
    }

    /// Goes to draw `k`, the first being 0.
    pub fn seek(&mut self, k: u64) {
        self.0.set_word_pos(2 * u128::from(k));
    }

    /// The next number: 64 bits, each 0 or 1 with equal chance.
    #[inline]
    pub fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// The next bytes of the key stream, a whole number of draws.
    #[inline]
    pub(crate) fn fill(&mut self, bytes: &mut [u8]) {
        debug_assert!(bytes.len().is_multiple_of(8));
        self.0.fill_bytes(bytes);
    }

    /// The next number as a fraction, at least 0 and below 1: the upper 53 of its 64 bits over 2⁵³.
    #[inline]
    #[allow(clippy::cast_precision_loss)] // 53 bits are held exactly
    pub fn next_unit(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0)
    }
}

/// A 64-bit number as a place among `count` and what is left of it: `⌊x · count / 2⁶⁴⌋` and the remainder as a new
/// fraction of 2⁶⁴.
///
/// No place is likelier than another by more than `count / 2⁶⁴`, below 3e-10 of its chance for any `u32`.
#[inline]
#[allow(clippy::cast_possible_truncation)] // the upper half is below `count`, the lower half is meant
pub(crate) fn place(x: u64, count: u32) -> (u32, u64) {
    let product = u128::from(x) * u128::from(count);
    ((product >> 64) as u32, product as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Eight rounds, 256-bit key of zeros, nonce 0: test vector TC1 of draft-strombergson-chacha-test-vectors-01.
    #[test]
    fn the_published_key_stream_is_reproduced() {
        let mut stream = Stream::new(0, Purpose::new([0; 8]), [0, 0], 0);
        let drawn: Vec<[u8; 8]> = (0..8).map(|_| stream.next_u64().to_le_bytes()).collect();
        let published = "3e00ef2f895f40d6 7f5bb8e81f09a5a1 2c840ec3ce9a7f3b 181be188ef711a1e \
                         984ce172b9216f41 9f445367456d5619 314a42a3da86b001 387bfdb80e0cfe42";
        let expected: Vec<[u8; 8]> =
            published.split(' ').map(|word| u64::from_str_radix(word, 16).unwrap().to_be_bytes()).collect();
        assert_eq!(drawn, expected);
    }

    /// Known answers from a separate implementation of the contract above in Python.
    #[test]
    fn draws_are_where_the_contract_says() {
        let mut stream = Stream::new(20_260_101, Purpose::PANELS, [2, 3], 12_345_678_901_234_567_890);
        for (k, expected) in [
            (0, 0x984d_a4de_a39d_6684),
            (1, 0x666e_672c_dd00_ad03),
            (7, 0x7b0a_a957_edee_dfb9),
            (8, 0xbbc5_a0b4_6c99_e412),
            (1_000, 0x1b7c_efc6_9937_bfaa),
            (1_000_000_000_000, 0x65d9_c4b9_8809_6c60),
        ] {
            stream.seek(k);
            assert_eq!(stream.next_u64(), expected, "draw {k}");
        }
    }

    #[test]
    fn bytes_are_the_draws_lowest_first() {
        let (mut one, mut other) =
            (Stream::new(5, Purpose::PEOPLE, [1, 2], 3), Stream::new(5, Purpose::PEOPLE, [1, 2], 3));
        for draws in [1, 511, 64, 2] {
            let mut bytes = vec![0; 8 * draws];
            one.fill(&mut bytes);
            for (place, draw) in bytes.as_chunks().0.iter().enumerate() {
                assert_eq!(u64::from_le_bytes(*draw), other.next_u64(), "{place} of {draws}");
            }
        }
    }

    #[test]
    fn every_coordinate_counts() {
        let first =
            |seed, purpose, coordinates, item| Stream::new(seed, purpose, coordinates, item).next_u64();
        let other = Purpose::new(*b"other\0\0\0");
        let mut firsts = vec![
            first(1, Purpose::PANELS, [0, 0], 0),
            first(2, Purpose::PANELS, [0, 0], 0),
            first(1, other, [0, 0], 0),
            first(1, Purpose::PANELS, [1, 0], 0),
            first(1, Purpose::PANELS, [0, 1], 0),
            first(1, Purpose::PANELS, [0, 0], 1),
        ];
        firsts.sort_unstable();
        firsts.dedup();
        assert_eq!(firsts.len(), 6);
    }

    #[test]
    fn fractions_lie_in_the_unit_interval_and_average_a_half() {
        let mut stream = Stream::new(9, Purpose::PANELS, [0, 0], 0);
        let drawn: Vec<f64> = (0..100_000).map(|_| stream.next_unit()).collect();
        assert!(drawn.iter().all(|x| (0.0..1.0).contains(x)));
        // The standard error of the mean of 100,000 uniforms is 0.00091.
        assert!((drawn.iter().sum::<f64>() / 1e5 - 0.5).abs() < 0.004);
    }

    #[test]
    fn places_cut_the_range_into_equal_parts() {
        assert_eq!(place(0, 3), (0, 0));
        assert_eq!(place(u64::MAX, 3).0, 2);
        assert_eq!(place(1 << 63, 4), (2, 0));
        assert_eq!(place(1 << 62, 2), (0, 1 << 63));
    }
}
