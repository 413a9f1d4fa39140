//! Tables of activity: what stands in a column where a value is missing, whatever the type.

#![allow(clippy::unwrap_used, reason = "a test stops where something is not as it must be")]

use std::sync::Arc;

use arrow_array::{
    Array, ArrayRef, BooleanArray, Date32Array, DictionaryArray, Float32Array, Float64Array, Int8Array,
    Int32Array, LargeStringArray, RecordBatch, StringArray, StringViewArray, TimestampSecondArray,
    UInt64Array,
    types::{Int8Type, Int32Type},
};
use capitation::activity::{
    Admissions, Fault, MarketForces, Pricing, Tariff, TariffRow,
    arrow::{AdmissionNames, HowAdmitted, LineNames, TariffColumn, TariffNames},
};

/// One code with a price of each kind, and a top-up, so that every column matters.
fn tariff() -> Tariff {
    let knee = TariffRow {
        code: "HN22E".to_owned(),
        combined: Some(5528.into()),
        best_practice: Some(6000.into()),
        best_practice_where: Some("DC EL".to_owned()),
        elective_trim_days: Some(7),
        daily_rate: Some(227.into()),
        top_up: Some("0.24".parse().unwrap()),
        ..TariffRow::default()
    };
    Tariff::new(2017, vec![knee]).unwrap()
}

fn factors() -> MarketForces {
    MarketForces::new([("RXA", 1.into())]).unwrap()
}

fn names() -> LineNames {
    LineNames::new("code")
        .spells("method", "class")
        .dates("admitted", "discharged")
        .provider("trust")
        .best_practice("best")
        .specialised("special")
}

/// Two spells of which nothing is missing.
fn columns() -> Vec<(&'static str, ArrayRef)> {
    vec![
        ("code", Arc::new(StringArray::from(vec!["HN22E", "HN22E"]))),
        ("method", Arc::new(Int8Array::from(vec![11, 11]))),
        ("class", Arc::new(Int8Array::from(vec![1, 1]))),
        ("admitted", Arc::new(StringArray::from(vec!["2017-04-01", "2017-04-02"]))),
        ("discharged", Arc::new(StringArray::from(vec!["2017-04-03", "2017-04-04"]))),
        ("trust", Arc::new(StringArray::from(vec!["RXA", "RXA"]))),
        ("best", Arc::new(BooleanArray::from(vec![true, true]))),
        ("special", Arc::new(BooleanArray::from(vec![true, true]))),
    ]
}

/// The table with one column in place of its own.
fn with(name: &str, array: &ArrayRef) -> RecordBatch {
    let columns = columns().into_iter();
    RecordBatch::try_from_iter(
        columns.map(|(known, own)| (known, if known == name { array.clone() } else { own })),
    )
    .unwrap()
}

/// Asserts that the second row lacks a value, and the first has a payment.
fn assert_second_is_missing(name: &str, array: &ArrayRef) {
    let told = format!("`{name}` as {}", array.data_type());
    let batch = with(name, array);
    let (tariff, names) = (tariff(), names());
    let lines = names.read(&batch).unwrap();
    let priced = Pricing::new(&tariff, Some(&factors())).collecting().price(&[lines]).unwrap();
    let faults: Vec<Fault> = priced.unpriced().by_fault().into_iter().map(|(fault, _)| fault).collect();
    assert_eq!((faults, priced.rule(0).is_some()), (vec![Fault::Missing], true), "{told}");
    assert_eq!(priced.payment(1), None, "{told}");
}

