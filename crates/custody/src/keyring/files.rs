//! Key files on disk: never half written, never readable by others, never left behind.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Seek as _, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _},
    path::Path,
};

use zeroize::Zeroizing;

use super::KeyringError;

fn at(path: &Path) -> impl Fn(io::Error) -> KeyringError {
    move |source| KeyringError::Io { path: path.to_path_buf(), source }
}

fn refuse_exposed(path: &Path, wanted: u32) -> Result<(), KeyringError> {
    let mode = fs::metadata(path).map_err(at(path))?.permissions().mode() & 0o7777;
    if mode & 0o077 == 0 { Ok(()) } else { Err(KeyringError::Exposed { path: path.to_path_buf(), mode, wanted }) }
}

/// Makes the directory, or checks that nobody else can enter the one that is there.
pub fn ensure_dir(dir: &Path) -> Result<(), KeyringError> {
    if !dir.exists() {
        if let Some(parent) = dir.parent() {
            fs::create_dir_all(parent).map_err(at(parent))?;
        }
        match fs::DirBuilder::new().mode(0o700).create(dir) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(at(dir)(error)),
            _ => {}
        }
    }
    refuse_exposed(dir, 0o700)
}

/// The bytes of a key file that only its owner can read.
pub fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, KeyringError> {
    refuse_exposed(path, 0o600)?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(2048));
    File::open(path).and_then(|mut file| file.read_to_end(&mut bytes)).map_err(at(path))?;
    Ok(bytes)
}

/// Writes a new key file, whole or not at all. When another process was first, its file stays.
pub fn create(path: &Path, bytes: &[u8]) -> Result<(), KeyringError> {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}.tmp", draft_name()?));
    let draft = path.with_file_name(name);
    let written = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    // a hard link, because a rename would replace the file of another process that started at the same moment
    let linked = written.and_then(|()| fs::hard_link(&draft, path)).or_else(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Ok(()),
        _ => Err(error),
    });
    let _ = fs::remove_file(&draft);
    linked.map_err(at(path))?;
    sync_parent(path)
}

/// Overwrites a key file, removes it, and makes the removal durable.
pub fn destroy(path: &Path) -> Result<(), KeyringError> {
    let mut file = match OpenOptions::new().read(true).write(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(at(path)(error)),
    };
    let length = file.metadata().map_err(at(path))?.len();
    let mut noise = vec![0; usize::try_from(length).unwrap_or(4096)];
    getrandom::fill(&mut noise).map_err(|_| KeyringError::NoEntropy)?;
    file.rewind().and_then(|()| file.write_all(&noise)).and_then(|()| file.sync_all()).map_err(at(path))?;
    fs::remove_file(path).map_err(at(path))?;
    sync_parent(path)
}

fn sync_parent(path: &Path) -> Result<(), KeyringError> {
    match path.parent() {
        Some(parent) => File::open(parent).and_then(|dir| dir.sync_all()).map_err(at(parent)),
        None => Ok(()),
    }
}

/// Keeps drafts of concurrent starts apart.
fn draft_name() -> Result<String, KeyringError> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(|_| KeyringError::NoEntropy)?;
    Ok(format!("{:016x}", u64::from_be_bytes(bytes)))
}
