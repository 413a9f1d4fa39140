//! Statements read back: the amounts of the parties must be those of the lines, to the penny.

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{Party, Statement};
use crate::decimal::{self, Inexact};

impl Serialize for Statement {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for Statement {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let statement = Self::deserialize(deserializer)?;
        for party in statement.parties() {
            if statement.adds_up(party) != Ok(true) {
                return Err(de::Error::custom(format!(
                    "what party `{}` receives, pays and keeps is not what the lines of the statement add up to",
                    party.name
                )));
            }
        }
        Ok(statement)
    }
}

impl Statement {
    fn adds_up(&self, party: &Party) -> Result<bool, Inexact> {
        let (mut received, mut paid) = (Decimal::ZERO, Decimal::ZERO);
        for line in self.lines() {
            let Some(pays) = &line.pays else { continue };
            if pays.to == party.name {
                received = decimal::add(received, line.amount)?;
            }
            if pays.from == party.name {
                paid = decimal::add(paid, line.amount)?;
            }
        }
        let income = decimal::add(party.received, party.outside_income)?;
        let left = decimal::subtract(decimal::subtract(income, party.paid)?, party.borne)?;
        Ok((received, paid, left) == (party.received, party.paid, party.surplus))
    }
}