#[test]
fn a_text_of_nothing_but_space_is_missing() {
    for (name, value) in [
        ("code", "HN22E"),
        ("method", "11"),
        ("class", "1"),
        ("admitted", "2017-04-01"),
        ("discharged", "2017-04-03"),
        ("trust", "RXA"),
    ] {
        for blank in [Some(""), Some("  "), None] {
            let values = [Some(value), blank];
            assert_second_is_missing(name, &(Arc::new(StringArray::from_iter(values)) as ArrayRef));
            assert_second_is_missing(name, &(Arc::new(LargeStringArray::from_iter(values)) as ArrayRef));
            assert_second_is_missing(name, &(Arc::new(StringViewArray::from_iter(values)) as ArrayRef));
            let small: DictionaryArray<Int8Type> = values.into_iter().collect();
            assert_second_is_missing(name, &(Arc::new(small) as ArrayRef));
            let large: DictionaryArray<Int32Type> = values.into_iter().collect();
            assert_second_is_missing(name, &(Arc::new(large) as ArrayRef));
        }
    }
}

#[test]
fn a_flag_that_is_no_number_is_missing_and_not_a_no() {
    for name in ["best", "special"] {
        assert_second_is_missing(name, &(Arc::new(BooleanArray::from(vec![Some(true), None])) as ArrayRef));
        assert_second_is_missing(name, &(Arc::new(Float64Array::from(vec![1.0, f64::NAN])) as ArrayRef));
        assert_second_is_missing(name, &(Arc::new(Float32Array::from(vec![1.0, f32::NAN])) as ArrayRef));
    }
}

#[test]
fn blanks_of_a_slice_are_found_where_they_are() {
    let texts: ArrayRef = Arc::new(StringArray::from(vec!["", "2017-04-01", ""]));
    assert_second_is_missing("admitted", &texts.slice(1, 2));
    let dictionary: ArrayRef =
        Arc::new(["", "HN22E", " "].into_iter().collect::<DictionaryArray<Int8Type>>());
    assert_second_is_missing("code", &dictionary.slice(1, 2));
}

/// Spells in batches of two, where `name` has the values of `array`.
fn in_batches(name: &str, array: &ArrayRef) -> Vec<RecordBatch> {
    let plain: [(&str, ArrayRef); 4] = [
        ("point", Arc::new(StringArray::from(vec!["day_case"; 2]))),
        ("units", Arc::new(Float64Array::from(vec![1.0; 2]))),
        ("cost", Arc::new(Float64Array::from(vec![10.0; 2]))),
        ("nights", Arc::new(Int8Array::from(vec![0; 2]))),
    ];
    let of = |at| {
        let columns = columns().into_iter().chain(plain.clone());
        let value = |(known, own)| (known, if known == name { array.slice(at, 2) } else { own });
        RecordBatch::try_from_iter(columns.map(value)).unwrap()
    };
    (0..array.len()).step_by(2).map(of).collect()
}

/// The error of a table in batches of two, of which row 5 has a value that cannot be.
fn refusal_of_row_5(names: &LineNames, name: &str, array: &ArrayRef) -> String {
    let (tariff, batches) = (tariff(), in_batches(name, array));
    let priced = names.read_all(&batches).and_then(|lines| Pricing::new(&tariff, None).price(&lines));
    priced.unwrap_err().to_string()
}

#[test]
fn the_row_of_a_wrong_value_is_that_of_the_table_and_not_of_the_batch() {
    let spells = names().cost("cost");
    let points = LineNames::new("code")
        .point("point")
        .stay("nights")
        .units("units")
        .best_practice("best")
        .specialised("special")
        .date("discharged");
    let floats = |last: f64| Arc::new(Float64Array::from(vec![0.0, 0.0, 0.0, 0.0, 0.0, last])) as ArrayRef;
    let days = ["2017-04-03", "2017-04-03", "2017-04-03", "2017-04-03", "2017-04-03", "3 April"];
    let gap = Arc::new((0..6).map(|row| (row < 5).then_some(1.0)).collect::<Float64Array>()) as ArrayRef;
    for (names, name, array) in [
        (&spells, "cost", floats(-1.0)),
        (&spells, "cost", gap),
        (&spells, "best", floats(2.0)),
        (&spells, "special", floats(0.5)),
        (&spells, "discharged", Arc::new(StringArray::from(days.to_vec())) as ArrayRef),
        (&points, "discharged", Arc::new(StringArray::from(days.to_vec()))),
        (&points, "units", floats(-1.0)),
        (&points, "nights", floats(0.5)),
    ] {
        let why = refusal_of_row_5(names, name, &array);
        assert!(why.contains("row 5"), "{name}: {why}");
    }
}

