//! What the journal says about contracts.

use audit::{Event, Subject};
use kernel::ids::ContractId;
use serde::Serialize;

use super::Contract;

#[derive(Serialize)]
pub(super) struct ContractRecorded {
    contract: ContractId,
    version: i32,
    starts_on: String,
    ends_on: String,
    retention_days: i32,
    backup_days: i32,
    flags: Vec<String>,
    document_ref: String,
}

impl ContractRecorded {
    pub fn of(contract: &Contract) -> Self {
        Self {
            contract: contract.id,
            version: contract.version,
            starts_on: contract.starts_on.to_string(),
            ends_on: contract.ends_on.to_string(),
            retention_days: contract.retention_days,
            backup_days: contract.backup_days,
            flags: contract.flags.clone(),
            document_ref: contract.document_ref.clone(),
        }
    }
}

impl Event for ContractRecorded {
    const NAME: &'static str = "tenancy.contract.recorded";

    fn subject(&self) -> Subject {
        Subject::new("contract", self.contract)
    }
}
