//! What the queries of every noun have in common, written once.

/// The queries that every noun has: find one, insert one.
#[macro_export]
macro_rules! standard_sql {
    ($table:ident, $row:ty, $id:ty) => {
        pub async fn find(tx: &mut $crate::TenantTx, id: $id) -> Result<Option<$row>, $crate::Fault> {
            use ::diesel::prelude::*;
            use ::diesel_async::RunQueryDsl;
            use $crate::statement::OfTenant as _;
            let found = $table::table
                .of(tx.tenant())
                .filter($table::id.eq(id))
                .select(<$row>::as_select())
                .first(tx.conn())
                .await
                .optional()?;
            Ok(found)
        }

        pub async fn insert(tx: &mut $crate::TenantTx, row: &$row) -> Result<(), $crate::Fault> {
            use ::diesel_async::RunQueryDsl;
            ::diesel::insert_into($table::table).values(row).execute(tx.conn()).await?;
            Ok(())
        }
    };
}

/// Lists a page of a noun by id, of one parent or of all.
#[macro_export]
macro_rules! standard_list {
    ($table:ident, $row:ty, $parent:ident: $parent_id:ty) => {
        pub async fn list(
            tx: &mut $crate::TenantTx,
            parent: Option<$parent_id>,
            page: &::kernel::PageAsk,
        ) -> Result<Vec<$row>, $crate::Fault> {
            use ::diesel::prelude::*;
            use ::diesel_async::RunQueryDsl;
            use $crate::statement::OfTenant as _;
            let mut query = $table::table.of(tx.tenant()).into_boxed();
            if let Some(parent) = parent {
                query = query.filter($table::$parent.eq(parent));
            }
            if let Some(after) = page.after {
                query = query.filter($table::id.gt(after));
            }
            let rows =
                query.order($table::id.asc()).limit(page.rows()).select(<$row>::as_select()).load(tx.conn()).await?;
            Ok(rows)
        }
    };
}
