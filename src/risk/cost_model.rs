//! What people will cost, by risk cell, and what moves their costs together.

mod cell;
mod changed;
mod different;
mod fitted;
mod fitting;
mod observed;
mod scaled;
mod shock;

use nalgebra::DMatrix;
use rust_decimal::Decimal;

pub use cell::CostCell;
pub use fitted::CellFit;
pub use fitting::{By, Fitting, Law, PartialYears};
pub use shock::{Shock, ShockKind};

use super::{
    aggregate::{Aggregate, RiskCell, Shocks},
    severity::{Severity, special::normal_below},
};
use crate::{
    decimal,
    error::{Error, ErrorKind, Result},
    exposure::MONTHS_A_YEAR,
    fingerprint::Fingerprint,
    money::Currency,
    population::ACTUAL_COST,
};

/// The share of years in which shocks that are added may bring costs below nought, as a normal law always does in some.
const BELOW_NOUGHT: f64 = 1e-3;
/// The part of a cell's variance that must be left when what it shares with others is taken off.
const SINGULAR: f64 = 1e-12;
/// The widest factor that is followed, as the standard deviation of its logarithm: with it, one year in forty costs three times as
/// much as another.
const WIDEST: f64 = 0.6;

/// What people will cost in a year: how many there are in each risk cell, the law of what one costs, and what moves the
/// costs of many together. Amounts are in major units (pounds, dollars).
///
/// ```
/// use capitation::{money::Currency, risk::{cost_model::{CostModel, Shock}, severity::Severity}};
/// let older = Severity::lognormal(7.6, 1.5)?.with_zeros(0.05)?;
/// let model = CostModel::new(Currency::new("GBP")?)
///     .cell("under 65", 40_000, Severity::lognormal(6.2, 1.7)?.with_zeros(0.2)?)?
///     .cell("65 and over", 10_000, older)?
///     .with_shock(Shock::multiplicative("trend", 0.02)?)?;
/// assert_eq!(model.people(), 50_000);
/// # Ok::<(), capitation::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct CostModel {
    currency: Currency,
    measure: String,
    cells: Vec<CostCell>,
    shocks: Vec<Shock>,
    /// The Cholesky factor of the covariance of logarithms between cells.
    correlated: Option<DMatrix<f64>>,
    proportional: Vec<(String, Decimal)>,
    fits: Vec<CellFit>,
}

impl CostModel {
    /// Nobody yet. What people cost is the contract's input `actual cost`.
    pub fn new(currency: Currency) -> Self {
        Self {
            currency,
            measure: ACTUAL_COST.to_owned(),
            cells: Vec::new(),
            shocks: Vec::new(),
            correlated: None,
            proportional: Vec::new(),
            fits: Vec::new(),
        }
    }

    /// The same where what people cost is another input of the contract, such as `expenditure`.
    #[must_use]
    pub fn of_input(mut self, measure: impl Into<String>) -> Self {
        self.measure = measure.into();
        self
    }

    /// The same with a cell of people more, each there for twelve months.
    ///
    /// # Errors
    /// [`ErrorKind::Range`] without people; as [`with_cell`](Self::with_cell).
    pub fn cell(self, name: impl Into<String>, people: u32, severity: Severity) -> Result<Self> {
        self.with_cell(CostCell::new(name, people, severity)?)
    }

    /// As many people as rows who all differ: what each is expected to cost, and the chance of a cost at all, as models of risk
    /// predict them; and one shape of costs about their means. It is one cell, named `people`.
    ///
    /// `expected` is each person's mean cost of twelve months, in major units, of years without a cost too (0 is someone who
    /// costs nothing); `chances` each person's probability of any cost, or none where it is that of the shape for everybody.
    /// Only the form of the shape counts, a lognormal's σ or a gamma's a, and not its own mean. More than 256 people are sorted
    /// by the logarithm of their scale and their chance into points that stand for them; what that moves is in the error that
    /// results tell. It has outlooks; [`simulate`](crate::Contract::simulate) refuses it, as years are drawn for people of few
    /// kinds.
    ///
    /// # Errors
    /// As [`CostCell::of_people`].
    ///
    /// ```
    /// use capitation::{money::Currency, risk::{cost_model::CostModel, severity::Severity}};
    /// let shape = Severity::lognormal(0.0, 1.3)?;
    /// let (expected, chances) = ([310.0, 4_800.0, 0.0], [0.6, 0.95, 0.0]);
    /// let model = CostModel::of_people(Currency::new("GBP")?, &shape, &expected, Some(&chances))?;
    /// assert_eq!(model.people(), 3);
    /// assert!((model.mean() - 5_110.0).abs() < 1e-9);
    /// # Ok::<(), capitation::Error>(())
    /// ```
    pub fn of_people(
        currency: Currency,
        shape: &Severity,
        expected: &[f64],
        chances: Option<&[f64]>,
    ) -> Result<Self> {
        Self::new(currency).with_cell(CostCell::of_people("people", shape, expected, chances)?)
    }

