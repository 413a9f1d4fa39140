//! NHS England's core allocation model, practice by practice, by its own formula; and the gradient of cost by deprivation.
//!
//! The files lie in `../shared/data/nhs`, or where `CAPITATION_DATA` says; without them these tests say so and pass.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops where something is not as it must be"
)]

#[path = "support/data.rs"]
mod data;

use std::path::PathBuf;

use capitation::adjustment::{Formula, Gradient, PaceOfChange, Places, Policy, Reached};
use capitation::datasets::deprivation;
use capitation::{Currency, Money};
use rust_decimal::Decimal;

use data::published_data;

fn data(file: &str) -> Option<PathBuf> {
    published_data(&format!("nhs/{file}"))
}

fn d(text: &str) -> Decimal {
    Decimal::from_str_exact(text).unwrap()
}

/// A published file by its columns.
struct File {
    header: Vec<String>,
    rows: Vec<csv::StringRecord>,
}

impl File {
    fn read(name: &str) -> Option<Self> {
        let text = std::fs::read_to_string(data(name)?).unwrap();
        let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let header = reader.headers().unwrap().iter().map(str::to_owned).collect();
        Some(Self { header, rows: reader.records().map(Result::unwrap).collect() })
    }

    fn texts(&self, column: &str) -> Vec<&str> {
        let at = self.header.iter().position(|name| name == column).unwrap();
        self.rows.iter().map(|row| row.get(at).unwrap()).collect()
    }

    fn numbers(&self, column: &str) -> Vec<Decimal> {
        self.texts(column).into_iter().map(d).collect()
    }
}

/// The inputs of the formula by the columns of the published model.
const COLUMNS: [(&str, &str); 9] = [
    ("registered list", "GP_pop"),
    ("weighted population, general and acute", "WP_G&A"),
    ("weighted population, community", "WP_CS"),
    ("weighted population, mental health", "WP_MH"),
    ("weighted population, maternity", "WP_Mat"),
    ("weighted population, prescribing", "WP_Presc"),
    ("weighted population, avoidable mortality", "WP_AM"),
    ("market forces factor", "MFF_index"),
    ("emergency ambulance cost adjustment", "EACA_index"),
];

fn model() -> Option<(File, Places)> {
    let file = File::read("gp_practice_allocation_model_2021_ccg_formula.csv")?;
    let mut places = Places::new(file.texts("Practice")).unwrap();
    for (name, column) in COLUMNS {
        places = places.with(name, file.numbers(column)).unwrap();
    }
    places =
        places.with_group("CCG", file.texts("CCG")).unwrap().with_group("ICB", file.texts("STP21")).unwrap();
    Some((file, places))
}

fn apart(found: Decimal, published: Decimal) -> Decimal {
    ((found - published) / published).abs()
}

/// The formula's amount for one weighted head.
fn head(formula: &Formula) -> Decimal {
    let values = &formula.contract().document().terms["amount per weighted head"].values;
    values.as_ref().unwrap().on(formula.contract().period().start).unwrap().0
}

