//! What every table of a tenant has (rules L1 to L12 and those of a cluster), asked of PostgreSQL's own catalogue.

use std::collections::BTreeSet;

use diesel::{QueryableByName, sql_query, sql_types::Text};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use testkit::TestDb;

#[derive(QueryableByName, Debug)]
struct Finding {
    #[diesel(sql_type = Text)]
    rule: String,
    #[diesel(sql_type = Text)]
    #[allow(dead_code, reason = "printed")]
    object: String,
}

/// Tables with a tenant column, in our schemas.
const TENANT_TABLES: &str = "tt AS (SELECT c.oid, n.nspname || '.' || c.relname AS name, c.relrowsecurity AS row, \
    c.relforcerowsecurity AS forced, c.relowner, c.relacl FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
    WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema') \
    AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped))";

/// The walls between tenants.
const WALLS: &str = "SELECT 'L1 not enabled and forced', name FROM tt WHERE NOT (row AND forced) \
     UNION ALL SELECT 'L2 no policy with both halves', name FROM tt WHERE NOT EXISTS \
       (SELECT FROM pg_policy p WHERE p.polrelid = tt.oid AND p.polqual IS NOT NULL AND p.polwithcheck IS NOT NULL)";

/// Keys and indices. A credential is found by its hash before anybody knows the tenant; nobody but the resolver may look. Overdue bills
/// are asked for across tenants.
const KEYS: &str = "SELECT 'L3 foreign key without the tenant', con.conname::text FROM pg_constraint con JOIN tt a ON a.oid = con.conrelid \
       JOIN tt b ON b.oid = con.confrelid WHERE con.contype = 'f' AND (SELECT at.attname FROM pg_attribute at \
       WHERE at.attrelid = con.conrelid AND at.attnum = con.conkey[1]) <> 'tenant_id' \
     UNION ALL SELECT 'L4 unique key not beginning with the tenant', i.indexrelid::regclass::text FROM pg_index i \
       JOIN tt ON tt.oid = i.indrelid WHERE i.indisunique AND i.indexrelid::regclass::text <> 'tenancy.credentials_pkey' \
       AND (SELECT at.attname FROM pg_attribute at WHERE at.attrelid = i.indrelid AND at.attnum = i.indkey[0]) <> 'tenant_id' \
     UNION ALL SELECT 'exclusion not beginning with the tenant', con.conname::text FROM pg_constraint con \
       JOIN tt ON tt.oid = con.conrelid WHERE con.contype = 'x' AND (SELECT at.attname FROM pg_attribute at \
       WHERE at.attrelid = con.conrelid AND at.attnum = con.conkey[1]) <> 'tenant_id' \
     UNION ALL SELECT 'index not beginning with the tenant', i.indexrelid::regclass::text FROM pg_index i \
       JOIN tt ON tt.oid = i.indrelid WHERE NOT i.indisunique AND i.indexrelid::regclass::text <> 'billing.bills_unpaid' \
       AND (SELECT at.attname FROM pg_attribute at WHERE at.attrelid = i.indrelid AND at.attnum = i.indkey[0]) \
         IS DISTINCT FROM 'tenant_id'";

/// Views, functions and roles. A course session claims a room, so the role of courses sees what a room is and writes what takes it.
const DOORS: &str = "SELECT 'L5 view not of its caller', c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
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
       AND (p.proacl IS NULL OR EXISTS (SELECT FROM aclexplode(p.proacl) x WHERE x.grantee = 0)) \
     UNION ALL SELECT 'of another service', ro.rolname || ' ' || tt.name FROM tt, pg_roles ro \
       WHERE ro.rolname LIKE 'svc\\_%' AND split_part(tt.name, '.', 1) IN ('ticket', 'venue', 'course') \
       AND ro.rolname <> 'svc_' || split_part(tt.name, '.', 1) AND (has_any_column_privilege(ro.oid, tt.oid, 'INSERT, UPDATE') \
         OR has_any_column_privilege(ro.oid, tt.oid, 'SELECT') OR has_table_privilege(ro.oid, tt.oid, 'DELETE')) \
       AND NOT (ro.rolname = 'svc_course' AND tt.name = 'venue.occupancy') \
       AND NOT (ro.rolname = 'svc_course' AND NOT has_any_column_privilege(ro.oid, tt.oid, 'INSERT, UPDATE') \
         AND tt.name IN ('venue.facilities', 'venue.rooms', 'venue.atoms', 'venue.room_atoms', 'venue.attached_rooms', \
           'venue.purposes', 'venue.room_purposes', 'venue.slot_sets', 'venue.slots', 'venue.calendar_layers', 'venue.closures', \
           'venue.holidays', 'venue.tariff_versions'))";

/// Types that row level security keeps out of an index, or that are not ours.
const OPERATORS: &str = "SELECT 'L9 enum or range in an index', a.attrelid::regclass || '.' || a.attname FROM pg_attribute a \
       JOIN pg_type ty ON ty.oid = a.atttypid JOIN pg_index i ON i.indrelid = a.attrelid AND a.attnum = ANY (i.indkey::int2[]) \
       JOIN tt ON tt.oid = a.attrelid WHERE ty.typtype IN ('e', 'r') AND NOT i.indisexclusion \
     UNION ALL SELECT 'money is not bigint', a.attrelid::regclass || '.' || a.attname FROM pg_attribute a \
       JOIN tt ON tt.oid = a.attrelid WHERE a.atttypid IN ('numeric'::regtype, 'money'::regtype, 'real'::regtype, 'double precision'::regtype) \
     UNION ALL SELECT 'a moment without its zone', a.attrelid::regclass || '.' || a.attname FROM pg_attribute a \
       JOIN tt ON tt.oid = a.attrelid WHERE a.atttypid = 'timestamp'::regtype";