    /// The same with a cell more.
    ///
    /// # Errors
    /// [`ErrorKind::Name`] where there is a cell of that name; [`ErrorKind::Value`] after a covariance was given, which is of
    /// the cells there were.
    pub fn with_cell(mut self, cell: CostCell) -> Result<Self> {
        let place = format!("risk cell `{}`", cell.name());
        if self.cells.iter().any(|other| other.name() == cell.name()) {
            return Err(Error::new(
                ErrorKind::Name,
                place,
                "it is there twice",
                "give each cell a name of its own",
            ));
        }
        if self.correlated.is_some() {
            let remedy = "give all cells first, and the covariance then";
            return Err(Error::new(ErrorKind::Value, place, "the covariance has no row for it", remedy));
        }
        self.cells.push(cell);
        Ok(self)
    }

    /// The same with something that moves costs together. Shocks do not depend on each other.
    ///
    /// # Errors
    /// [`ErrorKind::Name`] where there is a shock of that name; [`ErrorKind::Unknown`] where it names a cell that is not there;
    /// [`ErrorKind::Value`] where it moves none.
    pub fn with_shock(mut self, shock: Shock) -> Result<Self> {
        let place = format!("shock `{}`", shock.name());
        if self.shocks.iter().any(|other| other.name() == shock.name()) {
            return Err(Error::new(
                ErrorKind::Name,
                place,
                "it is there twice",
                "give each shock a name of its own",
            ));
        }
        let unknown = shock.cells().unwrap_or_default().iter().find(|name| self.place_of(name).is_none());
        if let Some(name) = unknown {
            let known: Vec<String> = self.cells.iter().map(|cell| format!("`{}`", cell.name())).collect();
            let problem = format!("there is no risk cell `{name}`");
            let remedy = format!("give the cells first; they are {}", known.join(", "));
            return Err(Error::new(ErrorKind::Unknown, place, problem, remedy));
        }
        if shock.cells().is_some_and(<[String]>::is_empty) {
            let remedy = "name the cells that it moves, or none for all of them";
            return Err(Error::new(ErrorKind::Value, place, "it moves no risk cell", remedy));
        }
        self.shocks.push(shock);
        Ok(self)
    }

    /// The same where each cell's costs are multiplied by a lognormal factor of its own, of mean 1: the covariance of the
    /// factors' logarithms has a row and a column for each cell, in their order.
    ///
    /// # Errors
    /// [`ErrorKind::Value`] where it is not as large as there are cells, not symmetric or not positive definite, and where the model
    /// has one.
    ///
    /// ```
    /// use capitation::{money::Currency, risk::{cost_model::CostModel, severity::Severity}};
    /// let person = Severity::lognormal(7.0, 1.5)?;
    /// let model = CostModel::new(Currency::new("USD")?).cell("aged", 8_000, person.clone())?.cell("disabled", 900, person)?;
    /// // 2 % and 4 % by themselves, and half correlated.
    /// let model = model.correlated(&[[0.0004, 0.0004], [0.0004, 0.0016]])?;
    /// # Ok::<(), capitation::Error>(())
    /// ```
    pub fn correlated(self, covariance: &[impl AsRef<[f64]>]) -> Result<Self> {
        let refused = |problem: String, remedy: &str| {
            Err(Error::new(ErrorKind::Value, "covariance of the cells", problem, remedy))
        };
        if self.is_correlated() {
            return refused("there is one already".to_owned(), "give one covariance, the sum of both");
        }
        let cells = self.cells.len();
        if covariance.len() != cells || covariance.iter().any(|row| row.as_ref().len() != cells) {
            let problem = format!("there are {cells} cells, and it has another size");
            return refused(problem, "give a row and a column for each cell, in their order");
        }
        let entries = covariance.iter().flat_map(|row| row.as_ref().iter().copied());
        let covariance = DMatrix::from_row_iterator(cells, cells, entries);
        let largest = covariance.amax();
        if !largest.is_finite() || (&covariance - covariance.transpose()).amax() > 1e-12 * largest {
            return refused(
                "it is not symmetric".to_owned(),
                "give the same number for both orders of two cells",
            );
        }
        // A variance that roundings alone leave of a mix of cells is none.
        let all = covariance.diagonal();
        let least = |lower: &DMatrix<f64>| {
            lower.diagonal().component_mul(&lower.diagonal()).component_div(&all).min()
        };
        let lower = covariance.cholesky().map(nalgebra::Cholesky::unpack);
        match lower.filter(|lower| least(lower) > SINGULAR) {
            Some(lower) => Ok(Self { correlated: Some(lower), ..self }),
            None => refused(
                "it is not positive definite: some mix of cells would have a variance that is not above 0"
                    .to_owned(),
                "give variances above 0, and covariances that fit them",
            ),
        }
    }

