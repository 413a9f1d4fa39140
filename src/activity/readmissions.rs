//! Readmissions: which admissions follow a discharge of the same patient within so many days.

use std::borrow::Cow;
use std::collections::HashMap;

use serde::Serialize;

use super::lines::{Coded, check_length};
use crate::error::{Error, ErrorKind, Result};

/// What an admission is to those of the same patient before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sequel {
    /// None of them ended within the days before it.
    Apart,
    /// It begins before one of them has ended, or is another record of the same stay. It is no readmission.
    Overlap,
    /// One ended within the days, and this one was not an emergency.
    Planned,
    /// An emergency within the days of the discharge from an elective admission.
    AfterElective,
    /// An emergency within the days of the discharge from another admission.
    AfterOther,
    /// It is outside the rule, and so is a readmission after it that only follows it.
    Excluded,
}

impl Sequel {
    /// Every sequel there is.
    pub const ALL: [Self; 6] =
        [Self::Apart, Self::Overlap, Self::Planned, Self::AfterElective, Self::AfterOther, Self::Excluded];

    /// Its name: `apart`, `after_elective`, …
    pub const fn name(self) -> &'static str {
        match self {
            Self::Apart => "apart",
            Self::Overlap => "overlap",
            Self::Planned => "planned",
            Self::AfterElective => "after_elective",
            Self::AfterOther => "after_other",
            Self::Excluded => "excluded",
        }
    }

    /// Whether it is an emergency readmission.
    pub const fn is_readmission(self) -> bool {
        matches!(self, Self::AfterElective | Self::AfterOther)
    }
}

/// One admission's place in the sequence of its patient's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Following {
    /// What it is.
    pub sequel: Sequel,
    /// The row of the admission that it follows (the first row is 0): of those within the rule that have ended, the one
    /// discharged last; nothing where there is none within the days.
    pub index: Option<usize>,
    /// Days from that discharge to this admission.
    pub days: Option<u32>,
}

/// Admissions of patients, in any order; columns of the same length.
///
/// Days are counted from 1 January 1970.
#[derive(Debug, Clone)]
pub struct Admissions<'a> {
    patient: Coded<'a>,
    admitted: Cow<'a, [i32]>,
    discharged: Cow<'a, [i32]>,
    emergency: Cow<'a, [bool]>,
    elective: Cow<'a, [bool]>,
    excluded: Option<Cow<'a, [bool]>>,
}

impl<'a> Admissions<'a> {
    /// These admissions; `emergency` and `elective` say how each came, and transfers, maternity and births are neither.
    ///
    /// # Errors
    /// [`ErrorKind::Column`] where columns differ in length; [`ErrorKind::Row`] for a discharge before the admission, for
    /// a patient without a name, and for an admission that is both an emergency and elective.
    pub fn new(
        patient: Coded<'a>,
        (admitted, discharged): (impl Into<Cow<'a, [i32]>>, impl Into<Cow<'a, [i32]>>),
        (emergency, elective): (impl Into<Cow<'a, [bool]>>, impl Into<Cow<'a, [bool]>>),
    ) -> Result<Self> {
        let made = Self {
            patient,
            admitted: admitted.into(),
            discharged: discharged.into(),
            emergency: emergency.into(),
            elective: elective.into(),
            excluded: None,
        };
        for (what, length) in [
            ("admitted", made.admitted.len()),
            ("discharged", made.discharged.len()),
            ("emergency", made.emergency.len()),
            ("elective", made.elective.len()),
        ] {
            made.check_length(what, length)?;
        }
        let refuse = |row: usize, problem: &str, remedy: &str| {
            Err(Error::new(ErrorKind::Row, format!("row {row} (the first row is 0)"), problem, remedy))
        };
        let days = made.admitted.iter().zip(made.discharged.iter());
        if let Some(row) = days.clone().position(|(admitted, discharged)| discharged < admitted) {
            return refuse(row, "the discharge is before the admission", "correct the dates");
        }
        if let Some(row) = (0..made.len()).find(|row| made.patient.text(*row).trim().is_empty()) {
            return refuse(row, "there is no patient", "leave out records that cannot be linked");
        }
        let both = made.emergency.iter().zip(made.elective.iter()).position(|(one, other)| *one && *other);
        if let Some(row) = both {
            return refuse(
                row,
                "it is both an emergency and elective",
                "an admission is one of them, or neither",
            );
        }
        Ok(made)
    }

