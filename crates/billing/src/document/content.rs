//! What a document says: written once, read for ever. The names of the members are part of what is hashed.

use db::Fault;
use kernel::{
    Yen,
    ids::{BillId, PatronId, PaymentId, RefundId},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tariff::{Rounding, TaxRate};

use super::DocumentKind;
use crate::Method;

/// Who issued it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuerContent {
    pub name: String,
    pub address: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub registration_number: Option<String>,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContentLine {
    pub label: String,
    /// How many; 0 where only money moved.
    pub quantity: i64,
    /// Yen, tax included.
    pub amount: Yen,
    pub tax_rate: TaxRate,
    /// 軽減税率対象: the line must bear a mark.
    pub reduced: bool,
}

/// What it holds under one rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContentTax {
    pub tax_rate: TaxRate,
    /// Per cent on the amount without tax.
    pub percent: i32,
    /// 税込, yen.
    pub gross: Yen,
    /// 税抜, yen.
    pub net: Yen,
    /// The tax inside `gross`, yen, rounded once.
    pub tax: Yen,
}

/// The snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    pub kind: DocumentKind,
    /// `R2026-000001`.
    pub number: String,
    /// 1, and one more for each time it was issued again.
    pub revision: i32,
    /// The number of the document that this one replaces.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub replaces: Option<String>,
    /// The civil day in Japan: `2026-11-22`.
    pub issued_on: String,
    pub issuer: IssuerContent,
    /// Who it is for, if that is known; the name is written by whoever renders it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub patron: Option<PatronId>,
    pub bill: BillId,
    /// The number that bank transfers for the bill carry.
    pub bill_reference: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub payment: Option<PaymentId>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub refund: Option<RefundId>,
    /// Of a credit note: the number of the invoice whose supply was taken back, if there is one that counts.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub invoice: Option<String>,
    /// 取引年月日: the civil day of the supply, of the money, or of its return.
    pub supplied_on: String,
    /// How the money came: of a receipt.
    pub methods: Vec<Method>,
    /// None on a receipt for a part of a bill.
    pub lines: Vec<ContentLine>,
    /// None on a receipt for a part of a bill: a part of a price has no rate of its own.
    pub taxes: Vec<ContentTax>,
    /// Yen, tax included.
    pub total: Yen,
    /// Σ of the tax of each rate, yen.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tax: Option<Yen>,
    /// How the tax was rounded, once per rate.
    pub rounding: Rounding,
}

impl Content {
    /// What is stored, and the SHA-256 of its canonical text (RFC 8785) in hexadecimal.
    ///
    /// # Errors
    /// None that a content of ours could have.
    pub(crate) fn sealed(&self) -> Result<(serde_json::Value, String), Fault> {
        let value = serde_json::to_value(self).map_err(|_| Fault::Unexpected("a document is told in JSON"))?;
        let digest = Sha256::digest(audit::canonical::text(&value).as_bytes());
        let hash = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok((value, hash))
    }
}
