//! The tables of schema `patron`, as `migrations/` makes them.

diesel::table! {
    patron.patrons (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        kind -> Text,
        state -> Text,
        locale -> Text,
        personal -> Bytea,
        email_index -> Nullable<Bytea>,
        phone_index -> Nullable<Bytea>,
        kana_index -> Nullable<Bytea>,
        email_verified_at -> Nullable<Timestamptz>,
        version -> BigInt,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    patron.passwords (tenant_id, patron_id) {
        tenant_id -> Uuid,
        patron_id -> Uuid,
        phc -> Text,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    patron.verifications (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        purpose -> Text,
        patron_id -> Nullable<Uuid>,
        token_hash -> Bytea,
        pending -> Bytea,
        phc -> Nullable<Text>,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    patron.throttles (tenant_id, subject) {
        tenant_id -> Uuid,
        subject -> Bytea,
        attempts -> Integer,
        blocked_until -> Timestamptz,
        last_at -> Timestamptz,
    }
}

diesel::table! {
    patron.user_classes (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        code -> Text,
        name -> Text,
        name_en -> Nullable<Text>,
        ordinal -> Integer,
        effective_from -> Date,
        effective_until -> Nullable<Date>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Integer,
    }
}

diesel::table! {
    patron.standings (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        patron_id -> Uuid,
        user_class_id -> Uuid,
        state -> Text,
        valid_from -> Nullable<Date>,
        valid_until -> Nullable<Date>,
        suspended_until -> Nullable<Timestamptz>,
        follows_id -> Nullable<Uuid>,
        personal -> Bytea,
        version -> BigInt,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

db::of_tenant!(patrons, passwords, verifications, throttles, user_classes, standings);
