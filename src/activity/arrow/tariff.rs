//! Which column of a price list is what.

use std::collections::{BTreeMap, BTreeSet};

use arrow_array::RecordBatch;

use super::cell::{Cell, cells, cells_or_flags, number};
use crate::{
    activity::tariff::{Tariff, TariffRow, Withheld},
    error::{Error, ErrorKind, Result},
    table::Table,
};

/// A column of a price list, by the names of [`TariffRow`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // each is the field of the same name of `TariffRow`
pub enum TariffColumn {
    Code,
    Name,
    Combined,
    DayCase,
    Elective,
    ElectiveTrimDays,
    NonElective,
    NonElectiveTrimDays,
    DailyRate,
    ShortStayApplies,
    ShortStayShare,
    ShortStay,
    BestPractice,
    BestPracticeWhere,
    TopUp,
    OutpatientProcedure,
    FirstAttendance,
    FollowUp,
    FirstMultiProfessional,
    FollowUpMultiProfessional,
    EmergencyAttendance,
}

use TariffColumn as C;

impl TariffColumn {
    /// Every column there is.
    pub const ALL: [Self; 21] = [
        C::Code,
        C::Name,
        C::Combined,
        C::DayCase,
        C::Elective,
        C::ElectiveTrimDays,
        C::NonElective,
        C::NonElectiveTrimDays,
        C::DailyRate,
        C::ShortStayApplies,
        C::ShortStayShare,
        C::ShortStay,
        C::BestPractice,
        C::BestPracticeWhere,
        C::TopUp,
        C::OutpatientProcedure,
        C::FirstAttendance,
        C::FollowUp,
        C::FirstMultiProfessional,
        C::FollowUpMultiProfessional,
        C::EmergencyAttendance,
    ];

    /// Its name, and the heads it is published under in Annex A of the National Tariff, without what differs between
    /// editions: capitals, marks, units.
    const fn names(self) -> (&'static str, &'static [&'static str]) {
        match self {
            C::Code => ("code", &["hrg code", "hrg", "treatment function code", "tfc"]),
            C::Name => ("name", &["hrg name", "treatment function name"]),
            C::Combined => (
                "combined",
                &[
                    "combined day case ordinary elective spell tariff",
                    "combined day case ordinary elective spell price",
                ],
            ),
            C::DayCase => ("day_case", &["day case spell tariff", "day case spell price"]),
            C::Elective => ("elective", &["ordinary elective spell tariff", "ordinary elective spell price"]),
            C::ElectiveTrimDays => (
                "elective_trim_days",
                &["ordinary elective long stay trim point", "ordinary elective long stay trimpoint"],
            ),
            C::NonElective => ("non_elective", &["non elective spell tariff", "non elective spell price"]),
            C::NonElectiveTrimDays => (
                "non_elective_trim_days",
                &["non elective long stay trim point", "non elective long stay trimpoint"],
            ),
            C::DailyRate => (
                "daily_rate",
                &[
                    "per day long stay payment for days exceeding trim point",
                    "per day long stay payment for days exceeding trimpoint",
                    "per day long stay payment",
                ],
            ),
            C::ShortStayApplies => (
                "short_stay_applies",
                &[
                    "reduced short stay emergency tariff applicable",
                    "reduced short stay emergency price applicable",
                ],
            ),
            C::ShortStayShare => (
                "short_stay_share",
                &[
                    "applied in calculation of reduced short stay emergency tariff",
                    "applied in calculation of reduced short stay emergency price",
                ],
            ),
            C::ShortStay => {
                ("short_stay", &["reduced short stay emergency tariff", "reduced short stay emergency price"])
            }
            C::BestPractice => ("best_practice", &[]),
            C::BestPracticeWhere => ("best_practice_where", &[]),
            C::TopUp => ("top_up", &[]),
            C::OutpatientProcedure => {
                ("outpatient_procedure", &["outpatient procedure tariff", "outpatient procedure price"])
            }
            C::FirstAttendance => ("first_attendance", &["first attendance single professional"]),
            C::FollowUp => ("follow_up", &["follow up attendance single professional"]),
            C::FirstMultiProfessional => {
                ("first_multi_professional", &["first attendance multi professional"])
            }
            C::FollowUpMultiProfessional => {
                ("follow_up_multi_professional", &["follow up attendance multi professional"])
            }
            C::EmergencyAttendance => ("emergency_attendance", &[]),
        }
    }

    /// What its cells are.
    const fn holds(self) -> Holds {
        match self {
            C::Code | C::Name | C::BestPracticeWhere => Holds::Text,
            C::ShortStayApplies => Holds::YesOrNo,
            C::ElectiveTrimDays | C::NonElectiveTrimDays => Holds::Days,
            C::ShortStayShare | C::TopUp => Holds::Share,
            C::Combined
            | C::DayCase
            | C::Elective
            | C::NonElective
            | C::DailyRate
            | C::ShortStay
            | C::BestPractice
            | C::OutpatientProcedure
            | C::FirstAttendance
            | C::FollowUp
            | C::FirstMultiProfessional
            | C::FollowUpMultiProfessional
            | C::EmergencyAttendance => Holds::Price,
        }
    }

    /// Its name: `combined`, `elective_trim_days`, …
    pub const fn name(self) -> &'static str {
        self.names().0
    }

