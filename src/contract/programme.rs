//! Programmes: dated families of contracts, with the citation of every value.

mod compose;
mod document;
mod each;
mod include;
mod library;
mod words;

pub use document::{Choice, Editions, Part, ProgrammeDocument, ProgrammeExample, Track, YearBegins};

use std::sync::{Arc, OnceLock};

use indexmap::IndexMap;

use super::{Contract, Example, read};
use crate::{
    error::{Error, ErrorKind, Result},
    exposure::{Date, Period},
    fingerprint::Fingerprint,
    text::nearest,
};

/// A dated family of contracts: one regulator's tracks and years, made of the same parts.
///
/// A programme holds no number and no rule outside its file and those that it includes. The contract of a track in a year is put together from
/// the parts that the track names, with the edition of every term that is in force on the first day. What is the same for
/// several kinds of people is written once: a name such as `risk score, {type}` stands for one for each member of the list
/// `type`.
///
/// ```
/// use capitation::contract::Programme;
/// let year = Programme::named("mssp")?.year(2022)?;
/// let contract = year.track("BASIC E")?.choose("minimum rate", "by size")?.contract()?;
/// assert_eq!(contract.name(), "Medicare Shared Savings Program, BASIC E, 2022, minimum rate by size");
/// # Ok::<(), capitation::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Programme {
    document: Arc<ProgrammeDocument>,
    /// The same with every list of names written out.
    whole: Arc<ProgrammeDocument>,
    fingerprint: String,
}

/// A programme in one of its years.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgrammeYear {
    programme: Programme,
    year: i16,
    days: Period,
}

/// A track in a year, with what has been chosen of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackYear {
    year: ProgrammeYear,
    track: usize,
    days: Period,
    chosen: IndexMap<String, String>,
}

