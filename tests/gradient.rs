//! Cost by deprivation: worked out by hand, and files that cannot be right.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops where something is not as it must be"
)]

#[path = "support/file.rs"]
mod file;

use capitation::ErrorKind;
use capitation::adjustment::{Gradient, PeopleOf, fifth_name};
use capitation::datasets::deprivation::{self, CostCell, Sex};
use file::File;
use rust_decimal::Decimal;

fn d(text: &str) -> Decimal {
    Decimal::from_str_exact(text).unwrap()
}

const HEAD: &str = "age,sex,imd_quintile,year,population,nhs_cost_per_head\n";
/// A hundred people in each fifth, who cost 200, 150, 100, 100 and 50: 120 in the mean.
const ROWS: [&str; 5] = [
    "85,F,1,2014/15,100,200",
    "85,F,2,2014/15,100,150",
    "85,F,3,2014/15,100,100",
    "85,F,4,2014/15,100,100",
    "85,F,5,2014/15,100,50",
];

fn read(rows: &[&str]) -> capitation::Result<Vec<CostCell>> {
    let file = File::new("cells.csv", &format!("{HEAD}{}\n", rows.join("\n")));
    deprivation::read(&file.path).map(|file| file.rows)
}

fn gradient() -> Gradient {
    Gradient::of(&read(&ROWS).unwrap(), "2014/15").unwrap()
}

#[test]
fn what_leaving_out_deprivation_takes() {
    let gradient = gradient();
    let all = gradient.envelope(&gradient.people()).unwrap();
    let differences: Vec<Decimal> = all.fifths.iter().map(|fifth| fifth.difference).collect();
    // 100 × (120 − 200), 100 × (120 − 150) …
    assert_eq!(differences, ["-8000", "-3000", "2000", "2000", "7000"].map(d));
    let core20 = &all.fifths[0];
    assert_eq!(core20.name, "Core20 (most deprived fifth)");
    assert_eq!((core20.part, core20.difference_per_head), (Some(d("-0.4")), Some(d("-80"))));
    assert_eq!(fifth_name(1), core20.name);
}

#[test]
fn what_a_share_gives_back() {
    let gradient = gradient();
    let all = gradient.envelope(&gradient.people()).unwrap();
    let index = ["2", "1", "1", "1", "0"].map(d);
    // Half of £12,000 is kept; half of £60,000 is shared out 2 : 1 : 1 : 1 : 0.
    let half = all.given_back(d("0.5"), &index).unwrap();
    let after: Vec<Decimal> = half.fifths.iter().map(|fifth| fifth.after).collect();
    assert_eq!(after, ["18000", "12000", "12000", "12000", "6000"].map(d));
    assert_eq!((half.fifths[0].given, half.fifths[0].beside_cost), (d("6000"), d("-2000")));
    assert_eq!(half.fifths[0].given_per_head, Some(d("60")));
    // (1 − s) 12,000 + s 24,000 = 20,000 at two thirds; the second fifth gets 12,000 at any share, and needs 15,000.
    assert_eq!(all.share_that_makes_whole(1, &index).unwrap(), Some(d("0.666667")));
    assert_eq!(all.share_that_makes_whole(2, &index).unwrap(), None);
    assert_eq!(all.share_that_makes_whole(5, &index).unwrap(), Some(Decimal::ZERO));
    let refused = [
        all.given_back(d("1.1"), &index).unwrap_err(),
        all.given_back(d("0.1"), &["-1", "1", "1", "1", "1"].map(d)).unwrap_err(),
        all.given_back(d("0.1"), &[Decimal::ZERO; 5]).unwrap_err(),
        all.share_that_makes_whole(6, &index).unwrap_err(),
    ];
    assert!(refused.iter().all(|error| error.kind() == ErrorKind::Range), "{refused:?}");
}

