//! Prices of a cost base by a tariff.

use rust_decimal::Decimal;

use super::cost_base::{CostBase, CostedLine};
use crate::{
    activity::{Coded, Done, Fault, Lines, PointOfDelivery, Pricing},
    error::{Error, ErrorKind, Result},
};

impl CostBase {
    /// The same with the price of one case by a tariff, with the provider's market forces factor where there are factors;
    /// what a line had for a price before is replaced.
    ///
    /// A price is of one case, to the penny, half up, so that so many cases are paid so many times the price. Days above
    /// the trim point are lines of their own (`elective_long_stay_days`, `non_elective_long_stay_days`). A line that the
    /// tariff does not price has no price, and says why ([`CostedLine::without_price`]).
    ///
    /// # Errors
    /// [`ErrorKind::Currency`] where the cost base is not in pounds; [`ErrorKind::Experience`] where there are factors and
    /// no provider, a provider and no factors, or the tariff has best-practice prices or top-ups, which a mean case says
    /// nothing of: price its spells line by line then, and give the mean price.
    pub fn priced_by_tariff(mut self, pricing: &Pricing<'_>, provider: Option<&str>) -> Result<Self> {
        if self.currency.code() != "GBP" {
            let problem = format!("costs are in {} and the tariff in GBP", self.currency);
            return Err(Error::new(ErrorKind::Currency, "cost base", problem, "convert the costs first"));
        }
        check(pricing, provider)?;
        let pricing = pricing.collecting();
        let priced = pricing.price(&[lines_of(&self.lines, provider)?])?;
        for (row, line) in self.lines.iter_mut().enumerate() {
            line.price = priced.payment(row).map(|pence| Decimal::from_i128_with_scale(pence.into(), 2));
            line.without_price = match line.price {
                Some(_) => None,
                None => Some(reason(&pricing, line, provider)?),
            };
        }
        self.priced_by = stamp(&pricing, provider);
        Ok(self)
    }
}

/// One case a line.
fn lines_of<'a>(lines: &'a [CostedLine], provider: Option<&'a str>) -> Result<Lines<'a>> {
    let point = Coded::of(lines.iter().map(|line| line.point.as_str()));
    let code = Coded::of(lines.iter().map(|line| line.code.as_str()));
    let made = Lines::new(code, Done::Points { point, stay: None, units: None })?;
    match provider {
        Some(provider) => made.provider(Coded::of(lines.iter().map(|_| provider))),
        None => Ok(made),
    }
}

/// Why a line has no price.
fn reason(pricing: &Pricing<'_>, line: &CostedLine, provider: Option<&str>) -> Result<String> {
    // The usual reason, without a search for the code that was meant.
    if pricing.tariff.place(&line.code).is_none() && PointOfDelivery::of_name(&line.point).is_some() {
        return Ok(format!("code `{}` {}", line.code, Fault::UnknownCode.problem()));
    }
    let alone = [lines_of(std::slice::from_ref(line), provider)?];
    Ok(match pricing.line(&alone, 0) {
        Ok(_) => "it has no price in the tariff".to_owned(),
        Err(why) => why.problem().to_owned(),
    })
}

fn check(pricing: &Pricing<'_>, provider: Option<&str>) -> Result<()> {
    let refuse = |problem: &str, remedy: &str| {
        Err(Error::new(ErrorKind::Experience, "prices of the cost base", problem, remedy))
    };
    match (pricing.factors, provider) {
        (Some(_), None) => {
            return refuse(
                "there are market forces factors, and no provider is named",
                "name the provider whose factor applies",
            );
        }
        (None, Some(_)) => {
            return refuse(
                "a provider is named, and there are no market forces factors",
                "give the factors, or leave the provider out for prices before them",
            );
        }
        (Some(factors), Some(provider)) if factors.factor(provider).is_none() => {
            return refuse(
                &format!("provider `{provider}` has no market forces factor"),
                "add it to the factors; another provider's factor is not its own",
            );
        }
        _ => {}
    }
    if pricing.tariff.has_best_practice_prices() || pricing.tariff.has_top_ups() {
        return refuse(
            "the tariff has best-practice prices or top-ups, and a mean case does not say which it meets",
            "price the spells line by line, and give each line's mean price",
        );
    }
    Ok(())
}

fn stamp(pricing: &Pricing<'_>, provider: Option<&str>) -> Vec<String> {
    let mut stamp = vec![format!("tariff of {}, {}", pricing.tariff.year(), pricing.tariff.fingerprint())];
    stamp.push(match (pricing.factors, provider) {
        (Some(factors), Some(provider)) => {
            format!("market forces factor of {provider}, {}", factors.fingerprint())
        }
        _ => "market forces factor: none, prices are before it".to_owned(),
    });
    stamp
}