impl Programme {
    /// The names of the programmes that come with this crate.
    pub fn names() -> impl Iterator<Item = &'static str> {
        library::ALL.iter().map(|(name, _)| *name)
    }

    /// A programme that comes with this crate. Its files are read once.
    ///
    /// # Errors
    /// [`Unknown`](ErrorKind::Unknown) where there is none of this name.
    pub fn named(name: &str) -> Result<Self> {
        static READ: [OnceLock<Result<Programme>>; library::ALL.len()] =
            [const { OnceLock::new() }; library::ALL.len()];
        let found = library::ALL.iter().zip(&READ).find(|((known, _), _)| *known == name);
        let ((name, text), read) = found.ok_or_else(|| {
            unknown("programmes", format!("there is no programme `{name}`"), name, Self::names())
        })?;
        let parsed =
            || Self::parse(text, &library::shown(name), |included| library::included(name, included));
        read.get_or_init(parsed).clone()
    }

    /// A programme from a file in TOML, and the files that it includes, which lie where it says beside it.
    ///
    /// # Errors
    /// [`File`](ErrorKind::File) where one cannot be read; otherwise as [`from_toml`](Self::from_toml), with the file.
    pub fn read(path: impl AsRef<std::path::Path>) -> Result<Self> {
        let path = path.as_ref();
        Self::parse(&read::text(path, "programme")?, &path.display().to_string(), |included| {
            let beside = path.with_file_name(included);
            Ok((read::text(&beside, "programme")?, beside.display().to_string()))
        })
    }

    /// A programme from TOML.
    ///
    /// # Errors
    /// [`Syntax`](ErrorKind::Syntax) with the line; a track that names no part, a choice without its default, a name with a
    /// list that there is not; [`File`](ErrorKind::File) where it includes another file, since a text lies nowhere.
    pub fn from_toml(text: &str) -> Result<Self> {
        Self::parse(text, "programme", |included| {
            let problem = format!("it includes `{included}`, and a text has no files beside it");
            let remedy = "read the programme from its file, or write everything into one text";
            Err(Error::new(ErrorKind::File, "programme", problem, remedy))
        })
    }

    fn parse(text: &str, file: &str, find: impl Fn(&str) -> Result<(String, String)>) -> Result<Self> {
        let mut fingerprint = Fingerprint::default();
        fingerprint.bytes(text.as_bytes());
        let document = include::together(read::toml_document(text, file)?, |included| {
            let found = find(included)?;
            fingerprint.bytes(found.0.as_bytes());
            Ok(found)
        })?;
        let checked = || {
            document.check()?;
            let whole = each::written_out(&document)?;
            whole.check_limits()?;
            Ok(whole)
        };
        let whole = checked().map_err(|why: Error| why.within(file))?;
        Ok(Self { document: Arc::new(document), whole: Arc::new(whole), fingerprint: fingerprint.written() })
    }

    /// The JSON Schema of the programme format.
    pub fn schema() -> serde_json::Value {
        schemars::schema_for!(ProgrammeDocument).to_value()
    }

    /// The programme as it is written, with what it includes; names with a list in braces stand for each of its members.
    pub fn document(&self) -> &ProgrammeDocument {
        &self.document
    }

    /// `sha256:` and the digest of the programme's file and those that it includes.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// What the programme is called.
    pub fn name(&self) -> &str {
        &self.document.name
    }

    /// The years in which it has a track.
    pub fn years(&self) -> Vec<i16> {
        let all = self.span().into_iter().flat_map(|(first, last)| first..=last);
        all.filter(|year| self.year(*year).is_ok()).collect()
    }

    /// The first and the last year of any track.
    fn span(&self) -> Option<(i16, i16)> {
        let periods = || self.document.track.iter().map(|track| track.period);
        let first = periods().map(|period| self.document.year_of(period.start)).min()?;
        let last = periods().map(|period| self.document.year_of(period.end)).max()?;
        Some((first, last))
    }

    /// The programme in one of its years.
    ///
    /// # Errors
    /// [`Period`](ErrorKind::Period) where no track is in force in that year.
    pub fn year(&self, year: i16) -> Result<ProgrammeYear> {
        let refuse = || {
            let problem = format!("it has no track in {}", self.said(year));
            Error::new(ErrorKind::Period, self.place(), problem, self.ask_for_a_year())
        };
        let days = self.document.days_of(year).map_err(|_| refuse())?;
        let year = ProgrammeYear { programme: self.clone(), year, days };
        if year.in_force().next().is_none() {
            return Err(refuse());
        }
        Ok(year)
    }

    /// The programme in one of its years, as the year is said: `2022`, or `2019/20` where it does not begin on 1 January.
    ///
    /// # Errors
    /// [`Period`](ErrorKind::Period) where the text is no year of the programme.
    ///
    /// ```
    /// use capitation::contract::Programme;
    /// let acute = Programme::named("nhs-acute")?;
    /// assert_eq!(acute.year_said("2019/20")?, acute.year(2019)?);
    /// assert!(acute.year_said("2019/21").is_err());
    /// # Ok::<(), capitation::Error>(())
    /// ```
    pub fn year_said(&self, text: &str) -> Result<ProgrammeYear> {
        let first = text.split_once('/').map_or(text, |(first, _)| first);
        let year = first.parse().ok().filter(|_| first.len() == 4);
        let year = year.filter(|year: &i16| text == first || self.said(*year) == text);
        if let Some(year) = year {
            return self.year(year);
        }
        let problem = format!("`{text}` is not a year of it");
        let remedy = match self.meant(text) {
            Some(year) => format!("write {}", self.said(year)),
            None => self.ask_for_a_year(),
        };
        Err(Error::new(ErrorKind::Period, self.place(), problem, remedy))
    }

    /// A year as it is said: `2022`, or `2019/20` where it does not begin on 1 January.
    pub fn said(&self, year: i16) -> String {
        self.document.said(year)
    }

    /// The year of it that a text with one or two years stands for: `19/20`, `2019-20`, `2019/2020`.
    fn meant(&self, text: &str) -> Option<i16> {
        let parts: Vec<&str> = text.split(['/', '-', '–', ' ']).filter(|part| !part.is_empty()).collect();
        let number = |part: &&str| part.parse::<i16>().ok().filter(|_| matches!(part.len(), 2 | 4));
        let full = |year: i16| if year < 100 { 2000 + year } else { year };
        let year = full(parts.first().and_then(number)?);
        match parts.get(1..)? {
            [] => {}
            [second] if full(number(second)?) == year + 1 && self.said(year) != year.to_string() => {}
            _ => return None,
        }
        self.year(year).is_ok().then_some(year)
    }

    fn place(&self) -> String {
        format!("programme `{}`", self.document.name)
    }

    fn ask_for_a_year(&self) -> String {
        match self.span() {
            Some((first, last)) if first == last => format!("ask for {}", self.said(first)),
            Some((first, last)) => format!("ask for a year from {} to {}", self.said(first), self.said(last)),
            None => "add a track to it".to_owned(),
        }
    }

    /// The contracts of the worked examples, each with its example.
    ///
    /// # Errors
    /// An example of a track, year or choice that does not exist.
    pub fn examples(&self) -> Result<Vec<(Contract, Example)>> {
        let of = |example: &ProgrammeExample| {
            let mut track = self.year(example.year)?.track(&example.track)?;
            for (choice, option) in &example.choices {
                track = track.choose(choice, option)?;
            }
            Ok((track.contract()?, example.example()))
        };
        let named = |example: &ProgrammeExample| {
            of(example).map_err(|why: Error| why.within(format!("example `{}`", example.name)))
        };
        self.whole.example.iter().map(named).collect()
    }
}

impl ProgrammeYear {
    /// The programme.
    pub fn programme(&self) -> &Programme {
        &self.programme
    }

    /// The year; where it does not begin on 1 January, that in which it begins.
    pub fn year(&self) -> i16 {
        self.year
    }

    /// The year as it is said: `2022`, or `2019/20` where it does not begin on 1 January.
    pub fn said(&self) -> String {
        self.programme.said(self.year)
    }

