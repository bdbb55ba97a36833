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
        resident -> Nullable<Bool>,
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

diesel::table! {
    patron.persons (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        personal -> Bytea,
        email_index -> Nullable<Bytea>,
        phone_index -> Nullable<Bytea>,
        kana_index -> Nullable<Bytea>,
        merged_into_id -> Nullable<Uuid>,
        version -> BigInt,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        name_birth_index -> Nullable<Bytea>,
        kana_birth_index -> Nullable<Bytea>,
        unindexed -> Bool,
    }
}

diesel::table! {
    patron.relationships (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        patron_id -> Uuid,
        person_id -> Uuid,
        kind -> Text,
        created_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    patron.person_facts (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        person_id -> Uuid,
        kind -> Text,
        personal -> Bytea,
        as_of -> Date,
        expires_on -> Nullable<Date>,
        claimed_at -> Timestamptz,
        verified_by -> Nullable<Text>,
        verified_at -> Nullable<Timestamptz>,
        closed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    patron.forms (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        code -> Text,
        name -> Text,
        name_en -> Nullable<Text>,
        newest -> Integer,
        retired_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Integer,
    }
}

diesel::table! {
    patron.form_versions (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        form_id -> Uuid,
        number -> Integer,
        questions -> Jsonb,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    patron.answer_sets (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        form_version_id -> Uuid,
        subject_kind -> Text,
        subject_id -> Uuid,
        person_id -> Nullable<Uuid>,
        revision -> Integer,
        created_at -> Timestamptz,
        superseded_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    patron.answers (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        answer_set_id -> Uuid,
        personal -> Bytea,
        forget_on -> Nullable<Date>,
    }
}

diesel::table! {
    patron.group_members (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        group_id -> Uuid,
        person_id -> Uuid,
        role -> Text,
        acts -> Bool,
        created_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(persons, relationships);

db::of_tenant!(
    answer_sets,
    answers,
    form_versions,
    forms,
    group_members,
    passwords,
    patrons,
    person_facts,
    persons,
    relationships,
    standings,
    throttles,
    user_classes,
    verifications,
);
