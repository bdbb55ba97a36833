//! Embeds `migrations/` into the binary: `<version>_<name>/{up,down}.sql` in order, then `bootstrap.sql` and `standing/*.sql`.
//!
//! Every path is told relative to this crate: a target folder that was made beside another checkout stays right.

use std::{env, fmt::Write as _, fs, io, path::Path};

const ROOT: &str = "../../migrations";

/// The names in a folder, in order.
fn names(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

fn text_of(name: &str) -> String {
    println!("cargo:rerun-if-changed={ROOT}/{name}");
    format!("include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/{ROOT}/{name}\"))")
}

fn main() -> io::Result<()> {
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR").unwrap_or_default()).join(ROOT);
    println!("cargo:rerun-if-changed={ROOT}");
    let mut out = String::from("pub static MIGRATIONS: &[Migration] = &[\n");
    for name in names(&root)?.iter().filter(|name| root.join(name).join("up.sql").exists()) {
        let (up, down) = (text_of(&format!("{name}/up.sql")), text_of(&format!("{name}/down.sql")));
        let _ = writeln!(out, "Migration {{ name: {name:?}, up: {up}, down: {down} }},");
    }
    out.push_str("];\npub static STANDING: &[(&str, &str)] = &[\n");
    for name in names(&root.join("standing"))?.iter().filter(|name| name.ends_with(".sql")) {
        let _ = writeln!(out, "({name:?}, {}),", text_of(&format!("standing/{name}")));
    }
    let _ = writeln!(out, "];\npub static BOOTSTRAP: &str = {};", text_of("bootstrap.sql"));
    fs::write(Path::new(&env::var("OUT_DIR").unwrap_or_default()).join("migrations.rs"), out)
}
