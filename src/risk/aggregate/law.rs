//! What is asked of a distribution, however it is held.

/// How a distribution of a sum is held within its range.
pub(super) trait Law {
    /// What lies at or below a point.
    fn below(&self, x: f64) -> Below;
    /// The probability of it alone.
    fn mass_below(&self, x: f64) -> f64;
    /// The density; of lumps, their probability over the step of the grid.
    fn density(&self, x: f64) -> f64;
    /// The least that there is.
    fn low(&self) -> f64;
    /// The most that there is.
    fn high(&self) -> f64;
    /// A point so little below this one that a lump at this one is not below it.
    fn just_below(&self, x: f64) -> f64 {
        x.next_down()
    }
    /// The least point that is not exceeded with this probability.
    fn quantile(&self, probability: f64) -> f64;
}

/// P(S ≤ x), E[S − low; S ≤ x], E[(S − low)²; S ≤ x] and E[(S − low)³; S ≤ x].
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Below {
    pub(super) mass: f64,
    pub(super) first: f64,
    pub(super) second: f64,
    pub(super) third: f64,
}
