//! Finding the PostgreSQL programs of this machine.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::EmbeddedError;

/// The oldest major version the migrations are written for.
const OLDEST: u32 = 15;

/// One installed PostgreSQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Programs {
    /// The folder that holds `initdb` and `postgres`.
    pub(super) folder: PathBuf,
    /// Its major version.
    pub(super) major: u32,
}

/// The programs to use: the version that made the cluster when there is one, else the first usable in the order
/// PG_BIN (alone when set), PATH, Debian's folders with the highest version first, Red Hat's, Homebrew's.
pub(super) fn find(bin: Option<&Path>, data: &Path) -> Result<Programs, EmbeddedError> {
    choose(installed(&folders(bin)), made_by(data), data)
}

/// The major version that made the cluster in `data`, if there is a cluster.
fn made_by(data: &Path) -> Option<String> {
    fs::read_to_string(data.join("PG_VERSION")).ok().map(|text| text.trim().to_owned())
}

fn choose(found: Vec<Programs>, cluster: Option<String>, data: &Path) -> Result<Programs, EmbeddedError> {
    let newest = found.iter().max_by_key(|programs| programs.major).cloned();
    let Some(newest) = newest else { return Err(EmbeddedError::NotFound) };
    if newest.major < OLDEST {
        return Err(EmbeddedError::TooOld { newest: newest.major, folder: newest.folder });
    }
    let Some(cluster) = cluster else {
        return found.into_iter().find(|programs| programs.major >= OLDEST).ok_or(EmbeddedError::NotFound);
    };
    let mut majors: Vec<String> = found.iter().map(|programs| programs.major.to_string()).collect();
    majors.dedup();
    found.into_iter().find(|programs| programs.major.to_string() == cluster).ok_or_else(|| EmbeddedError::OtherMajor {
        folder: data.to_owned(),
        cluster,
        found: majors.join(", "),
    })
}

/// Candidate folders in order of preference.
fn folders(bin: Option<&Path>) -> Vec<PathBuf> {
    if let Some(bin) = bin {
        return vec![bin.to_owned()];
    }
    if let Some(bin) = env::var_os("PG_BIN").filter(|bin| !bin.is_empty()) {
        return vec![bin.into()];
    }
    let mut all: Vec<PathBuf> = env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default();
    all.extend(versioned("/usr/lib/postgresql", "", "bin"));
    all.extend(versioned("/usr", "pgsql-", "bin"));
    for brew in ["/opt/homebrew/opt", "/usr/local/opt", "/home/linuxbrew/.linuxbrew/opt"] {
        all.extend(versioned(brew, "postgresql@", "bin"));
    }
    all.extend(versioned("/Applications/Postgres.app/Contents/Versions", "", "bin"));
    all
}

/// `root/<prefix><number>/<leaf>` for every number that exists, highest first.
fn versioned(root: &str, prefix: &str, leaf: &str) -> Vec<PathBuf> {
    let mut numbered: Vec<(u32, PathBuf)> = fs::read_dir(root)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let number = entry.file_name().to_str()?.strip_prefix(prefix)?.parse().ok()?;
            Some((number, entry.path().join(leaf)))
        })
        .collect();
    numbered.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
    numbered.into_iter().map(|(_, path)| path).collect()
}

/// Those of the folders that hold both programs, with their version.
fn installed(folders: &[PathBuf]) -> Vec<Programs> {
    let mut found: Vec<Programs> = Vec::new();
    for folder in folders.iter().filter(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file()) {
        if found.iter().any(|programs| programs.folder == *folder) {
            continue;
        }
        found.extend(major(folder).map(|major| Programs { folder: folder.clone(), major }));
    }
    found
}

fn major(folder: &Path) -> Option<u32> {
    let output = Command::new(folder.join("postgres"))
        .arg("--version")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    major_in(&String::from_utf8_lossy(&output.stdout))
}

/// 15 of `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`, 18 of `postgres (PostgreSQL) 18beta1`.
fn major_in(version: &str) -> Option<u32> {
    let number = version.split_once("(PostgreSQL) ")?.1;
    number.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn programs(majors: &[u32]) -> Vec<Programs> {
        majors.iter().map(|major| Programs { folder: format!("/pg/{major}").into(), major: *major }).collect()
    }

    #[test]
    fn the_major_version_is_read_from_what_the_program_says() {
        assert_eq!(major_in("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"), Some(15));
        assert_eq!(major_in("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(major_in("mysqld 8"), None);
    }

    #[test]
    fn a_new_cluster_takes_the_first_usable_version_in_order() {
        assert_eq!(choose(programs(&[14, 16, 17]), None, Path::new("/d")).unwrap().major, 16);
    }

    #[test]
    fn an_old_cluster_keeps_its_version_when_that_is_still_installed() {
        assert_eq!(choose(programs(&[17, 15]), Some("15".into()), Path::new("/d")).unwrap().major, 15);
    }

    #[test]
    fn a_cluster_of_a_version_that_is_not_installed_is_refused() {
        let refused = choose(programs(&[15]), Some("13".into()), Path::new("/d")).unwrap_err();
        assert!(matches!(refused, EmbeddedError::OtherMajor { .. }));
        assert!(refused.to_string().contains("PostgreSQL 13"), "{refused}");
    }

    #[test]
    fn nothing_installed_and_nothing_new_enough_are_told_apart() {
        assert!(matches!(choose(vec![], None, Path::new("/d")), Err(EmbeddedError::NotFound)));
        assert!(matches!(
            choose(programs(&[13, 14]), None, Path::new("/d")),
            Err(EmbeddedError::TooOld { newest: 14, .. })
        ));
    }
}