    /// The column of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.name() == name)
    }

    /// Whether a head of a table is the published one of this column.
    fn is_head(self, head: &str) -> bool {
        let (name, published) = self.names();
        let head = plain(head);
        head == plain(name) || published.iter().any(|known| *known == head)
    }
}

/// What the cells of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    Text,
    YesOrNo,
    Days,
    /// Of a price.
    Share,
    /// In pounds.
    Price,
}

/// A head without capitals, marks and units: `Day case spell tariff (£)` is `day case spell tariff`.
fn plain(head: &str) -> String {
    let words = head.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    let words = words.map(str::to_lowercase).filter(|word| word != "days" || !head.contains("(days)"));
    words.collect::<Vec<_>>().join(" ")
}

/// Whether a head of a table speaks of best-practice tariffs.
fn is_of_best_practice(head: &str) -> bool {
    let head = plain(head);
    head.contains("best practice") || head.split(' ').any(|word| word == "bpt")
}

/// Which column of a price list is what.
///
/// A column that is not named is found by its published head. Columns that say whether a price can be used are named
/// with the price: a row's price is used where its flag is `ok`.
///
/// ```
/// use capitation::activity::arrow::{TariffColumn, TariffNames};
/// let names = TariffNames::new()
///     .with(TariffColumn::Code, "hrg")
///     .with(TariffColumn::Combined, "dc_el_combined_price_2017_18")
///     .flag(TariffColumn::Combined, "dc_el_price_flag");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TariffNames {
    named: BTreeMap<TariffColumn, String>,
    flags: BTreeMap<TariffColumn, String>,
}

impl TariffNames {
    /// Names by published heads alone.
    pub fn new() -> Self {
        Self::default()
    }

    /// The column is this one.
    #[must_use]
    pub fn with(mut self, column: TariffColumn, name: impl Into<String>) -> Self {
        self.named.insert(column, name.into());
        self
    }

    /// The price can be used where this column says `ok`.
    #[must_use]
    pub fn flag(mut self, price: TariffColumn, name: impl Into<String>) -> Self {
        self.flags.insert(price, name.into());
        self
    }

    /// Refuses a flag that nothing would be read by: a price that can be used and one that cannot would be paid alike.
    fn check_flags(&self, table: &Table) -> Result<()> {
        for (price, flag) in &self.flags {
            table.column(flag)?;
            if *price == C::Code || self.find(table, *price)?.is_none() {
                let there = C::ALL.into_iter().filter(|column| column.holds() == Holds::Price);
                let mut prices = Vec::new();
                for column in there {
                    prices.extend(self.find(table, column)?.map(|_| format!("`{}`", column.name())));
                }
                let remedy = if prices.is_empty() {
                    "name the column of the price".to_owned()
                } else {
                    format!(
                        "name its column, or the price that the flag is of: the table has {}",
                        prices.join(", ")
                    )
                };
                let problem = format!(
                    "it is to say whether `{}` can be used, and there is no such price",
                    price.name()
                );
                return Err(Error::new(ErrorKind::Column, format!("flag column `{flag}`"), problem, remedy));
            }
        }
        Ok(())
    }

    /// The name of a column in this table, where it is there.
    fn find(&self, table: &Table, column: TariffColumn) -> Result<Option<String>> {
        if let Some(name) = self.named.get(&column) {
            return table.column(name).map(|_| Some(name.clone()));
        }
        let mut found = table.names().filter(|head| column.is_head(head));
        match (found.next(), found.next()) {
            (Some(one), Some(other)) => Err(Error::new(
                ErrorKind::Column,
                format!("tariff column `{}`", column.name()),
                format!("both `{one}` and `{other}` may be meant"),
                "name the one that is",
            )),
            (found, _) => Ok(found.map(str::to_owned)),
        }
    }
}

