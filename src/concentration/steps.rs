//! People from the dearest to the cheapest, in groups of whom enough is known.

use super::bin::{self, Bin};
use super::boundary::Atom;
use super::bounded::Bounded;
use super::check;
use super::twofold::{Twofold, scaled};
use crate::error::Result;
use crate::fingerprint::Fingerprint;

/// A group of people who follow one another in the ranking.
#[derive(Debug, Clone, PartialEq)]
struct Group {
    people: f64,
    amount: f64,
    /// People and money of this group and all before it.
    people_through: f64,
    amount_through: f64,
    rows: u64,
    /// The amount that they all hold, where it is known: its bits.
    each: Option<u64>,
    /// The least and the greatest amount of a person in it, where they are not all the same.
    range: Option<(f64, f64)>,
}

impl Group {
    fn mean(&self) -> f64 {
        self.amount / self.people
    }

    /// By how much the first `taken` of its people can exceed `taken` people of its average: a fair guess, as if
    /// they lay evenly over the range, and the most there can be, half of them at one end and half at the other.
    fn excess(&self, taken: f64) -> (f64, f64) {
        let Some((low, high)) = self.range else { return (0.0, 0.0) };
        let (above, below) = ((high - self.mean()).max(0.0), (self.mean() - low).max(0.0));
        let left = (self.people - taken).max(0.0);
        let most = (taken * above).min(left * below);
        // On an even spread: 2 f (1 − f) θ (1 − θ) × width, with f the part taken and θ the mean's place.
        let even = 2.0 * (taken * above) * (left * below) / (self.people * (high - low));
        (even.min(most), most)
    }

    /// Twice the area between the group's own Lorenz curve and the diagonal, in people × money: a fair guess and the
    /// most there can be. The sum over its pairs of the difference between the two.
    fn spread(&self) -> (f64, f64) {
        let Some((low, high)) = self.range else { return (0.0, 0.0) };
        let (above, below) = ((high - self.mean()).max(0.0), (self.mean() - low).max(0.0));
        let most = self.people * self.people * above * below / (high - low);
        #[allow(clippy::cast_precision_loss, reason = "only near one does it matter")]
        let rows = self.rows as f64;
        // Rows drawn evenly from the range have this part of the most, given their mean.
        (most * 2.0 * (rows - 1.0) / (3.0 * rows - 1.0), most)
    }

    /// How many of its people must be taken to hold `wanted`: the fewest there can be, a guess, the most.
    fn taken_for(&self, wanted: f64) -> (f64, f64, f64) {
        let most = (wanted / self.mean()).min(self.people);
        let Some((low, high)) = self.range else { return (most, most, most) };
        let at_high = self.people * (self.mean() - low).max(0.0) / (high - low);
        let fewest = if wanted <= at_high * high {
            wanted / high
        } else {
            (wanted - self.people * (self.mean() - low).max(0.0)) / low
        };
        let fewest = fewest.clamp(0.0, most);
        let (mut from, mut upto) = (fewest, most);
        for _ in 0..64 {
            let middle = f64::midpoint(from, upto);
            if middle * self.mean() + self.excess(middle).0 < wanted { from = middle } else { upto = middle }
        }
        (fewest, upto, most)
    }
}

/// The whole ranking. Money is divided by a power of two, so that nothing overflows on the way.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Steps {
    groups: Vec<Group>,
    power: i32,
    people: f64,
    amount: f64,
    rows: u64,
    zero_people: f64,
}

/// A ranking in the making: its groups come from the dearest to the cheapest.
#[derive(Debug)]
pub(super) struct Builder {
    groups: Vec<Group>,
    power: i32,
    people: Twofold,
    amount: Twofold,
    rows: u64,
    zero_people: Twofold,
}

impl Builder {
    /// Room for `groups`; money will be divided by 2^`power`.
    pub(super) fn new(power: i32, groups: usize) -> Self {
        let zero = Twofold::ZERO;
        Self {
            groups: Vec::with_capacity(groups),
            power,
            people: zero,
            amount: zero,
            rows: 0,
            zero_people: zero,
        }
    }

    /// People who hold the same amount.
    pub(super) fn atom(&mut self, bits: u64, atom: &Atom) {
        let people = atom.weight.twofold();
        let amount = people * scaled(f64::from_bits(bits), -self.power);
        self.group(atom.rows, people, if bin::key(bits) == 0 { Twofold::ZERO } else { amount }, None);
        if let Some(group) = self.groups.last_mut() {
            group.each = Some(bits);
        }
    }

    /// People of whom their bin is known.
    pub(super) fn bin(&mut self, bin: &Bin) {
        let people = bin.weight.twofold();
        if bin.key == 0 {
            return self.group(bin.rows, people, Twofold::ZERO, None);
        }
        let range = (!bin.is_exact()).then(|| bin.range(self.power));
        self.group(bin.rows, people, bin.amount(self.power), range);
    }

