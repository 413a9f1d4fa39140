//! Comparisons read back: a text that does not hold together is refused, so that a report can rest on what it is given.

use std::fmt::Display;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{
    Comparison, ContractResult,
    result::{ConcentrationRow, PartyAtSize, QUANTILES, SizeResult, YearResult},
    segments::SegmentEffect,
};
use crate::{
    error::{Error, ErrorKind, Result},
    risk::measures::Estimate,
};

impl Comparison {
    /// A comparison from the JSON that [`Comparison::to_json`] wrote, the same to the last digit.
    ///
    /// A saved comparison can be reported later, or elsewhere, without the people it was made from. Amounts that are
    /// owed are read as exactly as they are written; a float in their place is refused.
    ///
    /// # Errors
    /// [`ErrorKind::Comparison`] where the text is not such a comparison, or does not hold together: it names the place.
    ///
    /// ```
    /// # use capitation::{Compare, Comparison, Contract, Currency, Population, money::RoundingMode, population::Columns};
    /// # let columns = Columns::new().member_months("months", vec![12.0; 16]).cost("cost", vec![30.0, 500.0].repeat(8));
    /// # let population = Population::from_columns(&columns, Currency::new("USD")?, RoundingMode::HalfUp)?;
    /// # let contracts = [Contract::from_toml(include_str!("../../examples/contracts/capitation.toml"))?];
    /// let comparison = Compare::new(&population, &contracts).sizes([100], 100).draws(50).run()?;
    /// let saved = comparison.to_json()?;
    /// assert_eq!(Comparison::from_json(&saved)?.to_json()?, saved);
    /// # Ok::<(), capitation::Error>(())
    /// ```
    pub fn from_json(text: &str) -> Result<Self> {
        let mut json = serde_json::Deserializer::from_str(text);
        let mut track = serde_path_to_error::Track::new();
        // Its own reading, without the check: an error of that names a better place than one of the text can.
        let read = Self::deserialize(serde_path_to_error::Deserializer::new(&mut json, &mut track));
        let comparison = read.and_then(|comparison| json.end().map(|()| comparison)).map_err(|why| {
            let path = track.path().to_string();
            let place = if path == "." { "comparison".to_owned() } else { format!("comparison, {path}") };
            refusal(place, why)
        })?;
        comparison.check()?;
        Ok(comparison)
    }

    /// Whether it holds together, as every comparison does that was run; one that was changed may not.
    pub(crate) fn check(&self) -> Result<()> {
        let whole = || "comparison".to_owned();
        if self.contracts.is_empty() || self.basis.draws == 0 {
            return Err(refusal(whole(), "it has no contract, or no draw"));
        }
        if !self.sizes.contains(&self.basis.panel) {
            return Err(refusal(
                whole(),
                format!("its panel of {} is not among its sizes", self.basis.panel),
            ));
        }
        if self.contract(&self.basis.reference).is_none() {
            return Err(refusal(
                whole(),
                format!("its reference `{}` is not a contract of it", self.basis.reference),
            ));
        }
        let increase = self.sizes.windows(2).all(|pair| matches!(pair, [one, next] if one < next));
        if self.sizes.first().is_none_or(|size| *size == 0) || !increase {
            return Err(refusal(whole(), "its sizes are not one or more that increase from above 0"));
        }
        estimates(whole, [&self.basis.outlay_per_member_month])?;
        for (place, contract) in self.contracts.iter().enumerate() {
            if self.contracts.iter().take(place).any(|other| other.name == contract.name) {
                return Err(refusal(whole(), format!("two contracts are called `{}`", contract.name)));
            }
            self.check_contract(contract)?;
        }
        self.check_segments()?;
        let rows = self.concentration.iter().flat_map(|found| [&found.person_years, &found.people]);
        rows.filter(|row| !is_concentration(row))
            .try_for_each(|_| Err(refusal(whole(), "its shares of cost are not from 0 to 1")))
    }

    fn check_segments(&self) -> Result<()> {
        let Some(segments) = &self.segments else { return Ok(()) };
        let is_each = |effects: &[SegmentEffect]| {
            effects.iter().map(|each| &each.contract).eq(self.contracts.iter().map(|contract| &contract.name))
        };
        if !is_each(&segments.selection) {
            return Err(refusal("comparison, segments".to_owned(), "they are not told of each contract"));
        }
        let apart = segments.selection.iter().flat_map(|each| [&each.margin, &each.outlay]).flatten();
        let prices = segments.equal_price.iter().chain(&segments.need_weighted_price);
        estimates(|| "comparison, segments".to_owned(), apart.chain(prices))?;
        for row in &segments.rows {
            let place = || format!("comparison, segment `{}`", row.name);
            if row.suppressed && !row.is_silent() {
                return Err(refusal(place(), "it is withheld and has amounts"));
            }
            if !is_each(&row.contracts) {
                return Err(refusal(place(), "it is not told of each contract"));
            }
            let shares = [row.share_of_member_months, row.share_of_cost];
            if shares.iter().flatten().any(|share| !(0.0..=1.0).contains(share)) {
                return Err(refusal(place(), "its shares are not from 0 to 1"));
            }
            estimates(place, row.estimates())?;
        }
        Ok(())
    }

