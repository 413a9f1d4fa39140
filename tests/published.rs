//! Results files as they may come: years that are not at hand, in the columns that CMS names for them; and bad ones.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops where something is not as it must be"
)]

#[path = "support/file.rs"]
mod file;

use capitation::datasets::{mssp, reach};
use capitation::reproduce::{Reproduced, Verdict, reproduce_mssp};
use capitation::{Error, ErrorKind};

use file::File;

const HEAD_2024: &str = "ACO_ID,ACO_Name,Current_Start_Date,Current_Track,Risk_Model,N_AB,Sav_rate,MinSavPerc,BnchmkMinExp,GenSaveLoss,DisAdj,Impact_Mid_Year_Termination,EarnSaveLoss,Met_QPS,Met_AltQPS,QualScore,UpdatedBnchmk,ABtotBnchmk,ABtotExp,FinalShareRate,FinalLossRate,Rev_Exp_Cat,N_AB_Year_PY,Guardrail,ReducedSS";

fn settled(file: &str, rows: &[&str]) -> Vec<Reproduced> {
    let file = File::new(file, &format!("{HEAD_2024}\n{}\n", rows.join("\n")));
    reproduce_mssp(&[mssp::read(&file.path, None).unwrap()]).unwrap().rows
}

/// Each rule that began after 2022, by hand.
#[test]
fn rules_of_later_years() {
    let rows = [
        // Standard met: 50 % of 5,000,000 less 2 %.
        "X1,One,01/01/2024,E,Two-Sided,20000,5.00%,1.00%,5000000,5000000,,0,2450000,1,0,91.00%,5000,100000000,95000000,50.00%,30.00%,Low Revenue,20000,0,0",
        // Only the alternative standard: 75 % x 80 % of 5,000,000 less 2 %.
        "X2,Two,01/01/2024,EN,Two-Sided,20000,5.00%,0.50%,5000000,5000000,,0,2940000,0,1,80.00%,5000,100000000,95000000,60.00%,40.00%,High Revenue,20000,0,0",
        // Neither: nothing of the savings, three quarters of a loss.
        "X3,Three,01/01/2024,EN,Two-Sided,20000,5.00%,0.00%,5000000,5000000,,0,0,0,0,20.00%,5000,100000000,95000000,0.00%,75.00%,High Revenue,20000,0,0",
        "X4,Four,01/01/2024,EN,Two-Sided,20000,-5.00%,0.00%,-5000000,-5000000,,0,-3750000,0,0,20.00%,5000,100000000,105000000,0.00%,75.00%,High Revenue,20000,0,0",
        // Below a minimum of 2.5 %, at half of 40 % of 1,000,000 less 2 %; and the same without the right to.
        "X5,Five,01/01/2024,A,One-Sided,20000,1.00%,2.50%,1000000,1000000,,0,196000,1,0,91.00%,5000,100000000,99000000,20.00%,,Low Revenue,20000,0,1",
        "X6,Six,01/01/2024,A,One-Sided,20000,1.00%,2.50%,1000000,0,,0,0,1,0,91.00%,5000,100000000,99000000,40.00%,,High Revenue,20000,0,0",
        // Savings that the guardrail made are not shared.
        "X7,Seven,01/01/2024,E,Two-Sided,20000,5.00%,0.00%,5000000,0,,0,0,1,0,91.00%,5000,100000000,95000000,50.00%,30.00%,Low Revenue,20000,1,0",
        // A disaster took 200,000 of a loss of 30 % of 5,000,000.
        "X8,Eight,01/01/2024,E,Two-Sided,20000,-5.00%,1.00%,-5000000,-5000000,-200000,0,-1300000,1,0,91.00%,5000,100000000,105000000,50.00%,30.00%,Low Revenue,20000,0,0",
    ];
    for row in settled("PY2024_results.csv", &rows) {
        assert_eq!(row.verdict, Verdict::Exact, "{row:#?}");
        assert_eq!(row.year, 2024);
    }
}