/// The target without remoteness of every practice, to 1e-8 of what was published: the largest difference is printed.
///
/// Two of the 7,325 practices have at most one patient; they come out too, and are listed with what they are due.
#[test]
fn the_target_of_every_practice_comes_out() {
    let Some((file, places)) = model() else { return };
    let formula = Formula::nhs_core(2021).unwrap();
    let found = formula.targets(&places).unwrap();
    // Before it is rounded to the penny, which of a practice of half a patient is more than 1e-8.
    let head = head(&formula);
    let (mut worst, mut missed, mut single) = (Decimal::ZERO, Vec::new(), Vec::new());
    for (line, thousands) in found.places.iter().zip(file.numbers("Target_exc_remote_£k")) {
        let published = thousands * Decimal::ONE_THOUSAND;
        let difference = apart(line.weighted * head, published);
        worst = worst.max(difference);
        if difference > d("0.00000001") {
            missed.push((&line.place, difference));
        }
        if line.registered <= Decimal::ONE {
            single.push((line.registered, line.target, difference));
        }
        // And in the pounds and pence of the statement.
        assert!((line.target - line.weighted * head).abs() <= d("0.005"), "{line:?}");
    }
    println!("largest difference: {worst} of the target; at most one patient: {single:?}");
    assert_eq!(found.places.len(), 7325);
    assert!(missed.is_empty(), "{missed:?}");
    assert!(worst < d("0.000000003"), "{worst}");
    let single: Vec<_> =
        single.iter().map(|(people, target, _)| (people.to_string(), target.to_string())).collect();
    // Published: £k 0.734753767 and 0.879433943.
    let expected = [("0.5", "734.75"), ("1", "879.43")];
    assert_eq!(single, expected.map(|(people, target)| (people.to_owned(), target.to_owned())));
    // £74.151bn: the published targets add up to £74,151,128,618.10.
    let published: Decimal = file.numbers("Target_exc_remote_£k").iter().sum();
    assert_eq!(published.round_dp(5), d("74151128.61810"));
    assert!((found.target - d("74151128618.10")).abs() < d("2.5"), "{}", found.target);
}

/// The formula is without remoteness, which 268 practices have, up to 3 % of their target: £34.06m.
#[test]
fn remoteness_is_apart() {
    let Some((file, places)) = model() else { return };
    let (without, with) = (file.numbers("Target_exc_remote_£k"), file.numbers("Target_inc_remote_£k"));
    let remote: Vec<usize> = (0..places.len()).filter(|row| without[*row] != with[*row]).collect();
    assert_eq!(remote.len(), 268);
    let added: Decimal = remote.iter().map(|row| with[*row] - without[*row]).sum();
    assert_eq!(added.round_dp(2), d("34055.61"));
    let largest = remote.iter().map(|row| apart(with[*row], without[*row])).max().unwrap();
    assert!(largest > d("0.0290") && largest < d("0.0310"), "{largest}");
    // `WP_Overall` has it: there the model agrees everywhere else, and lies above nowhere but in the 268.
    let formula = Formula::nhs_core(2021).unwrap();
    let head = head(&formula);
    let found = formula.targets(&places).unwrap();
    let overall = file.numbers("WP_Overall");
    let scale = overall.iter().sum::<Decimal>() / (with.iter().sum::<Decimal>() * Decimal::ONE_THOUSAND);
    for (row, line) in found.places.iter().enumerate().filter(|(row, _)| !remote.contains(row)) {
        assert!(apart(line.weighted * head * scale, overall[row]) < d("0.00000001"), "{line:?}");
    }
}

/// A total shared out in whole pence: the lines add up to it, and larger places to their lines.
#[test]
fn the_total_is_shared_out_to_the_penny() {
    let Some((_, places)) = model() else { return };
    let total = Money::new(d("74151000000.00"), Currency::new("GBP").unwrap());
    let found = Formula::nhs_core(2021).unwrap().divide(&places, total).unwrap();
    assert_eq!(found.target, total.amount());
    assert_eq!(found.places.iter().map(|line| line.target).sum::<Decimal>(), total.amount());
    assert!(found.places.iter().all(|line| line.target.scale() <= 2 && line.target > Decimal::ZERO));
    for (group, count) in [("ICB", 42), ("CCG", 192)] {
        let larger = found.by(group).unwrap();
        assert_eq!(larger.places.len(), count);
        assert_eq!((larger.target, larger.registered), (total.amount(), found.registered));
        assert_eq!(larger.places.iter().map(|line| line.places).sum::<usize>(), 7325);
    }
}

/// 774 practices have no network in the file: they are not put into one of no name.
#[test]
fn practices_without_a_network_are_told() {
    let Some((file, places)) = model() else { return };
    let error = places.with_group("PCN", file.texts("PCN")).unwrap_err().to_string();
    assert!(
        error.contains("it belongs to no PCN, and 773 more do not; name one for each, such as `none`"),
        "{error}"
    );
}