impl Tariff {
    /// The tariff of the financial year that begins on 1 April of `first_year`, from a table (feature `arrow`).
    ///
    /// Cells that are null, empty or a dash have no price. Texts may have `£`, commas between groups of three digits, and a
    /// share may end in `%`; a flag says `ok` in any capitals.
    ///
    /// # Errors
    /// As [`Tariff::new`]; [`ErrorKind::Row`], naming codes, where a flag says that a price cannot be used;
    /// [`ErrorKind::Column`] where there is no column of codes or none of prices, a flag is for a price that there is not,
    /// a head speaks of best practice and is not named, or a column has a type that it cannot have.
    pub fn from_record_batches(
        first_year: i16,
        batches: &[RecordBatch],
        names: &TariffNames,
    ) -> Result<Self> {
        let (tariff, withheld) = read(first_year, batches, names)?;
        let Some(first) = withheld.first() else { return Ok(tariff) };
        let codes: Vec<String> = withheld
            .iter()
            .map(|price| format!("{} ({} is {})", price.code, price.price, price.reason))
            .collect();
        let prices = if codes.len() == 1 { "price" } else { "prices" };
        Err(Error::new(
            ErrorKind::Row,
            format!("tariff, code `{}`", first.code),
            format!("{} {prices} cannot be used: {}", codes.len(), codes.join(", ")),
            "correct them, or collect: these prices are then left out and listed",
        ))
    }

    /// As [`from_record_batches`](Self::from_record_batches), where prices that cannot be used are left out and listed in
    /// [`Tariff::withheld`].
    ///
    /// # Errors
    /// As [`from_record_batches`](Self::from_record_batches), without the flags.
    pub fn from_record_batches_collecting(
        first_year: i16,
        batches: &[RecordBatch],
        names: &TariffNames,
    ) -> Result<Self> {
        let (tariff, withheld) = read(first_year, batches, names)?;
        Ok(tariff.withholding(withheld))
    }
}

fn read(first_year: i16, batches: &[RecordBatch], names: &TariffNames) -> Result<(Tariff, Vec<Withheld>)> {
    let table = Table::new(batches)?;
    let Some(code) = names.find(&table, C::Code)? else {
        let listed = table.names().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let remedy = format!("name the column with the codes; the columns are {listed}");
        return Err(Error::new(ErrorKind::Column, "tariff", "there is no column of codes", remedy));
    };
    let mut rows: Vec<TariffRow> = table
        .strings(&code)?
        .into_iter()
        .map(|code| TariffRow { code: code.trim().to_owned(), ..TariffRow::default() })
        .collect();
    names.check_flags(&table)?;
    let mut used: BTreeSet<String> = names.flags.values().cloned().collect();
    used.insert(code);
    let mut withheld = Vec::new();
    let mut has_prices = false;
    for column in C::ALL.into_iter().skip(1) {
        let Some(name) = names.find(&table, column)? else { continue };
        let flags = names.flags.get(&column).map(|flag| table.column(flag)?.texts_or_empty()).transpose()?;
        let series = table.column(&name)?;
        let cells = if column.holds() == Holds::YesOrNo { cells_or_flags(series) } else { cells(series) }?;
        has_prices |= column.holds() == Holds::Price;
        for (place, (row, cell)) in rows.iter_mut().zip(cells).enumerate() {
            let flag = flags.as_ref().and_then(|flags| flags.get(place)).map(|flag| flag.trim());
            if let Some(reason) = flag.filter(|flag| !flag.eq_ignore_ascii_case("ok")) {
                let reason = if reason.is_empty() { "without a flag" } else { reason };
                let (code, price) = (row.code.clone(), column.name().to_owned());
                // Without its own price a line would be paid another's, and without its top-up less.
                if matches!(column, C::BestPractice | C::TopUp) {
                    return Err(cannot_be_left_out(&code, &price, reason));
                }
                withheld.push(Withheld { code, price, reason: reason.to_owned() });
                continue;
            }
            put(row, column, &cell, || format!("column `{name}`, row {place} (the first row is 0)"))?;
        }
        used.insert(name);
    }
    let unused: Vec<String> = table.names().filter(|name| !used.contains(*name)).map(str::to_owned).collect();
    if let Some(head) = unused.iter().find(|head| is_of_best_practice(head)) {
        return Err(Error::new(
            ErrorKind::Column,
            format!("column `{head}`"),
            "it speaks of best-practice prices, and is not read",
            "name it as `best_practice` (the price) or `best_practice_where` (DC, EL, NE), or leave it out of the table",
        ));
    }
    say_nothing_of_withheld_short_stays(&mut rows, &withheld);
    if !has_prices {
        let remedy = "name the columns with prices, or give the heads of Annex A";
        return Err(Error::new(ErrorKind::Column, "tariff", "there is no column of prices", remedy));
    }
    Ok((Tariff::new(first_year, rows)?.leaving(unused), withheld))
}