#[test]
fn the_row_of_an_admission_is_that_of_the_table() {
    let admission = |admitted: &str, elective: f64, method: &str| {
        RecordBatch::try_from_iter([
            ("patient", Arc::new(Int32Array::from(vec![1])) as ArrayRef),
            ("admitted", Arc::new(StringArray::from(vec![admitted]))),
            ("discharged", Arc::new(StringArray::from(vec!["2017-04-03"]))),
            ("emergency", Arc::new(Float64Array::from(vec![0.0]))),
            ("elective", Arc::new(Float64Array::from(vec![elective]))),
            ("method", Arc::new(StringArray::from(vec![method]))),
        ])
        .unwrap()
    };
    let flags = HowAdmitted::Flags { emergency: "emergency".to_owned(), elective: "elective".to_owned() };
    for (third, how) in [
        (admission("2 April", 1.0, "11"), flags.clone()),
        (admission(" ", 1.0, "11"), flags.clone()),
        (admission("2017-04-02", 3.0, "11"), flags),
        (admission("2017-04-02", 1.0, "99"), HowAdmitted::Method("method".to_owned())),
    ] {
        let whole = admission("2017-04-02", 1.0, "11");
        let names = AdmissionNames {
            patient: "patient".to_owned(),
            admitted: "admitted".to_owned(),
            discharged: "discharged".to_owned(),
            how,
            excluded: None,
        };
        let why = Admissions::from_record_batches(&[whole.clone(), whole, third], &names).unwrap_err();
        assert!(why.place().contains("row 2 (the first row is 0)"), "{why}");
    }
}

/// The faults of a table in batches of two, of which row 5 has a value that cannot be; the other rows are paid.
fn collected(names: &LineNames, name: &str, array: &ArrayRef) -> Vec<(Fault, String, u64, usize)> {
    let (tariff, factors, batches) = (tariff(), factors(), in_batches(name, array));
    let pricing = Pricing::new(&tariff, Some(&factors)).collecting();
    let lines = names.read_all(&batches).unwrap();
    let priced = pricing.price(&lines).unwrap();
    assert!((0..5).all(|row| priced.payment(row).is_some()) && priced.payment(5).is_none(), "{name}");
    assert_eq!(pricing.totals(&lines).unwrap().unpriced(), priced.unpriced());
    let groups = priced.unpriced().groups().into_iter();
    groups.map(|group| (group.fault, group.subject.clone(), group.lines, group.first_row)).collect()
}

#[test]
fn a_value_that_is_none_of_its_kind_is_collected() {
    let points = LineNames::new("code")
        .point("point")
        .stay("nights")
        .units("units")
        .provider("trust")
        .best_practice("best")
        .specialised("special")
        .date("discharged");
    let floats = |last: f64| Arc::new(Float64Array::from(vec![1.0, 1.0, 0.0, 1.0, 1.0, last])) as ArrayRef;
    let texts = |last| {
        Arc::new(StringArray::from(vec![
            "2017-04-03",
            "2017-04-03",
            "2017-04-03",
            "2017-04-03",
            "2017-04-03",
            last,
        ])) as ArrayRef
    };
    let wrong = |fault, value: &str| vec![(fault, value.to_owned(), 1, 5)];
    for (names, name, array, found) in [
        (&points, "units", floats(-1.0), wrong(Fault::UnitsOutOfRange, "-1")),
        (&points, "units", floats(f64::INFINITY), wrong(Fault::UnitsOutOfRange, "inf")),
        (&points, "units", floats(4e-7), wrong(Fault::UnitsOutOfRange, "0.0000004")),
        (&points, "units", floats(1.000_000_5), wrong(Fault::UnitsOutOfRange, "1.0000005")),
        (&points, "units", floats(f64::NAN), wrong(Fault::Missing, "units")),
        (&points, "nights", floats(0.5), wrong(Fault::NotWhole, "0.5")),
        (&points, "nights", floats(f64::NAN), wrong(Fault::Missing, "length of stay")),
        (&points, "best", floats(0.5), wrong(Fault::NoFlag, "0.5")),
        (&points, "special", floats(2.0), wrong(Fault::NoFlag, "2")),
        (&points, "discharged", texts("30 April"), wrong(Fault::NoDate, "30 April")),
        (&names(), "discharged", texts("2017-02-30"), wrong(Fault::NoDate, "2017-02-30")),
    ] {
        assert_eq!(collected(names, name, &array), found, "{name}");
    }
}