    /// The same where another input of the contract is always this many times what people cost: the price of their activity,
    /// say, where a pound of cost is paid with 1.10, or their activity itself, where there are so many spells to a pound.
    ///
    /// # Errors
    /// [`ErrorKind::Name`] where there is such an input.
    pub fn proportional(mut self, input: impl Into<String>, ratio: Decimal) -> Result<Self> {
        let input = input.into();
        if input == self.measure || self.proportional.iter().any(|(other, _)| *other == input) {
            let place = format!("input `{input}`");
            return Err(Error::new(ErrorKind::Name, place, "the cost model has it twice", "give it once"));
        }
        self.proportional.push((input, ratio));
        Ok(self)
    }

    /// How many people there are.
    pub fn people(&self) -> u64 {
        self.cells.iter().map(|cell| u64::from(cell.people())).sum()
    }

    /// For how many months all of them together are there.
    pub fn member_months(&self) -> Decimal {
        self.cells.iter().map(|cell| Decimal::from(cell.people()) * cell.member_months_each()).sum()
    }

    /// The mean of what all of them cost, in major units, of all shocks; infinite where a tail is that heavy.
    pub fn mean(&self) -> f64 {
        self.cells.iter().map(CostCell::mean).sum()
    }

    /// The distribution of what all of them cost together in major units, under all that moves it and before any contract: of
    /// each person's cost the part up to an amount, or all of it up to infinity.
    ///
    /// # Errors
    /// [`ErrorKind::Experience`] without a cell; [`ErrorKind::Range`] for an amount that is below 0 or no number, for costs
    /// without a variance that nothing caps, and for shocks too wide to be followed.
    ///
    /// ```
    /// use capitation::{money::Currency, risk::{cost_model::{CostModel, Shock}, severity::Severity}};
    /// let person = Severity::lognormal(6.9, 1.6)?.with_zeros(0.15)?;
    /// let model = CostModel::new(Currency::new("GBP")?).cell("all", 8_000, person)?;
    /// let trend = Shock::multiplicative("trend", 0.03)?;
    /// let alone = model.total_cost(100_000.0)?;
    /// let moved = model.with_shock(trend)?.total_cost(100_000.0)?;
    /// assert!(moved.quantile(0.95)? > alone.quantile(0.95)?);
    /// # Ok::<(), capitation::Error>(())
    /// ```
    pub fn total_cost(&self, each_up_to: f64) -> Result<Aggregate> {
        let cells: Vec<RiskCell> =
            self.in_units(1.0)?.into_iter().map(|cell| cell.limited(each_up_to)).collect();
        Aggregate::moved(&cells, &Shocks::new(self.loadings(), self.added() / self.minor()))
    }

    /// The risk cells.
    pub fn cells(&self) -> &[CostCell] {
        &self.cells
    }

    /// How the laws of its cells were fitted, where they were fitted to people; see
    /// [`from_population`](Self::from_population).
    pub fn fits(&self) -> &[CellFit] {
        &self.fits
    }

    /// What moves costs together.
    pub fn shocks(&self) -> &[Shock] {
        &self.shocks
    }

    /// All that moves costs together, in words: shocks, a covariance, and means that are known with an error.
    ///
    /// ```
    /// use capitation::{money::Currency, risk::{cost_model::{CostModel, Shock}, severity::Severity}};
    /// let model = CostModel::new(Currency::new("GBP")?)
    ///     .cell("all", 8_000, Severity::lognormal(6.9, 1.6)?)?
    ///     .with_shock(Shock::multiplicative("trend", 0.03)?)?;
    /// assert_eq!(model.what_moves(), ["trend, a factor with a spread of 3 %"]);
    /// # Ok::<(), capitation::Error>(())
    /// ```
    pub fn what_moves(&self) -> Vec<String> {
        let mut all: Vec<String> = self.shocks.iter().map(ToString::to_string).collect();
        if self.is_correlated() {
            all.push("a covariance between risk cells".to_owned());
        }
        match self.cells.iter().filter(|cell| cell.relative_error() > 0.0).count() {
            0 => {}
            1 => all.push("the error of a mean".to_owned()),
            means => all.push(format!("the errors of {means} means")),
        }
        all
    }