/// A place where all live in the most deprived fifth loses what the nation's mean does not see.
#[test]
fn a_place_is_beside_the_nation() {
    let gradient = gradient();
    let of = |age, quintile, people| PeopleOf { age, sex: Sex::Female, quintile, people };
    let place = gradient.envelope(&[of(85, 1, d("10"))]).unwrap();
    assert_eq!((place.with_deprivation, place.without_deprivation), (d("2000"), d("1200")));
    assert_eq!(place.fifths[4].cost_per_head, None);
    let refused = |people| gradient.envelope(&[people]).unwrap_err().to_string();
    assert_eq!(
        refused(of(90, 1, d("1"))),
        "age 90, F, fifth 1: the gradient of 2014/15 does not have it; its last age is 85: where that stands for all who \
         are older, count them as 85; where it is one year like the others, leave them out and say so"
    );
    assert!(refused(of(20, 1, d("1"))).contains("use ages that the gradient has"));
    assert!(refused(of(85, 0, d("1"))).contains("number them 1 to 5"));
    assert!(refused(of(85, 6, d("1"))).contains("number them 1 to 5"));
    assert!(refused(of(85, 1, d("-1"))).contains("-1 people are fewer than none"));
    let nobody = gradient.envelope(&[]).unwrap_err();
    assert_eq!(
        nobody.to_string(),
        "people: they add up to nobody; give how many there are of each age, sex and fifth"
    );
    assert_eq!(nobody.kind(), ErrorKind::Arithmetic);
    // Rows that are there twice would be counted twice.
    let twice = gradient.envelope(&[of(85, 1, d("10")), of(85, 2, d("5")), of(85, 1, d("10"))]).unwrap_err();
    assert_eq!(twice.to_string(), "age 85, F, fifth 1: it is there twice; add up its people into one row");
    assert_eq!(twice.kind(), ErrorKind::Row);
}

#[test]
fn files_that_cannot_be_right_are_refused_where_they_are_wrong() {
    let refused = |row: &str| {
        let mut rows = ROWS.to_vec();
        rows[2] = row;
        let error = read(&rows).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Row, "{error}");
        error.to_string().split_once("cells.csv, ").unwrap().1.to_owned()
    };
    assert_eq!(
        refused("85,X,3,2014/15,100,100"),
        "line 4, sex (`sex`): `X` is not a sex that is known; write F or M"
    );
    assert_eq!(
        refused("8.5,F,3,2014/15,100,100"),
        "line 4, age (`age`): 8.5 is not a whole number up to 129; correct the cell, or leave the row out"
    );
    assert!(refused("85,F,6,2014/15,100,100").contains("6 is not a whole number up to 5"));
    assert_eq!(
        refused("85,F,3,2014,100,100"),
        "line 4, financial year (`year`): `2014` is not a financial year; write it like 2014/15"
    );
    assert!(refused("85,F,3,2014/16,100,100").contains("`2014/16` is not a financial year"));
    assert!(refused("85,F,3,2014/15,0,100").contains("population"));
    assert!(refused("85,F,3,2014/15,100,-1").contains("cost per head"));
    let twice = refused("85,F,2,2014/15,100,100");
    assert!(twice.contains(
        "line 4, fifth of deprivation (`imd_quintile`): age 85, F, fifth 2 of 2014/15 is there before"
    ));
    assert!(twice.contains("line 3"), "{twice}");
}

/// Cells of one's own are those of a file; what they are has a fingerprint.
#[test]
fn cells_of_ones_own() {
    let costs = [200, 150, 100, 100, 50];
    let cell =
        |(fifth, cost): (u8, i64)| CostCell::new("2014/15", (85, Sex::Female, fifth), d("100"), cost.into());
    let cells: Vec<CostCell> = (1..).zip(costs).map(cell).collect();
    assert_eq!(Gradient::of(&cells, "2014/15").unwrap(), gradient());
    let mut dearer = cells.clone();
    dearer[0].cost_per_head = d("201");
    assert_ne!(Gradient::of(&dearer, "2014/15").unwrap().fingerprint(), gradient().fingerprint());
    dearer[0].population = Decimal::ZERO;
    assert!(Gradient::of(&dearer, "2014/15").unwrap_err().to_string().contains("it has no people"));
}

#[test]
fn a_gradient_with_a_hole_is_refused() {
    let cells = read(&ROWS[..4]).unwrap();
    let error = Gradient::of(&cells, "2014/15").unwrap_err();
    assert_eq!(
        error.to_string(),
        "age 85, F of 2014/15: a fifth is missing; give all five, or leave the age out"
    );
    let error = Gradient::of(&cells, "2015/16").unwrap_err();
    assert_eq!(error.to_string(), "gradient: there is no cell of 2015/16; ask for one of 2014/15");
}
