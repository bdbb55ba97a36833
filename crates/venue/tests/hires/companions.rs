//! A room that is never hired without another: after the house took that back, and as another way for something else.

use kernel::ids::HireId;
use tariff::hire::Cause;
use testkit::MORNING;
use venue::{
    account::Received,
    alternative,
    application::{self, ApplicationError, Approval},
    cancellation,
    hire_change::{self, Changing},
    hire_hold::HoldError,
    hire_quote::{QuoteError, UseAsk},
};

use crate::{
    permits::paid,
    stage::{Stage, tx},
};

const GREEN: usize = 3;
const STUDIO: usize = 4;

async fn ended(stage: &Stage, hire: HireId, cause: Cause) -> Result<(), ApplicationError> {
    let received = Received::default();
    tx!(stage, |tx| cancellation::cancel_hire(tx, hire, None, (cause, None), (false, &received), MORNING).await)
        .map(|_| ())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_house_took_back_keeps_nobody_from_changing_or_giving_up_something_else() {
    let stage = Stage::open(1).await;
    let wish = |room: usize, day: i64| stage.wish(room, day, (0, 0), 0);
    let quote = stage.quote(vec![wish(STUDIO, 0), wish(GREEN, 0), wish(1, 0), wish(2, 1)], MORNING).await;
    let held = stage.hold(quote, MORNING).await.unwrap();
    let id = stage.submit(held.hold.id, MORNING).await.unwrap().application.id;
    let approval = Approval { conditions: None, grants: Vec::new(), due_at: None };
    tx!(stage, |tx| application::approve(tx, id, None, &approval, MORNING).await).unwrap();
    paid(&stage, id, MORNING).await;
    let [studio, green, half, other] = [0, 1, 2, 3].map(|place: usize| held.hires[place].id);
    let alone = ended(&stage, green, Cause::User).await;
    assert!(matches!(alone, Err(ApplicationError::Quote(QuoteError::Attached(_)))), "{alone:?}");
    ended(&stage, green, Cause::House).await.unwrap();
    ended(&stage, half, Cause::User).await.expect("the green room has nothing to do with it");
    let change = async |hire: HireId, to: UseAsk| {
        let (received, wanted) = (Received::default(), [(hire, to)]);
        let with = Changing { hidden: true, cause: Cause::User, counts_as: None, received: &received };
        tx!(stage, |tx| hire_change::change(tx, id, None, &wanted, with, MORNING).await).map(|_| ())
    };
    change(other, wish(2, 2)).await.expect("nor with that");
    let moved = change(studio, wish(STUDIO, 2)).await;
    assert!(
        matches!(moved, Err(ApplicationError::Quote(QuoteError::Attached(_)))),
        "elsewhere it is let with all of it"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_told_instead_of_another_only_with_what_does_not_move_away_from_it() {
    let stage = Stage::open(1).await;
    let (half, green) = (|slots| stage.wish(1, 0, slots, 0), |slots| stage.wish(GREEN, 0, slots, 0));
    let ways = async |wishes: Vec<UseAsk>, missed: &[usize]| {
        let quote = stage.quote(wishes, MORNING).await;
        let refused = stage.hold(quote, MORNING).await;
        assert!(matches!(&refused, Err(HoldError::Taken { uses, .. }) if uses == missed), "{refused:?}");
        let ways = tx!(stage, |tx| alternative::of_quote(tx, quote, missed, true, MORNING).await).unwrap().ways();
        ways.iter().any(|way| way.of_use == 0 && way.room == stage.rooms[STUDIO])
    };
    let had = stage.quote(vec![half((1, 1)), green((0, 0))], MORNING).await;
    stage.hold(had, MORNING).await.unwrap();
    assert!(ways(vec![half((1, 1)), green((1, 1))], &[0]).await, "the green room stays");
    assert!(!ways(vec![half((1, 1)), green((0, 1))], &[0, 1]).await, "the green room may move");
}