#[test]
fn what_a_line_that_cannot_be_read_is_refused_with() {
    let names = names();
    let days = ["2017-04-03", "2017-04-03", "2017-04-03", "2017-04-03", "2017-04-03", "30 April"];
    let days: ArrayRef = Arc::new(StringArray::from(days.to_vec()));
    assert_eq!(
        refusal_of_row_5(&names, "discharged", &days),
        "row 5 (the first row is 0): discharge `30 April` is no date; write days as 2017-04-30"
    );
    let units: ArrayRef = Arc::new(Float64Array::from(vec![1.0, 1.0, 1.0, 1.0, 1.0, 0.125_000_01]));
    assert_eq!(
        refusal_of_row_5(&names_of_points().units("units"), "units", &units),
        "row 5 (the first row is 0): units `0.12500001` is not a number of units from 0 to a thousand million, to six \
         decimals; net corrections against what they correct, and round to six decimals"
    );
}

fn names_of_points() -> LineNames {
    LineNames::new("code").point("point").stay("nights").best_practice("best").specialised("special")
}

#[test]
fn the_noise_of_floats_is_no_decimal_of_units() {
    let (tariff, noise) = (tariff(), 0.1 + 0.2);
    assert!(noise.to_string().len() > 8);
    let units: ArrayRef = Arc::new(Float64Array::from(vec![noise, 123_456_789.123_456, 1.0, 1.0, 1.0, 1.0]));
    let batches = in_batches("units", &units);
    let names = names_of_points().units("units");
    let priced = Pricing::new(&tariff, None).price(&names.read_all(&batches).unwrap()).unwrap();
    // 6,000 × 1.24 × 0.3, and × 123,456,789.123456: 918,518,511,078.51264.
    assert_eq!((priced.payment(0), priced.payment(1)), (Some(223_200), Some(91_851_851_107_851)));
}

#[test]
fn a_value_is_only_missing_where_a_price_depends_on_it() {
    let plain = TariffRow { code: "HN22E".to_owned(), combined: Some(5528.into()), ..TariffRow::default() };
    let tariff = Tariff::new(2017, vec![plain]).unwrap();
    let flags: ArrayRef = Arc::new(BooleanArray::from(vec![Some(true), None]));
    let trusts: DictionaryArray<Int8Type> = [Some("RXA"), None].into_iter().collect();
    let trusts: ArrayRef = Arc::new(trusts);
    let names = names_of_points().provider("trust");
    for (name, array) in [("best", &flags), ("special", &flags), ("trust", &trusts)] {
        let batch = in_batches(name, array).remove(0);
        let lines = [names.read(&batch).unwrap()];
        let totals = Pricing::new(&tariff, None).totals(&lines).unwrap();
        assert_eq!(totals.total().unwrap().payment, 2 * 552_800, "{name}");
        let providers: Vec<(&str, u64)> = totals.iter().map(|row| (row.0, row.3.lines)).collect();
        // A line whose provider is not said is nobody's, and not that of the first in the dictionary.
        let expected = if name == "trust" { vec![("", 1), ("RXA", 1)] } else { vec![("RXA", 2)] };
        assert_eq!(providers, expected, "{name}");
    }
    let batch = in_batches("trust", &trusts).remove(0);
    let factors = factors();
    let why = Pricing::new(&tariff, Some(&factors)).price(&[names.read(&batch).unwrap()]).unwrap_err();
    assert_eq!(
        why.to_string(),
        "row 1 (the first row is 0): the provider is missing; fill it, leave the row out, or collect what has no price"
    );
}

