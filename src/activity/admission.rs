//! How a patient was admitted, and as what.

/// How a patient was admitted, by the codes of the NHS Data Dictionary (`ADMISSION METHOD CODE`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Admission {
    /// From a waiting list, booked or planned: 11, 12, 13.
    Elective,
    /// In an emergency: 21 to 25, 28, 2A to 2D.
    Emergency,
    /// Maternity (31, 32), and transfers and births (81 to 84, 89): paid at the non-elective price.
    OtherNonElective,
}

impl Admission {
    /// What a code means; nothing for `98` (not applicable), `99` (not known) and codes that there are not.
    pub fn of_code(code: &str) -> Option<Self> {
        match code.trim() {
            "11" | "12" | "13" => Some(Self::Elective),
            "21" | "22" | "23" | "24" | "25" | "28" | "2A" | "2B" | "2C" | "2D" => Some(Self::Emergency),
            "31" | "32" | "81" | "82" | "83" | "84" | "89" => Some(Self::OtherNonElective),
            _ => None,
        }
    }
}

/// As what a patient was admitted, by the codes of the NHS Data Dictionary (`PATIENT CLASSIFICATION CODE`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PatientClass {
    /// For at least a night, or meant to: 1; and mother and baby using delivery facilities only: 5.
    Ordinary,
    /// For the day, as planned: 2.
    DayCase,
    /// One of a series of days or nights: 3, 4. These have no national price.
    RegularAttender,
}

impl PatientClass {
    /// What a code means; nothing for codes that there are not.
    pub fn of_code(code: &str) -> Option<Self> {
        match code.trim() {
            "1" | "5" => Some(Self::Ordinary),
            "2" => Some(Self::DayCase),
            "3" | "4" => Some(Self::RegularAttender),
            _ => None,
        }
    }
}
