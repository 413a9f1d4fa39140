//! What a comparison finds, in sentences worked out from its numbers.

use super::{chart::Chart, numbers};
use crate::{
    compare::{Comparison, ContractResult, SizeResult},
    contract::Role,
    risk::measures::Estimate,
};

impl Comparison {
    /// The finding that matters most, in a sentence: whom an avoided case pays, or else who carries the risk.
    ///
    /// It needs the feature `report`.
    pub fn headline(&self) -> String {
        let Some(found) = self.avoided() else { return self.risk_in_words() };
        let Some((worst, best)) = ends(&found.effects) else { return self.risk_in_words() };
        let subject = capitalised(found.what);
        let (low, high) = (self.plain(worst.of), self.plain(best.of));
        if self.is_nothing(worst.of) && self.is_nothing(best.of) {
            format!("{subject} neither costs nor earns the provider anything")
        } else if worst.of < 0.0 && best.of > 0.0 {
            format!(
                "{subject} costs the provider {low} under {} and earns it {high} under {}",
                worst.under, best.under
            )
        } else {
            let (verb, low, high) = if best.of <= 0.0 { ("costs", high, low) } else { ("earns", low, high) };
            if low == high {
                format!("{subject} {verb} the provider {high}")
            } else {
                format!("{subject} {verb} the provider from {low} to {high}, by the contract")
            }
        }
    }

    /// What else to know at the start, a sentence or two in each.
    ///
    /// It needs the feature `report`.
    pub fn lead(&self) -> Vec<String> {
        let mut sentences = vec![self.level()];
        if self.avoided().is_some() {
            sentences.push(format!("{}.", self.risk_in_words()));
        }
        for chart in [Chart::MarginFan, Chart::Lorenz] {
            // Where there is no such finding, its own place says so.
            sentences.extend(self.caption(chart).map(|caption| format!("{}.", caption.title)));
        }
        sentences.extend(self.core20());
        sentences
    }