/// Need within a board is `(WP_p / GP_p) / (WP_i / GP_i)`: its mean over the board's people is 1.
#[test]
fn need_within_a_board_has_a_mean_of_one() {
    let Some((_, places)) = model() else { return };
    let found = Formula::nhs_core(2021).unwrap().targets(&places).unwrap();
    let within = found.need_within("ICB").unwrap();
    for board in found.by("ICB").unwrap().places {
        let members = places.groups()["ICB"].iter().zip(found.places.iter().zip(&within));
        let weighted: Decimal = members
            .filter(|(name, _)| **name == board.place)
            .map(|(_, (line, index))| line.registered * index)
            .sum();
        // Each index is within half a millionth.
        assert!((weighted / board.registered - Decimal::ONE).abs() < d("0.0000006"), "{board:?}");
    }
}

/// More for avoidable mortality: what is gained is lost elsewhere, by places whose index of avoidable mortality beside need
/// is below the mean, and only by them.
#[test]
fn a_changed_share_moves_money_to_avoidable_mortality() {
    let Some((file, places)) = model() else { return };
    let formula = Formula::nhs_core(2021).unwrap();
    let total = Money::new(d("74151128618.10"), Currency::new("GBP").unwrap());
    let at = |share: &str| formula.with_inequality_share(d(share)).unwrap().divide(&places, total).unwrap();
    let (none, ten, fifteen) = (at("0"), at("0.10"), at("0.15"));
    let (up, down) = (fifteen.beside(&ten).unwrap(), none.beside(&ten).unwrap());
    assert_eq!((up.gained, down.gained), (up.lost, down.lost));
    println!("15 %: £{} moves; 0 %: £{} moves", up.gained, down.gained);
    // With 5 points more the same money moves as with 10 points less, the other way, at half the size; the whole
    // is shared out anew each time, so to 1 % of it.
    assert!(apart(up.gained * Decimal::TWO, down.gained) < d("0.01"));
    // A practice without avoidable mortality and with it at twice its need: the sign is that of AM × cost − use.
    let most = up.places.iter().zip(file.numbers("WP_AM")).zip(file.numbers("WP_HCHS"));
    let wrong = most.filter(|((gain, am), hchs)| {
        let beside = *am / *hchs;
        (beside > d("1.2") && gain.gain < Decimal::ZERO) || (beside < d("0.8") && gain.gain > Decimal::ZERO)
    });
    assert_eq!(wrong.count(), 0);
    // The formula's own share changes nothing, not even the contract.
    assert_eq!(formula.with_inequality_share(d("0.1")).unwrap().contract(), formula.contract());
    // The statement of a place says that it was asked.
    let asked = formula.with_inequality_share(d("0.15")).unwrap();
    let statement = asked.statement(&places, &places.codes()[0]).unwrap();
    let line = statement.lines().iter().find(|line| line.name == "health inequalities share").unwrap();
    assert_eq!(line.source.as_deref(), Some("As asked; the formula has 0.10"));
}

