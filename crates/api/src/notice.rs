//! `/v1/templates`: the words of letters.

use contract::{
    ApiError, Done, Shown,
    notice::{
        Template, TemplateKind, TemplateLanguage, TemplatePlaceholder, TemplatePreview, TemplatePreviewRequest,
        TemplateRequest, Templates,
    },
};
use db::TenantTx;
use kernel::Locale;
use notice::{
    text::{Kind, Text},
    wording::{self, Wording},
};
use poem_openapi::{
    OpenApi,
    param::{Header, Path},
};
use tenancy::permission::permit;

use crate::{Body, Desk, IdempotencyKey, Keep, May, params, tags::Tag};

/// Operations on templates.
pub struct Letters {
    desk: Desk,
}

impl Letters {
    pub const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[OpenApi(prefix_path = "/v1/templates", tag = "Tag::Notice")]
impl Letters {
    /// Read all templates.
    ///
    /// Every kind of letter in both languages, in the words that count now, with what can be filled in.
    #[oai(path = "/", method = "get", operation_id = "notice_templates_view")]
    async fn list(&self, caller: May<permit::ReadTemplates>) -> Result<Shown<Templates>, ApiError> {
        let work = async |tx: &mut TenantTx| wording::current(tx).await;
        let found = self.desk.db.read(&caller.scope(), work).await?;
        let both = |kind| [Locale::Ja, Locale::En].map(|locale| told(&found.of(kind, locale)));
        Ok(Shown::new(&Templates { data: Kind::every().flat_map(both).collect() }))
    }

    /// Read a template.
    ///
    /// In the words that count now: the house's own until somebody changes them.
    #[oai(path = "/:kind/:language", method = "get", operation_id = "notice_template_view")]
    async fn view(
        &self,
        caller: May<permit::ReadTemplates>,
        kind: Path<TemplateKind>,
        language: Path<TemplateLanguage>,
        #[oai(name = "If-None-Match", validator(max_length = 200))] have: Header<Option<String>>,
    ) -> Result<Shown<Template>, ApiError> {
        let work = async |tx: &mut TenantTx| wording::current(tx).await;
        let found = self.desk.db.read(&caller.scope(), work).await?.of(kind_of(kind.0), locale_of(language.0));
        Ok(Shown::version(found.version, have.0.as_deref(), || told(&found)))
    }

    /// Change a template.
    ///
    /// A new version: letters from now on are made from it, and letters that are written already stay as they are. An unknown
    /// placeholder, one that is missing and a line break in the subject are refused, each with its place. The same words again
    /// change nothing.
    #[oai(path = "/:kind/:language", method = "put", operation_id = "notice_template_update")]
    async fn update(
        &self,
        caller: May<permit::WriteTemplates>,
        kind: Path<TemplateKind>,
        language: Path<TemplateLanguage>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
        body: Body<TemplateRequest>,
    ) -> Result<Done<Template>, ApiError> {
        let (of, asked, now): (_, &TemplateRequest, _) =
            ((kind_of(kind.0), locale_of(language.0)), &body, caller.now());
        let version = params::version(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let given = Text { subject: asked.subject.clone(), body: asked.body.clone() };
            let stands = wording::keep(tx, of, given, version, now).await?;
            Ok(Done::new(&told(&stands)).version(stands.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &body, Keep::Durably, work).await
    }

    /// Take back the changes of a template.
    ///
    /// The house's own words count again, as a version of their own.
    #[oai(path = "/:kind/:language", method = "delete", operation_id = "notice_template_delete")]
    async fn reset(
        &self,
        caller: May<permit::WriteTemplates>,
        kind: Path<TemplateKind>,
        language: Path<TemplateLanguage>,
        /// The version that is meant.
        #[oai(name = "If-Match", validator(max_length = 200))]
        if_match: Header<Option<String>>,
        #[oai(name = "Idempotency-Key")] key: Header<Option<IdempotencyKey>>,
    ) -> Result<Done<Template>, ApiError> {
        let (of, now) = ((kind_of(kind.0), locale_of(language.0)), caller.now());
        let version = params::version(if_match.0.as_deref())?;
        let work = async |tx: &mut TenantTx| -> Result<_, ApiError> {
            let stands = wording::reset(tx, of, version, now).await?;
            Ok(Done::new(&told(&stands)).version(stands.version))
        };
        self.desk.once(&caller, key.0.as_ref(), &(), Keep::Durably, work).await
    }

    /// Look at a letter.
    ///
    /// With samples for what is filled in, in other words or in those that count. Nothing is kept.
    #[oai(path = "/:kind/:language/preview", method = "post", operation_id = "notice_template_preview")]
    async fn preview(
        &self,
        caller: May<permit::ReadTemplates>,
        kind: Path<TemplateKind>,
        language: Path<TemplateLanguage>,
        body: Body<TemplatePreviewRequest>,
    ) -> Result<Done<TemplatePreview>, ApiError> {
        let (kind, locale, asked): (_, _, &TemplatePreviewRequest) = (kind_of(kind.0), locale_of(language.0), &body);
        let work = async |tx: &mut TenantTx| wording::current(tx).await;
        let stands = self.desk.db.read(&caller.scope(), work).await?.of(kind, locale).text;
        let given = Text {
            subject: asked.subject.clone().unwrap_or(stands.subject),
            body: asked.body.clone().unwrap_or(stands.body),
        };
        let said = wording::preview(kind, locale, given)?;
        Ok(Done::new(&TemplatePreview { subject: said.subject, body: said.body }))
    }
}

macro_rules! kinds {
    ($($name:ident),* $(,)?) => {
        const fn kind_of(kind: TemplateKind) -> Kind {
            match kind { $(TemplateKind::$name => Kind::$name,)* }
        }

        const fn kind_told(kind: Kind) -> TemplateKind {
            match kind { $(Kind::$name => TemplateKind::$name,)* }
        }
    };
}

kinds!(
    CourseReceived,
    CoursePaymentDue,
    CourseAdmitted,
    CourseWaitlisted,
    CourseOffered,
    CourseLost,
    CourseLineEnded,
    CourseRejected,
    CourseExpired,
    CourseWithdrawn,
    CourseClassCancelled,
    CourseRevoked,
    CourseSessionChanged,
    CourseCertificateIssued,
    CourseReminder,
    CourseTeaching,
    CourseReceiptReissued,
    CourseDecisionOwed,
);

const fn locale_of(language: TemplateLanguage) -> Locale {
    match language {
        TemplateLanguage::Ja => Locale::Ja,
        TemplateLanguage::En => Locale::En,
    }
}

fn told(one: &Wording) -> Template {
    let placeholder = |known: notice::text::Placeholder| TemplatePlaceholder {
        name: known.name.to_owned(),
        required: known.required,
        meaning: known.meaning.to_owned(),
        sample: known.sample(one.locale).to_owned(),
    };
    Template {
        kind: kind_told(one.kind),
        language: match one.locale {
            Locale::Ja => TemplateLanguage::Ja,
            Locale::En => TemplateLanguage::En,
        },
        version: one.version,
        standard: one.standard,
        subject: one.text.subject.clone(),
        body: one.text.body.clone(),
        placeholders: one.kind.placeholders().map(placeholder).collect(),
        since: one.since.map(Into::into),
    }
}