/// The year before the column for it: gross savings below the minimum tell that they are shared.
#[test]
fn a_file_without_the_column_of_reduced_sharing() {
    let head = HEAD_2024.replace(",Guardrail,ReducedSS", "");
    let row = "X5,Five,01/01/2023,A,One-Sided,20000,1.00%,2.50%,1000000,1000000,,0,196000,1,0,91.00%,5000,100000000,99000000,20.00%,,Low Revenue,20000";
    let empty = ",".repeat(22);
    let file = File::new("2023.csv", &format!("{head}\n{row}\n{empty}\n"));
    let settled = reproduce_mssp(&[mssp::read(&file.path, None).unwrap()]).unwrap();
    assert_eq!(settled.rows.len(), 1);
    assert_eq!(settled.rows[0].verdict, Verdict::Exact, "{:#?}", settled.rows[0]);
}

#[test]
fn a_wrong_payment_is_found_and_told() {
    let rows = [
        "X1,One,01/01/2024,E,Two-Sided,20000,5.00%,1.00%,5000000,5000000,,0,2450002,1,0,91.00%,5000,100000000,95000000,50.00%,30.00%,Low Revenue,20000,0,0",
        "X2,Two,01/01/2024,E,Two-Sided,20000,5.00%,1.00%,5000000,4000000,,0,2450000,1,0,91.00%,5000,100000000,95000000,50.00%,30.00%,Low Revenue,20000,0,0",
        "X3,Three,01/01/2024,A,One-Sided,20000,5.00%,2.40%,5000000,5000000,,0,1960000,1,0,91.00%,5000,100000000,95000000,40.00%,,Low Revenue,20000,0,0",
        "X4,Four,01/01/2024,E,Two-Sided,20000,5.00%,1.00%,5000000,5000000,,0,2450000,1,0,91.00%,5000,100000000,95000005,50.00%,30.00%,Low Revenue,20000,0,0",
    ];
    let found: Vec<String> =
        settled("py 2024.csv", &rows).iter().map(|row| row.verdict.to_string()).collect();
    assert_eq!(
        found,
        [
            "missed: 2450000.00 comes out, 2450002 was published",
            "missed: gross savings or losses are 5000000, published as 4000000",
            "missed: the minimum rate is 0.025, published as 0.024",
            "missed: benchmark less expenditure is 4999995, published as 5000000",
        ]
    );
}

fn refused(name: &str, text: &str, year: Option<i16>) -> Error {
    let file = File::new(name, text);
    mssp::read(&file.path, year).and_then(|rows| reproduce_mssp(&[rows])).unwrap_err()
}

const GOOD: &str = "X1,One,01/01/2024,E,Two-Sided,20000,5.00%,1.00%,5000000,5000000,,0,2450000,1,0,91.00%,5000,100000000,95000000,50.00%,30.00%,Low Revenue,20000,0,0";

