//! Who calls, and whether they may. An operation's first argument names its permission; there is no other way to a scope.

use std::marker::PhantomData;

use contract::ApiError;
use kernel::{Actor, Instant, OperatorScope, RequestId, Scope, Service, ids::TenantId};
use poem::{Request, RequestBody, http::header};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaSecurityScheme, Registry},
};
use tenancy::{
    Permission, Permit,
    principal::{self, Principal},
};

use crate::{desk::Desk, heard::Heard, limits, problems};

/// A caller who holds the permission of `P`.
#[derive(Debug)]
pub struct May<P: Permit> {
    principal: Principal,
    scope: Scope,
    now: Instant,
    operation: String,
    request: String,
    language: Language,
    permit: PhantomData<fn() -> P>,
}

/// An operator who holds the permission of `P`: one of us, acting across tenants.
#[derive(Debug)]
pub struct Operates<P: Permit> {
    principal: Principal,
    scope: OperatorScope,
    now: Instant,
    operation: String,
    request: String,
    permit: PhantomData<fn() -> P>,
}

/// Anybody at all: for the few operations that are public.
#[derive(Debug, Clone)]
pub struct Anyone {
    pub now: Instant,
    pub request_id: RequestId,
    pub language: Language,
    /// Where the request came from, one per /64 for IPv6: for limits only.
    pub address: String,
}

/// The language of sentences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Japanese,
    English,
}

impl Language {
    /// Japanese unless the caller prefers English.
    pub fn of(accept: Option<&str>) -> Self {
        let first = accept.unwrap_or_default().split(',').next().unwrap_or_default().trim().to_ascii_lowercase();
        if first.starts_with("en") { Self::English } else { Self::Japanese }
    }

    pub const fn tag(self) -> &'static str {
        match self {
            Self::Japanese => "ja",
            Self::English => "en",
        }
    }
}

impl<P: Permit> May<P> {
    /// The right to work in the caller's tenant, in the service of the permission.
    pub const fn scope(&self) -> Scope {
        self.scope
    }

    /// Whether the caller sees drafts and what is the house's own: everybody but pages and patrons.
    pub const fn of_the_house(&self) -> bool {
        !matches!(self.principal.actor, Actor::Guest(_) | Actor::Patron(_))
    }

    pub const fn actor(&self) -> &Actor {
        &self.principal.actor
    }

    pub const fn principal(&self) -> &Principal {
        &self.principal
    }

    pub const fn tenant(&self) -> TenantId {
        self.scope.tenant()
    }

    pub const fn request_id(&self) -> RequestId {
        self.scope.request_id()
    }

    /// The moment of this request: taken once.
    pub const fn now(&self) -> Instant {
        self.now
    }

    pub const fn language(&self) -> Language {
        self.language
    }

    /// Method, path and query, as far as they tell one request from another.
    pub fn request(&self) -> &str {
        &self.request
    }

    /// Within what a key for repetitions is one: the same `Idempotency-Key` for another operation, or of another caller, is another
    /// request.
    pub fn repetition_scope(&self) -> String {
        format!("{}|{}", self.operation, self.principal.actor.id().unwrap_or_default())
    }

    /// Whether the caller also holds another right: for what is shown beside, never for the work itself.
    pub const fn also_may(&self, permission: Permission) -> bool {
        self.principal.permissions.has(permission)
    }

    /// Whether the caller only sees what it has the secret of: a guest behind a publishable key.
    pub const fn is_guest(&self) -> bool {
        matches!(self.principal.actor, Actor::Guest(_))
    }
}

impl<P: Permit> Operates<P> {
    pub const fn scope(&self) -> OperatorScope {
        self.scope
    }

    pub const fn now(&self) -> Instant {
        self.now
    }

    pub fn request(&self) -> &str {
        &self.request
    }

    /// As [`May::repetition_scope`].
    pub fn repetition_scope(&self) -> String {
        format!("{}|{}", self.operation, self.principal.actor.id().unwrap_or_default())
    }
}

fn no(rule: &'static kernel::Rule) -> poem::Error {
    ApiError::of(rule.refuse()).into()
}

