//! The tables of schema `venue`, as the migrations make them.

use db::of_tenant;

diesel::table! {
    venue.facilities (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        code -> Text,
        name -> Text,
        name_en -> Nullable<Text>,
        address -> Nullable<Text>,
        effective_from -> Date,
        effective_until -> Nullable<Date>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
        ended_despite -> Nullable<Text>,
        mend_days -> Nullable<Int4>,
    }
}

diesel::table! {
    venue.rooms (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        facility_id -> Uuid,
        code -> Text,
        name -> Text,
        name_en -> Nullable<Text>,
        capacity -> Nullable<Int4>,
        time_unit -> Text,
        grid_minutes -> Nullable<Int4>,
        gap_before_minutes -> Int4,
        gap_after_minutes -> Int4,
        gap_mode -> Text,
        min_minutes -> Nullable<Int4>,
        max_minutes -> Nullable<Int4>,
        approval -> Text,
        visibility -> Text,
        ordinal -> Int4,
        effective_from -> Date,
        effective_until -> Nullable<Date>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
        ended_despite -> Nullable<Text>,
        open_to -> Text,
    }
}

diesel::table! {
    venue.slot_sets (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        room_id -> Uuid,
        name -> Text,
        gap_policy -> Text,
        effective_from -> Date,
        effective_until -> Nullable<Date>,
        season_from -> Nullable<Int4>,
        season_until -> Nullable<Int4>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
        ended_despite -> Nullable<Text>,
    }
}

diesel::table! {
    venue.slots (tenant_id, slot_set_id, code) {
        tenant_id -> Uuid,
        slot_set_id -> Uuid,
        code -> Text,
        name -> Text,
        starts_minute -> Int4,
        ends_minute -> Int4,
    }
}

diesel::table! {
    venue.equipment (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        facility_id -> Uuid,
        code -> Text,
        name -> Text,
        name_en -> Nullable<Text>,
        unit -> Text,
        capacity -> Int4,
        gap_before_minutes -> Int4,
        gap_after_minutes -> Int4,
        max_per_hire -> Nullable<Int4>,
        effective_from -> Date,
        effective_until -> Nullable<Date>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
        ended_despite -> Nullable<Text>,
    }
}

diesel::table! {
    venue.closures (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        facility_id -> Uuid,
        reason -> Text,
        public_label -> Text,
        starts_at -> Timestamptz,
        ends_at -> Timestamptz,
        lifted_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        whole -> Bool,
    }
}

diesel::table! {
    venue.purposes (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        code -> Text,
        name -> Text,
        name_en -> Nullable<Text>,
        ordinal -> Int4,
        effective_from -> Date,
        effective_until -> Nullable<Date>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
    }
}

diesel::table! {
    venue.holidays (tenant_id, day) {
        tenant_id -> Uuid,
        day -> Date,
        name -> Nullable<Text>,
        updated_at -> Timestamptz,
        by_law -> Bool,
        closed_despite -> Nullable<Text>,
        imported -> Bool,
        version -> Int4,
    }
}

diesel::table! {
    venue.calendar_layers (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        facility_id -> Uuid,
        room_id -> Nullable<Uuid>,
        name -> Text,
        ordinal -> Int4,
        rule -> Jsonb,
        hours -> Nullable<Jsonb>,
        day_class -> Nullable<Text>,
        effective_from -> Date,
        effective_until -> Nullable<Date>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
        closed_despite -> Nullable<Text>,
    }
}

diesel::table! {
    venue.tariff_versions (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        facility_id -> Uuid,
        number -> Int4,
        name -> Text,
        legal_reference -> Text,
        applies_by -> Text,
        effective_from -> Date,
        effective_until -> Nullable<Date>,
        document -> Text,
        document_hash -> Text,
        published_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    venue.hire_quotes (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        facility_id -> Uuid,
        tariff_version_id -> Uuid,
        kind -> Text,
        application_id -> Nullable<Uuid>,
        patron_id -> Nullable<Uuid>,
        ask -> Text,
        inputs_hash -> Text,
        uses -> Jsonb,
        lines -> Jsonb,
        tax -> Jsonb,
        total -> Int8,
        engine -> Int4,
        expires_at -> Timestamptz,
        created_at -> Timestamptz,
        shares -> Nullable<Array<Int8>>,
        house_changes -> Nullable<Int8>,
    }
}

diesel::table! {
    venue.hire_holds (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        facility_id -> Uuid,
        quote_id -> Uuid,
        patron_id -> Nullable<Uuid>,
        state -> Text,
        hold_until -> Timestamptz,
        extended -> Bool,
        created_at -> Timestamptz,
        version -> Int4,
    }
}

diesel::table! {
    venue.hire_applications (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        facility_id -> Uuid,
        patron_id -> Uuid,
        hold_id -> Uuid,
        quote_id -> Uuid,
        state -> Text,
        title -> Text,
        public_title -> Nullable<Text>,
        channel -> Text,
        conditions -> Nullable<Text>,
        reason -> Nullable<Binary>,
        due_at -> Nullable<Timestamptz>,
        decided_at -> Nullable<Timestamptz>,
        changes -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
        due_reason -> Nullable<Bytea>,
        open_until -> Nullable<Timestamptz>,
        mend_by -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    venue.hires (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        hold_id -> Uuid,
        application_id -> Nullable<Uuid>,
        place -> Int4,
        room_id -> Uuid,
        day -> Date,
        span -> Nullable<Text>,
        starts_at -> Timestamptz,
        ends_at -> Timestamptz,
        state -> Text,
        used -> Nullable<Jsonb>,
        purpose -> Nullable<Text>,
        waived -> Int8,
        kept -> Nullable<Int8>,
        kept_elsewhere -> Int8,
        waived_most -> Int8,
        waived_of -> Int8,
    }
}

diesel::table! {
    venue.permits (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        facility_id -> Uuid,
        application_id -> Uuid,
        fiscal_year -> Int4,
        number -> Int4,
        revision -> Int4,
        code -> Text,
        content -> Jsonb,
        content_hash -> Text,
        issued_at -> Timestamptz,
        revoked_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    venue.calendar_feeds (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        room_id -> Uuid,
        name -> Text,
        token_hash -> Text,
        created_at -> Timestamptz,
        issued_at -> Timestamptz,
        revoked_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    venue.attached_rooms (tenant_id, room_id, attached_id) {
        tenant_id -> Uuid,
        room_id -> Uuid,
        attached_id -> Uuid,
        terms -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(rooms, attached_rooms);

of_tenant!(tariff_versions, hire_quotes, hire_holds, hire_applications, hires, permits, calendar_feeds);
of_tenant!(
    facilities,
    rooms,
    slot_sets,
    slots,
    equipment,
    closures,
    purposes,
    holidays,
    calendar_layers,
    attached_rooms
);
