//! Embeds `migrations/` into the binary: `<version>_<name>/{up,down}.sql` in order, then `bootstrap.sql` and `standing/*.sql`.

use std::{env, fmt::Write as _, fs, io, path::Path};

fn main() -> io::Result<()> {
    let root =
        Path::new(&env::var("CARGO_MANIFEST_DIR").unwrap_or_default()).join("../../migrations").canonicalize()?;
    println!("cargo:rerun-if-changed={}", root.display());
    let mut ordered = Vec::new();
    let mut standing = Vec::new();
    for entry in fs::read_dir(&root)? {
        let path = entry?.path();
        if path.join("up.sql").exists() {
            ordered.push(path);
        }
    }
    for entry in fs::read_dir(root.join("standing"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "sql") {
            standing.push(path);
        }
    }
    ordered.sort();
    standing.sort();
    let mut out = String::from("pub static MIGRATIONS: &[Migration] = &[\n");
    for path in &ordered {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let (up, down) = (path.join("up.sql"), path.join("down.sql"));
        println!("cargo:rerun-if-changed={}", up.display());
        println!("cargo:rerun-if-changed={}", down.display());
        let _ =
            writeln!(out, "Migration {{ name: {name:?}, up: include_str!({up:?}), down: include_str!({down:?}) }},");
    }
    out.push_str("];\npub static STANDING: &[(&str, &str)] = &[\n");
    for path in &standing {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        println!("cargo:rerun-if-changed={}", path.display());
        let _ = writeln!(out, "({name:?}, include_str!({path:?})),");
    }
    let _ = writeln!(out, "];\npub static BOOTSTRAP: &str = include_str!({:?});", root.join("bootstrap.sql"));
    println!("cargo:rerun-if-changed={}", root.join("bootstrap.sql").display());
    fs::write(Path::new(&env::var("OUT_DIR").unwrap_or_default()).join("migrations.rs"), out)
}