    /// The next group: its money is already divided by 2^`power`.
    pub(super) fn group(&mut self, rows: u64, people: Twofold, amount: Twofold, range: Option<(f64, f64)>) {
        self.people = self.people + people;
        self.amount = self.amount + amount;
        self.rows += rows;
        if amount.value() <= 0.0 {
            self.zero_people = self.zero_people + people;
        }
        self.groups.push(Group {
            people: people.value(),
            amount: amount.value(),
            people_through: self.people.value(),
            amount_through: self.amount.value(),
            rows,
            each: None,
            range,
        });
    }

    /// The ranking, if there is somebody to rank and something to share.
    pub(super) fn finish(self, left_out: u64) -> Result<Steps> {
        let steps = Steps {
            groups: self.groups,
            power: self.power,
            people: self.people.value(),
            amount: self.amount.value(),
            rows: self.rows,
            zero_people: self.zero_people.value(),
        };
        check::not_empty(steps.rows, left_out)?;
        check::total(steps.total(), steps.rows)?;
        Ok(steps)
    }
}

impl Steps {
    pub(super) fn people(&self) -> f64 {
        self.people
    }

    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    pub(super) fn zero_people(&self) -> f64 {
        self.zero_people
    }

    /// All the money, in the unit it was given in.
    pub(super) fn total(&self) -> f64 {
        scaled(self.amount, self.power)
    }

    /// The group in which the dearest `share` of people ends.
    pub(super) fn at_people(&self, share: f64) -> usize {
        let target = share * self.people;
        self.groups.partition_point(|step| step.people_through < target)
    }

    /// The group in which `share` of the money ends.
    pub(super) fn at_amount(&self, share: f64) -> usize {
        let target = share * self.amount;
        self.groups.partition_point(|step| step.amount_through < target)
    }

    /// The share of the money that the first `share` of people hold.
    pub(super) fn top_share(&self, share: f64) -> Bounded {
        let at = self.at_people(share);
        let Some(step) = self.groups.get(at) else { return Bounded::exact(1.0) };
        let (people, amount) = self.before(at);
        let taken = (share * self.people - people).clamp(0.0, step.people);
        // Whole groups are taken whole, so that no rounding hides that nothing is left.
        let held = if taken < step.people { amount + taken * step.mean() } else { step.amount_through };
        let (guess, most) = step.excess(taken);
        let of = |held: f64| (held / self.amount).min(1.0);
        Bounded::between(of(held), of(held + guess), of(held + most))
    }

    /// The smallest share of people that holds `share` of the money.
    pub(super) fn held_by(&self, share: f64) -> Bounded {
        if share <= 0.0 {
            return Bounded::exact(0.0);
        }
        let at = self.at_amount(share);
        let Some(step) = self.groups.get(at) else { return Bounded::exact(1.0) };
        let (people, amount) = self.before(at);
        let wanted = share * self.amount - amount;
        let (fewest, guess, most) = if wanted < step.amount {
            step.taken_for(wanted)
        } else {
            (step.people, step.people, step.people)
        };
        let of = |taken: f64| ((people + taken) / self.people).min(1.0);
        Bounded::between(of(fewest), of(guess), of(most))
    }

    /// The Gini coefficient: the mean difference between two people, divided by twice the mean.
    pub(super) fn gini(&self) -> Bounded {
        let (mut between, mut guess, mut most) = (Twofold::ZERO, 0.0, 0.0);
        for step in &self.groups {
            // A group gains on everybody below it and loses to nobody above: its money times (below − above).
            between = between + step.amount * (self.people - (2.0 * step.people_through - step.people));
            if step.range.is_some() {
                let spread = step.spread();
                guess += spread.0;
                most += spread.1;
            }
        }
        let of = |sum: Twofold| (sum.value() / self.people / self.amount).clamp(0.0, 1.0);
        Bounded::between(of(between), of(between + guess), of(between + most))
    }

    /// Whether every group is of people who hold the same.
    pub(super) fn is_exact(&self) -> bool {
        self.groups.iter().all(|step| step.range.is_none())
    }

    /// The digest of every step, from which all the rest follows.
    pub(super) fn fingerprint(&self) -> String {
        let mut hash = Fingerprint::of("capitation ranking 1");
        hash.bytes(&self.power.to_le_bytes());
        hash.length(self.groups.len());
        for step in &self.groups {
            let (low, high) = step.range.unwrap_or((step.mean(), step.mean()));
            hash.bytes(&step.rows.to_le_bytes());
            hash.bytes(&step.each.unwrap_or(u64::MAX).to_le_bytes());
            for part in [step.people, step.amount, low, high] {
                hash.bytes(&part.to_le_bytes());
            }
        }
        hash.written()
    }

    /// The same ranking without those who hold nothing.
    pub(super) fn users(&self) -> Self {
        let groups: Vec<_> = self.groups.iter().filter(|step| step.amount > 0.0).cloned().collect();
        let people = groups.last().map_or(0.0, |step| step.people_through);
        let rows = groups.iter().map(|step| step.rows).sum();
        Self { people, rows, zero_people: 0.0, groups, ..*self }
    }

    /// People and money before a group.
    fn before(&self, at: usize) -> (f64, f64) {
        let last = at.checked_sub(1).and_then(|at| self.groups.get(at));
        last.map_or((0.0, 0.0), |step| (step.people_through, step.amount_through))
    }
}