#[test]
fn a_code_that_is_no_whole_number_is_unknown_as_it_is_written() {
    let (tariff, names) = (tariff(), names());
    let codes = |second: f64| Arc::new(Float64Array::from(vec![11.0, second])) as ArrayRef;
    for (second, fault, subject) in
        [(11.5, Fault::UnknownMethod, "11.5"), (f64::NAN, Fault::Missing, "admission method")]
    {
        let batch = with("method", &codes(second));
        let priced = Pricing::new(&tariff, None).collecting().price(&[names.read(&batch).unwrap()]).unwrap();
        let groups = priced.unpriced().groups();
        assert_eq!((groups.len(), groups[0].fault, &*groups[0].subject), (1, fault, subject));
        assert!(priced.payment(0).is_some());
    }
}

#[test]
fn codes_below_zero_and_beyond_63_bits_are_told_as_they_are() {
    let (tariff, names) = (tariff(), names());
    for (array, subject) in [
        (Arc::new(Int32Array::from(vec![11, -3])) as ArrayRef, "-3"),
        (Arc::new(UInt64Array::from(vec![11, u64::MAX])) as ArrayRef, "18446744073709551615"),
    ] {
        let batch = with("method", &array);
        let priced = Pricing::new(&tariff, None).collecting().price(&[names.read(&batch).unwrap()]).unwrap();
        let groups = priced.unpriced().groups();
        assert_eq!((groups.len(), groups[0].fault, &*groups[0].subject), (1, Fault::UnknownMethod, subject));
    }
}

#[test]
fn a_dictionary_of_dates_is_days_and_of_floats_has_its_nulls() {
    let keys = Int32Array::from(vec![Some(1), Some(0)]);
    let days = Arc::new(Date32Array::from(vec![17_259, 17_258]));
    let days: ArrayRef = Arc::new(DictionaryArray::new(keys.clone(), days));
    let by_dates = with("discharged", &days);
    let by_texts =
        with("discharged", &(Arc::new(StringArray::from(vec!["2017-04-02", "2017-04-03"])) as ArrayRef));
    let (tariff, names) = (tariff(), names().date("discharged"));
    let total = |batch| Pricing::new(&tariff, None).totals(&[names.read(batch).unwrap()]).unwrap();
    assert!(total(&by_dates).iter().eq(total(&by_texts).iter()));
    let none: ArrayRef =
        Arc::new(DictionaryArray::new(keys, Arc::new(Float64Array::from(vec![None, Some(1.0)]))));
    assert_second_is_missing("best", &none);
}

#[test]
fn moments_are_days_in_utc_alone() {
    // 2017-04-01 00:30 in London is 2017-03-31 23:30 in UTC, the year before.
    let half_past = TimestampSecondArray::from(vec![1_491_003_000; 2]);
    let of = |zone: Option<&str>| {
        let moments: ArrayRef = Arc::new(match zone {
            Some(zone) => half_past.clone().with_timezone(zone),
            None => half_past.clone(),
        });
        let batch = with("discharged", &moments);
        let names = LineNames::new("code").spells("method", "class").dates("admitted", "discharged");
        names.read(&batch).map(|_| ()).map_err(|why| why.to_string())
    };
    for utc in [None, Some("UTC"), Some("Etc/UTC"), Some("Z"), Some("+00:00")] {
        assert_eq!(of(utc), Ok(()), "{utc:?}");
    }
    for zone in ["Europe/London", "+01:00", "GMT0BST"] {
        assert_eq!(
            of(Some(zone)).unwrap_err(),
            format!(
                "column `discharged`: it holds moments in the zone `{zone}`, and not days; \
                 give the local date: `.dt.date()` in polars, `.dt.tz_localize(None)` in pandas"
            )
        );
    }
}

