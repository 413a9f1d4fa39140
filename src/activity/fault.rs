//! Why a line has no price.

use std::fmt;

use serde::Serialize;

/// Why a line has no price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Fault {
    /// A value that the price depends on is missing.
    Missing,
    /// The tariff does not have the code.
    UnknownCode,
    /// The tariff has the code, and no price for what was done.
    NoPrice,
    /// An emergency of an adult for less than two days, and a code of which the tariff does not say whether its price is
    /// reduced.
    NoShortStayPrice,
    /// The same with the criteria of a best-practice price met, and a code that has both prices.
    ShortStayOrBestPractice,
    /// The tariff has the price, marked as one that must not be used, and it was left out.
    Withheld,
    /// A stay of a night or more, and no trim point.
    NoTrimPoint,
    /// A stay above the trim point, and no daily rate.
    NoDailyRate,
    /// A regular day or night attender: there is no national price.
    RegularAttender,
    /// The admission method is no code of the NHS Data Dictionary that says how the patient came.
    UnknownMethod,
    /// The patient classification is no such code.
    UnknownClass,
    /// The point of delivery has no name that is known.
    UnknownPoint,
    /// The length of stay is below zero.
    NegativeStay,
    /// The patient was discharged before being admitted.
    DischargeBeforeAdmission,
    /// The stay is longer than a hundred years.
    StayTooLong,
    /// The age that decides the price is not from 0 to 130.
    AgeOutOfRange,
    /// The provider has no market forces factor.
    UnknownProvider,
    /// The day is not in the tariff's financial year.
    OutsideYear,
    /// The number of units is below zero, more than a thousand million, or has more than six decimals.
    UnitsOutOfRange,
    /// The payment needs more than 63 bits of pence.
    PaymentTooLarge,
    /// The text is no date.
    NoDate,
    /// The value is neither yes nor no.
    NoFlag,
    /// The number of nights or years has a fraction.
    NotWhole,
}

impl Fault {
    /// Every fault there is.
    pub const ALL: [Self; 23] = [
        Self::Missing,
        Self::UnknownCode,
        Self::NoPrice,
        Self::NoShortStayPrice,
        Self::ShortStayOrBestPractice,
        Self::Withheld,
        Self::NoTrimPoint,
        Self::NoDailyRate,
        Self::RegularAttender,
        Self::UnknownMethod,
        Self::UnknownClass,
        Self::UnknownPoint,
        Self::NegativeStay,
        Self::DischargeBeforeAdmission,
        Self::StayTooLong,
        Self::AgeOutOfRange,
        Self::UnknownProvider,
        Self::OutsideYear,
        Self::UnitsOutOfRange,
        Self::PaymentTooLarge,
        Self::NoDate,
        Self::NoFlag,
        Self::NotWhole,
    ];

    /// What is wrong, in words that follow what it is about.
    pub const fn problem(self) -> &'static str {
        match self {
            Self::Missing => "is missing",
            Self::UnknownCode => "is not in the tariff",
            Self::NoPrice => "has no price in the tariff",
            Self::NoShortStayPrice => "has a price of which the tariff does not say whether it is reduced",
            Self::ShortStayOrBestPractice => {
                "has a reduced and a best-practice price, and no rule says which is paid"
            }
            Self::Withheld => "was left out when the tariff was read",
            Self::NoTrimPoint => "has no trim point in the tariff, and the stay needs one",
            Self::NoDailyRate => "has no daily rate in the tariff, and the stay is above the trim point",
            Self::RegularAttender => "is a regular attender, for whom there is no national price",
            Self::UnknownMethod => "does not say how the patient was admitted",
            Self::UnknownClass => "does not say as what the patient was admitted",
            Self::UnknownPoint => "is not a point of delivery",
            Self::NegativeStay => "is a length of stay below zero",
            Self::DischargeBeforeAdmission => "is a discharge before the admission",
            Self::StayTooLong => "is a stay of more than a hundred years",
            Self::AgeOutOfRange => "is not an age from 0 to 130, and the price depends on it",
            Self::UnknownProvider => "has no market forces factor",
            Self::OutsideYear => "is outside the tariff's financial year",
            Self::UnitsOutOfRange => "is not a number of units from 0 to a thousand million, to six decimals",
            Self::NoDate => "is no date",
            Self::NoFlag => "is not yes or no",
            Self::NotWhole => "is not a whole number",
            Self::PaymentTooLarge => "comes to more than can be held exactly",
        }
    }

    /// What to do about it.
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::Missing => "fill it, leave the row out, or collect what has no price",
            Self::UnknownCode => "give the tariff of the grouper's version, or collect what has no price",
            Self::NoPrice => "agree a local price and add it to the tariff, or collect what has no price",
            Self::NoShortStayPrice => {
                "give the tariff's columns on short-stay emergencies, with No for a code that is paid in full"
            }
            Self::ShortStayOrBestPractice => {
                "mark the line as not best practice for the reduced price, or name its point of delivery"
            }
            Self::Withheld => "correct the price at its source, or collect what has no price",
            Self::NoTrimPoint => "add the trim point to the tariff",
            Self::NoDailyRate => "add the daily rate to the tariff",
            Self::RegularAttender => "settle regular attenders by local prices, or collect what has no price",
            Self::UnknownMethod => {
                "give NHS admission method codes: 11 to 13, 21 to 25, 28, 2A to 2D, 31, 32, 81 to 89"
            }
            Self::UnknownClass => "give NHS patient classification codes, 1 to 5",
            Self::UnknownPoint => "give names such as day_case, elective, non_elective, first_attendance",
            Self::NegativeStay => "correct the row: a stay begins before it ends",
            Self::DischargeBeforeAdmission => "correct the dates",
            Self::StayTooLong => "correct the row: a length of stay is in days",
            Self::AgeOutOfRange => "give years; the codes 7001 to 7007 for babies are age 0",
            Self::UnknownProvider => {
                "add the provider to the factors; another provider's factor is not its own"
            }
            Self::OutsideYear => "price each financial year by its own tariff",
            Self::UnitsOutOfRange => "net corrections against what they correct, and round to six decimals",
            Self::NoDate => "write days as 2017-04-30",
            Self::NoFlag => "give booleans, or 1 and 0",
            Self::NotWhole => "give whole nights, and years of age",
            Self::PaymentTooLarge => "check the units, or price the line in parts",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.problem())
    }
}
