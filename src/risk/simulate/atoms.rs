//! The cost at a place among all people, where costs are atoms.

use crate::risk::severity::Severity;

/// 2⁶⁴.
const WHOLE: f64 = 18_446_744_073_709_551_616.0;
/// Bits of a place by which the search begins.
const MOST_BITS: u32 = 16;

/// Atoms from the largest cost to none, each with the places that are its own.
///
/// A place is a share of all people in 2⁻⁶⁴: those below the first bound have the first cost. 32 bits of it are enough but
/// for the few where a bound lies between.
#[derive(Debug, Clone)]
pub(super) struct Atoms {
    /// The first place that is no longer the atom's; the last atom, no cost, has all the others.
    bounds: Vec<u64>,
    /// Not a number for a tail above all atoms.
    costs: Vec<f64>,
    /// For the upper bits of a place, what it can be.
    slots: Vec<Slot>,
    bits: u32,
}

/// Places with the same upper bits: where at most one bound lies among them, it and the costs before and from it on; else costs
/// that are no numbers.
#[derive(Debug, Clone, Copy)]
struct Slot {
    bound: u64,
    costs: [f64; 2],
}

impl Atoms {
    /// None where the law is not made of atoms.
    pub(super) fn of(severity: &Severity) -> Option<Self> {
        let lumps = severity.lumps()?;
        let (mut bounds, mut costs) =
            (Vec::with_capacity(lumps.len() + 2), Vec::with_capacity(lumps.len() + 2));
        let mut add = |bound: u64, cost: f64| {
            bounds.push(bound);
            costs.push(cost);
        };
        let highest = lumps.last().map_or(0.0, |(cost, _)| *cost);
        let tail = severity.survival(highest);
        if tail > 0.0 && highest > 0.0 {
            add(bound(tail), f64::NAN);
        }
        for (cost, at_least) in lumps.iter().rev() {
            add(bound(*at_least), *cost);
        }
        // Where everybody has a cost the last bound is all places but one, and the least cost has that one too.
        let least = if severity.zeros() > 0.0 { 0.0 } else { lumps.first().map_or(0.0, |(cost, _)| *cost) };
        add(u64::MAX, least);
        let bits = (2 * costs.len()).next_power_of_two().ilog2().clamp(8, MOST_BITS);
        let shift = 64 - bits;
        let atom_at = |place: u64| bounds.partition_point(|bound| *bound <= place);
        let cost_of = |atom: usize| costs.get(atom).or(costs.last()).copied().unwrap_or(f64::NAN);
        let slot = |upper: u64| {
            // The very last place, which is below no bound, is the last atom's too.
            let end = (upper << shift | ((1 << shift) - 1)).min(u64::MAX - 1);
            let (from, to) = (atom_at(upper << shift), atom_at(end));
            let bound = bounds.get(from).copied().unwrap_or(u64::MAX);
            let costs = if to - from > 1 { [f64::NAN; 2] } else { [cost_of(from), cost_of(to)] };
            Slot { bound, costs }
        };
        let slots = (0..1_u64 << bits).map(slot).collect();
        Some(Self { bounds, costs, slots, bits })
    }

    /// The cost at a place of 32 bits; not a number where more must be looked at.
    #[inline]
    pub(super) fn at(&self, word: u32) -> f64 {
        let Some(slot) = self.slots.get((word >> (32 - self.bits)) as usize) else { return f64::NAN };
        let (place, last) = (u64::from(word) << 32, u64::from(word) << 32 | u64::from(u32::MAX));
        let is_beyond = place >= slot.bound;
        // By its place and not by a branch: which it is cannot be foretold.
        let cost = slot.costs.get(usize::from(is_beyond)).copied().unwrap_or(f64::NAN);
        if is_beyond == (last >= slot.bound) || slot.bound == u64::MAX { cost } else { f64::NAN }
    }

    /// The same where bounds lie close, nothing where the place alone does not tell it.
    pub(super) fn search(&self, word: u32) -> Option<f64> {
        let place = u64::from(word) << 32;
        let atom = self.bounds.partition_point(|bound| *bound <= place);
        let is_sure = |bound: &u64| place | u64::from(u32::MAX) < *bound || *bound == u64::MAX;
        let is_sure = self.bounds.get(atom).is_some_and(is_sure);
        if is_sure { self.cost(atom) } else { None }
    }

    /// The cost at a place of 64 bits.
    pub(super) fn at_place(&self, place: u64) -> f64 {
        self.cost(self.bounds.partition_point(|bound| *bound <= place)).unwrap_or(f64::NAN)
    }

    fn cost(&self, atom: usize) -> Option<f64> {
        self.costs.get(atom).or(self.costs.last()).copied()
    }
}

/// A share of all people as a number of places.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a share, and a float is cut to the range
fn bound(share: f64) -> u64 {
    (share * WHOLE) as u64
}