    fn in_force(&self) -> impl Iterator<Item = (usize, Period, &Track)> {
        self.programme.document.track.iter().enumerate().filter_map(|(place, track)| {
            let start = track.period.start.max(self.days.start);
            let end = track.period.end.min(self.days.end);
            (start <= end).then_some((place, Period { start, end }, track))
        })
    }

    /// The tracks that are in force.
    pub fn tracks(&self) -> impl Iterator<Item = &str> {
        self.in_force().map(|(_, _, track)| track.name.as_str())
    }

    /// The year in words: its tracks, and what can be chosen of each.
    pub fn explain(&self) -> String {
        words::year(self)
    }

    /// One of the tracks.
    ///
    /// # Errors
    /// [`Unknown`](ErrorKind::Unknown) where none of that name is in force.
    pub fn track(&self, name: &str) -> Result<TrackYear> {
        let found = self.in_force().find(|(_, _, track)| track.name == name);
        let (track, days, _) = found.ok_or_else(|| {
            let place = format!("programme `{}`", self.programme.name());
            unknown(&place, format!("it has no track `{name}` in {}", self.said()), name, self.tracks())
        })?;
        Ok(TrackYear { track, days, year: self.clone(), chosen: IndexMap::new() })
    }
}

impl TrackYear {
    /// What the track is called.
    pub fn name(&self) -> &str {
        self.track().map_or("", |track| &track.name)
    }

    /// What the track is, in a sentence.
    pub fn about(&self) -> &str {
        self.track().map_or("", |track| &track.about)
    }

    fn written_out(&self) -> &ProgrammeDocument {
        &self.year.programme.whole
    }

    fn track(&self) -> Option<&Track> {
        self.written_out().track.get(self.track)
    }

    /// The day whose parts and terms apply: the first day of the year on which the track is in force.
    pub fn on(&self) -> Date {
        self.days.start
    }

    /// The names that the track puts together on its first day: parts and choices.
    fn sequence(&self) -> &[String] {
        self.track().and_then(|track| track.parts.on(self.days.start)).map_or(&[], Vec::as_slice)
    }

    /// What can be chosen: the name of each choice of this track, with its options, the default first.
    pub fn choices(&self) -> Vec<(&str, Vec<&str>)> {
        let named = self.sequence().iter().filter_map(|name| self.written_out().choice(name));
        named.map(|choice| (choice.name.as_str(), choice.in_order(self.days.start))).collect()
    }

    /// The same track with an option chosen.
    ///
    /// # Errors
    /// [`Unknown`](ErrorKind::Unknown) where the track has no such choice, or the choice no such option.
    pub fn choose(mut self, choice: &str, option: &str) -> Result<Self> {
        let place = format!("programme `{}`, track `{}`", self.year.programme.name(), self.name());
        let choices = self.choices();
        let Some((_, options)) = choices.iter().find(|(name, _)| *name == choice) else {
            let names = choices.iter().map(|(name, _)| *name);
            return Err(unknown(&place, format!("it has no choice `{choice}`"), choice, names));
        };
        if !options.contains(&option) {
            let place = format!("{place}, choice `{choice}`");
            return Err(unknown(
                &place,
                format!("it has no option `{option}`"),
                option,
                options.iter().copied(),
            ));
        }
        self.chosen.insert(choice.to_owned(), option.to_owned());
        Ok(self)
    }

    /// The contract: its parts in order, and of every input and term what the parts use.
    ///
    /// # Errors
    /// As [`Contract::new`]; [`Period`](ErrorKind::Period) where a term that is used has no edition yet, or changes within
    /// the year.
    pub fn contract(&self) -> Result<Contract> {
        compose::compose(self, None).and_then(Contract::new).map_err(|why| why.within(self.place()))
    }

    /// The clauses up to one of them, and of inputs and terms what they use: a part of the contract to settle alone.
    ///
    /// # Errors
    /// As [`contract`](Self::contract); [`Unknown`](ErrorKind::Unknown) where the track has no such clause.
    pub(crate) fn up_to(&self, clause: &str) -> Result<Contract> {
        compose::compose(self, Some(clause))
            .and_then(Contract::calculation)
            .map_err(|why| why.within(self.place()))
    }

    fn place(&self) -> String {
        let programme = self.year.programme.name();
        format!("programme `{programme}`, track `{}` in {}", self.name(), self.year.said())
    }
}

fn unknown<'a>(place: &str, problem: String, name: &str, known: impl Iterator<Item = &'a str>) -> Error {
    let known: Vec<&str> = known.collect();
    let all = || known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let remedy = if let Some(near) = nearest(name, known.iter().copied()) {
        format!("did you mean `{near}`?")
    } else if known.is_empty() {
        "leave it out".to_owned()
    } else {
        format!("use one of {}", all())
    };
    Error::new(ErrorKind::Unknown, place, problem, remedy)
}