/// Forty-two boards that begin with money by head alone, brought to need in twenty years of 3 % growth: every year adds up,
/// nobody falls below the floor, no distance grows by more than the 0.3 points that holding others at the floor can move, and
/// the path says when a board is near.
#[test]
fn boards_are_brought_to_their_targets() {
    let Some((_, places)) = model() else { return };
    let gbp = Currency::new("GBP").unwrap();
    let boards = Formula::nhs_core(2021).unwrap().targets(&places).unwrap().by("ICB").unwrap();
    let by_head = |registered: Decimal| (registered / boards.registered * d("74151128618.10")).round_dp(2);
    let openings: Vec<Money> =
        boards.places.iter().map(|place| Money::new(by_head(place.registered), gbp)).collect();
    let pace = PaceOfChange::towards(&boards, &openings).unwrap();
    let mut total = pace.opening().unwrap().amount();
    let totals: Vec<Money> = (0..20)
        .map(|_| {
            total = (total * d("1.03")).round_dp(2);
            Money::new(total, gbp)
        })
        .collect();
    let policy = Policy::closing(d("0.2")).at_most(d("0.01")).growing_at_least(d("0.015"));
    let path = pace.path(&policy, &totals).unwrap();
    for (year, total) in path.years.iter().zip(&totals) {
        assert_eq!(year.places.iter().map(|place| place.allocation).sum::<Decimal>(), total.amount());
        for place in &year.places {
            assert!(place.allocation >= place.opening * d("1.015"), "{place:?}");
            assert!(place.distance_after.abs() <= place.distance_before.abs() + d("0.003"), "{place:?}");
        }
    }
    let reached = path.reached(d("0.025")).unwrap();
    let far = |distance: fn(&Reached) -> Decimal| {
        reached.iter().filter(|place| distance(place).abs() > d("0.025")).count()
    };
    println!(
        "more than 2.5 % away: {} before, {} after",
        far(|p| p.opening_distance),
        far(|p| p.closing_distance)
    );
    assert_eq!((far(|place| place.opening_distance), far(|place| place.closing_distance)), (27, 0));
    let most = reached.iter().map(|place| place.years.unwrap()).max().unwrap();
    println!("all near after {most} years");
}

/// The weighted populations behind the 2024/25 allocations add up to the registered list in every component: to a person.
#[test]
fn weighted_populations_of_2024_25_add_up_to_the_list() {
    let Some(file) = File::read("gp_practice_weighted_pop_2024_2025.csv") else { return };
    let registered: Decimal = file.numbers("pop 2022/23").iter().sum();
    assert_eq!((file.rows.len(), registered.round_dp(1)), (6553, d("62154630.3")));
    let components = [
        "G&A WP",
        "CS WP",
        "MH WP",
        "Mat WP",
        "Health Ineq WP",
        "Prescr WP",
        "Final WP",
        "Primary Medical Care WP",
        "Final PMC WP",
    ];
    for column in components {
        let weighted: Decimal = file.numbers(column).iter().sum();
        println!("{column}: {weighted}, registered {registered}");
        assert!((weighted - registered).abs() < d("0.001"), "{column}: {weighted}");
    }
}

/// Brought to the registered list, the populations of the model are multiplied by 1 to within a part in a hundred million.
#[test]
fn the_model_is_normalised() {
    let Some((_, places)) = model() else { return };
    let formula = Formula::nhs_core(2021).unwrap();
    let (normalised, factors) = formula.normalised(&places).unwrap();
    assert_eq!(factors.len(), 6);
    for (name, factor) in &factors {
        assert!((*factor - Decimal::ONE).abs() < d("0.00000001"), "{name}: {factor}");
        let sum: Decimal = normalised.columns()[name].iter().sum();
        let registered: Decimal = places.columns()["registered list"].iter().sum();
        assert!((sum - registered).abs() < d("0.00001"), "{name}: {sum}");
    }
}

fn gradient(year: &str) -> Option<Gradient> {
    let cells = deprivation::read(data("nhs_cost_by_age_sex_imd_quintile.csv")?).unwrap();
    assert_eq!(cells.rows.len(), 1720);
    // The last age is one year like the others, and not all who are older: 202,900 people after 228,883 in 2014/15.
    let of = |age: u8| {
        let cells = cells.rows.iter().filter(|cell| cell.age == age && cell.year == "2014/15");
        cells.map(|cell| cell.population).sum::<Decimal>()
    };
    assert_eq!((of(84), of(85), of(86)), (d("228883"), d("202900"), Decimal::ZERO));
    Some(Gradient::of(&cells.rows, year).unwrap())
}