#[test]
fn admissions_without_a_date_are_refused_by_row() {
    let batch = RecordBatch::try_from_iter([
        ("patient", Arc::new(Int32Array::from(vec![1, 1])) as ArrayRef),
        ("admitted", Arc::new(StringArray::from(vec!["2017-04-01", " "]))),
        ("discharged", Arc::new(StringArray::from(vec!["2017-04-03", "2017-04-04"]))),
        ("emergency", Arc::new(Float64Array::from(vec![1.0, 1.0]))),
        ("elective", Arc::new(Float64Array::from(vec![0.0, f64::NAN]))),
    ])
    .unwrap();
    let names = |admitted: &str| AdmissionNames {
        patient: "patient".to_owned(),
        admitted: admitted.to_owned(),
        discharged: "discharged".to_owned(),
        how: HowAdmitted::Flags { emergency: "emergency".to_owned(), elective: "elective".to_owned() },
        excluded: None,
    };
    let refusal = |admitted| {
        Admissions::from_record_batches(std::slice::from_ref(&batch), &names(admitted)).unwrap_err()
    };
    assert_eq!(
        refusal("admitted").to_string(),
        "column `admitted`, row 1 (the first row is 0): the value is missing; fill it, or leave the row out"
    );
    assert_eq!(
        refusal("discharged").to_string(),
        "column `elective`, row 1 (the first row is 0): the value is missing; fill it, or leave the row out"
    );
}

/// A price list of texts with these columns.
fn list(columns: &[(&str, &[Option<&str>])]) -> RecordBatch {
    let column = |(name, cells): &(&str, &[Option<&str>])| {
        ((*name).to_owned(), Arc::new(StringArray::from(cells.to_vec())) as ArrayRef)
    };
    RecordBatch::try_from_iter(columns.iter().map(column)).unwrap()
}

fn refused(batch: &RecordBatch, names: &TariffNames) -> String {
    Tariff::from_record_batches_collecting(2017, std::slice::from_ref(batch), names).unwrap_err().to_string()
}

#[test]
fn a_flag_that_finds_no_price_is_refused_and_the_price_is_not_paid() {
    let table = list(&[
        ("code", &[Some("HN22E"), Some("DZ11V")]),
        ("combined", &[Some("5528"), Some("9999999")]),
        ("flag", &[Some("ok"), Some("corrupt")]),
    ]);
    for price in [TariffColumn::DayCase, TariffColumn::Elective, TariffColumn::Code] {
        let why = refused(&table, &TariffNames::new().flag(price, "flag"));
        assert_eq!(
            why,
            format!(
                "flag column `flag`: it is to say whether `{}` can be used, and there is no such price; \
                 name its column, or the price that the flag is of: the table has `combined`",
                price.name()
            )
        );
    }
    for price in [TariffColumn::DayCase, TariffColumn::Combined] {
        let why = refused(&table, &TariffNames::new().flag(price, "flags"));
        assert!(why.contains("did you mean `flag`?"), "{why}");
    }
}

#[test]
fn a_flag_says_ok_in_any_capitals_and_what_it_does_not_say_is_told() {
    let table = list(&[
        ("code", &[Some("AA"), Some("BB"), Some("CC"), Some("DD")]),
        ("combined", &[Some("1"), Some("2"), Some("3"), Some("4")]),
        ("flag", &[Some("OK"), None, Some(" ok "), Some("suspect")]),
    ]);
    let names = TariffNames::new().flag(TariffColumn::Combined, "flag");
    let why = Tariff::from_record_batches(2017, &[table], &names).unwrap_err().to_string();
    assert!(
        why.contains("2 prices cannot be used: BB (combined is without a flag), DD (combined is suspect)"),
        "{why}"
    );
}

