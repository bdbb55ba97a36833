//! The tables, as diesel sees them.

diesel::table! {
    billing.bills (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        reference -> Text,
        subject_kind -> Text,
        subject_id -> Uuid,
        payer_id -> Nullable<Uuid>,
        channel -> Text,
        state -> Text,
        rounding -> Text,
        total -> BigInt,
        paid -> BigInt,
        refunded -> BigInt,
        due_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        closed_at -> Nullable<Timestamptz>,
        version -> Integer,
        stands -> Bool,
        open_until -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    billing.bill_lines (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        bill_id -> Uuid,
        position -> Integer,
        kind -> Text,
        label -> Text,
        quantity -> BigInt,
        unit_amount -> BigInt,
        amount -> BigInt,
        tax -> Text,
        refunded -> BigInt,
        subject_kind -> Nullable<Text>,
        subject_id -> Nullable<Uuid>,
        explanation -> Jsonb,
    }
}

diesel::table! {
    billing.payments (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        bill_id -> Uuid,
        method -> Text,
        provider -> Nullable<Text>,
        provider_ref -> Nullable<Text>,
        state -> Text,
        amount -> BigInt,
        refunded -> BigInt,
        due_at -> Nullable<Timestamptz>,
        next_action -> Nullable<Jsonb>,
        failure -> Nullable<Text>,
        created_at -> Timestamptz,
        captured_at -> Nullable<Timestamptz>,
        version -> Integer,
    }
}

diesel::table! {
    billing.payment_events (tenant_id, provider, provider_event_id) {
        tenant_id -> Uuid,
        provider -> Text,
        provider_event_id -> Text,
        payment_id -> Uuid,
        kind -> Text,
        amount -> BigInt,
        verdict -> Text,
        received_at -> Timestamptz,
    }
}

diesel::table! {
    billing.refunds (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        bill_id -> Uuid,
        payment_id -> Uuid,
        amount -> BigInt,
        route -> Text,
        reason -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    billing.ledger (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        business_date -> Date,
        at -> Timestamptz,
        kind -> Text,
        debit -> Text,
        credit -> Text,
        quantity -> BigInt,
        amount -> BigInt,
        tax -> Nullable<Text>,
        method -> Nullable<Text>,
        channel -> Text,
        subject_kind -> Text,
        subject_id -> Uuid,
        bill_id -> Uuid,
        line_id -> Nullable<Uuid>,
        payment_id -> Nullable<Uuid>,
        refund_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    billing.transfers (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        identity -> Text,
        value_date -> Date,
        amount -> BigInt,
        reference -> Nullable<Text>,
        state -> Text,
        reason -> Nullable<Text>,
        difference -> Nullable<BigInt>,
        bill_id -> Nullable<Uuid>,
        payment_id -> Nullable<Uuid>,
        remainder -> BigInt,
        created_at -> Timestamptz,
        matched_at -> Nullable<Timestamptz>,
        returned_at -> Nullable<Timestamptz>,
        version -> Integer,
    }
}

diesel::table! {
    billing.issuers (tenant_id) {
        tenant_id -> Uuid,
        name -> Text,
        address -> Text,
        registration_number -> Nullable<Text>,
        updated_at -> Timestamptz,
        version -> Integer,
    }
}

diesel::table! {
    billing.documents (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        kind -> Text,
        fiscal_year -> Integer,
        number -> Integer,
        about_id -> Uuid,
        bill_id -> Uuid,
        payment_id -> Nullable<Uuid>,
        refund_id -> Nullable<Uuid>,
        revision -> Integer,
        replaces_id -> Nullable<Uuid>,
        state -> Text,
        content -> Jsonb,
        hash -> Text,
        copies -> Integer,
        issued_at -> Timestamptz,
        voided_at -> Nullable<Timestamptz>,
        void_reason -> Nullable<Text>,
        version -> Integer,
    }
}

db::of_tenant!(bills, bill_lines, payments, payment_events, refunds, ledger, transfers, issuers, documents);