    /// How much of the people and of the cost Core20 is, and what a month of theirs leaves the provider beside others'.
    fn core20(&self) -> Option<String> {
        let segments = self.segments.as_ref()?;
        let core20 = segments.core20()?;
        if core20.suppressed {
            let withheld = "Core20, the most deprived fifth of the nation, is withheld: it, or everybody else, is about too few people.";
            return Some(withheld.to_owned());
        }
        let (months, cost) = core20.share_of_member_months.zip(core20.share_of_cost)?;
        let mut sentence = format!(
            "Core20, the most deprived fifth of the nation, has {} of the member months and {} of the cost",
            numbers::percent(months, 1),
            numbers::percent(cost, 1)
        );
        let apart = segments.selection.iter().filter_map(|each| Some((&each.contract, each.margin?)));
        let apart: Vec<(&String, Estimate)> = apart.collect();
        // Within two standard errors of nothing is nothing to tell.
        let told = apart.iter().filter(|(_, margin)| margin.mean.abs() >= 2.0 * margin.se);
        let told: Vec<Effect<'_>> =
            told.map(|(under, margin)| Effect { of: margin.mean, under: under.as_str() }).collect();
        if let Some((worst, best)) = ends(&told) {
            let error = |effect: &Effect<'_>| {
                apart.iter().find(|(under, _)| *under == effect.under).map(|(_, margin)| margin.se)
            };
            sentence.push_str("; a member month of theirs leaves the provider ");
            sentence.push_str(&self.beside_another(worst, error(worst)));
            if worst.under != best.under {
                sentence.push_str(", and ");
                sentence.push_str(&self.beside_another(best, error(best)));
            }
        } else if !apart.is_empty() {
            sentence.push_str(
                "; what a member month of theirs leaves the provider cannot be told from another's",
            );
        }
        Some(sentence + ".")
    }

    fn beside_another(&self, effect: &Effect<'_>, error: Option<f64>) -> String {
        if self.is_nothing(effect.of) {
            return format!("as much as another's under {}", effect.under);
        }
        let word = if effect.of < 0.0 { "less" } else { "more" };
        let error = error.map_or(String::new(), |error| format!(" (± {})", self.plain(error)));
        format!("{}{error} {word} than another's under {}", self.plain(effect.of), effect.under)
    }

    /// What the payer pays.
    fn level(&self) -> String {
        let each = numbers::about(
            self.basis.outlay_per_member_month.mean,
            self.currency,
            numbers::minor_digits(self.currency),
        );
        let many = self.contracts.len();
        if many == 1 {
            format!("The payer pays {each} a member and month on average.")
        } else if self.basis.neutral {
            format!(
                "All {many} contracts cost the payer the same on average, {each} a member and month: \
                 what differs is who carries the risk, and whom the next case pays."
            )
        } else {
            format!(
                "The {many} contracts are compared as they are written, and do not cost the payer the same: \
                 {} costs it {each} a member and month.",
                self.basis.reference
            )
        }
    }

    fn risk_in_words(&self) -> String {
        match self.caption(Chart::Risk) {
            Ok(caption) => caption.title,
            Err(why) => {
                let problem = why.problem();
                problem.get(..1).map_or(String::new(), str::to_uppercase)
                    + problem.get(1..).unwrap_or_default()
            }
        }
    }

    /// The first event of a case avoided, and what it does to the providers under each contract.
    fn avoided(&self) -> Option<Avoided<'_>> {
        let events = self.contracts.first()?.marginal.iter();
        let what = events
            .filter(|event| event.activity.is_some())
            .find(|event| event.what.ends_with("avoided"))
            .map(|event| event.what.as_str())?;
        let effects = self.contracts.iter().filter_map(|contract| {
            let event = contract.marginal.iter().find(|event| event.what == what)?;
            let of = event.results.iter().filter(|effect| contract.is_provider(&effect.party));
            Some(Effect { of: of.map(|effect| effect.mean).sum(), under: &contract.name })
        });
        Some(Avoided { what, effects: effects.collect() })
    }

    fn is_nothing(&self, value: f64) -> bool {
        value.abs() < half_a_unit(numbers::minor_digits(self.currency))
    }

    /// An amount as it is said in a sentence: large ones without the minor unit.
    fn plain(&self, value: f64) -> String {
        let digits = if value.abs() >= 100.0 { 0 } else { numbers::minor_digits(self.currency) };
        // A sum of floats that should be a half is one.
        let size = (value.abs() * 1e6).round() / 1e6;
        numbers::about(size, self.currency, digits)
    }

    /// A contract's results on panels of the size that the comparison is about.
    pub(super) fn at_panel<'a>(&self, contract: &'a ContractResult) -> Option<&'a SizeResult> {
        contract.at(self.basis.panel)
    }
}

impl ContractResult {
    /// The results on panels of this size.
    pub(super) fn at(&self, size: usize) -> Option<&SizeResult> {
        self.by_size.iter().find(|row| row.size == size)
    }

    pub(super) fn is_provider(&self, party: &str) -> bool {
        self.parties.iter().any(|known| known.name == party && known.role == Role::Provider)
    }
}

struct Avoided<'a> {
    what: &'a str,
    effects: Vec<Effect<'a>>,
}

/// What something comes to under a contract.
pub(super) struct Effect<'a> {
    pub(super) of: f64,
    pub(super) under: &'a str,
}

/// The least and the most; of equal ones the first and the last by name, so that the words do not change with the order.
pub(super) fn ends<'a, 'b>(effects: &'b [Effect<'a>]) -> Option<(&'b Effect<'a>, &'b Effect<'a>)> {
    let order = |a: &&Effect<'_>, b: &&Effect<'_>| a.of.total_cmp(&b.of).then(a.under.cmp(b.under));
    effects.iter().min_by(order).zip(effects.iter().max_by(order))
}

/// Half of the last of this many decimals: less than that is nothing.
pub(super) fn half_a_unit(digits: usize) -> f64 {
    0.5 * 10f64.powi(-i32::try_from(digits).unwrap_or(2))
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
