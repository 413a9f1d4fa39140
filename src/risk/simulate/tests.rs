//! Tables against their laws, and draws that do not depend on how they are made.

use indexmap::IndexMap;
use rust_decimal::Decimal;

use super::{Simulated, Simulation, atoms::Atoms, table::Table};
use crate::{
    contract::Contract,
    money::Currency,
    random::{Purpose, Stream},
    risk::{
        cost_model::{CostCell, CostModel, Shock},
        severity::Severity,
    },
};

/// Nodes and weights of Gauss–Legendre with five points, exact for the squares of polynomials of the third degree.
const GAUSS: [(f64, f64); 5] = [
    (-0.906_179_845_938_664, 0.236_926_885_056_189_08),
    (-0.538_469_310_105_683_1, 0.478_628_670_499_366_47),
    (0.0, 0.568_888_888_888_888_9),
    (0.538_469_310_105_683_1, 0.478_628_670_499_366_47),
    (0.906_179_845_938_664, 0.236_926_885_056_189_08),
];

fn laws() -> Vec<(String, Severity)> {
    let mut laws: Vec<(String, Severity)> = Vec::new();
    for sigma in [0.3, 0.8, 1.5, 2.0, 2.5] {
        laws.push((format!("lognormal {sigma}"), Severity::lognormal(0.0, sigma).unwrap()));
    }
    for shape in [0.1, 0.5, 1.0, 2.5, 40.0] {
        laws.push((format!("gamma {shape}"), Severity::gamma(shape, 1.0).unwrap()));
    }
    for xi in [-0.4, 0.0, 0.3, 0.45] {
        laws.push((format!("generalised Pareto {xi}"), Severity::generalized_pareto(0.5, xi, 1.0).unwrap()));
    }
    laws.push(("Pareto 2.2".to_owned(), Severity::pareto(2.2, 1.0).unwrap()));
    laws
}

/// The first and the second moment of the part of a law between two shares of people, from the upper end.
fn moments(law: &Severity, upto: f64) -> [f64; 2] {
    let at = law.upper_quantile(upto).unwrap();
    let second = law.limited_second_moment(f64::INFINITY) - law.limited_second_moment(at);
    [law.excess_mean(at) + at * upto, second + at * at * upto]
}

/// Over the bins of a table, whose ends the law itself is asked for.
#[test]
fn a_table_has_the_moments_of_its_law() {
    for (name, law) in laws() {
        let table = Table::of(&law);
        let (mut first, mut second) = (0.0, 0.0);
        let parts = 32 * 16;
        for lower in [false, true] {
            for bin in 0..parts {
                let octave = 2.0_f64.powi(bin / 32 - 17);
                let low = octave * (1.0 + f64::from(bin % 32) / 32.0);
                let half = octave / 64.0;
                for (step, weight) in GAUSS {
                    let end = low + half + half * step;
                    let share = if lower { 1.0 - end } else { end };
                    let cost = table.at(share);
                    let cost = if cost.is_nan() { law.upper_quantile(share).unwrap() } else { cost };
                    first += half * weight * cost;
                    second += half * weight * cost * cost;
                }
            }
        }
        let ends = 2.0_f64.powi(-17);
        let (upper, whole) = (moments(&law, ends), moments(&law, 1.0 - ends));
        let [mean_off, second_off] =
            [first / (whole[0] - upper[0]) - 1.0, second / (whole[1] - upper[1]) - 1.0];
        println!("{name}: mean {mean_off:.1e}, second moment {second_off:.1e}, {} bins asked", table.asked());
        assert!(mean_off.abs() < 1e-9 && second_off.abs() < 1e-9, "{name}: {mean_off:e}, {second_off:e}");
        assert!(table.asked() == 0, "{name}: {}", table.asked());
    }
}

#[test]
fn a_table_has_the_quantiles_of_its_law() {
    let mut stream = Stream::new(1, Purpose::new(*b"table\0\0\0"), [0, 0], 0);
    let spliced = Severity::spliced(Severity::lognormal(0.0, 1.5).unwrap(), 20.0, 0.01, 0.4, 15.0).unwrap();
    for (name, law) in laws().into_iter().chain([("spliced".to_owned(), spliced)]) {
        let table = Table::of(&law);
        let mut asked = 0;
        for place in 0..20_000_u32 {
            // A half of the shares near the ends.
            let end = if place % 2 == 0 { 0.5 } else { 0.5_f64.powf(1.0 + 16.0 * stream.next_unit()) };
            let share = end * stream.next_unit();
            let share = if place % 4 < 2 { share } else { 1.0 - share };
            let (found, exact) = (table.at(share), law.upper_quantile(share).unwrap());
            if found.is_nan() {
                asked += 1;
                continue;
            }
            let off = (found - exact).abs();
            assert!(off <= 6e-7 * exact + 1.2e-9 * law.mean(), "{name}: {share}, {found}, {exact}");
        }
        assert!(asked < 5_000, "{name}: {asked}");
    }
}

#[test]
fn a_share_of_one_or_more_has_no_cost() {
    let table = Table::of(&Severity::pareto(2.0, 1.0).unwrap());
    for share in [1.0, 1.000_1, 2.0, 64.0] {
        assert_eq!(table.at(share).to_bits(), 0.0_f64.to_bits(), "{share}");
    }
    assert!(table.at(1e-9).is_nan() && table.at(2.0_f64.powi(-18)).is_nan());
    assert!(table.at(2.0_f64.powi(-17)) > 100.0);
}

