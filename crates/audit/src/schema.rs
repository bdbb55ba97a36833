//! The tables of the journal as diesel sees them.

diesel::table! {
    audit.log (tenant_id, seq) {
        tenant_id -> Uuid,
        seq -> BigInt,
        id -> Uuid,
        at -> Timestamptz,
        category -> Text,
        event -> Text,
        subject_kind -> Text,
        subject_id -> Text,
        canonical -> Text,
        leaf -> Binary,
    }
}

diesel::table! {
    audit.checkpoints (tenant_id, number) {
        tenant_id -> Uuid,
        number -> BigInt,
        size -> BigInt,
        at -> Timestamptz,
        note -> Text,
    }
}

db::of_tenant!(log, checkpoints);