/// The credential of a request: a bearer token, or the user name of HTTP Basic (`curl -u sk_…:`).
fn credential(request: &Request) -> Result<String, poem::Error> {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let Some(value) = request.header(header::AUTHORIZATION) else { return Err(no(&problems::UNAUTHENTICATED)) };
    let (scheme, rest) = value.split_once(' ').unwrap_or((value, ""));
    if scheme.eq_ignore_ascii_case("bearer") && !rest.trim().is_empty() {
        return Ok(rest.trim().to_owned());
    }
    if scheme.eq_ignore_ascii_case("basic") {
        let user = STANDARD.decode(rest.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        if let Some((user, "")) = user.as_deref().and_then(|text| text.split_once(':')) {
            return Ok(user.to_owned());
        }
    }
    Err(no(&tenancy::problems::CREDENTIAL_INVALID))
}

/// Who shows the credential of this request, held against origins and limits, but not yet against a permission.
async fn identify(request: &Request, heard: &Heard) -> Result<Principal, poem::Error> {
    let desk = Desk::of(request)?;
    let token = credential(request)?;
    let principal = match desk.pages.get(&token, heard.now) {
        Some(page) => page,
        None => {
            let found = principal::resolve(&desk.db, &desk.pepper, &token, heard.now).await.map_err(ApiError::from)?;
            desk.pages.put(&token, &found, heard.now);
            found
        }
    };
    let origin = request.header(header::ORIGIN);
    if origin.is_some() && matches!(principal.actor, Actor::Key(_)) {
        return Err(no(&problems::SECRET_IN_BROWSER));
    }
    principal.admit_origin(origin).map_err(ApiError::from)?;
    desk.limits.check(request, &principal, heard)?;
    Ok(principal)
}

fn check_served(request: &Request, service: Service) -> Result<(), poem::Error> {
    if service == Service::Core || Desk::of(request)?.services.contains(&service) {
        return Ok(());
    }
    Err(no(&problems::NOT_SERVED))
}

fn register_schemes(registry: &mut Registry) {
    for (name, description) in [
        ("secretKey", "A contractor's server: `sk_live_…` or `sk_test_…`. Never in a browser."),
        ("publishableKey", "A contractor's page: `pk_live_…` or `pk_test_…`, only from its listed origins."),
        ("deviceKey", "A gate or a till: `dev_…`."),
        ("staffSession", "Staff, signed in: `ses_…`."),
        ("patronSession", "A patron, signed in: `pts_…`."),
        ("operatorSession", "An operator, on the operators' own listener: `ops_…`."),
    ] {
        registry.create_security_scheme(
            name,
            MetaSecurityScheme {
                ty: "http",
                description: Some(description),
                name: None,
                key_in: None,
                scheme: Some("bearer"),
                bearer_format: None,
                flows: None,
                openid_connect_url: None,
            },
        );
    }
}

/// The schemes that can carry this permission, with the permission itself as a pseudo scheme for the document's normaliser.
fn schemes(permission: Permission) -> Vec<&'static str> {
    let audience = permission.audience();
    let mut names = vec![pseudo(permission)];
    if audience.operator {
        names.push("operatorSession");
        return names;
    }
    names.extend(["secretKey", "staffSession"]);
    // who opens personal data is journalled, even by reading
    if matches!(
        permission,
        Permission::ReadPatrons | Permission::ReadOwnPatron | Permission::ReadRosters | Permission::ReadCourseAnswers
    ) {
        names.push("journalled");
    }
    if audience.guest {
        names.extend(["publishable", "publishableKey"]);
    }
    if audience.patron {
        names.push("patronSession");
    }
    if audience.device {
        names.push("deviceKey");
    }
    names
}

/// `permission=<code>` as a name that lives as long as the program, made once per permission.
fn pseudo(permission: Permission) -> &'static str {
    use std::{
        collections::HashMap,
        sync::{LazyLock, Mutex, PoisonError},
    };
    static NAMES: LazyLock<Mutex<HashMap<&'static str, &'static str>>> = LazyLock::new(Mutex::default);
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    names.entry(permission.code()).or_insert_with(|| format!("permission={}", permission.code()).leak())
}

impl<'a, P: Permit> ApiExtractor<'a> for May<P> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::SecurityScheme];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        register_schemes(registry);
    }

    fn security_schemes() -> Vec<&'static str> {
        schemes(P::PERMISSION)
    }

    async fn from_request(request: &'a Request, _: &mut RequestBody, _: ExtractParamOptions<()>) -> poem::Result<Self> {
        let heard = Heard::of(request)?;
        let principal = identify(request, &heard).await?;
        check_served(request, P::PERMISSION.service())?;
        let scope = principal.may(P::PERMISSION, heard.request_id).map_err(ApiError::from)?;
        heard.check_parameters(request)?;
        let operation = heard.operation_id();
        let Heard { now, language, request, .. } = heard;
        Ok(Self { principal, scope, now, operation, request, language, permit: PhantomData })
    }
}

impl<'a, P: Permit> ApiExtractor<'a> for Operates<P> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::SecurityScheme];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        register_schemes(registry);
    }

    fn security_schemes() -> Vec<&'static str> {
        schemes(P::PERMISSION)
    }

    async fn from_request(request: &'a Request, _: &mut RequestBody, _: ExtractParamOptions<()>) -> poem::Result<Self> {
        let heard = Heard::of(request)?;
        let principal = identify(request, &heard).await?;
        let scope = principal.may_operate(P::PERMISSION, heard.request_id).map_err(ApiError::from)?;
        heard.check_parameters(request)?;
        let (operation, now) = (heard.operation_id(), heard.now);
        Ok(Self { principal, scope, now, operation, request: heard.request, permit: PhantomData })
    }
}

impl<'a> ApiExtractor<'a> for Anyone {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::PoemExtractor];
    type ParamType = ();
    type ParamRawType = ();

    async fn from_request(request: &'a Request, _: &mut RequestBody, _: ExtractParamOptions<()>) -> poem::Result<Self> {
        let heard = Heard::of(request)?;
        heard.check_parameters(request)?;
        let address = limits::address(request);
        Ok(Self { now: heard.now, request_id: heard.request_id, language: heard.language, address })
    }
}