#[test]
fn a_bad_file_is_refused_by_line_and_column() {
    let changed = |from: &str, to: &str| format!("{HEAD_2024}\n{GOOD}\n{}\n", GOOD.replacen(from, to, 1));
    let cases = [
        (
            HEAD_2024.replace("ABtotBnchmk", "Benchmark") + "\n" + GOOD,
            ErrorKind::Column,
            "there is no column for the benchmark; name it `ABtotBnchmk`, as the regulator does",
        ),
        (
            HEAD_2024.replace("Current_Track", "Path") + "\n" + GOOD,
            ErrorKind::Column,
            "there is no column for the track; name it `Current_Track` or `Track`, as the regulator does",
        ),
        (
            changed("E,Two", "F,Two"),
            ErrorKind::Row,
            ", line 3, track (`Current_Track`): `F` is not a track that is known; use a code such as `E`, `EN` or `1+`, or the track's name",
        ),
        (
            changed("1.00%", "120%"),
            ErrorKind::Row,
            ", line 3, minimum savings rate (`MinSavPerc`): 1.2 is more than 1, which is all of it; compare the cell with the regulator's file",
        ),
        (
            changed("1.00%", "-1.00%"),
            ErrorKind::Row,
            ", line 3, minimum savings rate (`MinSavPerc`): -0.01 is below zero; compare the cell with the regulator's file",
        ),
        (
            changed("1.00%", "0.01"),
            ErrorKind::Row,
            ", line 3, minimum savings rate (`MinSavPerc`): `0.01` has no percent sign, and other rows have one; write all rows in the same way",
        ),
        (
            changed("Low Revenue,20000", "Low Revenue,-20000"),
            ErrorKind::Row,
            ", line 3, person years (`N_AB_Year_PY`): -20000 is below zero; compare the cell with the regulator's file",
        ),
        (
            changed("100000000", "*"),
            ErrorKind::Row,
            ", line 3, benchmark (`ABtotBnchmk`): there is no value, or it is suppressed; leave the row out of the file, or fill it from the regulator's",
        ),
        (
            changed("100000000", "1e8"),
            ErrorKind::Row,
            ", line 3, benchmark (`ABtotBnchmk`): `1e8` is not a number; correct the cell, or leave the row out",
        ),
        (
            changed("2450000,1,", "2450000,2,"),
            ErrorKind::Row,
            ", line 3, quality standard met (`Met_QPS`): `2` is neither 1 nor 0; write 1 for yes and 0 for no",
        ),
        (
            changed(",0,0", ",0"),
            ErrorKind::Row,
            ", line 3: it has 24 cells where the header has 25; give the file whole: the CSV as the",
        ),
        (
            changed("1.00%", "120%").replace('\n', "\r\n"),
            ErrorKind::Row,
            ", line 3, minimum savings rate (`MinSavPerc`): 1.2 is more than 1, which is all of it",
        ),
        (
            changed("E,Two", "F,Two").replace(",Met_AltQPS", ",Other"),
            ErrorKind::Row,
            ", line 3, track (`Current_Track`): `F` is not a track that is known",
        ),
        (HEAD_2024.to_owned(), ErrorKind::File, "it has no rows; give the whole file"),
    ];
    for (text, kind, words) in cases {
        let error = refused("results 2024.csv", &text, None);
        assert!(error.to_string().contains(words), "{error}");
        assert_eq!(error.kind(), kind, "{error}");
    }
}

/// What a regulator's file may have around its rows, and in cells that nothing depends on.
#[test]
fn a_file_with_notes_and_odd_cells_is_read() {
    let odd = GOOD.replace("01/01/2024", "N/A").replace(",,0,2450000", ",#N/A,Not applicable,2450000");
    let text = format!("\u{feff}{HEAD_2024}\r\n{odd}\r\n   \r\n* suppressed: fewer than 11\r\n");
    let mut bytes = text.replace("One", "Caf\u{e9} \u{2019}One\u{2019}").into_bytes();
    let read = |bytes: &[u8]| {
        let file = File::new("2024.csv", "");
        std::fs::write(&file.path, bytes).unwrap();
        mssp::read(&file.path, None).unwrap().rows
    };
    let rows = read(&bytes);
    assert_eq!(
        (rows.len(), rows[0].aco.as_str(), rows[0].name.as_str()),
        (1, "X1", "Caf\u{e9} \u{2019}One\u{2019}")
    );
    // The same in the western code page, with the mark of the other one before it.
    let western = text.replace("#N/A", "").replace("One", "Caf@ #One#");
    bytes = western
        .bytes()
        .map(|byte| match byte {
            b'@' => 0xe9,
            b'#' => 0x92,
            other => other,
        })
        .collect();
    let rows = read(&bytes);
    assert_eq!((rows[0].aco.as_str(), rows[0].name.as_str()), ("X1", "Caf\u{e9} \u{2019}One\u{2019}"));
}

