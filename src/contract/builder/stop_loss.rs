//! Individual stop-loss.

use indexmap::IndexMap;

use super::{
    difference,
    draft::{ACTUAL_COST, Draft, exact, refuse},
    times,
};
use crate::{
    contract::{PersonLayer, Role, Rule, Term, Unit},
    error::Result,
};

/// Individual stop-loss: a carrier pays what a person's annual cost is above an attachment.
///
/// The attachment is for twelve months and is prorated by each person's member months. Unless it is said
/// otherwise the payer is the carrier, there is no premium, and the provider keeps nothing above the attachment.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "it is passed to `stop_loss`"]
pub struct StopLoss {
    attachment: Attachment,
    provider_keeps: Option<String>,
    premium: Option<String>,
    carrier: Role,
    source: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Attachment {
    All(String),
    ByClass(Vec<(String, String)>),
}

impl StopLoss {
    fn new(attachment: Attachment, source: &str) -> Self {
        Self {
            attachment,
            provider_keeps: None,
            premium: None,
            carrier: Role::Payer,
            source: source.to_owned(),
        }
    }

    /// Stop-loss above one attachment for everybody.
    pub fn above(attachment: &str, source: &str) -> Self {
        Self::new(Attachment::All(attachment.to_owned()), source)
    }

    /// Stop-loss with an attachment for each class of person, such as `("child", "50000")`.
    pub fn above_by_class(attachments: &[(&str, &str)], source: &str) -> Self {
        let attachments = attachments.iter().map(|(c, a)| ((*c).to_owned(), (*a).to_owned()));
        Self::new(Attachment::ByClass(attachments.collect()), source)
    }

    /// The share of the cost above the attachment that stays with the provider.
    pub fn provider_keeps(mut self, share: &str) -> Self {
        self.provider_keeps = Some(share.to_owned());
        self
    }

    /// What the provider pays the carrier for each member month.
    pub fn premium_per_member_month(mut self, premium: &str) -> Self {
        self.premium = Some(premium.to_owned());
        self
    }

    /// Who carries the cost above: the payer, a pool or a reinsurer.
    pub fn carried_by(mut self, carrier: Role) -> Self {
        self.carrier = carrier;
        self
    }

    pub(super) fn write(&self, draft: &mut Draft) -> Result<()> {
        draft.claim_cost("stop-loss")?;
        if self.carrier == Role::Provider {
            return Err(refuse(
                "stop-loss",
                "the provider carries its own cost above the attachment",
                "name the payer, a pool or a reinsurer",
            ));
        }
        let (carrier, provider) = (draft.party(self.carrier), draft.provider().to_owned());
        let attachment = self.write_attachment(draft)?;
        let keeps = match &self.provider_keeps {
            Some(share) => {
                Some(draft.term("provider's share above the attachment", Unit::Share, share, &self.source)?)
            }
            None => None,
        };
        if let Some(premium) = &self.premium {
            let months = draft.input("member months", Unit::Count)?;
            let price = draft.term(
                "stop-loss premium per member month",
                Unit::MoneyPerCount,
                premium,
                &self.source,
            )?;
            let premium = draft.rounded("stop-loss premium", times(&months, &price));
            draft.pays(&premium, &provider, &carrier)?;
            draft.add_to_cost(&premium);
        }
        let cost = draft.input(ACTUAL_COST, Unit::Money)?;
        let layer = PersonLayer { above: Some(attachment), limit: None };
        let above =
            draft.clause("cost above the attachment", Rule::PerPerson { of: cost, layer, annualised: true });
        let rule = match keeps {
            Some(share) => {
                let kept = draft.rounded("provider's part of the cost above", times(&above, &share));
                difference(&above, &kept)
            }
            None => Rule::Sum(vec![above]),
        };
        let recovery = draft.clause("stop-loss recovery", rule);
        draft.pays(&recovery, &carrier, &provider)?;
        draft.take_from_cost(&recovery);
        Ok(())
    }

    fn write_attachment(&self, draft: &mut Draft) -> Result<String> {
        const NAME: &str = "attachment";
        match &self.attachment {
            Attachment::All(amount) => draft.term(NAME, Unit::Money, amount, &self.source),
            Attachment::ByClass(classes) => {
                let classes = classes
                    .iter()
                    .map(|(class, amount)| Ok((class.clone(), exact(NAME, amount)?)))
                    .collect::<Result<IndexMap<_, _>>>()?;
                Ok(draft.add_term(NAME, Term::by_class(Unit::Money, classes, &self.source)))
            }
        }
    }
}