fn cannot_be_left_out(code: &str, price: &str, reason: &str) -> Error {
    Error::new(
        ErrorKind::Row,
        format!("tariff, code `{code}`, price `{price}`"),
        format!("it is {reason}, and lines would be paid another price were it left out"),
        "correct it, or leave the code out of the table",
    )
}

/// A code whose reduced price applies, and was left out or came from a price that was, does not say what a short stay is
/// paid.
fn say_nothing_of_withheld_short_stays(rows: &mut [TariffRow], withheld: &[Withheld]) {
    let codes: BTreeSet<&str> = withheld
        .iter()
        .filter(|price| ["short_stay", "short_stay_share", "non_elective"].contains(&&*price.price))
        .map(|price| &*price.code)
        .collect();
    for row in rows.iter_mut().filter(|row| codes.contains(&*row.code)) {
        let has_price =
            row.short_stay.is_some() || (row.short_stay_share.is_some() && row.non_elective.is_some());
        if row.short_stay_applies == Some(true) && !has_price {
            row.short_stay_applies = None;
        }
    }
}

fn put(row: &mut TariffRow, column: TariffColumn, cell: &Cell<'_>, place: impl Fn() -> String) -> Result<()> {
    let amount = || number(cell, column.holds() == Holds::Share, &place);
    let days = || {
        amount()?
            .map(|days| {
                u32::try_from(days).ok().filter(|_| days.fract().is_zero()).ok_or_else(|| {
                    Error::new(
                        ErrorKind::Row,
                        place(),
                        format!("{days} is no number of days"),
                        "give whole days",
                    )
                })
            })
            .transpose()
    };
    match column {
        C::Code => {}
        C::Name => row.name = text(cell),
        C::BestPracticeWhere => row.best_practice_where = text(cell),
        C::ShortStayApplies => row.short_stay_applies = yes_or_no(cell, &place)?,
        C::ElectiveTrimDays => row.elective_trim_days = days()?,
        C::NonElectiveTrimDays => row.non_elective_trim_days = days()?,
        C::Combined => row.combined = amount()?,
        C::DayCase => row.day_case = amount()?,
        C::Elective => row.elective = amount()?,
        C::NonElective => row.non_elective = amount()?,
        C::DailyRate => row.daily_rate = amount()?,
        C::ShortStayShare => row.short_stay_share = amount()?,
        C::ShortStay => row.short_stay = amount()?,
        C::BestPractice => row.best_practice = amount()?,
        C::TopUp => row.top_up = amount()?,
        C::OutpatientProcedure => row.outpatient_procedure = amount()?,
        C::FirstAttendance => row.first_attendance = amount()?,
        C::FollowUp => row.follow_up = amount()?,
        C::FirstMultiProfessional => row.first_multi_professional = amount()?,
        C::FollowUpMultiProfessional => row.follow_up_multi_professional = amount()?,
        C::EmergencyAttendance => row.emergency_attendance = amount()?,
    }
    Ok(())
}

fn text(cell: &Cell<'_>) -> Option<String> {
    match cell {
        Cell::Text(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        Cell::Text(_) => None,
        Cell::Number(number) => (!number.is_nan()).then(|| number.to_string()),
    }
}

fn yes_or_no(cell: &Cell<'_>, place: impl Fn() -> String) -> Result<Option<bool>> {
    let said = match cell {
        Cell::Text(text) => text.trim().to_lowercase(),
        Cell::Number(number) if number.is_nan() => String::new(),
        Cell::Number(number) => number.to_string(),
    };
    match said.as_str() {
        "yes" | "y" | "true" | "1" => Ok(Some(true)),
        "no" | "n" | "false" | "0" | "-" => Ok(Some(false)),
        "" => Ok(None),
        _ => {
            Err(Error::new(ErrorKind::Row, place(), format!("`{said}` is not yes or no"), "write Yes or No"))
        }
    }
}
