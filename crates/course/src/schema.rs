//! The tables of schema `course`, as the migrations make them.

use db::of_tenant;

diesel::table! {
    course.terms (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        code -> Text,
        name -> Text,
        name_en -> Nullable<Text>,
        starts_on -> Date,
        ends_on -> Date,
        previous_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
    }
}

diesel::table! {
    course.courses (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        code -> Text,
        title -> Text,
        title_kana -> Nullable<Text>,
        title_en -> Nullable<Text>,
        genres -> Array<Text>,
        summary -> Nullable<Text>,
        description -> Nullable<Text>,
        contact -> Nullable<Text>,
        searchable -> Text,
        copied_from_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
    }
}

diesel::table! {
    course.classes (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        course_id -> Uuid,
        term_id -> Uuid,
        code -> Text,
        title -> Text,
        title_en -> Nullable<Text>,
        capacity_unit -> Text,
        max_party -> Int4,
        minimum_enrolment -> Nullable<Int4>,
        decide_by -> Nullable<Date>,
        admission -> Text,
        delivery -> Text,
        group_policy -> Text,
        offer_minutes -> Int4,
        payment_days -> Int4,
        completion_percent -> Nullable<Int4>,
        rules -> Jsonb,
        form_version_id -> Nullable<Uuid>,
        join_url -> Nullable<Text>,
        state -> Text,
        published_at -> Nullable<Timestamptz>,
        results_at -> Nullable<Timestamptz>,
        decision -> Nullable<Text>,
        reason -> Nullable<Text>,
        copied_from_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
        promote_until -> Nullable<Int4>,
        payment_grace_days -> Int4,
    }
}

diesel::table! {
    course.run_decisions (tenant_id, class_id) {
        tenant_id -> Uuid,
        class_id -> Uuid,
        owed_on -> Nullable<Date>,
        decided_at -> Nullable<Timestamptz>,
        admitted -> Nullable<Int8>,
        minimum -> Nullable<Int4>,
        reason -> Nullable<Binary>,
    }
}

diesel::table! {
    course.places (tenant_id, class_id) {
        tenant_id -> Uuid,
        class_id -> Uuid,
        capacity -> Int4,
        held_back -> Int4,
        waiting_capacity -> Nullable<Int4>,
        taken -> Int4,
        receipt_number -> Int8,
        draw_number -> Int8,
        waiting_number -> Int8,
        event_number -> Int8,
        undecided -> Int4,
        undecided_after -> Nullable<Int8>,
        planned_held_back -> Int4,
        planned_waiting_capacity -> Nullable<Int4>,
    }
}

diesel::table! {
    course.application_windows (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        class_id -> Uuid,
        kind -> Text,
        label -> Text,
        opens_at -> Timestamptz,
        closes_at -> Timestamptz,
        admission -> Nullable<Text>,
        requires -> Jsonb,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
    }
}

diesel::table! {
    course.fees (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        class_id -> Uuid,
        kind -> Text,
        label -> Text,
        amount -> Int8,
        tax_rate -> Int4,
        billing -> Text,
        optional -> Bool,
        refundable -> Bool,
        ordinal -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
    }
}

diesel::table! {
    course.instructors (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        patron_id -> Nullable<Uuid>,
        public_name -> Text,
        public_name_en -> Nullable<Text>,
        profile -> Nullable<Text>,
        payee -> Text,
        state -> Text,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
    }
}

diesel::table! {
    course.sessions (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        class_id -> Uuid,
        number -> Int4,
        local_date -> Date,
        starts_at -> Timestamptz,
        ends_at -> Timestamptz,
        state -> Text,
        room_id -> Nullable<Uuid>,
        place -> Nullable<Text>,
        replaces_id -> Nullable<Uuid>,
        reason -> Nullable<Text>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
        given_up_at -> Nullable<Timestamptz>,
        times_moved -> Int4,
    }
}

diesel::table! {
    course.assignments (tenant_id, session_id, instructor_id) {
        tenant_id -> Uuid,
        session_id -> Uuid,
        instructor_id -> Uuid,
        role -> Text,
        starts_at -> Timestamptz,
        ends_at -> Timestamptz,
        active -> Bool,
        honorarium -> Nullable<Int8>,
    }
}

diesel::table! {
    course.settings (tenant_id) {
        tenant_id -> Uuid,
        copy_to_guardians -> Bool,
        paper_hours -> Int4,
        remind_hours -> Nullable<Int4>,
        updated_at -> Timestamptz,
        version -> Int4,
        staff_email -> Nullable<Binary>,
        staff_locale -> Text,
    }
}

diesel::table! {
    course.screenings (tenant_id, class_id) {
        tenant_id -> Uuid,
        class_id -> Uuid,
        choices -> Jsonb,
        prepared_at -> Timestamptz,
        released_at -> Nullable<Timestamptz>,
        version -> Int4,
        reason -> Nullable<Binary>,
    }
}

