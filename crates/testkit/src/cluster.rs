//! One PostgreSQL for all tests of a run. `with-cluster` starts it and names it in the environment; without that each
//! test binary starts its own.

use std::{
    env,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use db::embedded::{Embedded, EmbeddedConfig};

/// Where a run's cluster is announced to the test processes: the folder of its socket.
pub const SOCKET: &str = "ITSUDEMO_TEST_SOCKET";
/// The folder that a run's test processes share: keys and marks.
pub const FOLDER: &str = "ITSUDEMO_TEST_FOLDER";

/// A running PostgreSQL with a folder beside it.
pub struct Cluster {
    socket: PathBuf,
    folder: PathBuf,
    _own: Option<Embedded>,
}

impl Cluster {
    /// The run's cluster.
    pub fn shared() -> &'static Self {
        static CLUSTER: OnceLock<Cluster> = OnceLock::new();
        CLUSTER.get_or_init(|| match (env::var(SOCKET), env::var(FOLDER)) {
            (Ok(socket), Ok(folder)) => Self { socket: socket.into(), folder: folder.into(), _own: None },
            _ => Self::start(),
        })
    }

    /// A cluster of this process, in a folder of its own; it ends with the process.
    pub fn start() -> Self {
        sweep();
        let folder = env::temp_dir().join(format!("itsudemo-test-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder for the test cluster");
        open_to_all(&folder);
        let settings = [("max_connections", "400"), ("shared_buffers", "128MB")];
        let config = EmbeddedConfig {
            data_dir: folder.join("pg"),
            fast: true,
            settings: settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            ..EmbeddedConfig::default()
        };
        let own = Embedded::start(&config).expect("the test cluster starts");
        Self { socket: own.socket_dir().to_owned(), folder, _own: Some(own) }
    }

    pub fn socket(&self) -> &Path {
        &self.socket
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The URL of a database of this cluster, as a role.
    pub fn url(&self, role: &str, database: &str) -> String {
        let socket = self.socket.to_string_lossy().replace('%', "%25").replace('/', "%2F");
        format!("postgres://{role}@/{database}?host={socket}")
    }

    /// The administrator's URL of a database of this cluster.
    pub fn admin_url(&self, database: &str) -> String {
        self.url("itsudemo", database)
    }
}

/// The cluster's user must be able to pass through.
fn open_to_all(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let _ = std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755));
}

/// Removes the folders of test processes that are gone.
fn sweep() {
    let Ok(entries) = std::fs::read_dir(env::temp_dir()) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some(pid) = name.strip_prefix("itsudemo-test-").and_then(|pid| pid.parse::<u32>().ok()) else { continue };
        if !Path::new(&format!("/proc/{pid}")).exists() && Path::new("/proc/self").exists() {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}