/// Asset classes, and where tables are.
const CLASSES: &str = "SELECT 'L11 no asset class', c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
       WHERE c.relkind IN ('r', 'p') AND n.nspname IN ('tenancy', 'patron', 'billing', 'notice', 'audit', 'ticket', 'venue', 'course') \
       AND coalesce(obj_description(c.oid, 'pg_class'), '') NOT LIKE 'asset class: %' \
     UNION ALL SELECT 'L12 a table of ours in no schema of ours', c.oid::regclass::text FROM pg_class c JOIN pg_namespace n \
       ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND n.nspname = 'public' AND c.relname <> 'schema_migrations'";

/// What a cluster asks for.
const CLUSTER: &str = "SELECT 'a trigger', t.tgname::text FROM pg_trigger t WHERE NOT t.tgisinternal \
     UNION ALL SELECT 'a name that ends in digits', con.conname::text FROM pg_constraint con JOIN tt ON tt.oid = con.conrelid \
       WHERE con.conname ~ '_[0-9]+$' \
     UNION ALL SELECT 'a role that cannot log in', rolname::text FROM pg_roles WHERE rolname LIKE 'svc\\_%' AND NOT rolcanlogin \
     UNION ALL SELECT 'a table without a primary key', name FROM tt WHERE NOT EXISTS \
       (SELECT FROM pg_constraint con WHERE con.conrelid = tt.oid AND con.contype = 'p')";

async fn findings(test: &TestDb, rules: &str) -> Vec<Finding> {
    let mut conn = AsyncPgConnection::establish(&test.admin_url()).await.unwrap();
    sql_query(format!("WITH {TENANT_TABLES} SELECT rule::text, object::text FROM ({rules}) AS found (rule, object)"))
        .load(&mut conn)
        .await
        .unwrap()
}

async fn nothing_breaks(rules: &str) {
    let found = findings(&TestDb::new().await, rules).await;
    assert!(found.is_empty(), "{found:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_tenant_table_is_behind_forced_row_level_security() {
    nothing_breaks(WALLS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_key_begins_with_the_tenant() {
    nothing_breaks(KEYS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_view_function_or_role_opens_a_back_door() {
    nothing_breaks(DOORS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_index_of_a_tenant_needs_an_operator_that_row_level_security_forbids() {
    nothing_breaks(OPERATORS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_says_which_asset_class_it_is() {
    nothing_breaks(CLASSES).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_schema_could_move_to_a_cluster_as_it_is() {
    nothing_breaks(CLUSTER).await;
}

/// One of everything that the rules forbid, but for what is said of roles: those are of the whole cluster.
const WRONG: &str = "CREATE TABLE ticket.bare (tenant_id uuid, id uuid PRIMARY KEY, parent uuid REFERENCES ticket.bare (id), \
      price numeric, made_at timestamp, span int4range, CONSTRAINT bare_1 CHECK (true), \
      CONSTRAINT bare_apart EXCLUDE USING gist (id WITH =)); \
    CREATE INDEX bare_span ON ticket.bare (span); \
    CREATE TRIGGER bare_kept BEFORE UPDATE ON ticket.bare FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger(); \
    CREATE TABLE ticket.loose (tenant_id uuid); CREATE TABLE public.stray (id int); \
    CREATE VIEW ticket.peep AS SELECT 1 AS one; \
    CREATE FUNCTION ticket.peek() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'; \
    GRANT TRUNCATE ON ticket.bare TO svc_ticket; GRANT SELECT ON ticket.bare TO PUBLIC; \
    GRANT SELECT ON ticket.halls TO svc_venue; GRANT UPDATE ON venue.rooms TO svc_course";

#[tokio::test(flavor = "multi_thread")]
async fn the_rules_do_find_what_is_wrong() {
    let test = TestDb::new().await;
    TestDb::execute(&test, WRONG).await;
    let wrong: [(&str, &[&str]); 6] = [
        (WALLS, &["L1 not enabled and forced", "L2 no policy with both halves"]),
        (
            KEYS,
            &[
                "L3 foreign key without the tenant",
                "L4 unique key not beginning with the tenant",
                "exclusion not beginning with the tenant",
                "index not beginning with the tenant",
            ],
        ),
        (
            DOORS,
            &[
                "L10 function for everybody",
                "L10 granted to everybody",
                "L5 view not of its caller",
                "L6 definer without a pinned search path",
                "L8 may own, truncate, reference",
                "of another service",
            ],
        ),
        (OPERATORS, &["L9 enum or range in an index", "a moment without its zone", "money is not bigint"]),
        (CLASSES, &["L11 no asset class", "L12 a table of ours in no schema of ours"]),
        (CLUSTER, &["a name that ends in digits", "a table without a primary key", "a trigger"]),
    ];
    for (rules, expected) in wrong {
        let found: BTreeSet<String> = findings(&test, rules).await.into_iter().map(|finding| finding.rule).collect();
        assert_eq!(found.into_iter().collect::<Vec<_>>(), expected);
    }
}
