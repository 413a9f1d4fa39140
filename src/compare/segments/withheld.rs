//! What is not told of a segment: too few people, and what would give them away.

use crate::population::{FIFTHS, Population};

/// A set of fifths, a bit each: 1 is the most deprived.
pub(super) type Set = u8;

/// The most deprived fifth.
pub(super) const CORE20: Set = 0b0_0001;
/// The other four.
pub(super) const ELSE: Set = 0b1_1110;
/// All five.
pub(super) const ALL: Set = 0b1_1111;

/// The set of one fifth, from 1; nothing for any other number.
pub(super) fn fifth(number: u8) -> Set {
    let shift = u32::from(number).wrapping_sub(1);
    1_u8.checked_shl(shift).unwrap_or(0) & ALL
}

/// People by the set of fifths in which something is told of them: someone may move from one to another.
#[derive(Debug, Clone)]
pub(super) struct Spread {
    people: [usize; 1 << FIFTHS],
}

impl Spread {
    /// The people of whom some row counts.
    pub(super) fn of(population: &Population, fifths: &[u8], counts: impl Fn(usize) -> bool) -> Self {
        let mut people = [0; 1 << FIFTHS];
        for person in 0..population.people() {
            let rows = population.rows_of_person(person).iter().map(|row| *row as usize);
            let seen = rows.filter(|row| counts(*row)).filter_map(|row| fifths.get(row));
            let set = seen.fold(0, |set, number| set | fifth(*number));
            if let Some(slot) = people.get_mut(usize::from(set)) {
                *slot += 1;
            }
        }
        Self { people }
    }

    /// How many people are in any fifth of a set.
    pub(super) fn people(&self, set: Set) -> usize {
        let sets = (0..).zip(&self.people);
        sets.filter(|(of, _): &(Set, _)| of & set != 0).map(|(_, people)| people).sum()
    }

    /// Which fifths are withheld: those of fewer people than the least, and then the smallest others until what is
    /// left out is about enough people, in more than one fifth: the totals of all five, and of all but the first, are
    /// told, and would give it away. The first goes last, and its total with it.
    pub(super) fn withheld(&self, least: usize) -> Set {
        let each = || (0..FIFTHS).map(|place| 1 << place).filter(|set: &Set| self.people(*set) > 0);
        let mut hidden = each().filter(|set| self.people(*set) < least).fold(0, |hidden, set| hidden | set);
        while hidden != 0 && (hidden.count_ones() < 2 || self.people(hidden) < least) {
            let others = each().filter(|set| hidden & set == 0);
            let next = others.min_by_key(|set| (*set == CORE20, self.people(*set)));
            let Some(next) = next else { break };
            hidden |= next;
        }
        hidden
    }

    /// Whether a set is told where these fifths are withheld.
    pub(super) fn tells(&self, set: Set, hidden: Set, least: usize) -> bool {
        match set {
            // Nobody else's total may be too few.
            ALL => self.people(ALL) == 0 || self.people(ALL) >= least,
            ELSE => hidden & CORE20 == 0,
            set => hidden & set == 0,
        }
    }

    /// Whether the numbers of people may be told: those of the parts, less that of the whole, are the people who moved,
    /// who may be too few.
    pub(super) fn tells_people(&self, least: usize) -> bool {
        let others: usize = (1..FIFTHS).map(|place| self.people(1 << place)).sum();
        let between = (self.people(CORE20) + self.people(ELSE)).saturating_sub(self.people(ALL));
        let among = others.saturating_sub(self.people(ELSE));
        [between, among, between + among].into_iter().all(|moved| moved == 0 || moved >= least)
    }
}
