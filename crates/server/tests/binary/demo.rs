//! What a newcomer plays first, on the clock of the wall.

use super::{folder, itsudemo, start_with};

#[test]
fn the_demonstration_is_played_to_its_end_and_its_books_agree() {
    let running = start_with(folder("demo"), &["--sandbox-payments"]);
    let (api, operators) = (format!("http://{}", running.api), format!("http://{}", running.operators));
    let played =
        itsudemo(&running.folder).args(["demo", "--url", &api, "--operator-url", &operators]).output().unwrap();
    let (said, wrong) = (String::from_utf8_lossy(&played.stdout), String::from_utf8_lossy(&played.stderr));
    assert!(played.status.success(), "{said}\n{wrong}");
    for line in [
        "  a piano is added: 5,500 yen",
        "settled with 2,400 yen of overtime at 10300 yen, paid",
        "given up 20 days before",
        "ledger       equals orders, hires and courses, bill by bill",
        "staff login  ",
    ] {
        assert!(said.contains(line), "`{line}` is not in\n{said}");
    }
}
