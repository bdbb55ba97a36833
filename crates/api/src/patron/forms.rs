//! `/v1/forms` and `/v1/form-versions`

use contract::{
    ApiError, Created, Done, Listed, Ref, Shown,
    patron::form::{Form, FormAnswers, FormRequest, FormUpdate, FormVersion, FormVersionRequest},
};
use db::TenantTx;
use kernel::ids::kind;
use patron::form;
use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use tenancy::permission::permit;

use super::form_wire as wire;
use crate::{Body, Desk, IdempotencyKey, Keep, May, params, tags::Tag};

/// Operations on forms.
pub struct Forms {
    desk: Desk,
}

impl Forms {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1", tag = "Tag::Patrons")]
impl Forms {
    /// List forms.
    ///
    /// 質問票, oldest first, without their questions; retired ones, too.
    #[oai(path = "/forms", method = "get", operation_id = "patron_form_list")]
    async fn list(
        &self,
        caller: May<permit::ReadForms>,
        /// At most this many, 1 to 100; 20 when absent.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// `next_cursor` of the page before.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<Form>, ApiError> {
        let ask = params::page(&self.desk.cursor_key, "forms", limit.0, cursor.0.as_deref())?;
        let work = async |tx: &mut TenantTx| form::list(tx, &ask).await;
        let page = self.desk.db.read(&caller.scope(), work).await?;
        Ok(params::listed(&self.desk.cursor_key, "forms", page, wire::form))
    }

    /// Make a form.
    ///
    /// With its first version. Whoever asks it names a version, which never changes.
    #[oai(path = "/forms", method = "post", operation_id = "patron_form_create")]
    async fn create(
        &self,
        caller: May<permit::WriteForms>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<FormRequest>,
    ) -> Result<Created<Form>, ApiError> {
        let (asked, now): (&FormRequest, _) = (&body, caller.now());
        let work = async |tx: &mut TenantTx| {
            let (made, first) = form::create(tx, wire::draft(asked), now).await?;
            let (at, version) = (format!("/v1/forms/{}", made.id), made.version);
            Ok(Created::new(&wire::whole(made, &first)).at(at).version(version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }

    /// Read a form.
    ///
    /// With its newest version.
    #[oai(path = "/forms/:id", method = "get", operation_id = "patron_form_view")]
    async fn view(
        &self,
        caller: May<permit::ReadForms>,
        id: Path<Ref<kind::Form>>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<Form>, ApiError> {
        let id = id.0.0;
        let work = async |tx: &mut TenantTx| form::find(tx, id).await;
        let (found, newest) = self.desk.db.read(&caller.scope(), work).await?;
        Ok(Shown::version(found.version, have.0.as_deref(), || wire::whole(found, &newest)))
    }

    /// Change a form.
    ///
    /// How it is called, and whether it is offered. Questions are changed by making the next version.
    #[oai(path = "/forms/:id", method = "patch", operation_id = "patron_form_update")]
    async fn update(
        &self,
        caller: May<permit::WriteForms>,
        id: Path<Ref<kind::Form>>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<FormUpdate>,
    ) -> Result<Done<Form>, ApiError> {
        let (id, asked, now): (_, &FormUpdate, _) = (id.0.0, &body, caller.now());
        let expected = params::version(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| {
            let changed = form::update(tx, id, expected, wire::change(asked), now).await?;
            let version = changed.version;
            Ok(Done::new(&wire::form(changed)).version(version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }

    /// List the versions of a form.
    ///
    /// Oldest first, with their questions.
    #[oai(path = "/forms/:id/versions", method = "get", operation_id = "patron_formversion_list")]
    async fn versions(
        &self,
        caller: May<permit::ReadForms>,
        id: Path<Ref<kind::Form>>,
        /// At most this many, 1 to 100; 20 when absent.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<i32>>,
        /// `next_cursor` of the page before.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
    ) -> Result<Listed<FormVersion>, ApiError> {
        let (id, list) = (id.0.0, "form-versions");
        let ask = params::page(&self.desk.cursor_key, list, limit.0, cursor.0.as_deref())?;
        let work = async |tx: &mut TenantTx| form::versions(tx, id, &ask).await;
        let page = self.desk.db.read(&caller.scope(), work).await?;
        Ok(params::listed(&self.desk.cursor_key, list, page, |one| wire::version(&one)))
    }

    /// Make the next version of a form.
    ///
    /// Those before stay as they are: what was answered keeps its meaning, and what uses them goes on asking them.
    #[oai(path = "/forms/:id/versions", method = "post", operation_id = "patron_formversion_create")]
    async fn revise(
        &self,
        caller: May<permit::WriteForms>,
        id: Path<Ref<kind::Form>>,
        /// The version of the form that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<FormVersionRequest>,
    ) -> Result<Created<FormVersion>, ApiError> {
        let (id, asked, now): (_, &FormVersionRequest, _) = (id.0.0, &body, caller.now());
        let expected = params::version(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| {
            let (_, next) = form::revise(tx, id, expected, wire::questions(&asked.questions), now).await?;
            let at = format!("/v1/form-versions/{}", next.id);
            Ok(Created::new(&wire::version(&next)).at(at))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }

    /// Read a version of a form.
    ///
    /// For whoever answers it.
    #[oai(path = "/form-versions/:id", method = "get", operation_id = "patron_formversion_view")]
    async fn version(
        &self,
        caller: May<permit::ReadForms>,
        id: Path<Ref<kind::FormVersion>>,
    ) -> Result<Shown<FormVersion>, ApiError> {
        let id = id.0.0;
        let work = async |tx: &mut TenantTx| form::version(tx, id).await;
        Ok(Shown::new(&wire::version(&self.desk.db.read(&caller.scope(), work).await?)))
    }

    /// Check answers to a version of a form.
    ///
    /// Before they are sent with an application: every fault at once, by question and rule; of the questions that are asked once, or
    /// with `per_person` of those that are asked for each person. Nothing is kept.
    #[oai(path = "/form-versions/:id/check", method = "post", operation_id = "patron_formversion_check")]
    async fn check(
        &self,
        caller: May<permit::ReadForms>,
        id: Path<Ref<kind::FormVersion>>,
        /// Whether the questions for each person are meant; absent: they are not.
        per_person: Query<Option<bool>>,
        body: Body<FormAnswers>,
    ) -> Result<Done<FormAnswers>, ApiError> {
        let (id, answers, per_person) = (id.0.0, wire::answers(&body.answers)?, per_person.0.unwrap_or(false));
        let work = async |tx: &mut TenantTx| form::check_answers(tx, id, per_person, &answers).await;
        Ok(Done::new(&wire::told_answers(&self.desk.db.read(&caller.scope(), work).await?)))
    }
}
