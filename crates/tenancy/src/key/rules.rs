//! Which key may be made.

use kernel::Instant;

use super::{EXPIRES_AFTER, Key, KeyDraft, KeyError};
use crate::{
    origin::Origin,
    permission::{Permission, PermissionSet},
    token::TokenKind,
};

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A contractor's server.
    Secret,
    /// A contractor's page, readable by anybody.
    Publishable,
    /// A gate or a till.
    Device,
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::Secret, Self::Publishable, Self::Device];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Publishable => "publishable",
            Self::Device => "device",
        }
    }

    pub const fn token(self, live: bool) -> TokenKind {
        match (self, live) {
            (Self::Secret, true) => TokenKind::SecretLive,
            (Self::Secret, false) => TokenKind::SecretTest,
            (Self::Publishable, true) => TokenKind::PublishableLive,
            (Self::Publishable, false) => TokenKind::PublishableTest,
            (Self::Device, _) => TokenKind::Device,
        }
    }

    /// Whether such a key may ever be given this right.
    pub const fn may_hold(self, permission: Permission) -> bool {
        let audience = permission.audience();
        match self {
            Self::Secret => {
                !audience.operator
                    && !matches!(
                        permission,
                        Permission::ReadOwnPatron | Permission::WriteOwnPatron | Permission::KeepOwnSessions
                    )
            }
            Self::Publishable => audience.guest,
            Self::Device => audience.device,
        }
    }
}

/// What a key of this kind may do when its maker names nothing: everything such a key may hold and the maker has. Accounts
/// and keys stay with people: a secret key gets rights over them only by name.
pub fn scopes_by_default(kind: Kind, own: PermissionSet) -> Vec<Permission> {
    let by_name_only = |p: Permission| {
        matches!(p, Permission::WriteStaff | Permission::WriteKeys | Permission::ReadStaff | Permission::ReadKeys)
    };
    let given = Permission::ALL.iter().copied();
    given.filter(|p| kind.may_hold(*p) && may_give(*p, own) && !by_name_only(*p)).collect()
}

/// Nobody gives away what they do not have. What anybody may have (a guest) is given by whoever makes keys.
fn may_give(permission: Permission, own: PermissionSet) -> bool {
    own.has(permission) || permission.audience().guest || permission.audience().device
}

pub(super) fn check(draft: &KeyDraft, own: PermissionSet, now: Instant) -> Result<(), KeyError> {
    if let Some(scope) = draft.scopes.iter().find(|scope| !draft.kind.may_hold(**scope)) {
        return Err(KeyError::ScopeBeyondAudience(*scope));
    }
    if let Some(scope) = draft.scopes.iter().find(|scope| !may_give(**scope, own)) {
        return Err(KeyError::ScopeBeyondOwn(*scope));
    }
    match (draft.kind, draft.origins.is_empty()) {
        (Kind::Publishable, true) => return Err(KeyError::OriginsMissing),
        (Kind::Secret | Kind::Device, false) => return Err(KeyError::OriginsUnexpected),
        _ => {}
    }
    if let Some(wrong) = draft.origins.iter().find(|text| Origin::parse(text).is_err()) {
        return Err(KeyError::NotAnOrigin(wrong.clone()));
    }
    if draft.expires_at.is_some_and(|at| at <= now) {
        return Err(KeyError::ExpiresInPast);
    }
    Ok(())
}

pub(super) fn expiry(draft: &KeyDraft, now: Instant) -> Option<Instant> {
    draft.expires_at.or_else(|| (draft.kind == Kind::Secret).then(|| now + EXPIRES_AFTER))
}

/// The same key anew: its rights and pages, and as long a life as the old one had.
pub(super) fn successor(old: &Key, created_by: Option<String>, now: Instant) -> Key {
    let life = old.expires_at.map(|at| at - old.created_at);
    Key {
        id: kernel::ids::ApiKeyId::new(now),
        created_at: now,
        created_by,
        expires_at: life.map(|life| now + life),
        last_used_at: None,
        revoked_at: None,
        replaced_by: None,
        ..old.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::{Duration, macros::datetime};

    const NOW: Instant = datetime!(2026-11-22 03:00 UTC);

    fn everything() -> PermissionSet {
        Permission::ALL.iter().copied().collect()
    }

    fn draft(kind: Kind) -> KeyDraft {
        let origins = if kind == Kind::Publishable { vec!["https://example.jp".to_owned()] } else { vec![] };
        KeyDraft { kind, name: "k".to_owned(), scopes: vec![], origins, expires_at: None }
    }

    #[test]
    fn no_kind_of_key_holds_what_is_not_meant_for_it() {
        for kind in Kind::ALL {
            for scope in Permission::ALL {
                let draft = KeyDraft { scopes: vec![*scope], ..draft(kind) };
                assert_eq!(check(&draft, everything(), NOW).is_ok(), kind.may_hold(*scope), "{kind:?} {scope:?}");
            }
        }
        assert!(Kind::ALL.iter().all(|kind| !kind.may_hold(Permission::OperateTenants)));
        assert!(!Kind::Publishable.may_hold(Permission::ReadPatrons));
    }

    #[test]
    fn nobody_gives_away_what_they_do_not_have() {
        let own = PermissionSet::of(&[Permission::WriteKeys]);
        let draft = KeyDraft { scopes: vec![Permission::RefundPayment], ..draft(Kind::Secret) };
        assert!(matches!(check(&draft, own, NOW), Err(KeyError::ScopeBeyondOwn(_))));
        assert!(check(&draft, everything(), NOW).is_ok());
    }

    #[test]
    fn a_publishable_key_needs_pages_and_no_other_key_has_any() {
        let without = KeyDraft { origins: vec![], ..draft(Kind::Publishable) };
        assert!(matches!(check(&without, everything(), NOW), Err(KeyError::OriginsMissing)));
        let with = KeyDraft { origins: vec!["https://example.jp".to_owned()], ..draft(Kind::Secret) };
        assert!(matches!(check(&with, everything(), NOW), Err(KeyError::OriginsUnexpected)));
        let wrong = KeyDraft { origins: vec!["*".to_owned()], ..draft(Kind::Publishable) };
        assert!(matches!(check(&wrong, everything(), NOW), Err(KeyError::NotAnOrigin(_))));
    }

    #[test]
    fn a_secret_key_lives_a_year_unless_said_otherwise() {
        assert_eq!(expiry(&draft(Kind::Secret), NOW), Some(NOW + Duration::days(365)));
        assert_eq!(expiry(&draft(Kind::Device), NOW), None);
        let past = KeyDraft { expires_at: Some(NOW), ..draft(Kind::Secret) };
        assert!(matches!(check(&past, everything(), NOW), Err(KeyError::ExpiresInPast)));
    }

    #[test]
    fn by_default_no_key_can_make_keys_or_accounts() {
        let scopes = scopes_by_default(Kind::Secret, everything());
        assert!(!scopes.contains(&Permission::WriteKeys) && !scopes.contains(&Permission::WriteStaff));
        assert!(scopes.contains(&Permission::SellTickets));
    }
}
