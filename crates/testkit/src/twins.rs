//! Two tenants that look alike: with a single one, a missing scope is invisible.

use custody::keyring::Keyring;
use kernel::{Pepper, ids::TenantId};
use tenancy::{
    Permission,
    token::{Token, TokenKind},
};
use uuid::{Uuid, uuid};

use crate::Cluster;
use std::path::Path;

/// One tenant and what opens its doors.
#[derive(Debug, Clone)]
pub struct Twin {
    pub tenant: TenantId,
    /// Every permission that a secret key can have.
    pub secret_key: String,
    /// From `https://shop.example.jp` only.
    pub publishable_key: String,
    pub device_key: String,
}

/// The twins, and the keys they are sealed with.
#[derive(Debug, Clone)]
pub struct Twins {
    pub first: Twin,
    pub second: Twin,
    hashes: Vec<(Uuid, String, &'static str, Vec<u8>, String)>,
}

const FIRST: Uuid = uuid!("01936000-0000-7000-8000-00000000000a");
const SECOND: Uuid = uuid!("01936000-0000-7000-8000-00000000000b");
/// The only page that may use a twin's publishable key.
pub const ORIGIN: &str = "https://shop.example.jp";

impl Twins {
    /// The twins of a run: their keys are made once and kept beside the cluster.
    pub(crate) fn of(cluster: &Cluster) -> Self {
        Self::beside(&cluster.folder().join("keys"), cluster.folder())
    }

    /// The twins of a keyring; what opens their doors is kept in `folder`.
    pub fn beside(keys: &Path, folder: &Path) -> Self {
        let keyring = Keyring::open_or_create(keys).expect("a keyring");
        for tenant in [FIRST, SECOND] {
            let tenant = TenantId::from_uuid(tenant);
            if keyring.tenant(tenant).is_err() {
                // whoever is second finds the key of whoever was first
                let _ = keyring.create_tenant(tenant);
            }
        }
        let pepper = keyring.credential_pepper();
        let mut hashes = Vec::new();
        let first = twin(folder, FIRST, pepper, &mut hashes);
        let second = twin(folder, SECOND, pepper, &mut hashes);
        Self { first, second, hashes }
    }

    /// The keyring of a run.
    pub fn keyring(cluster: &Cluster) -> Keyring {
        Keyring::open_or_create(cluster.folder().join("keys")).expect("a keyring")
    }

    /// What makes them in an empty database.
    pub fn sql(&self) -> String {
        let mut sql = String::new();
        for (tenant, name) in [(FIRST, "みどり市文化会館"), (SECOND, "あおば市文化会館")] {
            sql.push_str(&format!(
                "INSERT INTO tenancy.tenants (tenant_id, name, requested_by, received_at, document_ref, explained_at, created_at, created_by) \
                 VALUES ('{tenant}', '{name}', '館長', '2026-01-10', 'R7-101', '2026-01-05', '2026-01-15', '{FIRST}');\n\
                 INSERT INTO tenancy.contracts (tenant_id, id, version, starts_on, ends_on, retention_days, backup_days, flags, document_ref, recorded_at, recorded_by) \
                 VALUES ('{tenant}', gen_random_uuid(), 1, '2026-01-20', '2035-03-31', 30, 60, '{{}}', 'R7-101', '2026-01-15', '{FIRST}');\n"
            ));
            for service in ["ticket", "venue", "course"] {
                sql.push_str(&format!(
                    "INSERT INTO tenancy.subscriptions (tenant_id, id, service, starts_on, ends_on, created_at) \
                     VALUES ('{tenant}', gen_random_uuid(), '{service}', '2026-01-20', '2035-03-31', '2026-01-15');\n"
                ));
            }
        }
        for (tenant, kind, hint, hash, scopes) in &self.hashes {
            let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
            let origins = if kind == "publishable" { format!("{{{ORIGIN}}}") } else { "{}".to_owned() };
            sql.push_str(&format!(
                "INSERT INTO tenancy.credentials (hash, tenant_id, id, kind, principal_id, hint, scopes, origins, created_at) \
                 SELECT '\\x{hash}', '{tenant}', k.id, '{kind}', k.id, '{hint}', '{{{scopes}}}', '{origins}', '2026-01-15' \
                 FROM (SELECT gen_random_uuid() AS id) AS k;\n"
            ));
        }
        sql
    }
}

fn twin(
    folder: &Path,
    tenant: Uuid,
    pepper: &Pepper,
    hashes: &mut Vec<(Uuid, String, &'static str, Vec<u8>, String)>,
) -> Twin {
    let mut key = |kind: TokenKind, word: &str, allowed: fn(Permission) -> bool| {
        let token = kept(folder, tenant, word, kind);
        let scopes: Vec<&str> = Permission::ALL.iter().filter(|p| allowed(**p)).map(|p| p.code()).collect();
        hashes.push((tenant, word.to_owned(), "test", token.hash(pepper), scopes.join(",")));
        token.reveal().to_owned()
    };
    Twin {
        tenant: TenantId::from_uuid(tenant),
        secret_key: key(TokenKind::SecretLive, "secret", |p| !p.audience().operator),
        publishable_key: key(TokenKind::PublishableLive, "publishable", |p| p.audience().guest),
        device_key: key(TokenKind::Device, "device", |p| p.audience().device),
    }
}

/// A token that every process of the run agrees on.
fn kept(folder: &Path, tenant: Uuid, word: &str, kind: TokenKind) -> Token {
    let file = folder.join(format!("{tenant}.{word}"));
    if let Some(token) = std::fs::read_to_string(&file).ok().and_then(|text| Token::parse(&text).ok()) {
        return token;
    }
    let token = Token::random(kind);
    // a name of its own for each attempt: a draft that is linked already must not be written again
    let draft = folder.join(format!("{tenant}.{word}.{}", Uuid::new_v4()));
    std::fs::write(&draft, token.reveal()).expect("a token file");
    // linking fails when somebody was faster; then theirs counts
    let _ = std::fs::hard_link(&draft, &file);
    let _ = std::fs::remove_file(&draft);
    let text = std::fs::read_to_string(&file).expect("a token file");
    Token::parse(&text).unwrap_or_else(|_| panic!("{text} is a token"))
}
