//! Up, down and up again leave the same schema.

use std::process::Command;

use db::migrate;
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use testkit::Cluster;
use uuid::Uuid;

fn dump(database: &str) -> String {
    let tool = ["/usr/lib/postgresql/17/bin", "/usr/lib/postgresql/16/bin", "/usr/lib/postgresql/15/bin"]
        .iter()
        .map(|folder| format!("{folder}/pg_dump"))
        .find(|path| std::path::Path::new(path).exists())
        .unwrap_or_else(|| "pg_dump".to_owned());
    let socket = Cluster::shared().socket();
    let output = Command::new(tool)
        .args(["--schema-only", "--username", "itsudemo", "--host"])
        .arg(socket)
        .arg(database)
        .output()
        .expect("pg_dump runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    // newer versions fence a dump with a random word
    text.lines()
        .filter(|line| !line.starts_with("\\restrict") && !line.starts_with("\\unrestrict"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn migrations_up_down_and_up_again_leave_the_same_schema() {
    let name = format!("m_{}", Uuid::new_v4().simple());
    let mut admin = AsyncPgConnection::establish(&Cluster::shared().admin_url("postgres")).await.unwrap();
    admin.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
    let url = Cluster::shared().admin_url(&name);

    let applied = migrate::up(&url).await.unwrap();
    assert_eq!(applied.len(), migrate::MIGRATIONS.len());
    let first = dump(&name);
    assert_eq!(migrate::up(&url).await.unwrap(), Vec::<&str>::new());
    assert_eq!(dump(&name), first, "standing SQL can be rebuilt");

    migrate::down(&url).await.unwrap();
    let empty = dump(&name);
    assert!(!empty.contains("CREATE TABLE ticket.") && !empty.contains("CREATE TABLE tenancy."), "{empty}");

    migrate::up(&url).await.unwrap();
    assert_eq!(dump(&name), first);
    admin.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
}
