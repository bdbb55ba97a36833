//! `itsudemo openapi`.

use document::{Outputs, render};

use crate::Failure;

/// Prints the published document, OpenAPI 3.0.3.
///
/// # Errors
/// The document is not sound; a test would have failed too.
pub fn openapi() -> Result<(), Failure> {
    let outputs = Outputs::of(&api::spec::raw(), &api::spec::facts());
    let faults = |faults: Vec<_>| faults.iter().map(ToString::to_string).collect::<Vec<String>>().join("; ");
    print!("{}", render(&outputs.map_err(|found| Failure::Contract(faults(found)))?.v1));
    Ok(())
}
