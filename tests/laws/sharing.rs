//! Sharing what care costs against a budget: who gains by a pound, at the ends, and when a panel is split. Each law holds on every
//! path, so that it needs no probability. Amounts are whole pounds and shares whole percent: nothing is rounded.

use capitation::{Contract, contract::Unit, money::Rounding, settlement::Statement};
use proptest::{collection::vec, prelude::*};
use rust_decimal::Decimal;

use crate::support::{
    config,
    draft::{Draft, adjoining, bands, cap, difference, floor, layer, settle, sum, times},
};

const BUDGETS: std::ops::Range<i64> = 0..1_000;
const COSTS: std::ops::Range<i64> = 0..2_000;
const PERCENT: std::ops::RangeInclusive<i64> = 0..=100;

fn percent(share: i64) -> Decimal {
    Decimal::new(share, 2)
}

/// An envelope, of which a clause takes back what the provider does not keep of its result.
fn envelope(budget: i64) -> Draft {
    Draft::new("an envelope and what is kept of its result")
        .value("budget", Unit::Money, budget.into())
        .clause("envelope", sum(&["budget"]))
        .rounded(Rounding::half_up(2))
        .paid()
        .clause("result", difference("envelope", "actual cost"))
}

fn settled_against_kept(draft: Draft) -> Contract {
    draft
        .clause("settlement", difference("result", "kept"))
        .rounded(Rounding::half_up(2))
        .pays("provider", "payer")
        .contract()
}

/// Widths and shares of bands, and the share beyond them.
fn corridors() -> impl Strategy<Value = (Vec<(i64, i64)>, i64)> {
    (vec((1i64..300, PERCENT), 0..4), PERCENT)
}

/// A share of the result, either way, of which no more than the limit is kept or borne.
fn limited(budget: i64, share: i64, limit: i64) -> Contract {
    let draft = envelope(budget)
        .value("share", Unit::Share, percent(share))
        .value("most", Unit::Money, limit.into())
        .value("least", Unit::Money, (-limit).into())
        .clause("shared", times("result", "share"))
        .clause("capped", cap("shared", "most"))
        .clause("kept", floor("capped", "least"));
    settled_against_kept(draft)
}

fn linear(budget: i64, share: i64) -> Contract {
    let draft = envelope(budget).value("share", Unit::Share, percent(share));
    settled_against_kept(draft.clause("kept", times("result", "share")))
}

/// A share of what care costs less than the budget, on top of a provider that is paid its cost elsewhere.
fn one_sided(budget: i64, share: i64) -> Contract {
    Draft::new("one-sided sharing")
        .value("budget", Unit::Money, budget.into())
        .value("nothing", Unit::Money, Decimal::ZERO)
        .value("share", Unit::Share, percent(share))
        .clause("saving", difference("budget", "actual cost"))
        .clause("gain", layer("saving", Some("nothing"), None))
        .clause("shared saving", times("gain", "share"))
        .rounded(Rounding::half_up(2))
        .paid()
        .contract()
}

fn stop_loss(attachment: i64) -> Contract {
    Draft::new("stop-loss")
        .value("attachment", Unit::Money, attachment.into())
        .clause("recovery", layer("actual cost", Some("attachment"), None))
        .rounded(Rounding::half_up(2))
        .paid()
        .contract()
}

fn at(contract: &Contract, cost: i64) -> Statement {
    settle(contract, &[("actual cost", cost.into())])
}

fn net(contract: &Contract, cost: i64) -> Decimal {
    at(contract, cost).parties()[1].surplus
}

fn outlay(contract: &Contract, cost: i64) -> Decimal {
    -at(contract, cost).parties()[0].surplus
}

fn payment(contract: &Contract, cost: i64) -> Decimal {
    at(contract, cost).parties()[1].received
}

/// The budgets and the costs of all panels.
fn together(panels: &[(i64, i64)]) -> (i64, i64) {
    panels.iter().fold((0, 0), |(budgets, costs), (budget, cost)| (budgets + budget, costs + cost))
}

/// What a contract for each panel comes to in all.
fn apart(panels: &[(i64, i64)], amount: impl Fn(i64, i64) -> Decimal) -> Decimal {
    panels.iter().map(|(budget, cost)| amount(*budget, *cost)).sum()
}