    /// Which admissions are outside the rule: they are no readmissions, and nothing is a readmission after them.
    ///
    /// # Errors
    /// [`ErrorKind::Column`] where the column has another length.
    pub fn excluding(mut self, excluded: impl Into<Cow<'a, [bool]>>) -> Result<Self> {
        let excluded = excluded.into();
        self.check_length("excluded", excluded.len())?;
        self.excluded = Some(excluded);
        Ok(self)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.patient.keys.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What each admission is to those before it: a readmission is an emergency that begins on the day of a discharge or
    /// at most `within_days` later.
    ///
    /// An admission begins after those admitted before it, and among those of one day after those discharged before it.
    /// Of admissions with the same two dates the elective one comes first, then one that is neither, then the emergency, and
    /// last what is outside the rule; the first is the index of what follows. The order of rows decides only between records
    /// that are alike in patient, dates and how they came: the first row is the admission, and so its payment is the one
    /// that may be withheld. The others
    /// overlap with it; but an emergency on the day of an elective admission that ended the same day is a readmission, since
    /// the two came differently and so are no two records of one stay.
    ///
    /// ```
    /// use capitation::activity::{Admissions, Coded, Sequel};
    ///
    /// let admissions = Admissions::new(
    ///     Coded::of(["a", "a", "a"]),
    ///     (vec![0, 20, 90], vec![5, 25, 91]),
    ///     (vec![false, true, true], vec![true, false, false]),
    /// )?;
    /// let sequels: Vec<Sequel> = admissions.readmissions(30).iter().map(|each| each.sequel).collect();
    /// assert_eq!(sequels, [Sequel::Apart, Sequel::AfterElective, Sequel::Apart]);
    /// # Ok::<(), capitation::Error>(())
    /// ```
    pub fn readmissions(&self, within_days: u32) -> Vec<Following> {
        let patients = self.patients();
        let mut order: Vec<usize> = (0..self.len()).collect();
        let key = |row: &usize| (patients.get(*row), self.dates(*row), self.came(*row), *row);
        order.sort_unstable_by(|a, b| key(a).cmp(&key(b)));
        let apart = Following { sequel: Sequel::Apart, index: None, days: None };
        let mut following = vec![apart; self.len()];
        let mut before = Before::default();
        let mut patient = None;
        for row in order {
            if patient != patients.get(row) {
                (patient, before) = (patients.get(row), Before::default());
            }
            if let Some(place) = following.get_mut(row) {
                *place = self.follow(row, &before, within_days);
            }
            self.note(row, &mut before);
        }
        following
    }

    /// The days of admission and discharge.
    fn dates(&self, row: usize) -> (i32, i32) {
        let of = |days: &[i32]| days.get(row).copied().unwrap_or_default();
        (of(&self.admitted), of(&self.discharged))
    }

    fn came(&self, row: usize) -> Came {
        let is = |flags: &[bool]| flags.get(row).copied().unwrap_or(false);
        match (self.is_excluded(row), is(&self.elective), is(&self.emergency)) {
            (true, ..) => Came::Excluded,
            (_, true, _) => Came::Elective,
            (_, _, true) => Came::Emergency,
            _ => Came::Neither,
        }
    }

    fn follow(&self, row: usize, before: &Before, within_days: u32) -> Following {
        let (dates, came) = (self.dates(row), self.came(row));
        let index = before.index.and_then(|(index, (_, discharged))| {
            let days = u32::try_from(i64::from(dates.0) - i64::from(discharged)).ok()?;
            (days <= within_days).then_some((index, days))
        });
        let is_within = before.latest.is_some_and(|latest| dates.0 < latest);
        let sequel = match index {
            _ if came == Came::Excluded => Sequel::Excluded,
            _ if is_within || before.last == Some((dates, came)) => Sequel::Overlap,
            None => Sequel::Apart,
            Some(_) if came != Came::Emergency => Sequel::Planned,
            Some((index, _)) if self.came(index) == Came::Elective => Sequel::AfterElective,
            Some(_) => Sequel::AfterOther,
        };
        let index = index.filter(|_| !matches!(sequel, Sequel::Excluded | Sequel::Overlap));
        Following { sequel, index: index.map(|(index, _)| index), days: index.map(|(_, days)| days) }
    }

    /// Takes an admission in among those that were before.
    fn note(&self, row: usize, before: &mut Before) {
        let (dates, came) = (self.dates(row), self.came(row));
        before.latest = before.latest.max(Some(dates.1));
        before.last = Some((dates, came));
        let is_later = |(_, known): (usize, (i32, i32))| (known.1, known.0) < (dates.1, dates.0);
        if came != Came::Excluded && before.index.is_none_or(is_later) {
            before.index = Some((row, dates));
        }
    }

    fn is_excluded(&self, row: usize) -> bool {
        self.excluded.as_ref().and_then(|excluded| excluded.get(row).copied()).unwrap_or(false)
    }

    /// A number for the patient of each row.
    fn patients(&self) -> Vec<usize> {
        // Two distinct texts of a column may be one patient, since blanks around a name do not count.
        let mut places = HashMap::new();
        let mut place = |text: &str| {
            let next = places.len();
            *places.entry(text.trim().to_owned()).or_insert(next)
        };
        let of_text = self.patient.map(&mut place);
        let of_row = |row: usize| {
            let key = self.patient.keys.get(row).and_then(|key| usize::try_from(key).ok());
            key.and_then(|key| of_text.get(key).copied()).unwrap_or(usize::MAX)
        };
        (0..self.len()).map(of_row).collect()
    }

    fn check_length(&self, what: &str, length: usize) -> Result<()> {
        check_length(what, length, "patients", self.len())
    }
}

/// How a patient came, in the order that admissions with the same dates are taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Came {
    Elective,
    Neither,
    Emergency,
    Excluded,
}

