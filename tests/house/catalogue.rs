//! What every table of a tenant has (rules L1 to L12 and those of a cluster), asked of PostgreSQL's own catalogue.

use diesel::{QueryableByName, sql_query, sql_types::Text};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use testkit::TestDb;

#[derive(QueryableByName, Debug)]
struct Finding {
    #[diesel(sql_type = Text)]
    #[allow(dead_code, reason = "printed")]
    rule: String,
    #[diesel(sql_type = Text)]
    object: String,
}

/// Tables with a tenant column, in our schemas.
const TENANT_TABLES: &str = "tt AS (SELECT c.oid, n.nspname || '.' || c.relname AS name, c.relrowsecurity AS row, \
    c.relforcerowsecurity AS forced, c.relowner, c.relacl FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
    WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema') \
    AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped))";

async fn findings(rules: &str) -> Vec<Finding> {
    let test = TestDb::new().await;
    let mut conn = AsyncPgConnection::establish(&test.admin_url()).await.unwrap();
    sql_query(format!("WITH {TENANT_TABLES} SELECT rule::text, object::text FROM ({rules}) AS found (rule, object)"))
        .load(&mut conn)
        .await
        .unwrap()
}

async fn nothing_breaks(rules: &str) {
    let found = findings(rules).await;
    assert!(found.is_empty(), "{found:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_tenant_table_is_behind_forced_row_level_security() {
    nothing_breaks(
        "SELECT 'L1 not enabled and forced', name FROM tt WHERE NOT (row AND forced) \
         UNION ALL SELECT 'L2 no policy with both halves', name FROM tt WHERE NOT EXISTS \
           (SELECT FROM pg_policy p WHERE p.polrelid = tt.oid AND p.polqual IS NOT NULL AND p.polwithcheck IS NOT NULL)",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_key_begins_with_the_tenant() {
    // a credential is found by its hash before anybody knows the tenant; nobody but the resolver may look
    nothing_breaks(
        "SELECT 'L3 foreign key without the tenant', con.conname::text FROM pg_constraint con JOIN tt a ON a.oid = con.conrelid \
           JOIN tt b ON b.oid = con.confrelid WHERE con.contype = 'f' AND (SELECT at.attname FROM pg_attribute at \
           WHERE at.attrelid = con.conrelid AND at.attnum = con.conkey[1]) <> 'tenant_id' \
         UNION ALL SELECT 'L4 unique key not beginning with the tenant', i.indexrelid::regclass::text FROM pg_index i \
           JOIN tt ON tt.oid = i.indrelid WHERE i.indisunique AND i.indexrelid::regclass::text <> 'tenancy.credentials_pkey' \
           AND (SELECT at.attname FROM pg_attribute at WHERE at.attrelid = i.indrelid AND at.attnum = i.indkey[0]) <> 'tenant_id' \
         UNION ALL SELECT 'exclusion not beginning with the tenant', con.conname::text FROM pg_constraint con \
           JOIN tt ON tt.oid = con.conrelid WHERE con.contype = 'x' AND (SELECT at.attname FROM pg_attribute at \
           WHERE at.attrelid = con.conrelid AND at.attnum = con.conkey[1]) <> 'tenant_id'",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_view_function_or_role_opens_a_back_door() {
    nothing_breaks(
        "SELECT 'L5 view not of its caller', c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
           WHERE c.relkind IN ('v', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema') \
           AND NOT coalesce(c.reloptions, '{}') && ARRAY['security_invoker=true', 'security_invoker=on'] \
         UNION ALL SELECT 'L6 definer without a pinned search path', p.oid::regprocedure::text FROM pg_proc p \
           JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.prosecdef \
           AND n.nspname NOT IN ('pg_catalog', 'information_schema') \
           AND NOT EXISTS (SELECT FROM unnest(p.proconfig) c WHERE c LIKE 'search_path=%') \
         UNION ALL SELECT 'L7 role too strong', rolname::text FROM pg_roles WHERE (rolname LIKE 'svc\\_%' OR rolname LIKE 'itsudemo\\_%') \
           AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication) \
         UNION ALL SELECT 'L8 may own, truncate, reference', ro.rolname || ' ' || tt.name FROM tt, pg_roles ro \
           WHERE (ro.rolname LIKE 'svc\\_%' OR ro.rolname = 'itsudemo_app') AND (pg_has_role(ro.oid, tt.relowner, 'MEMBER') \
           OR has_table_privilege(ro.oid, tt.oid, 'TRUNCATE') OR has_table_privilege(ro.oid, tt.oid, 'TRIGGER') \
           OR has_table_privilege(ro.oid, tt.oid, 'REFERENCES')) \
         UNION ALL SELECT 'L10 granted to everybody', c.oid::regclass::text FROM pg_class c JOIN pg_namespace n \
           ON n.oid = c.relnamespace, aclexplode(c.relacl) x WHERE x.grantee = 0 \
           AND n.nspname NOT IN ('pg_catalog', 'information_schema') \
         UNION ALL SELECT 'L10 function for everybody', p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n \
           ON n.oid = p.pronamespace WHERE n.nspname IN ('tenancy', 'patron', 'billing', 'notice', 'audit', 'ticket', 'venue', 'course') \
           AND (p.proacl IS NULL OR EXISTS (SELECT FROM aclexplode(p.proacl) x WHERE x.grantee = 0))",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_index_of_a_tenant_needs_an_operator_that_row_level_security_forbids() {
    nothing_breaks(
        "SELECT 'L9 enum or range in an index', a.attrelid::regclass || '.' || a.attname FROM pg_attribute a \
           JOIN pg_type ty ON ty.oid = a.atttypid JOIN pg_index i ON i.indrelid = a.attrelid AND a.attnum = ANY (i.indkey::int2[]) \
           JOIN tt ON tt.oid = a.attrelid WHERE ty.typtype IN ('e', 'r') AND NOT i.indisexclusion \
         UNION ALL SELECT 'money is not bigint', a.attrelid::regclass || '.' || a.attname FROM pg_attribute a \
           JOIN tt ON tt.oid = a.attrelid WHERE a.atttypid IN ('numeric'::regtype, 'money'::regtype, 'real'::regtype, 'double precision'::regtype) \
         UNION ALL SELECT 'a moment without its zone', a.attrelid::regclass || '.' || a.attname FROM pg_attribute a \
           JOIN tt ON tt.oid = a.attrelid WHERE a.atttypid = 'timestamp'::regtype",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_says_which_asset_class_it_is() {
    nothing_breaks(
        "SELECT 'L11 no asset class', c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
           WHERE c.relkind IN ('r', 'p') AND n.nspname IN ('tenancy', 'patron', 'billing', 'notice', 'audit', 'ticket', 'venue', 'course') \
           AND coalesce(obj_description(c.oid, 'pg_class'), '') NOT LIKE 'asset class: %' \
         UNION ALL SELECT 'L12 a table of ours in no schema of ours', c.oid::regclass::text FROM pg_class c JOIN pg_namespace n \
           ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND n.nspname = 'public' AND c.relname <> 'schema_migrations'",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_schema_could_move_to_a_cluster_as_it_is() {
    nothing_breaks(
        "SELECT 'a trigger', t.tgname::text FROM pg_trigger t WHERE NOT t.tgisinternal \
         UNION ALL SELECT 'a name that ends in digits', con.conname::text FROM pg_constraint con JOIN tt ON tt.oid = con.conrelid \
           WHERE con.conname ~ '_[0-9]+$' \
         UNION ALL SELECT 'a role that cannot log in', rolname::text FROM pg_roles WHERE rolname LIKE 'svc\\_%' AND NOT rolcanlogin \
         UNION ALL SELECT 'a table without a primary key', name FROM tt WHERE NOT EXISTS \
           (SELECT FROM pg_constraint con WHERE con.conrelid = tt.oid AND con.contype = 'p')",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rules_do_find_what_is_wrong() {
    let test = TestDb::new().await;
    TestDb::execute(
        &test,
        "CREATE TABLE ticket.bare (tenant_id uuid, id uuid PRIMARY KEY); CREATE VIEW ticket.peep AS SELECT 1 AS one; \
         GRANT TRUNCATE ON ticket.bare TO svc_ticket",
    )
    .await;
    let mut conn = AsyncPgConnection::establish(&test.admin_url()).await.unwrap();
    let found: Vec<Finding> = sql_query(format!(
        "WITH {TENANT_TABLES} SELECT 'L1'::text AS rule, name AS object FROM tt WHERE NOT (row AND forced)"
    ))
    .load(&mut conn)
    .await
    .unwrap();
    assert_eq!(found.iter().map(|finding| finding.object.as_str()).collect::<Vec<_>>(), ["ticket.bare"]);
}
