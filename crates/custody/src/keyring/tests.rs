use std::{fs, os::unix::fs::PermissionsExt as _, path::PathBuf};

use uuid::Uuid;

use super::*;

/// A directory of its own, gone with the test.
struct Dir(PathBuf);

impl Dir {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("itsudemo-keys-{}", Uuid::new_v4())))
    }

    fn mode(&self, inside: &str) -> u32 {
        fs::metadata(self.0.join(inside)).unwrap().permissions().mode() & 0o7777
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn tenant(n: u128) -> TenantId {
    TenantId::from_uuid(Uuid::from_u128(n))
}

#[test]
fn a_new_keyring_is_closed_to_others_and_opens_again_with_the_same_keys() {
    let dir = Dir::new();
    let first = Keyring::open_or_create(&dir.0).unwrap();
    let keys = first.create_tenant(tenant(1)).unwrap();
    let tenant_file = format!("tenants/{}.key", tenant(1).uuid());
    assert_eq!((dir.mode("."), dir.mode("tenants")), (0o700, 0o700));
    assert_eq!((dir.mode("master.json"), dir.mode(&tenant_file)), (0o600, 0o600));

    let again = Keyring::open_or_create(&dir.0).unwrap();
    assert_eq!(again.credential_pepper().expose(), first.credential_pepper().expose());
    assert_eq!(again.password_pepper_id(), first.password_pepper_id());
    assert_eq!(again.tenant(tenant(1)).unwrap().seal.expose(), keys.seal.expose());
    assert_eq!(again.create_tenant(tenant(1)).unwrap().index.expose(), keys.index.expose());
    assert_eq!(fs::read_dir(dir.0.join("tenants")).unwrap().count(), 1, "no draft stays behind");
}

#[test]
fn no_two_keys_are_alike() {
    let dir = Dir::new();
    let ring = Keyring::open_or_create(&dir.0).unwrap();
    let (one, other) = (ring.create_tenant(tenant(1)).unwrap(), ring.create_tenant(tenant(2)).unwrap());
    let mut all = vec![
        *one.seal.expose(),
        *one.index.expose(),
        *one.ticket_signing.expose(),
        *other.seal.expose(),
        *other.index.expose(),
        *other.ticket_signing.expose(),
        *ring.credential_pepper().expose(),
        *ring.password_pepper().expose(),
        *ring.journal_signing().expose(),
    ];
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 9);
}

#[test]
fn what_others_can_read_is_refused_with_the_remedy() {
    let dir = Dir::new();
    drop(Keyring::open_or_create(&dir.0).unwrap());
    fs::set_permissions(dir.0.join("master.json"), fs::Permissions::from_mode(0o644)).unwrap();
    let refused = Keyring::open_or_create(&dir.0).err().unwrap();
    assert!(refused.to_string().contains("chmod 0600"), "{refused}");

    fs::set_permissions(dir.0.join("master.json"), fs::Permissions::from_mode(0o600)).unwrap();
    fs::set_permissions(&dir.0, fs::Permissions::from_mode(0o755)).unwrap();
    let refused = Keyring::open_or_create(&dir.0).err().unwrap();
    assert!(refused.to_string().contains("chmod 0700"), "{refused}");
}

#[test]
fn destroyed_keys_are_gone_at_once_for_every_process() {
    let dir = Dir::new();
    let (here, elsewhere) = (Keyring::open_or_create(&dir.0).unwrap(), Keyring::open_or_create(&dir.0).unwrap());
    here.create_tenant(tenant(1)).unwrap();
    elsewhere.tenant(tenant(1)).unwrap();

    here.destroy_tenant(tenant(1)).unwrap();
    here.destroy_tenant(tenant(1)).unwrap();
    assert!(matches!(here.tenant(tenant(1)), Err(KeyringError::NoTenant(_))));
    assert!(matches!(elsewhere.tenant(tenant(1)), Err(KeyringError::NoTenant(_))));
}

#[test]
fn a_tenants_key_file_does_not_open_under_a_neighbours_name() {
    let dir = Dir::new();
    let ring = Keyring::open_or_create(&dir.0).unwrap();
    ring.create_tenant(tenant(1)).unwrap();
    ring.create_tenant(tenant(2)).unwrap();
    let path = |n| dir.0.join("tenants").join(format!("{}.key", tenant(n).uuid()));
    fs::copy(path(1), path(2)).unwrap();
    let fresh = Keyring::open_or_create(&dir.0).unwrap();
    assert!(fresh.tenant(tenant(1)).is_ok());
    assert!(matches!(fresh.tenant(tenant(2)), Err(KeyringError::Unreadable { .. })));
}

#[test]
fn processes_that_start_together_agree_on_the_keys() {
    let dir = Dir::new();
    let starters: Vec<_> = (0..8)
        .map(|_| {
            let dir = dir.0.clone();
            std::thread::spawn(move || {
                let ring = Keyring::open_or_create(dir).unwrap();
                let keys = ring.create_tenant(tenant(1)).unwrap();
                (*ring.journal_signing().expose(), *keys.seal.expose())
            })
        })
        .collect();
    let mut seen: Vec<_> = starters.into_iter().map(|starter| starter.join().unwrap()).collect();
    seen.dedup();
    assert_eq!(seen.len(), 1);
}

#[test]
fn a_damaged_file_is_refused_without_being_quoted() {
    let dir = Dir::new();
    drop(Keyring::open_or_create(&dir.0).unwrap());
    fs::write(dir.0.join("master.json"), "{\"version\": \"hunter2\"}").unwrap();
    let refused = Keyring::open_or_create(&dir.0).err().unwrap().to_string();
    assert!(!refused.contains("hunter2"), "{refused}");
}