/// What is cut off is not taken for a note.
#[test]
fn a_file_that_is_not_whole_is_refused() {
    let last = |rest: &str| format!("{HEAD_2024}\n{GOOD}\n\n{rest}");
    let error = refused("2024.csv", &last("X12"), None);
    assert!(error.to_string().contains("line 4: it has 1 cells where the header has 25"), "{error}");
    let error = refused("2024.csv", &last(&format!("\"{GOOD}\n{GOOD}\n")), None);
    assert!(error.to_string().contains("line 4: it has"), "{error}");
    let error = refused("2024.csv", &format!("{HEAD_2024}\nX12\n{GOOD}\n"), None);
    assert!(error.to_string().contains("line 2: it has 1 cells"), "{error}");
}

/// A column that a year's rules depend on cannot be taken as empty.
#[test]
fn a_file_without_a_column_that_its_rules_need_is_refused() {
    for column in ["Met_AltQPS", "Guardrail"] {
        let text = format!("{}\n{GOOD}\n", HEAD_2024.replace(column, "Other"));
        let error = refused("2024.csv", &text, None);
        assert!(error.to_string().contains("the results file does not tell it: "), "{error}");
        assert!(error.to_string().starts_with("X1 of 2024, contract"), "{error}");
    }
}

/// Revenue can limit a loss; it cannot turn it into a payment.
#[test]
fn only_less_of_a_loss_is_explained() {
    let lost = "X1,One,01/01/2024,E,Two-Sided,20000,-5.00%,1.00%,-5000000,-5000000,,0,{},1,0,91.00%,5000,100000000,105000000,50.00%,30.00%,Low Revenue,20000,0,0";
    let verdict = |paid: &str| settled("2024.csv", &[&lost.replace("{}", paid)])[0].verdict.clone();
    assert_eq!(verdict("-1500000"), Verdict::Exact);
    assert!(matches!(verdict("-900000"), Verdict::Explained(_)));
    assert!(matches!(verdict("0"), Verdict::Explained(_)));
    assert!(matches!(verdict("500000"), Verdict::Missed(_)));
    assert!(matches!(verdict("-1600000"), Verdict::Missed(_)));
    // Who left within the year shares no savings.
    let left = GOOD.replace(",,0,2450000", ",,1,0");
    assert!(matches!(settled("2024.csv", &[&left])[0].verdict, Verdict::Explained(_)));
}

#[test]
fn the_year_comes_from_the_name_or_the_caller() {
    let text = format!("{HEAD_2024}\n{GOOD}\n");
    let error = refused("results.csv", &text, None);
    assert!(
        error
            .to_string()
            .ends_with("neither a column nor the file's name tells the performance year; give the year"),
        "{error}"
    );
    // Two years in a name tell none.
    assert!(mssp::read(&File::new("2023 and 2024.csv", &text).path, None).is_err());
    assert_eq!(mssp::read(&File::new("PY 2024.csv", &text).path, None).unwrap().rows[0].year, 2024);
    assert_eq!(mssp::read(&File::new("results.csv", &text).path, Some(2023)).unwrap().rows[0].year, 2023);
    let error = refused("results.csv", &text, Some(2031));
    assert_eq!(
        error.to_string(),
        "X1 of 2031, programme `Medicare Shared Savings Program`: it has no track in 2031; ask for a year from 2014 to 2024"
    );
    let error = refused("results.csv", &text, Some(2015));
    assert!(
        error.to_string().contains("it has no track `BASIC E` in 2015; use one of `Track 1`, `Track 2`"),
        "{error}"
    );
    let missing = mssp::read("nowhere/results 2024.csv", None).unwrap_err();
    assert!(missing.to_string().starts_with("nowhere/results 2024.csv: it cannot be read"), "{missing}");
}

#[test]
fn a_reach_file_with_an_unknown_arrangement_is_refused() {
    let text = "perf_year,aco_id,aco_name,risk_arrangement,retention_withhold,final_benchmark,tot_cost_care_net,gross_savings,shared_savings,shared_savings_seq\n2022,D1,One,Local,0,100,90,10,10,9.8\n";
    let file = File::new("reach.csv", text);
    let error = reach::read(&file.path, None).unwrap_err();
    assert!(error.to_string().ends_with(
        "line 2, risk arrangement (`risk_arrangement`): `Local` is not a track that is known; use `Global` or `Professional`"
    ), "{error}");
}
