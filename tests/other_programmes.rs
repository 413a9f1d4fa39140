//! Other Medicare, Medicaid and exchange contracts, written in the format as it is: bands, gates and rates hold them.
//!
//! They are not part of the library. Rates are from memory of the rules, as the field notes say, and so unverified; what
//! is tested is that the shape fits and that the arithmetic is the rule's.

#![allow(clippy::unwrap_used, reason = "a test stops where something is not as it must be")]

use capitation::Contract;

const HEAD: &str = "currency = \"USD\"\nperiod = { start = 2024-01-01, end = 2024-12-31 }\n\
                    parties = { CMS = \"payer\", plan = \"provider\" }\n";

/// A contract whose worked examples come out.
#[track_caller]
fn holds(name: &str, text: &str) {
    let contract = Contract::from_toml(&format!("name = \"{name}\"\n{HEAD}{text}")).unwrap();
    let results = contract.check_examples().unwrap();
    assert!(!results.is_empty());
    for result in results {
        assert!(result.holds(), "{name}: {result:?}");
    }
    assert!(contract.unverified().next().is_some(), "{name}");
}

/// r = allowable cost / target: nothing within 3 %, half from 3 to 8 %, and 2.5 % + 80 % of the rest beyond.
#[test]
fn the_risk_corridor_of_the_exchanges() {
    holds(
        "Risk corridor, 45 CFR 153.510",
        r#"
inputs = { "target" = "money", "allowable cost" = "money" }

[terms."corridor"]
unit = "ratio"
source = "45 CFR 153.510"
unverified = true
bands = [{ upto = "0.03", share = "0" }, { upto = "0.08", share = "0.5" }, { share = "0.8" }]

[[clause]]
name = "gain"
rule.difference = { of = "target", less = "allowable cost" }

[[clause]]
name = "paid by the plan"
rule.bands = { of = "gain", base = "target", gains = "corridor", losses = "corridor" }
round = { mode = "half_up", places = 2 }
pays = { from = "plan", to = "CMS" }

[[example]]
name = "a loss of 10 %: 2.5 % and 80 % of 2 %"
source = "By hand: 4.1 % of 100 million"
given = { "target" = "100000000", "allowable cost" = "110000000" }
gives = { "paid by the plan" = "-4100000.00" }

[[example]]
name = "a gain of 5 %: half of 2 %"
source = "By hand: 1 % of 100 million"
given = { "target" = "100000000", "allowable cost" = "95000000" }
gives = { "paid by the plan" = "1000000.00" }
"#,
    );
}

/// Remittance = max(0, 85 % less the credible loss ratio) x net premium; credibility falls with member months.
#[test]
fn the_medical_loss_ratio_of_medicaid_plans() {
    holds(
        "Medical loss ratio, 42 CFR 438.8",
        r#"
inputs = { "member months" = "count", "claims" = "money", "quality improvement" = "money", "premium" = "money", "taxes and fees" = "money" }

[terms."standard"]
unit = "share"
source = "42 CFR 438.4(b)(9)"
values = "0.85"

[terms."credibility"]
unit = "share"
of = "count"
source = "42 CFR 438.8"
unverified = true
points = [{ at = 5400, value = "0.084" }, { at = 380000, value = "0.010" }]

[terms."nothing"]
unit = "money"
source = "Definition"
values = "0.00"

[[clause]]
name = "net premium"
rule.difference = { of = "premium", less = "taxes and fees" }

[[clause]]
name = "spent on care"
rule.sum = ["claims", "quality improvement"]

[[clause]]
name = "credibility adjustment"
rule.lookup = { of = "member months", table = "credibility" }
round = { mode = "half_up", places = 10 }

[[clause]]
name = "standard after credibility"
rule.difference = { of = "standard", less = "credibility adjustment" }

[[clause]]
name = "least to be spent"
rule.times = { of = "net premium", by = "standard after credibility" }

[[clause]]
name = "shortfall"
rule.difference = { of = "least to be spent", less = "spent on care" }

[[clause]]
name = "remittance"
rule.floor = { of = "shortfall", at = "nothing" }
round = { mode = "half_up", places = 2 }
pays = { from = "plan", to = "CMS" }

[[example]]
name = "a large plan at 80 %"
source = "By hand: 85 % less 1 % less 80 % is 4 % of 95 million"
given = { "member months" = 400000, "claims" = "75000000", "quality improvement" = "1000000", "premium" = "100000000", "taxes and fees" = "5000000" }
gives = { "remittance" = "3800000.00" }

[[example]]
name = "a plan above the standard"
source = "By hand"
given = { "member months" = 400000, "claims" = "90000000", "quality improvement" = "0", "premium" = "100000000", "taxes and fees" = "5000000" }
gives = { "remittance" = "0.00" }
"#,
    );
}

