//! Who of the line comes before everybody undecided: whoever was there before the first of them, and whoever applied in an earlier window
//! than all of them.

use db::{Fault, TenantTx};
use kernel::{
    Instant,
    ids::{ApplicationWindowId, CourseApplicationId},
};

use super::{
    Book, SeatError,
    sql::{self, PartyRow},
};

impl Book {
    /// Those of some windows are to be given places, of whom the last applied at this moment: what draws of earlier windows promised
    /// is kept from them, and what is missing since the places of the class became fewer is missing to draws of later windows.
    pub async fn keep_for_earlier(
        &mut self,
        tx: &mut TenantTx,
        windows: Vec<ApplicationWindowId>,
        last: Option<Instant>,
    ) -> Result<(), Fault> {
        if self.promised > 0 || self.waiting > 0 {
            self.promised = sql::promised_before(tx, self.class, windows, last).await?;
        }
        Ok(())
    }

    /// Some of those who were undecided are decided. Whoever waits and applied in an earlier window than everybody who is left comes
    /// before them, in the order of the line.
    pub async fn advance(&mut self, tx: &mut TenantTx) -> Result<(), SeatError> {
        if self.waiting == 0 || self.places.undecided == 0 {
            return Ok(());
        }
        let behind = self.behind(tx).await?;
        if behind.is_empty() {
            return Ok(());
        }
        let decided = self.changes.keys().copied().collect();
        let earlier = sql::windows_before_undecided(tx, self.class, decided).await?;
        let ahead = behind.iter().map(|(party, _)| party).filter(|party| earlier.contains(&party.window_id));
        let ahead: Vec<CourseApplicationId> = ahead.map(|party| party.id).collect();
        self.bring_ahead(tx, &behind, &ahead).await?;
        Ok(())
    }

    /// Somebody who has just joined the line, with this number, comes before everybody undecided. Gives their place in it.
    pub async fn join_ahead(
        &mut self,
        tx: &mut TenantTx,
        id: CourseApplicationId,
        number: i64,
    ) -> Result<i64, SeatError> {
        if self.waits_before(Some(number)) {
            return Ok(number);
        }
        let behind = self.behind(tx).await?;
        Ok(self.bring_ahead(tx, &behind, &[id]).await?.unwrap_or(number))
    }

    /// Whoever waits behind those who are undecided, in the order of the line.
    async fn behind(&self, tx: &mut TenantTx) -> Result<Vec<(PartyRow, i64)>, Fault> {
        let line = sql::line(tx, self.class).await?;
        let behind = line.into_iter().filter(|(party, key)| !self.moved(party.id) && !self.waits_before(*key));
        Ok(behind.filter_map(|(party, key)| Some((party, key?))).collect())
    }

    /// Some of those behind come before everybody undecided, and so before the others behind; among themselves nobody passes anybody.
    /// Gives the place of the last of them.
    async fn bring_ahead(
        &mut self,
        tx: &mut TenantTx,
        behind: &[(PartyRow, i64)],
        ahead: &[CourseApplicationId],
    ) -> Result<Option<i64>, Fault> {
        let (first, rest): (Vec<_>, Vec<_>) =
            behind.iter().map(|(party, _)| party.id).partition(|id| ahead.contains(id));
        let keys: Vec<i64> = behind.iter().map(|(_, key)| *key).collect();
        let last = first.len().checked_sub(1).and_then(|at| keys.get(at)).copied();
        if last.is_some() {
            self.places.undecided_after = last;
            if !rest.is_empty() {
                sql::rekey(tx, first.into_iter().chain(rest).collect(), keys).await?;
            }
        }
        Ok(last)
    }
}