/// What was before an admission.
#[derive(Debug, Clone, Copy, Default)]
struct Before {
    /// The latest discharge.
    latest: Option<i32>,
    /// The dates of the admission just before, and how the patient came.
    last: Option<((i32, i32), Came)>,
    /// The admission within the rule that was discharged last, and its dates.
    index: Option<(usize, (i32, i32))>,
}

/// How many admissions are of each kind, and what they were paid.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct SequelTotal {
    /// How many.
    pub admissions: u64,
    /// What those with a price were paid in pence.
    pub payment: u64,
    /// How many have no price, and are in no payment.
    pub unpriced: u64,
}

/// How many admissions are of each kind, and what they were paid, by [`Sequel::ALL`]; `payments` in pence, of the same
/// rows, nothing where an admission has no price.
///
/// # Errors
/// [`ErrorKind::Column`] where the two differ in length; [`ErrorKind::Arithmetic`] where a sum needs more than 64 bits.
pub fn readmission_totals(
    following: &[Following],
    payments: &[Option<u64>],
) -> Result<[(Sequel, SequelTotal); 6]> {
    if following.len() != payments.len() {
        let problem = format!("there are {} of them for {} admissions", payments.len(), following.len());
        return Err(Error::new(ErrorKind::Column, "payments", problem, "give one for each admission"));
    }
    let mut totals = Sequel::ALL.map(|sequel| (sequel, SequelTotal::default()));
    for (each, payment) in following.iter().zip(payments) {
        if let Some((_, total)) = totals.iter_mut().find(|(sequel, _)| *sequel == each.sequel) {
            total.admissions += 1;
            let Some(payment) = payment else {
                total.unpriced += 1;
                continue;
            };
            total.payment = total.payment.checked_add(*payment).ok_or_else(|| {
                let remedy = "settle fewer admissions at a time";
                Error::new(
                    ErrorKind::Arithmetic,
                    "payments",
                    "a sum needs more than 64 bits of pence",
                    remedy,
                )
            })?;
        }
    }
    Ok(totals)
}