diesel::table! {
    course.applications (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        class_id -> Uuid,
        window_id -> Uuid,
        party_id -> Uuid,
        applicant_id -> Uuid,
        units -> Int4,
        channel -> Text,
        received_at -> Timestamptz,
        receipt_number -> Int8,
        receipt_code_hash -> Binary,
        draw_number -> Nullable<Int8>,
        state -> Text,
        due_at -> Nullable<Timestamptz>,
        waiting_number -> Nullable<Int8>,
        waiting_key -> Nullable<Int8>,
        reason -> Nullable<Binary>,
        price -> Jsonb,
        total -> Int8,
        form_version_id -> Nullable<Uuid>,
        bill_id -> Nullable<Uuid>,
        decided_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
        tier -> Int4,
        to_verify -> Bool,
        snapshot -> Nullable<Binary>,
        reminded_of -> Nullable<Timestamptz>,
        kept_until -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    course.application_households (tenant_id, household_id, application_id) {
        tenant_id -> Uuid,
        household_id -> Uuid,
        application_id -> Uuid,
    }
}

diesel::table! {
    course.application_people (tenant_id, application_id, person_id) {
        tenant_id -> Uuid,
        application_id -> Uuid,
        class_id -> Uuid,
        person_id -> Uuid,
        role -> Text,
        active -> Bool,
        left_party -> Bool,
        kept_joining -> Bool,
    }
}

diesel::table! {
    course.application_events (tenant_id, class_id, number) {
        tenant_id -> Uuid,
        class_id -> Uuid,
        number -> Int8,
        application_id -> Nullable<Uuid>,
        kind -> Text,
        from_state -> Nullable<Text>,
        to_state -> Nullable<Text>,
        reason -> Nullable<Binary>,
        actor -> Text,
        taken -> Int4,
        capacity -> Int4,
        head -> Nullable<Int8>,
        at -> Timestamptz,
    }
}

diesel::table! {
    course.draws (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        class_id -> Uuid,
        window_id -> Uuid,
        state -> Text,
        rules -> Jsonb,
        rules_hash -> Text,
        commitment -> Text,
        seed -> Binary,
        entries -> Nullable<Jsonb>,
        entries_hash -> Nullable<Text>,
        proof -> Nullable<Jsonb>,
        reason -> Nullable<Text>,
        committed_at -> Timestamptz,
        frozen_at -> Nullable<Timestamptz>,
        published_at -> Nullable<Timestamptz>,
        version -> Int4,
        capacity -> Nullable<Int4>,
        promised -> Int4,
        awaits_value -> Bool,
    }
}

diesel::table! {
    course.enrolments (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        class_id -> Uuid,
        person_id -> Uuid,
        application_id -> Uuid,
        state -> Text,
        completion -> Text,
        joined_session -> Int4,
        ended_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
    }
}

diesel::table! {
    course.attendance (tenant_id, session_id, enrolment_id, revision) {
        tenant_id -> Uuid,
        session_id -> Uuid,
        enrolment_id -> Uuid,
        revision -> Int4,
        status -> Text,
        note -> Nullable<Binary>,
        source -> Text,
        actor -> Text,
        marked_at -> Timestamptz,
        times_moved -> Int4,
    }
}

diesel::table! {
    course.withdrawal_quotes (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        application_id -> Uuid,
        lines -> Jsonb,
        paid -> Int8,
        refund -> Int8,
        valid_until -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        people -> Nullable<Jsonb>,
    }
}

diesel::table! {
    course.change_plans (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        class_id -> Uuid,
        kind -> Text,
        plan -> Jsonb,
        plan_hash -> Text,
        state -> Text,
        done -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
        failures -> Jsonb,
    }
}

diesel::table! {
    course.honoraria (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        instructor_id -> Uuid,
        payee -> Text,
        gross -> Int8,
        withheld -> Int8,
        net -> Int8,
        state -> Text,
        approved_at -> Timestamptz,
        paid_on -> Nullable<Date>,
        reason -> Nullable<Binary>,
        updated_at -> Timestamptz,
        version -> Int4,
    }
}

diesel::table! {
    course.honorarium_sessions (tenant_id, honorarium_id, session_id) {
        tenant_id -> Uuid,
        honorarium_id -> Uuid,
        session_id -> Uuid,
        instructor_id -> Uuid,
        amount -> Int8,
        active -> Bool,
    }
}

diesel::table! {
    course.certificate_series (tenant_id, fiscal_year) {
        tenant_id -> Uuid,
        fiscal_year -> Int4,
        last_number -> Int8,
    }
}

diesel::table! {
    course.certificates (tenant_id, id) {
        tenant_id -> Uuid,
        id -> Uuid,
        enrolment_id -> Uuid,
        fiscal_year -> Int4,
        number -> Int8,
        check_code -> Text,
        attended -> Int4,
        held -> Int4,
        issued_on -> Date,
        revoked_at -> Nullable<Timestamptz>,
        reason -> Nullable<Binary>,
        created_at -> Timestamptz,
        version -> Int4,
    }
}

of_tenant!(
    application_events,
    application_households,
    application_people,
    application_windows,
    applications,
    assignments,
    attendance,
    certificate_series,
    certificates,
    change_plans,
    classes,
    courses,
    draws,
    enrolments,
    fees,
    honoraria,
    honorarium_sessions,
    instructors,
    places,
    run_decisions,
    screenings,
    sessions,
    settings,
    terms,
    withdrawal_quotes,
);

diesel::allow_tables_to_appear_in_same_query!(classes, courses, application_windows, fees, draws, sessions);
diesel::allow_tables_to_appear_in_same_query!(applications, application_people, certificates, enrolments);
