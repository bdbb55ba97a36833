//! The tables of schema `notice`, as `migrations/` makes them.

diesel::table! {
    notice.messages (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        template -> Text,
        locale -> Text,
        patron_id -> Nullable<Uuid>,
        fact -> Text,
        content -> Nullable<Bytea>,
        state -> Text,
        attempts -> Integer,
        next_attempt_at -> Timestamptz,
        failure -> Nullable<Text>,
        created_at -> Timestamptz,
        settled_at -> Nullable<Timestamptz>,
        wording_version -> Nullable<Integer>,
        not_after -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    notice.wordings (tenant_id, kind, locale, version) {
        tenant_id -> Uuid,
        kind -> Text,
        locale -> Text,
        version -> Integer,
        subject -> Nullable<Text>,
        body -> Nullable<Text>,
        created_at -> Timestamptz,
    }
}

db::of_tenant!(messages, wordings);