fn panels() -> impl Strategy<Value = Vec<(i64, i64)>> {
    vec((BUDGETS, COSTS), 1..8)
}

proptest! {
    #![proptest_config(config())]

    /// T19: where of each pound of cost between nothing and a pound is paid back, a pound more of cost leaves the provider no more
    /// and at most a pound less, and costs the payer no less and at most a pound more.
    #[test]
    fn t19_a_pound_of_cost_is_shared(
        (budget, gains, losses) in (BUDGETS, corridors(), corridors()), cost in COSTS, more in 0i64..500
    ) {
        let term = |(inner, beyond): &(Vec<(i64, i64)>, i64)| adjoining(Unit::Money, inner, *beyond, 0);
        let draft = envelope(budget).term("gains", term(&gains)).term("losses", term(&losses));
        let contract = settled_against_kept(draft.clause("kept", bands("result", None, "gains", "losses")));
        let pound = Decimal::ZERO..=more.into();
        prop_assert!(pound.contains(&(net(&contract, cost) - net(&contract, cost + more))));
        prop_assert!(pound.contains(&(outlay(&contract, cost + more) - outlay(&contract, cost))));
    }

    /// T21: without a share of the result the payer pays the cost and the provider is left with nothing; with all of it and no
    /// limit it is capitation; a limit of nothing is no share, and one that is never reached is none.
    #[test]
    fn t21_at_its_ends_sharing_is_reimbursement_or_capitation(budget in BUDGETS, cost in COSTS, share in PERCENT) {
        let of = |contract: &Contract| (net(contract, cost), outlay(contract, cost));
        let reimbursed = (Decimal::ZERO, Decimal::from(cost));
        prop_assert_eq!(of(&linear(budget, 0)), reimbursed);
        prop_assert_eq!(of(&linear(budget, 100)), (Decimal::from(budget - cost), Decimal::from(budget)));
        prop_assert_eq!(of(&limited(budget, share, 0)), reimbursed);
        prop_assert_eq!(of(&limited(budget, share, BUDGETS.end + COSTS.end)), of(&linear(budget, share)));
    }

    /// T22: a share of gains and losses alike, without band, limit or minimum, does not depend on how people are split into panels;
    /// and over cost reimbursement it leaves the share of budgets less costs, so that its mean over years is that of the mean cost.
    #[test]
    fn t22_linear_sharing_does_not_depend_on_the_split(panels in panels(), share in PERCENT) {
        let (budget, cost) = together(&panels);
        let all = apart(&panels, |budget, cost| net(&linear(budget, share), cost));
        prop_assert_eq!(all, net(&linear(budget, share), cost));
        prop_assert_eq!(all, Decimal::new(share * (budget - cost), 2));
    }

    /// T23: sharing gains alone, without a minimum, pays panels apart at least what it pays them together, and never takes.
    #[test]
    fn t23_splitting_raises_one_sided_savings(panels in panels(), share in PERCENT) {
        let (budget, cost) = together(&panels);
        let together = payment(&one_sided(budget, share), cost);
        prop_assert!(apart(&panels, |budget, cost| payment(&one_sided(budget, share), cost)) >= together);
        prop_assert!(together >= Decimal::ZERO);
    }

    /// T24: stop-losses of parts pay at least what one of the whole pays above the sum of their attachments.
    #[test]
    fn t24_stop_losses_apart_pay_at_least_one_of_all(panels in panels()) {
        let (attachment, cost) = together(&panels);
        let apart = apart(&panels, |attachment, cost| payment(&stop_loss(attachment), cost));
        prop_assert!(apart >= payment(&stop_loss(attachment), cost));
    }

    /// T25: where all together are in deficit, a panel is. The other way it is false: a panel that loses £100 beside one that gains
    /// £200 is no deficit of both.
    #[test]
    fn t25_a_total_deficit_is_the_deficit_of_a_panel(panels in panels(), share in PERCENT) {
        let (budget, cost) = together(&panels);
        if net(&linear(budget, share), cost) < Decimal::ZERO {
            prop_assert!(panels.iter().any(|(budget, cost)| net(&linear(*budget, share), *cost) < Decimal::ZERO));
        }
    }
}