/// A quarter at 100, a quarter at 50, a half without a cost.
#[test]
fn atoms_begin_and_end_where_they_should() {
    let law = Severity::empirical(&[0.0, 50.0, 100.0], Some(&[2.0, 1.0, 1.0])).unwrap();
    let atoms = Atoms::of(&law).unwrap();
    for (word, cost) in [
        (0, 100.0),
        (0x3fff_ffff, 100.0),
        (0x4000_0000, 50.0),
        (0x7fff_ffff, 50.0),
        (0x8000_0000, 0.0),
        (u32::MAX, 0.0),
    ] {
        assert_eq!(atoms.at(word).to_bits(), f64::to_bits(cost), "{word:x}");
        assert_eq!(atoms.search(word).map(f64::to_bits), Some(f64::to_bits(cost)), "{word:x}");
    }
    // A third ends between two words: more digits tell.
    let thirds = Atoms::of(&Severity::empirical(&[1.0, 2.0, 3.0], None).unwrap()).unwrap();
    let at = |word| (thirds.at(word), thirds.search(word));
    assert_eq!((at(0x5555_5554), at(0x5555_5556)), ((3.0, Some(3.0)), (2.0, Some(2.0))));
    assert!(thirds.at(0x5555_5555).is_nan() && thirds.search(0x5555_5555).is_none());
    let third = 0x5555_5555_5555_5555_u64;
    assert_eq!(
        (thirds.at_place(third - 4_096).to_bits(), thirds.at_place(third + 4_096).to_bits()),
        (3.0_f64.to_bits(), 2.0_f64.to_bits())
    );
    assert_eq!(at(u32::MAX), (1.0, Some(1.0)));
    assert_eq!(thirds.at_place(u64::MAX).to_bits(), 1.0_f64.to_bits());
}

/// More atoms than the first search has steps.
#[test]
fn many_atoms_are_found() {
    let costs: Vec<f64> = (1..300_000_u32).map(f64::from).collect();
    let law = Severity::empirical(&costs, None).unwrap();
    let atoms = Atoms::of(&law).unwrap();
    let mut stream = Stream::new(2, Purpose::new(*b"atoms\0\0\0"), [0, 0], 0);
    for _ in 0..20_000 {
        let place = stream.next_u64();
        #[allow(clippy::cast_possible_truncation)] // the upper half
        let word = (place >> 32) as u32;
        let found = atoms.search(word).unwrap_or_else(|| atoms.at_place(place));
        assert!(atoms.at(word).is_nan() || atoms.at(word).to_bits() == found.to_bits());
        #[allow(clippy::cast_precision_loss)] // to 53 bits
        let exact = law.upper_quantile(place as f64 / 2.0_f64.powi(64)).unwrap();
        assert_eq!(found.to_bits(), exact.to_bits());
    }
}

fn contract() -> Contract {
    Contract::from_toml(include_str!("../../../templates/stop-loss.toml")).unwrap()
}

/// Every way to find a cost, everything that moves costs together, and several years.
fn model() -> CostModel {
    let person = Severity::lognormal(7.5, 1.5).unwrap().with_zeros(0.2).unwrap();
    let cells = [
        CostCell::new("many", 700, person.clone()).unwrap(),
        CostCell::new("others", 90, person.scaled(2.0).unwrap()).unwrap().mean_error(0.05).unwrap(),
        CostCell::new("few", 5, Severity::gamma(0.7, 9_000.0).unwrap()).unwrap(),
        CostCell::new("atoms", 40, Severity::empirical(&[0.0, 3.0, 70_000.0, 200_000.0], None).unwrap())
            .unwrap(),
        CostCell::new("rare", 300, Severity::pareto(2.5, 90_000.0).unwrap().with_zeros(0.99).unwrap())
            .unwrap(),
    ];
    let model = CostModel::new(Currency::new("GBP").unwrap());
    let model = cells.into_iter().fold(model, |model, cell| model.with_cell(cell).unwrap());
    let model = model.with_shock(Shock::multiplicative("trend", 0.03).unwrap()).unwrap();
    model.with_shock(Shock::additive("drift", 20.0).unwrap().of_cells(["many"])).unwrap()
}

fn drawn(years: usize, batch: Option<usize>, threads: usize) -> Simulated {
    let how = Simulation::new(years, 11).unwrap().horizon(3).unwrap().trend(0.05).unwrap();
    let how = Simulation { batch, ..how };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let contract = contract();
    pool.install(|| {
        contract
            .simulate(&model(), &IndexMap::<String, Decimal>::new(), contract.period().start, &how)
            .unwrap()
    })
}

fn bits(of: &Simulated) -> Vec<u64> {
    let mut bits: Vec<u64> =
        of.parties().iter().flat_map(|party| party.draws().iter().map(|draw| draw.to_bits())).collect();
    for year in 0..3 {
        for (_, estimate) in of.clauses_in(year).unwrap() {
            bits.extend([estimate.mean.to_bits(), estimate.se.to_bits()]);
        }
    }
    bits
}

#[test]
fn threads_and_chunks_change_no_bit() {
    let one = bits(&drawn(60, None, 1));
    for threads in [1, 2, 3] {
        for batch in [None, Some(1), Some(7), Some(60), Some(1_000)] {
            assert_eq!(bits(&drawn(60, batch, threads)), one, "{threads} threads, {batch:?} at a time");
        }
    }
}

#[test]
fn more_scenarios_leave_the_first_as_they_are() {
    let (few, many) = (drawn(20, None, 2), drawn(60, Some(13), 2));
    for (few, many) in few.parties().iter().zip(many.parties()) {
        assert_eq!(few.draws(), &many.draws()[..20]);
    }
}
