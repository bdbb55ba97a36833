//! The keyring: a directory of key files outside the database, so that a stolen dump is ciphertext and a purged tenant's
//! data, wherever copies of it may lie, can never be read again.
//!
//! `master.json` holds the house's own keys; `tenants/<uuid>.key` one tenant's, wrapped by the key-encryption key and bound
//! to the tenant's id. Directories are 0700 and files 0600; anything wider is refused at start.

mod files;

use std::{
    collections::HashMap,
    io,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use db::sealed;
use kernel::{Clock, IndexKey, Pepper, Refusal, Refuse, SealKey, SigningSeed, ids::TenantId};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use zeroize::{Zeroize, Zeroizing};

/// Where keys are kept when nobody says otherwise.
pub const DEFAULT_DIR: &str = "./data/keys";

/// Why a key is not to be had.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    #[error("cannot use {path} for keys")]
    Io { path: PathBuf, source: io::Error },
    #[error("{path} has mode {mode:04o}: other users can reach the keys. Run: chmod {wanted:04o} {path}", path = path.display())]
    Exposed { path: PathBuf, mode: u32, wanted: u32 },
    #[error("{path} is not a key file of ours: {reason}")]
    Unreadable { path: PathBuf, reason: String },
    #[error("{0} has no keys here: it was never provisioned, or it was purged")]
    NoTenant(TenantId),
    #[error("the system gives no random numbers")]
    NoEntropy,
}

impl Refuse for KeyringError {
    fn refusal(&self) -> Refusal {
        db::problems::INTERNAL.refuse()
    }
}

impl From<KeyringError> for db::Fault {
    fn from(_: KeyringError) -> Self {
        Self::Unexpected("the keyring has no usable key")
    }
}

/// The keys of one tenant.
#[derive(Debug, Clone)]
pub struct TenantKeys {
    /// Seals personal data.
    pub seal: SealKey,
    /// Makes blind indexes.
    pub index: IndexKey,
    /// Signs the codes on tickets.
    pub ticket_signing: SigningSeed,
}

/// The keys of the house and of its tenants. Clones share one ring.
#[derive(Clone)]
pub struct Keyring {
    ring: Arc<Ring>,
}

struct Ring {
    dir: PathBuf,
    master: Master,
    tenants: RwLock<HashMap<TenantId, TenantKeys>>,
}

struct Master {
    key_encryption: SealKey,
    credential_pepper: Pepper,
    password_pepper: Pepper,
    password_pepper_id: String,
    journal_signing: SigningSeed,
    journal_signing_id: String,
}

/// One key as it stands in `master.json`.
#[derive(Serialize, Deserialize)]
struct KeyFile {
    id: String,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
    secret: String,
}

impl Drop for KeyFile {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}

#[derive(Serialize, Deserialize)]
struct MasterFile {
    version: u8,
    key_encryption: KeyFile,
    credential_pepper: KeyFile,
    password_pepper: KeyFile,
    journal_signing: KeyFile,
}

#[derive(Serialize, Deserialize)]
struct TenantFile {
    version: u8,
    /// The key-encryption key that wraps it.
    wrapped_by: String,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
    /// Seal key, index key and signing seed, 32 bytes each, wrapped with the tenant's id as associated data.
    keys: String,
}

impl Keyring {
    /// Opens the keyring in `dir`, or makes one there with fresh keys. Two processes that start at once end up with the same.
    ///
    /// # Errors
    /// [`KeyringError`]; nothing that exists was changed.
    pub fn open_or_create(dir: impl AsRef<Path>) -> Result<Self, KeyringError> {
        let dir = dir.as_ref().to_path_buf();
        files::ensure_dir(&dir)?;
        files::ensure_dir(&dir.join("tenants"))?;
        let path = dir.join("master.json");
        if !path.exists() {
            let fresh = Zeroizing::new(encode(&path, &MasterFile::generate()?)?);
            files::create(&path, fresh.as_bytes())?;
        }
        let master = MasterFile::read(&path)?;
        Ok(Self { ring: Arc::new(Ring { dir, master, tenants: RwLock::default() }) })
    }

    /// The keys of a tenant, as long as its key file exists.
    ///
    /// # Errors
    /// [`KeyringError::NoTenant`] once they were destroyed, also by another process; otherwise why they cannot be read.
    pub fn tenant(&self, tenant: TenantId) -> Result<TenantKeys, KeyringError> {
        let path = self.tenant_path(tenant);
        if !path.exists() {
            self.forget(tenant);
            return Err(KeyringError::NoTenant(tenant));
        }
        let known = self.ring.tenants.read().unwrap_or_else(PoisonError::into_inner).get(&tenant).cloned();
        if let Some(keys) = known {
            return Ok(keys);
        }
        let keys = self.unwrap(tenant, &path)?;
        self.ring.tenants.write().unwrap_or_else(PoisonError::into_inner).insert(tenant, keys.clone());
        Ok(keys)
    }

    /// Makes the keys of a new tenant; a tenant that has keys keeps them, so provisioning may be repeated.
    ///
    /// # Errors
    /// [`KeyringError`].
    pub fn create_tenant(&self, tenant: TenantId) -> Result<TenantKeys, KeyringError> {
        let path = self.tenant_path(tenant);
        if !path.exists() {
            let mut plain = Zeroizing::new([0u8; 96]);
            getrandom::fill(&mut *plain).map_err(|_| KeyringError::NoEntropy)?;
            let keys = sealed::wrap(&self.ring.master.key_encryption, tenant.uuid().as_bytes(), &*plain)
                .map_err(|_| KeyringError::NoEntropy)?;
            let file = TenantFile {
                version: 1,
                wrapped_by: self.key_encryption_id()?,
                created_at: Clock::system().now(),
                keys: BASE64.encode(keys),
            };
            files::create(&path, encode(&path, &file)?.as_bytes())?;
        }
        self.tenant(tenant)
    }

