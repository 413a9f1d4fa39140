//! Payments as record batches.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, Decimal128Array, DictionaryArray, Int8Array, RecordBatch, StringArray, UInt32Array,
};

use crate::{
    activity::{delivery::PricedBy, priced::Priced},
    error::{Error, ErrorKind, Result},
};

/// Digits of a payment in pounds: 19, of which two are pence, hold 64 bits.
const DIGITS: u8 = 20;

impl Priced {
    /// The payments as columns: `payment` in pounds, `rule`, and `long_stay_days`; null where a line has no price.
    ///
    /// # Errors
    /// [`ErrorKind::Arithmetic`] where a payment has too many digits: none that can occur.
    pub fn to_record_batch(&self) -> Result<RecordBatch> {
        let rows = 0..self.len();
        let payments = rows.clone().map(|row| self.payment(row).map(i128::from));
        let payments = payments.collect::<Decimal128Array>().with_precision_and_scale(DIGITS, 2);
        let keys = rows.clone().map(|row| self.rule(row).and_then(|rule| i8::try_from(rule.place()).ok()));
        let words = StringArray::from_iter_values(PricedBy::ALL.map(PricedBy::words));
        let rules = DictionaryArray::try_new(keys.collect::<Int8Array>(), Arc::new(words));
        let days = rows.map(|row| self.long_stay_days(row)).collect::<UInt32Array>();
        let made = payments.and_then(|payments| {
            RecordBatch::try_from_iter([
                ("payment", Arc::new(payments) as ArrayRef),
                ("rule", Arc::new(rules?)),
                ("long_stay_days", Arc::new(days)),
            ])
        });
        made.map_err(|why| {
            Error::new(ErrorKind::Arithmetic, "payments", why.to_string(), "price fewer lines at a time")
        })
    }
}
