//! `/.well-known/ticket-keys/{tenant}`

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use contract::{
    ApiError, Ref, Shown,
    ticket::issued::{TicketKey, TicketKeys as KeySet},
};
use custody::keyring::KeyringError;
use kernel::ids::kind;
use poem_openapi::{
    OpenApi,
    param::{Header, Path},
};
use ticket::ticket::code::Printer;

use crate::{Anyone, Desk, problems, tags::Tag};

/// The keys that check tickets.
pub struct TicketKeys {
    desk: Desk,
}

impl TicketKeys {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/.well-known", tag = "Tag::Ticket")]
impl TicketKeys {
    /// Read the keys that check a contractor's tickets.
    ///
    /// A JSON Web Key Set. With it a gate checks the code of a ticket without any network.
    #[oai(path = "/ticket-keys/:tenant", method = "get", operation_id = "ticket_keys_view")]
    async fn view(
        &self,
        _anyone: Anyone,
        tenant: Path<Ref<kind::Tenant>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<KeySet>, ApiError> {
        let tenant = tenant.0.0;
        let keys = self.desk.keyring.tenant(tenant).map_err(|error| match error {
            KeyringError::NoTenant(_) => ApiError::of(problems::ABSENT.refuse()),
            other => other.into(),
        })?;
        let key = Printer::new(tenant, &keys.ticket_signing).public();
        Ok(Shown::version(key.id(), have.0.as_deref(), || KeySet {
            keys: vec![TicketKey {
                kty: "OKP".to_owned(),
                crv: "Ed25519".to_owned(),
                usage: "sig".to_owned(),
                alg: "EdDSA".to_owned(),
                kid: key.id(),
                x: URL_SAFE_NO_PAD.encode(key.bytes()),
            }],
        }))
    }
}
