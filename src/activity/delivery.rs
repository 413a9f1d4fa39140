//! Where care is given, and the price that is paid for it.

use serde::Serialize;

/// The point of delivery of a line of activity that says so itself.
///
/// A spell of a record-level table has none: it follows from how the patient was admitted, as what, at which age and
/// for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PointOfDelivery {
    /// Admitted and discharged on one day, as planned.
    DayCase,
    /// Admitted from a waiting list, for at least a night.
    Elective,
    /// Admitted otherwise.
    NonElective,
    /// An adult's emergency admission of less than two days.
    ShortStayEmergency,
    /// Days of elective spells above the trim point, as a line of their own.
    ElectiveLongStayDays,
    /// Days of non-elective spells above the trim point, as a line of their own.
    NonElectiveLongStayDays,
    /// A procedure in an outpatient clinic.
    OutpatientProcedure,
    /// A first outpatient attendance, one profession.
    FirstAttendance,
    /// A follow-up attendance, one profession.
    FollowUp,
    /// A first attendance at which several professions are present.
    FirstMultiProfessional,
    /// A follow-up attendance at which several professions are present.
    FollowUpMultiProfessional,
    /// An attendance at an accident and emergency department.
    EmergencyAttendance,
}

impl PointOfDelivery {
    /// Every point there is.
    pub const ALL: [Self; 12] = [
        Self::DayCase,
        Self::Elective,
        Self::NonElective,
        Self::ShortStayEmergency,
        Self::ElectiveLongStayDays,
        Self::NonElectiveLongStayDays,
        Self::OutpatientProcedure,
        Self::FirstAttendance,
        Self::FollowUp,
        Self::FirstMultiProfessional,
        Self::FollowUpMultiProfessional,
        Self::EmergencyAttendance,
    ];

    /// Its name: `day_case`, `elective`, …
    pub const fn name(self) -> &'static str {
        match self {
            Self::DayCase => "day_case",
            Self::Elective => "elective",
            Self::NonElective => "non_elective",
            Self::ShortStayEmergency => "short_stay_emergency",
            Self::ElectiveLongStayDays => "elective_long_stay_days",
            Self::NonElectiveLongStayDays => "non_elective_long_stay_days",
            Self::OutpatientProcedure => "outpatient_procedure",
            Self::FirstAttendance => "first_attendance",
            Self::FollowUp => "follow_up",
            Self::FirstMultiProfessional => "first_multi_professional",
            Self::FollowUpMultiProfessional => "follow_up_multi_professional",
            Self::EmergencyAttendance => "emergency_attendance",
        }
    }

    /// The point of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|point| point.name() == name.trim())
    }
}

/// Which price of the tariff a line was paid at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PricedBy {
    /// The combined price of day cases and ordinary elective spells.
    Combined,
    /// The day case price.
    DayCase,
    /// The ordinary elective price.
    Elective,
    /// The non-elective price.
    NonElective,
    /// The reduced short-stay emergency price.
    ShortStay,
    /// The best-practice price.
    BestPractice,
    /// The daily rate alone, for days above the trim point that are lines of their own.
    LongStayDays,
    /// The outpatient procedure price.
    OutpatientProcedure,
    /// The price of a first attendance.
    FirstAttendance,
    /// The price of a follow-up attendance.
    FollowUp,
    /// The price of a first attendance with several professions.
    FirstMultiProfessional,
    /// The price of a follow-up attendance with several professions.
    FollowUpMultiProfessional,
    /// The price of an accident and emergency attendance.
    EmergencyAttendance,
}

impl PricedBy {
    /// Every rule there is.
    pub const ALL: [Self; 13] = [
        Self::Combined,
        Self::DayCase,
        Self::Elective,
        Self::NonElective,
        Self::ShortStay,
        Self::BestPractice,
        Self::LongStayDays,
        Self::OutpatientProcedure,
        Self::FirstAttendance,
        Self::FollowUp,
        Self::FirstMultiProfessional,
        Self::FollowUpMultiProfessional,
        Self::EmergencyAttendance,
    ];

    /// The rule in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Combined => "combined day case and ordinary elective price",
            Self::DayCase => "day case price",
            Self::Elective => "ordinary elective price",
            Self::NonElective => "non-elective price",
            Self::ShortStay => "reduced short-stay emergency price",
            Self::BestPractice => "best-practice price",
            Self::LongStayDays => "daily rate above the trim point",
            Self::OutpatientProcedure => "outpatient procedure price",
            Self::FirstAttendance => "first attendance price",
            Self::FollowUp => "follow-up attendance price",
            Self::FirstMultiProfessional => "first attendance price, several professions",
            Self::FollowUpMultiProfessional => "follow-up attendance price, several professions",
            Self::EmergencyAttendance => "accident and emergency price",
        }
    }

    /// Its place in [`ALL`](Self::ALL).
    pub(crate) const fn place(self) -> usize {
        self as usize
    }

    pub(crate) fn at(place: u8) -> Option<Self> {
        Self::ALL.get(usize::from(place)).copied()
    }
}

impl std::fmt::Display for PricedBy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.words())
    }
}

