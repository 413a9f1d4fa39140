//! The enrolment types of Medicare, and an amount for each.

use serde::Serialize;

/// Why a beneficiary has Medicare: benchmarks are worked out for each of the four alone.
///
/// Source: CMS, Shared Savings and Losses, Assignment and Quality Performance Standard Methodology, v11, January 2023,
/// section 3. A person belongs month by month to the first that applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EnrolmentType {
    /// End-stage renal disease.
    Esrd,
    /// Entitled by disability.
    Disabled,
    /// Entitled by age, and to Medicaid too.
    AgedDual,
    /// Entitled by age, and not to Medicaid.
    AgedNonDual,
}

impl EnrolmentType {
    /// Every type, in the order in which they apply.
    pub const ALL: [Self; 4] = [Self::Esrd, Self::Disabled, Self::AgedDual, Self::AgedNonDual];

    /// The name under which contracts know it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Esrd => "ESRD",
            Self::Disabled => "disabled",
            Self::AgedDual => "aged/dual",
            Self::AgedNonDual => "aged/non-dual",
        }
    }
}

impl std::fmt::Display for EnrolmentType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// One of something for each enrolment type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct ByType<T> {
    /// For end-stage renal disease.
    pub esrd: T,
    /// For disability.
    pub disabled: T,
    /// For age, with Medicaid.
    pub aged_dual: T,
    /// For age, without Medicaid.
    pub aged_non_dual: T,
}

impl<T> ByType<T> {
    /// What is made for each type.
    ///
    /// # Errors
    /// The first error of `make`.
    pub fn try_of<E>(mut make: impl FnMut(EnrolmentType) -> Result<T, E>) -> Result<Self, E> {
        Ok(Self {
            esrd: make(EnrolmentType::Esrd)?,
            disabled: make(EnrolmentType::Disabled)?,
            aged_dual: make(EnrolmentType::AgedDual)?,
            aged_non_dual: make(EnrolmentType::AgedNonDual)?,
        })
    }

    /// What there is for one type.
    pub fn get(&self, of: EnrolmentType) -> &T {
        match of {
            EnrolmentType::Esrd => &self.esrd,
            EnrolmentType::Disabled => &self.disabled,
            EnrolmentType::AgedDual => &self.aged_dual,
            EnrolmentType::AgedNonDual => &self.aged_non_dual,
        }
    }

    /// Each type with what there is for it.
    pub fn iter(&self) -> impl Iterator<Item = (EnrolmentType, &T)> {
        EnrolmentType::ALL.into_iter().map(|of| (of, self.get(of)))
    }
}

impl<T: Clone> ByType<T> {
    /// The same for every type.
    pub fn all(one: T) -> Self {
        Self { esrd: one.clone(), disabled: one.clone(), aged_dual: one.clone(), aged_non_dual: one }
    }
}