/// £90.25bn in 2011/12 and £97.89bn in 2014/15; £2,067 a head in the most deprived fifth against £1,652 in the least (2014/15).
#[test]
fn the_gradient_adds_up_to_what_was_published() {
    for (year, total, people) in
        [("2011/12", "90254565999.52", 52_690_703), ("2014/15", "97894691600.00", 53_244_002)]
    {
        let Some(gradient) = gradient(year) else { return };
        let nation = gradient.envelope(&gradient.people()).unwrap();
        assert_eq!((nation.with_deprivation, nation.people), (d(total), Decimal::from(people)));
        // The same people by age and sex alone cost the same: what is taken from some is given to others, to the penny.
        assert_eq!(nation.without_deprivation, nation.with_deprivation);
        assert_eq!(nation.fifths.iter().map(|fifth| fifth.difference).sum::<Decimal>(), Decimal::ZERO);
        assert_eq!(nation.fifths.iter().map(|fifth| fifth.with_deprivation).sum::<Decimal>(), d(total));
        for pair in nation.fifths.windows(2) {
            assert!(pair[0].cost_per_head > pair[1].cost_per_head && pair[0].difference < pair[1].difference);
        }
        for fifth in &nation.fifths {
            println!(
                "{year}, {}: £{} a head, £{} by age and sex alone, £{:?} a head",
                fifth.name,
                fifth.cost_per_head.unwrap(),
                fifth.difference,
                fifth.difference_per_head
            );
        }
        if year == "2014/15" {
            let pounds = |at: usize| nation.fifths[at].cost_per_head.unwrap().round();
            assert_eq!((pounds(0), pounds(4)), (Decimal::from(2067), Decimal::from(1652)));
        }
    }
}

/// An index that follows cost exactly makes every fifth whole at a share that is 1, and gives nothing at 0.
#[test]
fn an_index_of_cost_gives_back_what_was_taken() {
    let Some(gradient) = gradient("2014/15") else { return };
    let nation = gradient.envelope(&gradient.people()).unwrap();
    let index: Vec<Decimal> =
        nation.fifths.iter().map(|fifth| fifth.with_deprivation / fifth.people).collect();
    let index = <[Decimal; 5]>::try_from(index).unwrap().map(|index| index.round_dp(12));
    let all = nation.given_back(Decimal::ONE, &index).unwrap();
    assert!(all.fifths.iter().all(|fifth| fifth.beside_cost.abs() <= d("0.10")), "{all:?}");
    let none = nation.given_back(Decimal::ZERO, &index).unwrap();
    assert!(none.fifths.iter().all(|fifth| fifth.given.is_zero()));
    assert_eq!(nation.share_that_makes_whole(1, &index).unwrap(), Some(Decimal::ONE));
    assert_eq!(nation.share_that_makes_whole(5, &index).unwrap(), Some(Decimal::ZERO));
    // A tenth gives back a tenth of what was taken.
    let tenth = nation.given_back(d("0.1"), &index).unwrap();
    for (fifth, taken) in tenth.fifths.iter().zip(&nation.fifths) {
        assert!((fifth.given * Decimal::TEN + taken.difference).abs() <= d("0.20"), "{fifth:?}");
    }
    assert_eq!(tenth.fifths.iter().map(|fifth| fifth.given).sum::<Decimal>(), Decimal::ZERO);
}

/// What the file has behind a head's cost does not add up to it: the rest is visits to a GP, at between £8 and £71 each, which
/// differ by age and year. So no price of a visit is taken from it.
#[test]
fn the_cost_per_head_is_more_than_its_columns() {
    let Some(path) = data("nhs_cost_by_age_sex_imd_quintile.csv") else { return };
    let (mut least, mut most) = (Decimal::MAX, Decimal::ZERO);
    for cell in deprivation::read(path).unwrap().rows {
        let parts = cell.inpatient.unwrap() + cell.outpatient.unwrap() + cell.medicines.unwrap();
        let visit = (cell.population * cell.cost_per_head - parts) / cell.visits.unwrap();
        (least, most) = (least.min(visit), most.max(visit));
    }
    assert_eq!((least.round_dp(2), most.round_dp(2)), (d("8.34"), d("70.90")));
}