/// Where a line's price stands in the row of its code: a point of delivery, and what a spell adds to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Slot {
    // The four of nearly every line stand side by side.
    DayCase,
    Elective,
    NonElective,
    ShortStay,
    /// An emergency day case: the short-stay price where there is one for the code, else the day case price.
    ShortStayDayCase,
    /// An emergency of less than two days at an age that is not known: a price where the short stay has none of its own.
    UnknownAge,
    UnknownAgeDayCase,
    // The same where the criteria of the best-practice price are met.
    BestDayCase,
    BestElective,
    BestNonElective,
    BestShortStay,
    BestShortStayDayCase,
    BestUnknownAge,
    BestUnknownAgeDayCase,
    ElectiveDays,
    NonElectiveDays,
    OutpatientProcedure,
    FirstAttendance,
    FollowUp,
    FirstMultiProfessional,
    FollowUpMultiProfessional,
    EmergencyAttendance,
}

/// How many slots the row of a code has.
pub(crate) const SLOTS: usize = 22;

impl Slot {
    pub(crate) const ALL: [Self; SLOTS] = [
        Self::DayCase,
        Self::Elective,
        Self::NonElective,
        Self::ShortStay,
        Self::ShortStayDayCase,
        Self::UnknownAge,
        Self::UnknownAgeDayCase,
        Self::BestDayCase,
        Self::BestElective,
        Self::BestNonElective,
        Self::BestShortStay,
        Self::BestShortStayDayCase,
        Self::BestUnknownAge,
        Self::BestUnknownAgeDayCase,
        Self::ElectiveDays,
        Self::NonElectiveDays,
        Self::OutpatientProcedure,
        Self::FirstAttendance,
        Self::FollowUp,
        Self::FirstMultiProfessional,
        Self::FollowUpMultiProfessional,
        Self::EmergencyAttendance,
    ];

    pub(crate) const fn of(point: PointOfDelivery) -> Self {
        match point {
            PointOfDelivery::DayCase => Self::DayCase,
            PointOfDelivery::Elective => Self::Elective,
            PointOfDelivery::NonElective => Self::NonElective,
            PointOfDelivery::ShortStayEmergency => Self::ShortStay,
            PointOfDelivery::ElectiveLongStayDays => Self::ElectiveDays,
            PointOfDelivery::NonElectiveLongStayDays => Self::NonElectiveDays,
            PointOfDelivery::OutpatientProcedure => Self::OutpatientProcedure,
            PointOfDelivery::FirstAttendance => Self::FirstAttendance,
            PointOfDelivery::FollowUp => Self::FollowUp,
            PointOfDelivery::FirstMultiProfessional => Self::FirstMultiProfessional,
            PointOfDelivery::FollowUpMultiProfessional => Self::FollowUpMultiProfessional,
            PointOfDelivery::EmergencyAttendance => Self::EmergencyAttendance,
        }
    }

    /// The slot where the criteria of the best-practice price are met, where there can be one.
    pub(crate) const fn best(self) -> Option<Self> {
        match self {
            Self::DayCase => Some(Self::BestDayCase),
            Self::Elective => Some(Self::BestElective),
            Self::NonElective => Some(Self::BestNonElective),
            Self::ShortStay => Some(Self::BestShortStay),
            Self::ShortStayDayCase => Some(Self::BestShortStayDayCase),
            Self::UnknownAge => Some(Self::BestUnknownAge),
            Self::UnknownAgeDayCase => Some(Self::BestUnknownAgeDayCase),
            _ => None,
        }
    }

    /// What is done there, in words.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::DayCase | Self::BestDayCase => "a day case",
            Self::Elective | Self::BestElective => "an ordinary elective spell",
            Self::NonElective | Self::BestNonElective => "a non-elective spell",
            Self::ShortStay | Self::ShortStayDayCase | Self::BestShortStay | Self::BestShortStayDayCase => {
                "a short-stay emergency"
            }
            Self::UnknownAge
            | Self::UnknownAgeDayCase
            | Self::BestUnknownAge
            | Self::BestUnknownAgeDayCase => "an emergency of less than two days",
            Self::ElectiveDays => "elective days above the trim point",
            Self::NonElectiveDays => "non-elective days above the trim point",
            Self::OutpatientProcedure => "an outpatient procedure",
            Self::FirstAttendance => "a first attendance",
            Self::FollowUp => "a follow-up attendance",
            Self::FirstMultiProfessional => "a first attendance with several professions",
            Self::FollowUpMultiProfessional => "a follow-up attendance with several professions",
            Self::EmergencyAttendance => "an accident and emergency attendance",
        }
    }

    /// The columns of the tariff that its price may come from.
    pub(crate) const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::DayCase => &["combined", "day_case"],
            Self::Elective => &["combined", "elective"],
            Self::NonElective => &["non_elective"],
            Self::ShortStay | Self::UnknownAge => &["short_stay", "short_stay_share", "non_elective"],
            Self::ShortStayDayCase | Self::UnknownAgeDayCase => {
                &["short_stay", "short_stay_share", "combined", "day_case"]
            }
            Self::BestDayCase => &["best_practice", "combined", "day_case"],
            Self::BestElective => &["best_practice", "combined", "elective"],
            Self::BestNonElective => &["best_practice", "non_elective"],
            Self::BestShortStay
            | Self::BestShortStayDayCase
            | Self::BestUnknownAge
            | Self::BestUnknownAgeDayCase => {
                &["best_practice", "short_stay", "short_stay_share", "combined", "day_case", "non_elective"]
            }
            Self::ElectiveDays | Self::NonElectiveDays => &["daily_rate"],
            Self::OutpatientProcedure => &["outpatient_procedure"],
            Self::FirstAttendance => &["first_attendance"],
            Self::FollowUp => &["follow_up"],
            Self::FirstMultiProfessional => &["first_multi_professional"],
            Self::FollowUpMultiProfessional => &["follow_up_multi_professional"],
            Self::EmergencyAttendance => &["emergency_attendance"],
        }
    }
}