    /// The currency of the costs.
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// What tells it from any other: SHA-256 over its currency, its inputs, its cells and its shocks.
    pub fn fingerprint(&self) -> String {
        let mut fingerprint = Fingerprint::of("cost model 2");
        let float =
            |fingerprint: &mut Fingerprint, number: f64| fingerprint.bytes(&number.to_bits().to_le_bytes());
        fingerprint.text(self.currency.code());
        fingerprint.text(&self.measure);
        fingerprint.length(self.cells.len());
        for cell in &self.cells {
            fingerprint.text(cell.name());
            fingerprint.bytes(&u64::from(cell.people()).to_le_bytes());
            // A severity that was made is always written.
            fingerprint.text(&serde_json::to_string(cell.severity()).unwrap_or_default());
            if let Some((sorted, scale)) = cell.sorted() {
                sorted.written_to(&mut fingerprint);
                float(&mut fingerprint, scale);
            }
            fingerprint.text(&cell.member_months_each().normalize().to_string());
            for name in [cell.class_name(), cell.input_name()] {
                fingerprint.length(usize::from(name.is_some()));
                fingerprint.text(name.unwrap_or_default());
            }
            float(&mut fingerprint, cell.relative_error());
        }
        fingerprint.length(self.shocks.len());
        for shock in &self.shocks {
            fingerprint.text(shock.name());
            fingerprint.text(&format!("{:?} {:?}", shock.kind(), shock.cells()));
            float(&mut fingerprint, shock.spread());
        }
        fingerprint.length(self.correlated.as_ref().map_or(0, DMatrix::len));
        for entry in self.correlated.iter().flatten() {
            float(&mut fingerprint, *entry);
        }
        fingerprint.length(self.proportional.len());
        for (input, ratio) in &self.proportional {
            fingerprint.text(input);
            fingerprint.text(&ratio.normalize().to_string());
        }
        fingerprint.written()
    }

    fn place_of(&self, cell: &str) -> Option<usize> {
        self.cells.iter().position(|other| other.name() == cell)
    }

    /// The inputs of a contract that people's costs add up to, each once: that of the model, which has no cell only if each
    /// has an input of its own, and those of cells.
    pub(super) fn measures(&self) -> Vec<&str> {
        let mut measures = Vec::new();
        for cell in &self.cells {
            let input = cell.input_name().unwrap_or(&self.measure);
            if !measures.contains(&input) {
                measures.push(input);
            }
        }
        // What shocks are added to, and what others are proportional to, is first.
        if let Some(place) = measures.iter().position(|input| *input == self.measure) {
            measures.swap(0, place);
        }
        measures
    }

    /// The input of a contract that people's costs add up to, of cells that have none of their own.
    pub fn measure(&self) -> &str {
        &self.measure
    }

    /// Inputs that are always so many times the cost.
    pub(super) fn proportions(&self) -> &[(String, Decimal)] {
        &self.proportional
    }

    /// The same with those alone of the inputs that are proportional to cost that are asked for.
    pub(super) fn asked_for(&self, asks: impl Fn(&str) -> bool) -> Self {
        let proportional = self.proportional.iter().filter(|(input, _)| asks(input)).cloned().collect();
        Self { proportional, ..self.clone() }
    }

    /// Whether a covariance was given.
    pub(super) fn is_correlated(&self) -> bool {
        self.correlated.is_some()
    }

    /// The same with so many people in each cell, without those that have nobody.
    pub(super) fn with_people(&self, people: &[u32]) -> Self {
        let cells = self.cells.iter().zip(people).filter(|(_, people)| **people > 0);
        Self { cells: cells.map(|(cell, people)| cell.with_people(*people)).collect(), ..self.clone() }
    }

    /// The cells with costs in minor units, of a model whose shocks can be followed.
    pub(super) fn in_minor_units(&self) -> Result<Vec<RiskCell>> {
        self.in_units(self.minor())
    }

    /// The same with so many units of money to a major one.
    pub(super) fn in_units(&self, units: f64) -> Result<Vec<RiskCell>> {
        if self.cells.is_empty() {
            let remedy = "give at least one cell with people";
            return Err(Error::new(ErrorKind::Experience, "cost model", "it has no risk cell", remedy));
        }
        self.check_shocks()?;
        self.cells.iter().map(|cell| cell.with_units(units)).collect()
    }