#[test]
fn a_text_is_a_price_where_it_can_be_read_in_one_way_only() {
    let priced = |price: &str| {
        let table = list(&[("code", &[Some("HN22E")]), ("combined", &[Some(price)])]);
        Tariff::from_record_batches(2017, &[table], &TariffNames::new())
    };
    assert!(priced("£1,829.50").is_ok());
    for price in ["1829,50", "1_000", "25%"] {
        assert_eq!(
            priced(price).unwrap_err().to_string(),
            format!(
                "column `combined`, row 0 (the first row is 0): `{price}` is no number; \
                 write it as 1829.50 or 1,829.50, or leave it empty"
            )
        );
    }
}

#[test]
fn yes_is_no_price_and_no_factor() {
    let columns = |name: &str| {
        let codes: ArrayRef = Arc::new(StringArray::from(vec!["HN22E"]));
        let yes: ArrayRef = Arc::new(BooleanArray::from(vec![true]));
        RecordBatch::try_from_iter([("code", codes), (name, yes)]).unwrap()
    };
    for name in ["combined", "elective_trim_days", "short_stay_share", "name"] {
        assert_eq!(
            refused(&columns(name), &TariffNames::new()),
            format!("column `{name}`: it has the type Boolean (yes or no); give numbers or texts")
        );
    }
    let why = MarketForces::from_record_batches(&[columns("factor")], "code", "factor").unwrap_err();
    assert_eq!(
        why.to_string(),
        "column `factor`: it has the type Boolean (yes or no); give numbers or texts"
    );
}

#[test]
fn factors_are_read_from_texts_as_prices_are() {
    let factors = |factor: Option<&str>| {
        MarketForces::from_record_batches(
            &[list(&[("trust", &[Some("RXA")]), ("mff", &[factor])])],
            "trust",
            "mff",
        )
    };
    assert_eq!(factors(Some("1.032")).unwrap().factor("RXA"), Some("1.032".parse().unwrap()));
    for (factor, problem) in [
        (Some("1,032"), "1032 is 10 or more"),
        (Some("103.2%"), "`103.2%` is no number"),
        (Some(" "), "column `mff`, row 0 (the first row is 0): the factor is missing"),
        (None, "column `mff`, row 0 (the first row is 0): the factor is missing"),
    ] {
        let why = factors(factor).unwrap_err().to_string();
        assert!(why.contains(problem), "{why}");
    }
}

#[test]
fn trim_points_alone_are_no_tariff() {
    let table = list(&[("code", &[Some("HN22E")]), ("elective_trim_days", &[Some("7")])]);
    assert!(refused(&table, &TariffNames::new()).contains("there is no column of prices"));
}

#[test]
fn columns_of_best_practice_are_read_or_refused_and_others_are_listed() {
    let cells: &[Option<&str>] = &[Some("HN22E")];
    let prices: &[Option<&str>] = &[Some("5528")];
    for head in ["BPT Flag", "Where BPT applies: NE, DC, EL", "Best practice tariff"] {
        let why =
            refused(&list(&[("code", cells), ("combined", prices), (head, cells)]), &TariffNames::new());
        assert!(
            why.starts_with(&format!("column `{head}`: it speaks of best-practice prices, and is not read")),
            "{why}"
        );
    }
    let table = list(&[("code", cells), ("combined", prices), ("The price automated by SUS", prices)]);
    let tariff = Tariff::from_record_batches(2017, &[table], &TariffNames::new()).unwrap();
    assert_eq!(tariff.unused(), ["The price automated by SUS"]);
    let both =
        [("code", cells), ("combined", prices), ("BPT price", prices), ("BPT where", &[Some("EL")][..])];
    let names = TariffNames::new()
        .with(TariffColumn::BestPractice, "BPT price")
        .with(TariffColumn::BestPracticeWhere, "BPT where");
    let tariff = Tariff::from_record_batches(2017, &[list(&both)], &names).unwrap();
    assert!(tariff.has_best_practice_prices() && tariff.unused().is_empty());
}
