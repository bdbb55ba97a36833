//! Folders, owners and the path of the socket.

use std::{
    collections::hash_map::DefaultHasher,
    fs,
    hash::{Hash, Hasher},
    os::unix::{
        ffi::OsStrExt,
        fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown},
    },
    path::{Path, PathBuf},
};

use super::{EmbeddedError, error::io_at};

/// Longest path a unix socket address takes, without its final NUL.
const LONGEST_SOCKET: usize = if cfg!(target_os = "linux") { 107 } else { 103 };

/// The name PostgreSQL gives its socket on the port we never open.
pub(super) const SOCKET_NAME: &str = ".s.PGSQL.5432";

/// The account PostgreSQL runs as when it is not the one we run as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) name: String,
    pub(super) uid: u32,
    pub(super) gid: u32,
}

impl Account {
    /// `None` when we are not root and PostgreSQL can run as ourselves.
    pub(super) fn to_run_as() -> Result<Option<Account>, EmbeddedError> {
        if effective_uid() != 0 {
            return Ok(None);
        }
        let passwd = fs::read_to_string("/etc/passwd").map_err(io_at("read", "/etc/passwd"))?;
        let account = Account::named("postgres", &passwd).or_else(|| Account::named("nobody", &passwd));
        account.map(Some).ok_or(EmbeddedError::NoAccount)
    }

    fn named(name: &str, passwd: &str) -> Option<Account> {
        passwd.lines().find_map(|line| {
            let mut fields = line.split(':');
            let found = fields.next()? == name;
            let (uid, gid) = (fields.nth(1)?.parse().ok()?, fields.next()?.parse().ok()?);
            found.then(|| Account { name: name.to_owned(), uid, gid })
        })
    }

    /// The first folder from the root down that this account may not enter.
    fn stopped_at(&self, folder: &Path) -> Option<PathBuf> {
        let mut ways: Vec<&Path> = folder.ancestors().collect();
        ways.reverse();
        ways.into_iter().find(|way| fs::metadata(way).is_ok_and(|meta| !self.enters(&meta))).map(Path::to_owned)
    }

    fn enters(&self, meta: &fs::Metadata) -> bool {
        let search = if meta.uid() == self.uid {
            0o100
        } else if meta.gid() == self.gid {
            0o010
        } else {
            0o001
        };
        meta.mode() & search != 0
    }
}

/// Makes `folder` with all its parents, private to the account, and returns its absolute path.
///
/// # Errors
/// `ParentClosed` when the account could not reach it.
pub(super) fn home(folder: &Path, account: Option<&Account>) -> Result<PathBuf, EmbeddedError> {
    fs::create_dir_all(folder).map_err(io_at("create the folder", folder))?;
    let folder = folder.canonicalize().map_err(io_at("resolve", folder))?;
    if let (Some(account), Some(parent)) = (account, folder.parent())
        && let Some(parent) = account.stopped_at(parent)
    {
        return Err(EmbeddedError::ParentClosed { parent, user: account.name.clone() });
    }
    private(&folder, account)?;
    Ok(folder)
}

/// Gives an existing folder to the account and closes it to everybody else.
pub(super) fn private(folder: &Path, account: Option<&Account>) -> Result<(), EmbeddedError> {
    if let Some(account) = account {
        chown(folder, Some(account.uid), Some(account.gid)).map_err(io_at("change the owner of", folder))?;
    }
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).map_err(io_at("change the mode of", folder))
}

/// The private folder of the socket: `s` in the data folder, or, where that path is too long for a socket address,
/// a folder under /tmp named after a hash of the data folder.
pub(super) fn socket(home: &Path, account: Option<&Account>) -> Result<PathBuf, EmbeddedError> {
    let near = home.join("s");
    if near.join(SOCKET_NAME).as_os_str().as_bytes().len() <= LONGEST_SOCKET {
        fs::create_dir_all(&near).map_err(io_at("create the folder", &near))?;
        private(&near, account)?;
        return Ok(near);
    }
    let mut hash = DefaultHasher::new();
    home.hash(&mut hash);
    shared(PathBuf::from(format!("/tmp/itsudemo-{:016x}", hash.finish())), account)
}

/// A folder under /tmp, where anybody may have been before us: taken only when it is a real folder of our account.
fn shared(folder: PathBuf, account: Option<&Account>) -> Result<PathBuf, EmbeddedError> {
    if fs::DirBuilder::new().mode(0o700).create(&folder).is_ok() {
        private(&folder, account)?;
    }
    let uid = account.map_or_else(effective_uid, |account| account.uid);
    let meta = fs::symlink_metadata(&folder).map_err(io_at("read", &folder))?;
    if !meta.is_dir() || meta.uid() != uid || meta.mode() & 0o777 != 0o700 {
        return Err(EmbeddedError::SocketFolder { folder, uid });
    }
    Ok(folder)
}

pub(super) fn effective_uid() -> u32 {
    // SAFETY: geteuid takes nothing, changes nothing and cannot fail.
    unsafe { libc::geteuid() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWD: &str = "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/:/bin/false\npostgres:x:104:106:,,,:/var/lib/postgresql:/bin/bash\n";

    #[test]
    fn an_account_is_found_by_its_whole_name() {
        let account = Account { name: "postgres".into(), uid: 104, gid: 106 };
        assert_eq!(Account::named("postgres", PASSWD), Some(account));
        assert_eq!(Account::named("post", PASSWD), None);
    }

    #[test]
    fn a_closed_parent_is_named() {
        let closed = std::env::temp_dir().join(format!("itsudemo-closed-{}", std::process::id()));
        fs::create_dir_all(closed.join("in/side")).unwrap();
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
        let stranger = Account { name: "stranger".into(), uid: 64_000, gid: 64_000 };
        assert_eq!(stranger.stopped_at(&closed.join("in/side")), Some(closed.clone()));
        fs::remove_dir_all(&closed).unwrap();
    }

    #[test]
    fn a_long_data_folder_gets_a_short_private_socket_folder() {
        let long = PathBuf::from(format!("/tmp/{}", "x".repeat(120)));
        let folder = socket(&long, None).unwrap();
        assert!(folder.starts_with("/tmp") && folder.as_os_str().len() < 60, "{folder:?}");
        assert_eq!(fs::metadata(&folder).unwrap().mode() & 0o777, 0o700);
        assert_eq!(socket(&long, None).unwrap(), folder, "the same folder again on the next start");
        fs::remove_dir(&folder).unwrap();
    }

    #[test]
    fn a_socket_folder_that_is_not_private_is_refused() {
        let folder = std::env::temp_dir().join(format!("itsudemo-open-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
        assert!(matches!(shared(folder.clone(), None), Err(EmbeddedError::SocketFolder { .. })));
        fs::remove_dir(&folder).unwrap();
    }
}
