use db::TenantTx;
use futures_util::future::join_all;
use kernel::{Refuse as _, SigningSeed};
use ticket::{
    admission::{self, Admission, Admit, AdmitError},
    ticket::{Ticket, code::Printer},
};
use time::macros::datetime;

use crate::stage::{Stage, best, id, performance};

fn printer(stage: &Stage) -> Printer {
    Printer::new(stage.scope.tenant(), &SigningSeed::new([7; 32]))
}

impl Stage {
    async fn admit(&self, ticket: &Ticket, nonce: &str) -> Result<Admission, AdmitError> {
        let printer = printer(self);
        let ask = Admit {
            code: printer.print(ticket),
            performance: performance(),
            gate: Some("南口".into()),
            nonce: nonce.into(),
        };
        self.ask_gate(&ask).await
    }

    async fn ask_gate(&self, ask: &Admit) -> Result<Admission, AdmitError> {
        let (key, now) = (printer(self).public(), self.now());
        self.test.db.tenant(&self.scope, async |tx: &mut TenantTx| admission::admit(tx, &key, ask, now).await).await
    }
}

#[tokio::test]
async fn a_ticket_is_admitted_once_and_the_same_reading_gets_the_same_answer() {
    let stage = Stage::new(3, 8).await;
    let sold = stage.sell(best(1)).await.unwrap();
    let ticket = &sold.tickets[0];
    assert!(matches!(stage.admit(ticket, "n0").await, Err(AdmitError::NotYetOpen { .. })));
    stage.clock.set(datetime!(2026-12-24 08:40 UTC));
    let first = stage.admit(ticket, "n1").await.unwrap();
    assert_eq!(first.place, "1F 1-4");
    assert_eq!(stage.admit(ticket, "n1").await.unwrap(), first);
    let again = stage.admit(ticket, "n2").await.unwrap_err().refusal();
    assert_eq!((again.rule.code, &again.facts["gate"]), ("ticket.admission.already_admitted", &"南口".into()));
}

#[tokio::test]
async fn sixteen_gates_read_the_same_ticket_and_one_lets_it_in() {
    let stage = Stage::with_pool(3, 8, 16).await;
    let sold = stage.sell(best(1)).await.unwrap();
    stage.clock.set(datetime!(2026-12-24 08:40 UTC));
    let nonces: Vec<String> = (0..16).map(|n| format!("n{n}")).collect();
    let answers = join_all(nonces.iter().map(|nonce| stage.admit(&sold.tickets[0], nonce))).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    assert!(answers.iter().all(|answer| matches!(answer, Ok(_) | Err(AdmitError::Already { .. }))));
}

#[tokio::test]
async fn a_forged_foreign_void_or_misplaced_ticket_stays_outside() {
    let stage = Stage::new(3, 8).await;
    let sold = stage.sell(best(2)).await.unwrap();
    stage.clock.set(datetime!(2026-12-24 08:40 UTC));
    let forger = Printer::new(stage.scope.tenant(), &SigningSeed::new([8; 32]));
    let neighbour = Printer::new(stage.test.twins.second.tenant, &SigningSeed::new([7; 32]));
    for code in [forger.print(&sold.tickets[0]), neighbour.print(&sold.tickets[0]), "HELLO".into()] {
        let ask = Admit { code, performance: performance(), gate: None, nonce: "n1".into() };
        assert!(matches!(stage.ask_gate(&ask).await, Err(AdmitError::Unknown)));
    }
    let elsewhere =
        Admit { code: printer(&stage).print(&sold.tickets[0]), performance: id(0xf2), gate: None, nonce: "n1".into() };
    assert!(matches!(stage.ask_gate(&elsewhere).await, Err(AdmitError::WrongPerformance { .. })));
    stage.test.execute("UPDATE ticket.tickets SET voided_at = '2026-12-01T00:00Z', void_cause = 'house'").await;
    assert!(matches!(stage.admit(&sold.tickets[1], "n3").await, Err(AdmitError::Voided { .. })));
}