    /// Destroys the keys of a tenant: overwritten, unlinked, forgotten. What they sealed is lost for good, as it should be.
    /// A tenant without keys is left as it is.
    ///
    /// # Errors
    /// [`KeyringError::Io`].
    pub fn destroy_tenant(&self, tenant: TenantId) -> Result<(), KeyringError> {
        files::destroy(&self.tenant_path(tenant))?;
        self.forget(tenant);
        Ok(())
    }

    /// Mixed into what is stored of credentials.
    pub fn credential_pepper(&self) -> &Pepper {
        &self.ring.master.credential_pepper
    }

    /// Mixed into what is stored of passwords.
    pub fn password_pepper(&self) -> &Pepper {
        &self.ring.master.password_pepper
    }

    /// Names the password pepper beside each hash made with it.
    pub fn password_pepper_id(&self) -> &str {
        &self.ring.master.password_pepper_id
    }

    /// Signs the journal's checkpoints.
    pub fn journal_signing(&self) -> &SigningSeed {
        &self.ring.master.journal_signing
    }

    /// Names the journal's signing key.
    pub fn journal_signing_id(&self) -> &str {
        &self.ring.master.journal_signing_id
    }

    fn tenant_path(&self, tenant: TenantId) -> PathBuf {
        self.ring.dir.join("tenants").join(format!("{}.key", tenant.uuid()))
    }

    fn forget(&self, tenant: TenantId) {
        self.ring.tenants.write().unwrap_or_else(PoisonError::into_inner).remove(&tenant);
    }

    fn key_encryption_id(&self) -> Result<String, KeyringError> {
        let path = self.ring.dir.join("master.json");
        Ok(decode::<MasterFile>(&path)?.key_encryption.id.clone())
    }

    fn unwrap(&self, tenant: TenantId, path: &Path) -> Result<TenantKeys, KeyringError> {
        let unreadable =
            |reason: &str| KeyringError::Unreadable { path: path.to_path_buf(), reason: reason.to_owned() };
        let file: TenantFile = decode(path)?;
        let wrapped = BASE64.decode(&file.keys).map_err(|_| unreadable("the keys are not base64"))?;
        let plain = sealed::unwrap(&self.ring.master.key_encryption, tenant.uuid().as_bytes(), &wrapped)
            .map_err(|_| unreadable("the master key does not open it for this tenant"))?;
        let mut parts = plain.as_chunks::<32>().0.iter().copied();
        match (parts.next(), parts.next(), parts.next(), plain.len()) {
            (Some(seal), Some(index), Some(seed), 96) => Ok(TenantKeys {
                seal: SealKey::new(seal),
                index: IndexKey::new(index),
                ticket_signing: SigningSeed::new(seed),
            }),
            _ => Err(unreadable("it does not hold three keys")),
        }
    }
}

impl KeyFile {
    fn generate(kind: &str) -> Result<Self, KeyringError> {
        let mut bytes = Zeroizing::new([0u8; 36]);
        getrandom::fill(&mut *bytes).map_err(|_| KeyringError::NoEntropy)?;
        let (name, secret) = bytes.split_at(4);
        let name: String = name.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { id: format!("{kind}_{name}"), created_at: Clock::system().now(), secret: BASE64.encode(secret) })
    }

    fn bytes(&self, path: &Path) -> Result<Zeroizing<[u8; 32]>, KeyringError> {
        let unreadable = || KeyringError::Unreadable {
            path: path.to_path_buf(),
            reason: format!("{} is not 32 bytes in base64", self.id),
        };
        let mut decoded = BASE64.decode(self.secret.as_bytes()).map_err(|_| unreadable())?;
        let bytes = <[u8; 32]>::try_from(decoded.as_slice()).map(Zeroizing::new).map_err(|_| unreadable());
        decoded.zeroize();
        bytes
    }
}

impl MasterFile {
    fn generate() -> Result<Self, KeyringError> {
        Ok(Self {
            version: 1,
            key_encryption: KeyFile::generate("kek")?,
            credential_pepper: KeyFile::generate("cpp")?,
            password_pepper: KeyFile::generate("ppp")?,
            journal_signing: KeyFile::generate("jsk")?,
        })
    }

    fn read(path: &Path) -> Result<Master, KeyringError> {
        let file: Self = decode(path)?;
        Ok(Master {
            key_encryption: SealKey::new(*file.key_encryption.bytes(path)?),
            credential_pepper: Pepper::new(*file.credential_pepper.bytes(path)?),
            password_pepper: Pepper::new(*file.password_pepper.bytes(path)?),
            journal_signing: SigningSeed::new(*file.journal_signing.bytes(path)?),
            password_pepper_id: file.password_pepper.id.clone(),
            journal_signing_id: file.journal_signing.id.clone(),
        })
    }
}

fn encode<T: Serialize>(path: &Path, file: &T) -> Result<String, KeyringError> {
    serde_json::to_string_pretty(file)
        .map_err(|error| KeyringError::Unreadable { path: path.to_path_buf(), reason: error.to_string() })
}

fn decode<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<T, KeyringError> {
    let text = files::read(path)?;
    // the parser's message may quote what it could not read
    serde_json::from_slice(&text).map_err(|error| KeyringError::Unreadable {
        path: path.to_path_buf(),
        reason: format!("line {}, column {} is not as expected", error.line(), error.column()),
    })
}

#[cfg(test)]
mod tests;