    /// Refuses shocks so wide that costs would often be below nought, or that no grid could follow.
    fn check_shocks(&self) -> Result<()> {
        let (added, mean) = (self.added() / self.minor(), self.mean());
        let below = if added > 0.0 && mean.is_finite() { normal_below(-mean / added) } else { 0.0 };
        let refused = |problem: String, remedy: &str| {
            Err(Error::new(ErrorKind::Range, "cost model, its shocks", problem, remedy))
        };
        if below > BELOW_NOUGHT {
            let problem = format!(
                "what they add to the cost of all has a standard deviation of {added:.0} beside a mean cost of {mean:.0}: it would be below nought in {:.1} % of years",
                100.0 * below
            );
            return refused(problem, "give an amount for each person year that costs can bear, or a factor");
        }
        let shocks = self.moved();
        let spread = |cell: usize| shocks.variance_of(cell).sqrt();
        let each = self.cells.iter().enumerate();
        let widest = each.max_by(|(one, _), (other, _)| spread(*one).total_cmp(&spread(*other)));
        match widest.filter(|(place, _)| spread(*place) > WIDEST) {
            None => Ok(()),
            Some((place, cell)) => {
                let problem = format!(
                    "together with the errors of means they move risk cell `{}` by {:.2} as a logarithm, and up to {WIDEST} can be followed",
                    cell.name(),
                    spread(place)
                );
                refused(problem, "give smaller spreads, 0.05 for 5 %, or more people to know the mean from")
            }
        }
    }

    /// Refuses people who differ, where a question takes those of a cell as alike.
    pub(super) fn check_alike(&self, question: &str) -> Result<()> {
        match self.cells.iter().find(|cell| cell.is_of_different_people()) {
            None => Ok(()),
            Some(cell) => Err(not_alike(cell, question)),
        }
    }

    /// Minor units of a major one.
    pub(super) fn minor(&self) -> f64 {
        crate::money::power_of_ten(self.currency.exponent()).map_or(f64::NAN, decimal::to_f64)
    }

    /// How the logarithms of the cells' factors move with independent standard normal numbers: a row for each cell, a column
    /// for each number. First those of shocks that act on all or several cells, then those of the covariance, and those of
    /// means that are not known last.
    pub(super) fn loadings(&self) -> DMatrix<f64> {
        let cells = self.cells.len();
        let mut columns: Vec<Vec<f64>> = Vec::new();
        for shock in self.shocks.iter().filter(|shock| shock.kind() == ShockKind::Multiplicative) {
            let of = |cell: &CostCell| if shock.moves(cell.name()) { shock.spread() } else { 0.0 };
            columns.push(self.cells.iter().map(of).collect());
        }
        if let Some(lower) = &self.correlated {
            columns.extend(lower.column_iter().map(|column| column.iter().copied().collect()));
        }
        for (place, cell) in self.cells.iter().enumerate().filter(|(_, cell)| cell.relative_error() > 0.0) {
            columns
                .push((0..cells).map(|row| if row == place { cell.relative_error() } else { 0.0 }).collect());
        }
        DMatrix::from_iterator(cells, columns.len(), columns.into_iter().flatten())
    }

    /// What moves the cells, and the sum of all, together.
    pub(super) fn moved(&self) -> Shocks {
        Shocks::new(self.loadings(), self.added())
    }

    /// The standard deviation of what is added to the cost of all, in minor units.
    pub(super) fn added(&self) -> f64 {
        let years = |shock: &Shock| -> f64 {
            let moved = self.cells.iter().filter(|cell| shock.moves(cell.name()));
            let of = |cell: &CostCell| {
                f64::from(cell.people()) * decimal::to_f64(cell.member_months_each())
                    / f64::from(MONTHS_A_YEAR)
            };
            moved.map(of).sum()
        };
        let additive = self.shocks.iter().filter(|shock| shock.kind() == ShockKind::Additive);
        additive.map(|shock| (years(shock) * shock.spread()).powi(2)).sum::<f64>().sqrt() * self.minor()
    }
}

/// That people of a cell differ, where a question takes them as alike.
fn not_alike(cell: &CostCell, question: &str) -> Error {
    let problem = format!("its people differ, and {question} of people who are alike within their cells");
    let remedy = "ask for an outlook, powers, shares or premiums, or sort people into cells with a law each";
    Error::new(ErrorKind::Value, format!("risk cell `{}`", cell.name()), problem, remedy)
}
