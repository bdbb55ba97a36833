//! The document of this binary, printed without a server or a database.

use std::marker::PhantomData;

use poem::http::Method;
use poem_openapi::{
    OpenApi, OpenApiService,
    registry::{MetaApi, Registry},
};
use serde_json::Value;
use std::collections::HashMap;

use crate::{Operations, rules};

/// The operations of `T` without an instance of it.
struct SpecOf<T>(PhantomData<fn() -> T>);

impl<T: OpenApi> OpenApi for SpecOf<T> {
    fn meta() -> Vec<MetaApi> {
        T::meta()
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn add_routes(self, _: &mut HashMap<String, HashMap<Method, poem::endpoint::BoxEndpoint<'static>>>) {}
}

/// The framework's own document.
pub fn raw() -> String {
    OpenApiService::new(SpecOf::<Operations>(PhantomData), "itsudemo", env!("CARGO_PKG_VERSION")).spec()
}

/// The published document: normalised, OpenAPI 3.0.3.
///
/// A document that cannot be normalised is a defect of the build; the tests and `make openapi` say which, and a server
/// with an empty contract answers nothing but 404.
pub fn document() -> Value {
    document::normalise(&raw(), &facts()).unwrap_or_else(|faults| {
        for fault in faults {
            tracing::error!(%fault, "the contract is not sound");
        }
        Value::Null
    })
}

/// What the document needs to know and no handler can say.
pub fn facts() -> document::Facts {
    rules::facts()
}