/// 80 % of savings and of losses from the first dollar, each within 15 % of the benchmark.
#[test]
fn the_next_generation_model() {
    holds(
        "Next Generation ACO, arrangement A",
        r#"
inputs = { "benchmark" = "money", "expenditure" = "money" }

[terms."share"]
unit = "share"
source = "CMS, Next Generation ACO Model, arrangement A, 2016 to 2018"
unverified = true
values = "0.80"

[terms."cap"]
unit = "share"
source = "CMS, Next Generation ACO Model: savings and losses within 15 % of the benchmark"
values = "0.15"

[terms."nothing"]
unit = "money"
source = "Definition"
values = "0.00"

[[clause]]
name = "savings"
rule.difference = { of = "benchmark", less = "expenditure" }

[[clause]]
name = "most"
rule.times = { of = "benchmark", by = "cap" }

[[clause]]
name = "least"
rule.difference = { of = "nothing", less = "most" }

[[clause]]
name = "savings up to the cap"
rule.cap = { of = "savings", at = "most" }

[[clause]]
name = "savings within the caps"
rule.floor = { of = "savings up to the cap", at = "least" }

[[clause]]
name = "shared"
rule.times = { of = "savings within the caps", by = "share" }
round = { mode = "half_up", places = 2 }
pays = { from = "CMS", to = "plan" }

[[example]]
name = "a saving of 20 %"
source = "By hand: 80 % of 15 million"
given = { "benchmark" = "100000000", "expenditure" = "80000000" }
gives = { "shared" = "12000000.00" }

[[example]]
name = "a loss of 5 %"
source = "By hand: 80 % of 5 million"
given = { "benchmark" = "100000000", "expenditure" = "105000000" }
gives = { "shared" = "-4000000.00" }
"#,
    );
}

/// A bid below the benchmark is paid by risk, and a part of the difference is the plan's rebate; above it, the benchmark.
#[test]
fn a_medicare_advantage_bid() {
    holds(
        "Medicare Advantage bid",
        r#"
inputs = { "member months" = "count", "bid" = "money per count", "benchmark" = "money per count", "risk score" = "ratio" }

[terms."rebate share"]
unit = "share"
source = "SSA 1854: 65 % for a plan of 3.5 to 4 stars"
unverified = true
values = "0.65"

[terms."nothing"]
unit = "money per count"
source = "Definition"
values = "0.00"

[[clause]]
name = "base"
rule.cap = { of = "bid", at = "benchmark" }

[[clause]]
name = "below the benchmark"
rule.difference = { of = "benchmark", less = "base" }

[[clause]]
name = "rebate"
rule.times = { of = "below the benchmark", by = "rebate share" }

[[clause]]
name = "base by risk"
rule.times = { of = "base", by = "risk score" }

[[clause]]
name = "payment for a month"
rule.sum = ["base by risk", "rebate"]

[[clause]]
name = "payment"
rule.times = { of = "payment for a month", by = "member months" }
round = { mode = "half_up", places = 2 }
pays = { from = "CMS", to = "plan" }

[[example]]
name = "a bid below the benchmark"
source = "By hand: 900 x 1.1 + 65 % of 100 is 1,055 a month"
given = { "member months" = 12000, "bid" = "900.00", "benchmark" = "1000.00", "risk score" = "1.1" }
gives = { "payment" = "12660000.00" }

[[example]]
name = "a bid above the benchmark"
source = "By hand: 1,000 x 1.1 a month"
given = { "member months" = 12000, "bid" = "1050.00", "benchmark" = "1000.00", "risk score" = "1.1" }
gives = { "rebate" = "0.00", "payment" = "13200000.00" }
"#,
    );
}
