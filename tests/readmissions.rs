//! Sequences of admissions: the rule at its edges, its laws, and the inpatient claims of DE-SynPUF.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops where something is not as it must be"
)]

#[path = "support/data.rs"]
mod data;

use std::collections::HashMap;

use capitation::{
    ErrorKind,
    activity::{Admissions, Coded, Following, Sequel, readmission_totals},
};
use proptest::prelude::*;

use data::published_data;

/// Admissions as patient, admitted, discharged, and how: e(mergency), p(lanned), o(ther).
fn admissions(rows: &[(&'static str, i32, i32, char)]) -> capitation::Result<Admissions<'static>> {
    Admissions::new(
        Coded::of(rows.iter().map(|row| row.0)),
        (rows.iter().map(|row| row.1).collect::<Vec<_>>(), rows.iter().map(|row| row.2).collect::<Vec<_>>()),
        (
            rows.iter().map(|row| row.3 == 'e').collect::<Vec<_>>(),
            rows.iter().map(|row| row.3 == 'p').collect::<Vec<_>>(),
        ),
    )
}

fn sequels(rows: &[(&'static str, i32, i32, char)]) -> Vec<Sequel> {
    admissions(rows).unwrap().readmissions(30).iter().map(|each| each.sequel).collect()
}

#[test]
fn the_thirtieth_day_counts_and_the_next_does_not() {
    use Sequel::{AfterElective, AfterOther, Apart, Planned};
    assert_eq!(sequels(&[("a", 0, 5, 'p'), ("a", 35, 36, 'e')]), [Apart, AfterElective]);
    assert_eq!(sequels(&[("a", 0, 5, 'p'), ("a", 36, 36, 'e')]), [Apart, Apart]);
    assert_eq!(sequels(&[("a", 0, 5, 'p'), ("a", 5, 6, 'e')]), [Apart, AfterElective]);
    assert_eq!(sequels(&[("a", 0, 5, 'e'), ("a", 6, 6, 'e')]), [Apart, AfterOther]);
    assert_eq!(sequels(&[("a", 0, 5, 'o'), ("a", 6, 6, 'e')]), [Apart, AfterOther]);
    assert_eq!(sequels(&[("a", 0, 5, 'e'), ("a", 6, 6, 'p')]), [Apart, Planned]);
    assert_eq!(sequels(&[("a", 0, 5, 'p'), ("b", 6, 6, 'e')]), [Apart, Apart]);
    // Rows in any order; a readmission is an index in its turn, and the last discharge is the one that counts.
    let rows = [("a", 30, 31, 'e'), ("a", 10, 12, 'e'), ("a", 0, 5, 'p')];
    assert_eq!(sequels(&rows), [AfterOther, AfterElective, Apart]);
    let first = admissions(&rows).unwrap().readmissions(30)[0];
    assert_eq!(first, Following { sequel: AfterOther, index: Some(1), days: Some(18) });
}

#[test]
fn a_stay_within_a_stay_is_no_readmission() {
    use Sequel::{AfterElective, Apart, Overlap};
    // 3 to 4 lies within 0 to 20, and so does 6 to 7, although the record before it has ended.
    let rows = [("a", 0, 20, 'p'), ("a", 3, 4, 'e'), ("a", 6, 7, 'e'), ("a", 20, 21, 'e')];
    assert_eq!(sequels(&rows), [Apart, Overlap, Overlap, AfterElective]);
}

#[test]
fn admissions_with_the_same_dates_are_taken_by_how_they_came_and_not_by_row() {
    use Sequel::{AfterElective, AfterOther, Apart, Overlap, Planned};
    // One stay recorded as elective and as an emergency: the elective record is the index.
    assert_eq!(
        sequels(&[("a", 1, 5, 'p'), ("a", 1, 5, 'e'), ("a", 10, 11, 'e')]),
        [Apart, Overlap, AfterElective]
    );
    assert_eq!(
        sequels(&[("a", 1, 5, 'e'), ("a", 1, 5, 'p'), ("a", 10, 11, 'e')]),
        [Overlap, Apart, AfterElective]
    );
    // Two records of one day that say the same are one stay, as they are when they last a night.
    assert_eq!(sequels(&[("a", 3, 3, 'e'), ("a", 3, 3, 'e')]), [Apart, Overlap]);
    assert_eq!(sequels(&[("a", 3, 4, 'e'), ("a", 3, 4, 'e')]), [Apart, Overlap]);
    // An emergency on the day of a day case came back; a second elective record of that day did not.
    assert_eq!(sequels(&[("a", 3, 3, 'e'), ("a", 3, 3, 'p')]), [AfterElective, Apart]);
    assert_eq!(sequels(&[("a", 3, 3, 'o'), ("a", 3, 3, 'p'), ("a", 3, 3, 'p')]), [Planned, Apart, Overlap]);
    // Of two that ended on one day the later one is the index.
    assert_eq!(
        sequels(&[("a", 1, 5, 'p'), ("a", 3, 5, 'e'), ("a", 9, 9, 'e')]),
        [Apart, Overlap, AfterOther]
    );
}

#[test]
fn a_record_outside_the_rule_hides_none_with_the_same_dates() {
    use Sequel::{AfterElective, Excluded};
    for rows in [[0, 1, 2], [0, 2, 1], [2, 1, 0]] {
        let all = [("a", 0, 5, 'p'), ("a", 9, 12, 'e'), ("a", 9, 12, 'e')];
        let made = admissions(&rows.map(|row| all[row])).unwrap();
        let following = made.excluding(rows.map(|row| row == 1).to_vec()).unwrap().readmissions(30);
        let of = |row: usize| following[rows.iter().position(|there| *there == row).unwrap()].sequel;
        assert_eq!((of(1), of(2)), (Excluded, AfterElective), "{rows:?}");
    }
}

#[test]
fn what_is_outside_the_rule_is_neither() {
    use Sequel::{AfterElective, Apart, Excluded};
    let rows = [("a", 0, 5, 'p'), ("a", 10, 11, 'e'), ("a", 15, 16, 'e'), ("b", 0, 1, 'e'), ("b", 5, 6, 'e')];
    let excluded = vec![false, true, false, true, false];
    let following = admissions(&rows).unwrap().excluding(excluded).unwrap().readmissions(30);
    let sequels: Vec<Sequel> = following.iter().map(|each| each.sequel).collect();
    assert_eq!(sequels, [Apart, Excluded, AfterElective, Excluded, Apart]);
    // The index of the third is the first, ten days before.
    assert_eq!((following[2].index, following[2].days), (Some(0), Some(10)));
}

#[test]
fn what_they_were_paid() {
    let rows = [("a", 0, 5, 'p'), ("a", 10, 11, 'e'), ("b", 0, 1, 'e'), ("b", 9, 9, 'e'), ("b", 20, 22, 'e')];
    let following = admissions(&rows).unwrap().readmissions(30);
    let payments = [Some(552_800), Some(148_200), Some(66_690), None, Some(100_000)];
    let totals = readmission_totals(&following, &payments).unwrap();
    let of = |sequel: Sequel| totals.iter().find(|(known, _)| *known == sequel).unwrap().1;
    assert_eq!((of(Sequel::AfterElective).admissions, of(Sequel::AfterElective).payment), (1, 148_200));
    assert_eq!((of(Sequel::AfterOther).admissions, of(Sequel::AfterOther).payment), (2, 100_000));
    assert_eq!((of(Sequel::Apart).admissions, of(Sequel::Apart).payment), (2, 619_490));
    // A readmission without a price is told, and not counted as one that was paid nothing.
    assert_eq!((of(Sequel::AfterOther).unpriced, of(Sequel::Apart).unpriced), (1, 0));
    assert_eq!(readmission_totals(&following, &payments[1..]).unwrap_err().kind(), ErrorKind::Column);
    assert_eq!(
        readmission_totals(&following, &[Some(u64::MAX); 5]).unwrap_err().kind(),
        ErrorKind::Arithmetic
    );
}

#[test]
fn what_is_refused() {
    let message = |rows: &[(&'static str, i32, i32, char)]| admissions(rows).unwrap_err().to_string();
    assert_eq!(
        message(&[("a", 0, 1, 'e'), ("a", 9, 8, 'e')]),
        "row 1 (the first row is 0): the discharge is before the admission; correct the dates"
    );
    assert!(message(&[(" ", 0, 1, 'e')]).contains("there is no patient"));
    let both = Admissions::new(Coded::of(["a"]), (vec![0], vec![1]), (vec![true], vec![true])).unwrap_err();
    assert!(both.to_string().contains("both an emergency and elective"));
    let short = Admissions::new(Coded::of(["a"]), (vec![0], vec![]), (vec![true], vec![false])).unwrap_err();
    assert_eq!((short.kind(), short.place()), (ErrorKind::Column, "discharged"));
    let long = admissions(&[("a", 0, 1, 'e')]).unwrap().excluding(vec![true, false]).unwrap_err();
    assert_eq!(long.place(), "excluded");
    assert!(admissions(&[]).unwrap().readmissions(30).is_empty());
}

/// An admission: patient, dates, how.
type Row = (&'static str, i32, i32, char);

/// Each admission with what it is, what it follows and after how many days, in an order of its own; of records that say
/// the same in all, any one is the first.
fn told(rows: &[Row]) -> Vec<(Row, Sequel, Option<Row>, Option<u32>)> {
    let following = admissions(rows).unwrap().readmissions(30);
    let of =
        |(row, each): (&Row, &Following)| (*row, each.sequel, each.index.map(|index| rows[index]), each.days);
    let mut told: Vec<_> = rows.iter().zip(&following).map(of).collect();
    told.sort_by_key(|(row, sequel, index, days)| (*row, sequel.name(), *index, *days));
    told
}

proptest! {
    /// The order of the rows does not matter to any admission; more days never make fewer readmissions; every readmission's index is of
    /// the same patient and ended so many days before it.
    #[test]
    fn sequences(rows in prop::collection::vec((0_usize..4, 0_i32..60, 0_i32..9, 0_usize..3), 0..40), turn in 0_usize..40) {
        const PATIENTS: [&str; 4] = ["a", "b", "c", "d"];
        let made: Vec<_> = rows
            .iter()
            .map(|(patient, day, stay, how)| (PATIENTS[*patient], *day, day + stay, ['e', 'p', 'o'][*how]))
            .collect();
        let following = admissions(&made).unwrap().readmissions(30);
        for (row, each) in following.iter().enumerate() {
            if let (Some(index), Some(days)) = (each.index, each.days) {
                prop_assert_eq!(made[index].0, made[row].0);
                prop_assert_eq!(i64::from(made[row].1 - made[index].2), i64::from(days));
                prop_assert!(days <= 30);
            }
            prop_assert_eq!(each.sequel.is_readmission() && made[row].3 != 'e', false);
        }
        let count = |days| admissions(&made).unwrap().readmissions(days).iter().filter(|each| each.sequel.is_readmission()).count();
        prop_assert!(count(7) <= count(30) && count(30) <= count(90));
        let mut turned = made.clone();
        turned.rotate_left(turn % made.len().max(1));
        if turn % 2 == 1 {
            turned.reverse();
        }
        prop_assert_eq!(told(&made), told(&turned));
    }
}

/// Patient, admission and discharge in days since 1970 of the first segment of each claim.
fn claims() -> Option<Vec<(String, i32, i32)>> {
    let day = |text: &str| {
        let written = format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]);
        written.parse::<capitation::exposure::Date>().unwrap().days_since_1970()
    };
    let mut claims = Vec::new();
    for sample in [1, 2] {
        let file = format!("us/DE1_0_2008_to_2010_Inpatient_Claims_Sample_{sample}_subset10000.csv");
        let mut reader = csv::Reader::from_path(published_data(&file)?).unwrap();
        let head = reader.headers().unwrap().clone();
        let at = |name: &str| head.iter().position(|column| column == name).unwrap();
        let (id, segment) = (at("DESYNPUF_ID"), at("SEGMENT"));
        let (admitted, discharged) = (at("CLM_ADMSN_DT"), at("NCH_BENE_DSCHRG_DT"));
        for row in reader.records().map(Result::unwrap).filter(|row| &row[segment] == "1") {
            claims.push((row[id].to_owned(), day(&row[admitted]), day(&row[discharged])));
        }
    }
    Some(claims)
}

/// 11,652 claims, of which 296 begin before the claim before them has ended and 10.2 % within 30 days of its end.
///
/// Seven claims more lie within a stay that began earlier still: five of them would look like readmissions of a patient
/// who had not left, and so would be paid for as none.
#[test]
fn the_inpatient_claims_of_de_synpuf() {
    let Some(claims) = claims() else { return };
    assert_eq!(claims.len(), 11_652);
    let admissions = Admissions::new(
        Coded::of(claims.iter().map(|claim| claim.0.as_str())),
        (
            claims.iter().map(|claim| claim.1).collect::<Vec<_>>(),
            claims.iter().map(|claim| claim.2).collect::<Vec<_>>(),
        ),
        (vec![true; claims.len()], vec![false; claims.len()]),
    );
    let following = admissions.unwrap().readmissions(30);

    // Beside it, each claim and the one before it alone.
    let mut order: Vec<usize> = (0..claims.len()).collect();
    order.sort_by_key(|row| (&claims[*row].0, claims[*row].1, claims[*row].2));
    let mut pairs = HashMap::new();
    for pair in order.windows(2) {
        if claims[pair[0]].0 == claims[pair[1]].0 {
            pairs.insert(pair[1], claims[pair[1]].1 - claims[pair[0]].2);
        }
    }
    let overlaps = pairs.values().filter(|days| **days < 0).count();
    let within = pairs.values().filter(|days| (0..=30).contains(*days)).count();
    assert_eq!((overlaps, within), (296, 1_184));
    assert_eq!((within * 1_000 + claims.len() / 2) / claims.len(), 102);

    let of = |sequel: Sequel| following.iter().filter(|each| each.sequel == sequel).count();
    assert_eq!((of(Sequel::Overlap), of(Sequel::AfterOther)), (303, 1_179));
    let unlike: Vec<(usize, &Following)> = following
        .iter()
        .enumerate()
        .filter(|(row, each)| {
            let by_pair = match pairs.get(row) {
                Some(days) if *days < 0 => Sequel::Overlap,
                Some(days) if *days <= 30 => Sequel::AfterOther,
                _ => Sequel::Apart,
            };
            each.sequel != by_pair
        })
        .collect();
    // All the others come out alike, and the seven are within an earlier stay or follow one that outlasted the last.
    assert!(unlike.iter().all(|(_, each)| each.sequel == Sequel::Overlap || each.sequel.is_readmission()));
    assert_eq!(unlike.iter().filter(|(_, each)| each.sequel == Sequel::Overlap).count(), 7);
}
