//! Which point of delivery was meant by a name that is nearly one of those that tariffs and contracts know.

use crate::{
    activity::PointOfDelivery as Point,
    error::{Error, ErrorKind, Result},
};

/// Other words for a point of delivery, without what is no letter or digit: codes of commissioning data, the settings of
/// reference costs and of the National Cost Collection, and what the programmes of the NHS call it.
const WORDS: [(&str, Point); 24] = [
    ("dc", Point::DayCase),
    ("daycases", Point::DayCase),
    ("el", Point::Elective),
    ("electiveinpatient", Point::Elective),
    ("electiveinpatients", Point::Elective),
    ("ordinaryelectiveadmissions", Point::Elective),
    ("nel", Point::NonElective),
    ("ne", Point::NonElective),
    ("emergencyadmission", Point::NonElective),
    ("emergencyadmissions", Point::NonElective),
    ("nonelectiveinpatientlongstay", Point::NonElective),
    ("nes", Point::ShortStayEmergency),
    ("nonelectiveinpatientshortstay", Point::ShortStayEmergency),
    ("elxs", Point::ElectiveLongStayDays),
    ("nelxs", Point::NonElectiveLongStayDays),
    ("oproc", Point::OutpatientProcedure),
    ("opproc", Point::OutpatientProcedure),
    ("opfa", Point::FirstAttendance),
    ("firstoutpatientattendances", Point::FirstAttendance),
    ("opfup", Point::FollowUp),
    ("followupattendances", Point::FollowUp),
    ("ae", Point::EmergencyAttendance),
    ("ed", Point::EmergencyAttendance),
    ("aeattendances", Point::EmergencyAttendance),
];

/// Refuses a name that is nearly that of a point of delivery: its lines would come under all other services, and no tariff
/// would price them.
pub(super) fn check(name: &str) -> Result<()> {
    let Some(point) = meant(name) else { return Ok(()) };
    let problem = "it is not one that tariffs and contracts know";
    let remedy = format!(
        "did you mean `{}`? rename it, or give it a name that is not nearly one of theirs",
        point.name()
    );
    Err(Error::new(ErrorKind::Unknown, format!("point of delivery `{name}`"), problem, remedy))
}

fn meant(name: &str) -> Option<Point> {
    if Point::of_name(name).is_some() {
        return None;
    }
    let wanted = plain(name);
    let word = WORDS.iter().find(|(word, _)| *word == wanted).map(|(_, point)| *point);
    // One slip: a letter too many or too few, or another.
    let slip = || {
        Point::ALL.into_iter().find(|point| strsim::damerau_levenshtein(&wanted, &plain(point.name())) <= 1)
    };
    word.or_else(slip).or_else(|| worded(name))
}

/// Words that a point of delivery is told by; a name with another word, such as maternity, is one of its own.
const USUAL: [&str; 24] = [
    "a",
    "accident",
    "admission",
    "admissions",
    "and",
    "attendance",
    "attendances",
    "bed",
    "care",
    "days",
    "department",
    "elective",
    "emergencies",
    "emergency",
    "excess",
    "inpatient",
    "inpatients",
    "long",
    "non",
    "nonelective",
    "short",
    "spells",
    "stay",
    "stays",
];

/// What a name of usual words says: `Non-elective Inpatients - Long Stay`, `emergencies`.
fn worded(name: &str) -> Option<Point> {
    let lower = name.to_lowercase();
    let mut words = lower.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    if !words.all(|word| USUAL.contains(&word)) {
        return None;
    }
    let wanted = plain(name);
    let has = |part: &str| wanted.contains(part);
    if has("nonelective") && (has("days") || has("excess")) {
        Some(Point::NonElectiveLongStayDays)
    } else if has("nonelective") && has("short") {
        Some(Point::ShortStayEmergency)
    } else if has("nonelective") {
        Some(Point::NonElective)
    } else if has("accidentandemergency") || (has("emergenc") && has("attend")) {
        Some(Point::EmergencyAttendance)
    } else if has("emergenc") {
        Some(Point::NonElective)
    } else {
        None
    }
}

fn plain(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
