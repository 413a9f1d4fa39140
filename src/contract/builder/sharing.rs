//! Sharing of a result: corridors, and the split among providers.

use super::draft::{Draft, exact, refuse};
use crate::{
    contract::{Band, Role, Rule, Term, Unit},
    error::Result,
};

/// The provider's share of a gain or a loss, band by band.
///
/// ```
/// use capitation::contract::SharingBands;
/// // All of the first 2 %, half of what follows up to 6 %, nothing beyond.
/// let gains = SharingBands::new().upto("0.02", "1").upto("0.06", "0.5").beyond("0");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[must_use = "they are passed to `corridor`"]
pub struct SharingBands {
    bands: Vec<(Option<String>, String)>,
}

impl SharingBands {
    /// No bands yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// One more band: this share of the part up to a fraction of the payment.
    pub fn upto(mut self, end: &str, share: &str) -> Self {
        self.bands.push((Some(end.to_owned()), share.to_owned()));
        self
    }

    /// The last band: this share of all that lies beyond.
    pub fn beyond(mut self, share: &str) -> Self {
        self.bands.push((None, share.to_owned()));
        self
    }

    fn write(&self, draft: &mut Draft, name: &str, source: &str) -> Result<String> {
        let bands = self.bands_of(name)?;
        Ok(draft.add_term(name, Term::bands(Unit::Ratio, bands, source)))
    }

    /// The bands as they stand in a term of this name.
    pub(crate) fn bands_of(&self, name: &str) -> Result<Vec<Band>> {
        let band = |(upto, share): &(Option<String>, String)| {
            let upto = upto.as_ref().map(|upto| exact(name, upto)).transpose()?;
            Ok(Band { upto, share: exact(name, share)? })
        };
        self.bands.iter().map(band).collect()
    }
}

pub(super) fn corridor(
    draft: &mut Draft,
    gains: &SharingBands,
    losses: &SharingBands,
    source: &str,
) -> Result<()> {
    let gains = gains.write(draft, "provider's share of a gain", source)?;
    let losses = losses.write(draft, "provider's share of a loss", source)?;
    let base = draft.payment()?;
    let result = draft.result("result before the corridor")?;
    let rule = Rule::Bands { of: result.clone(), base: Some(base), gains, losses };
    let kept = draft.clause("provider's share of the result", rule);
    let settlement = draft.rounded("corridor settlement", super::difference(&result, &kept));
    draft.pay_back(&settlement)?;
    draft.take_from_payment(&settlement, "payment after the corridor")
}

pub(super) fn split_among(draft: &mut Draft, parts: &[(&str, &str)], source: &str) -> Result<()> {
    let lead = draft.provider().to_owned();
    let payer = draft.party(Role::Payer);
    if let Some((party, _)) = parts.iter().find(|(party, _)| *party == payer) {
        return Err(refuse(
            "split",
            format!("`{party}` is the payer"),
            "split the result among providers; a corridor shares it with the payer",
        ));
    }
    if !parts.iter().any(|(party, _)| *party != lead) {
        return Err(refuse(
            "split",
            "there is no other provider to split the result with",
            "name at least one, with its weight",
        ));
    }
    let mut among = Vec::new();
    for (party, weight) in parts {
        among.push(draft.term(&format!("weight of {party}"), Unit::Ratio, weight, source)?);
    }
    let result = draft.result("result to be split")?;
    for ((party, _), weight) in parts.iter().zip(&among) {
        let rule = Rule::Split { of: result.clone(), among: among.clone(), part: weight.clone() };
        let part = draft.clause(&format!("part of {party}"), rule);
        // The lead provider holds the result, so its own part stays where it is.
        if *party != lead {
            draft.join_as_provider(party);
            draft.pays(&part, &lead, party)?;
        }
    }
    draft.close();
    Ok(())
}
