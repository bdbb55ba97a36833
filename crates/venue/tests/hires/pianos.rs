//! Of an item there are never more out than there are, and it is never refused while there are enough: the peak is what counts at one
//! moment, not the sum of what overlaps.

use futures_util::future::join_all;
use kernel::{
    Service,
    ids::{EquipmentId, FacilityId},
};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use testkit::MORNING;
use time::{Duration, macros::date};
use uuid::Uuid;
use venue::{
    catalogue::CatalogueError,
    equipment::{self, Equipment, EquipmentChange, EquipmentClaim, EquipmentDraft, EquipmentError},
    span::Span,
};

use crate::stage::{Stage, tx};

/// So many of an item, from a quarter of an hour on, for so many quarters.
#[derive(Debug, Clone, Copy)]
struct Wish {
    from: i64,
    long: i64,
    many: i32,
}

#[derive(Debug, Clone)]
struct Rush {
    capacity: i32,
    gaps: (i32, i32),
    wishes: Vec<Wish>,
}

impl Wish {
    fn claim(self, item: EquipmentId) -> EquipmentClaim {
        let at = |quarter: i64| MORNING + Duration::days(10) + Duration::minutes(quarter * 15);
        let during = Span::new(at(self.from), at(self.from + self.long)).unwrap();
        EquipmentClaim { source: Uuid::new_v4(), item, quantity: self.many, during }
    }

    /// In minutes, with the gaps of the item.
    fn busy(self, gaps: (i32, i32)) -> (i64, i64) {
        (self.from * 15 - i64::from(gaps.0), (self.from + self.long) * 15 + i64::from(gaps.1))
    }
}

/// The most that are out at one moment: only where one of them begins can it be more than before.
fn peak(wishes: &[Wish], gaps: (i32, i32)) -> i64 {
    let at = |moment: i64| {
        let out = wishes.iter().filter(move |one| one.busy(gaps).0 <= moment && moment < one.busy(gaps).1);
        out.map(|one| i64::from(one.many)).sum::<i64>()
    };
    wishes.iter().map(|one| at(one.busy(gaps).0)).max().unwrap_or(0)
}

async fn bought(stage: &Stage, facility: FacilityId, rush: &Rush) -> Equipment {
    let draft = EquipmentDraft {
        facility,
        code: Uuid::new_v4().simple().to_string(),
        name: "譜面台".into(),
        name_en: None,
        unit: "本".into(),
        capacity: rush.capacity,
        gap_before_minutes: rush.gaps.0,
        gap_after_minutes: rush.gaps.1,
        max_per_hire: None,
        effective_from: date!(2026 - 04 - 01),
        effective_until: None,
    };
    tx!(stage, |tx| equipment::create(tx, draft.clone(), MORNING).await).unwrap()
}

async fn played(stage: &Stage, rush: &Rush) {
    let item = bought(stage, stage.facility, rush).await;
    let claims: Vec<EquipmentClaim> = rush.wishes.iter().map(|wish| wish.claim(item.id)).collect();
    let scope = stage.test.scope(Service::Venue);
    let claim = async |claim: &EquipmentClaim| {
        let claims = std::slice::from_ref(claim);
        let work = async |tx: &mut db::TenantTx| equipment::claim(tx, claims, None, MORNING).await;
        stage.test.db.tenant(&scope, work).await
    };
    let answers = join_all(claims.iter().map(claim)).await;
    let (mut had, mut refused) = (Vec::new(), Vec::new());
    for (wish, answer) in rush.wishes.iter().zip(&answers) {
        match answer {
            Ok(()) => had.push(*wish),
            Err(EquipmentError::Short(_)) => refused.push(*wish),
            Err(other) => panic!("{other:?}"),
        }
    }
    let most = peak(&had, rush.gaps);
    assert!(most <= i64::from(rush.capacity), "{most} of {} are out at once", rush.capacity);
    for wish in refused {
        let with: Vec<Wish> = had.iter().copied().chain([wish]).collect();
        assert!(peak(&with, rush.gaps) > i64::from(rush.capacity), "{wish:?} was refused although there are enough");
    }
    // what the house itself counts is the same peak
    let fewer = EquipmentChange { capacity: Some(0), ..EquipmentChange::default() };
    let counted = tx!(stage, |tx| equipment::update(tx, item.id, None, fewer.clone(), MORNING).await);
    match counted {
        Ok(_) => assert_eq!(most, 0),
        Err(CatalogueError::Claimed { peak }) => assert_eq!(peak, most),
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn of_32_who_want_an_item_at_staggered_times_exactly_those_get_it_for_whom_there_is_enough() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let stage = runtime.block_on(Stage::with_pool(1, 32));
    let wish = (0i64..60, 1i64..16, 1i32..4).prop_map(|(from, long, many)| Wish { from, long, many });
    let gaps = prop_oneof![Just((0, 0)), Just((15, 30)), Just((0, 60))];
    let rush = (3i32..=10, gaps, prop::collection::vec(wish, 32)).prop_map(|(capacity, gaps, wishes)| Rush {
        capacity,
        gaps,
        wishes,
    });
    let config = Config { cases: 16, max_shrink_iters: 10, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new(config);
    runner
        .run(&rush, |rush| {
            runtime.block_on(played(&stage, &rush));
            Ok(())
        })
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ends_as_something_else_begins_takes_no_second_piano() {
    let stage = Stage::open(1).await;
    let rush =
        Rush { capacity: 1, gaps: (0, 0), wishes: (0..8).map(|n| Wish { from: n * 4, long: 4, many: 1 }).collect() };
    played(&stage, &rush).await;
    let sum: i32 = rush.wishes.iter().map(|wish| wish.many).sum();
    assert_eq!((peak(&rush.wishes, rush.gaps), sum), (1, 8));
}