    fn check_contract(&self, contract: &ContractResult) -> Result<()> {
        let place = || format!("comparison, contract `{}`", contract.name);
        if !contract.by_size.iter().map(|row| row.size).eq(self.sizes.iter().copied()) {
            return Err(refusal(place(), "its rows are not one for each size, in their order"));
        }
        let is_party = |names: &mut dyn Iterator<Item = &String>| {
            names.eq(contract.parties.iter().map(|party| &party.name))
        };
        for row in &contract.by_size {
            if !is_party(&mut row.parties.iter().map(|party| &party.name)) {
                return Err(refusal(place(), "its results are not one for each party, in their order"));
            }
            check_size(row).map_err(|why| why.within(place()))?;
        }
        for event in &contract.marginal {
            if !is_party(&mut event.results.iter().map(|effect| &effect.party)) {
                return Err(refusal(place(), format!("`{}` is not told of each party", event.what)));
            }
            let effects: Vec<Estimate> =
                event.results.iter().map(|effect| Estimate { mean: effect.mean, se: effect.se }).collect();
            estimates(place, &effects)?;
        }
        if contract.by_year.iter().any(tells_what_it_withholds) {
            return Err(refusal(place(), "a year that is withheld has amounts"));
        }
        if contract.solved.as_ref().is_some_and(|solved| !solved.residual.is_finite()) {
            return Err(refusal(place(), "its residual is not a number"));
        }
        let Some(statement) = &contract.statement else { return Ok(()) };
        if statement.currency() != self.currency
            || !is_party(&mut statement.parties().iter().map(|party| &party.name))
        {
            return Err(refusal(place(), "its statement has other parties or another currency"));
        }
        Ok(())
    }
}

fn check_size(row: &SizeResult) -> Result<()> {
    let place = || format!("panels of {}", row.size);
    estimates(
        place,
        [
            &row.outlay,
            &row.provider_margin,
            &row.margin_sd,
            &row.outlay_per_member_month,
            &row.margin_per_member,
            &row.margin_per_member_month,
            &row.probability_of_deficit,
            &row.tvar95_of_deficit,
            &row.tvar99_of_deficit,
        ],
    )?;
    estimates(place, row.margin_quantiles.values())?;
    row.parties.iter().try_for_each(|party| estimates(place, of_party(party)))?;
    if !row.margin_quantiles.keys().map(String::as_str).eq(QUANTILES.map(|(level, _)| level)) {
        return Err(refusal(place(), "the levels of its quantiles are not those of a comparison"));
    }
    if !(0.0..=1.0).contains(&row.probability_of_deficit.mean) {
        return Err(refusal(place(), "its chance of a deficit is not from 0 to 1"));
    }
    Ok(())
}

fn of_party(party: &PartyAtSize) -> impl Iterator<Item = &Estimate> {
    let shares = [&party.share_of_variance, &party.share_of_tail];
    [&party.pays, &party.gets, &party.bears, &party.result]
        .into_iter()
        .chain(shares.into_iter().filter_map(Option::as_ref))
}

fn is_concentration(row: &ConcentrationRow) -> bool {
    // Shares are quotients of sums: the last digit may be off.
    let is_share = |share: f64| (-1e-9..=1.0 + 1e-9).contains(&share);
    let pairs = row.top.iter().chain(&row.lorenz);
    is_share(row.half_held_by)
        && row.gini.is_finite()
        && pairs.into_iter().all(|(people, cost)| is_share(*people) && is_share(*cost))
}

fn tells_what_it_withholds(year: &YearResult) -> bool {
    let amounts = [year.member_months, year.outlay, year.cost, year.margin];
    year.suppressed
        && (year.members.is_some() || year.problem.is_some() || amounts.iter().any(Option::is_some))
}

fn estimates<'a>(
    place: impl Fn() -> String,
    estimates: impl IntoIterator<Item = &'a Estimate>,
) -> Result<()> {
    let is_number = |e: &Estimate| e.mean.is_finite() && e.se.is_finite() && e.se >= 0.0;
    estimates
        .into_iter()
        .filter(|estimate| !is_number(estimate))
        .try_for_each(|_| Err(refusal(place(), "an estimate is not a number with a standard error")))
}

fn refusal(place: String, problem: impl Display) -> Error {
    Error::new(
        ErrorKind::Comparison,
        place,
        problem.to_string(),
        "give the text that `to_json` of a comparison wrote, as it was written",
    )
}

impl Serialize for Comparison {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for Comparison {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let comparison = Self::deserialize(deserializer)?;
        comparison.check().map_err(|why| de::Error::custom(format!("{}: {}", why.place(), why.problem())))?;
        Ok(comparison)
    }
}
