//! The tables of schema `ticket`, as the migrations make them.

use db::of_tenant;

diesel::table! {
    ticket.halls (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        name -> Text,
        name_en -> Nullable<Text>,
        address -> Nullable<Text>,
        legal_capacity -> Nullable<Int4>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
    }
}

diesel::table! {
    ticket.seating_plans (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        hall_id -> Uuid,
        name -> Text,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
    }
}

diesel::table! {
    ticket.seating_plan_versions (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        plan_id -> Uuid,
        number -> Int4,
        state -> Text,
        seat_count -> Int4,
        checksum -> Binary,
        created_at -> Timestamptz,
        published_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    ticket.seats (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        plan_version_id -> Uuid,
        ordinal -> Int4,
        section -> Text,
        row_label -> Text,
        seat_label -> Text,
        row_index -> Int4,
        position_index -> Int4,
        block_index -> Int4,
        x -> Nullable<Int4>,
        y -> Nullable<Int4>,
        quality_rank -> Int4,
        aisle -> Bool,
        wheelchair -> Bool,
        companion -> Bool,
        restricted_view -> Bool,
    }
}

diesel::table! {
    ticket.productions (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        title -> Text,
        title_en -> Nullable<Text>,
        organiser -> Text,
        genre -> Nullable<Text>,
        description -> Nullable<Text>,
        specified_ticket -> Bool,
        state -> Text,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
    }
}

diesel::table! {
    ticket.performances (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        production_id -> Uuid,
        hall_id -> Uuid,
        plan_version_id -> Nullable<Uuid>,
        doors_at -> Timestamptz,
        starts_at -> Timestamptz,
        ends_at -> Timestamptz,
        sales_cutoff_at -> Timestamptz,
        capacity_cap -> Nullable<Int4>,
        state -> Text,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
    }
}

diesel::table! {
    ticket.seat_classes (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        production_id -> Uuid,
        code -> Text,
        name -> Text,
        name_en -> Nullable<Text>,
        numbering -> Text,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
    }
}

diesel::table! {
    ticket.ticket_types (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        production_id -> Uuid,
        code -> Text,
        name -> Text,
        name_en -> Nullable<Text>,
        proof_required -> Bool,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
    }
}

diesel::table! {
    ticket.price_lists (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        production_id -> Uuid,
        performance_id -> Nullable<Uuid>,
        name -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    ticket.prices (tenant_id, price_list_id, seat_class_id, ticket_type_id) {
        tenant_id -> Uuid,
        price_list_id -> Uuid,
        seat_class_id -> Uuid,
        ticket_type_id -> Uuid,
        amount -> Int8,
        tax_rate -> Text,
    }
}

diesel::table! {
    ticket.sale_windows (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        performance_id -> Uuid,
        name -> Text,
        audience -> Text,
        opens_at -> Timestamptz,
        closes_at -> Timestamptz,
        per_order_limit -> Int4,
        hold_minutes -> Int4,
        hold_minutes_max -> Int4,
        payment_minutes -> Int4,
        selection -> Text,
        fee_per_ticket -> Int8,
        fee_per_order -> Int8,
        channels -> Array<Text>,
        payment_methods -> Array<Text>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    halls,
    seating_plans,
    seating_plan_versions,
    seats,
    productions,
    performances,
    seat_classes,
    ticket_types,
    price_lists,
    prices,
    sale_windows,
);

of_tenant!(
    halls,
    seating_plans,
    seating_plan_versions,
    seats,
    productions,
    performances,
    seat_classes,
    ticket_types,
    price_lists,
    prices,
    sale_windows,
);
