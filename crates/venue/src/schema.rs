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
    }
}

of_tenant!(facilities, rooms, slot_sets, slots, equipment, closures);
