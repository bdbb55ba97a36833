//! Statements: how `sql.rs` names the tenant, and how hand-written SQL keeps its place in the statement cache.

/// Gives tables the method `of(tenant)`: every statement starts with it, so that none can forget the tenant.
///
/// ```ignore
/// db::of_tenant!(schema::holds, schema::held_seats);
/// holds::table.of(tx.tenant()).filter(holds::id.eq(id))
/// ```
#[macro_export]
macro_rules! of_tenant {
    ($($table:ident),* $(,)?) => {$(
        impl $crate::statement::OfTenant for $table::table {
            type Of = $crate::diesel::dsl::Filter<
                $table::table,
                $crate::diesel::dsl::Eq<$table::tenant_id, ::kernel::ids::TenantId>,
            >;

            fn of(self, tenant: ::kernel::ids::TenantId) -> Self::Of {
                use $crate::diesel::{ExpressionMethods as _, QueryDsl as _};
                $crate::diesel::QueryDsl::filter(self, $table::tenant_id.eq(tenant))
            }
        }
    )*};
}

/// A table of which every row belongs to one tenant.
pub trait OfTenant {
    type Of;

    /// The rows of one tenant.
    fn of(self, tenant: kernel::ids::TenantId) -> Self::Of;
}

/// A hand-written static statement with numbered parameters. Unlike `sql_query` it is prepared once per connection.
///
/// ```ignore
/// db::statement! {
///     /// Takes `n` places of a pool, if they are there.
///     pub TakePlaces { tenant: TenantId => Uuid, pool: PoolId => Uuid, n: i64 => BigInt } -> (BigInt,) =
///         "UPDATE ticket.pools SET taken = taken + $3 WHERE tenant_id = $1 AND id = $2 RETURNING taken"
/// }
/// let (taken,) = TakePlaces { tenant, pool, n }.get_result::<(i64,)>(tx.conn()).await?;
/// ```
///
/// The parameters are bound in a comment in front of the text, which may then use `$1…$n` in any order, as often as it likes.
#[macro_export]
macro_rules! statement {
    ($(#[$doc:meta])* $vis:vis $name:ident { $($field:ident: $rust:ty => $sql:ty),* $(,)? } -> $row:ty = $text:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, $crate::diesel::query_builder::QueryId)]
        #[diesel(diesel_crate = $crate::diesel)]
        $vis struct $name {
            $(pub $field: $rust,)*
        }

        impl $crate::diesel::query_builder::QueryFragment<$crate::diesel::pg::Pg> for $name {
            fn walk_ast<'b>(
                &'b self,
                mut out: $crate::diesel::query_builder::AstPass<'_, 'b, $crate::diesel::pg::Pg>,
            ) -> $crate::diesel::QueryResult<()> {
                #[allow(unused_imports)]
                use $crate::diesel::sql_types::*;
                out.push_sql("/* ");
                $(out.push_bind_param::<$sql, $rust>(&self.$field)?;
                out.push_sql(" ");)*
                out.push_sql("*/ ");
                out.push_sql($text);
                Ok(())
            }
        }

        impl $crate::diesel::query_builder::Query for $name {
            type SqlType = $row;
        }

        impl<C> $crate::diesel::RunQueryDsl<C> for $name {}
    };
}
