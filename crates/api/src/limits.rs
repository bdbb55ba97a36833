//! How often a caller may ask (GCRA), and how the answer says so (`RateLimit`, `RateLimit-Policy`).
//!
//! Limits are per process; behind several processes each allows its share.

use std::{net::IpAddr, num::NonZeroU32, sync::Mutex};

use contract::ApiError;
use governor::{
    Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::DashMapStateStore,
};
use kernel::Actor;
use poem::{Request, web::RemoteAddr};
use tenancy::principal::Principal;

use crate::{heard::Heard, problems};

type Keyed = RateLimiter<String, DashMapStateStore<String>, DefaultClock, StateInformationMiddleware>;

/// Requests per minute for each class of caller.
#[derive(Debug, Clone, Copy)]
pub struct Quotas {
    /// A secret key or device key.
    pub server: NonZeroU32,
    /// A publishable key from one address.
    pub page: NonZeroU32,
    /// A session of staff, a patron or an operator.
    pub session: NonZeroU32,
}

impl Default for Quotas {
    fn default() -> Self {
        let of = |count| NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
        Self { server: of(12_000), page: of(600), session: of(1_200) }
    }
}

/// Attempts to sign in per minute from one address, whoever is claimed (beside the wait per account).
const SIGN_INS: NonZeroU32 = NonZeroU32::new(20).unwrap();

/// The limiter of this process.
pub struct Limits {
    server: (Keyed, u32),
    page: (Keyed, u32),
    session: (Keyed, u32),
    sign_in: Keyed,
}

/// What is left of a caller's quota: written to the response by the front.
#[derive(Debug, Default)]
pub struct Left(Mutex<Option<(u32, u32, u64)>>);

impl Left {
    fn note(&self, limit: u32, remaining: u32, reset: u64) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some((limit, remaining, reset));
    }

    /// `RateLimit-Policy` and `RateLimit`, when a quota was looked at.
    pub fn headers(&self) -> Option<(String, String)> {
        let (limit, remaining, reset) = (*self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner))?;
        Some((format!("\"key\";q={limit};w=60"), format!("\"key\";r={remaining};t={reset}")))
    }
}

fn limiter(per_minute: NonZeroU32) -> (Keyed, u32) {
    let limiter = RateLimiter::dashmap(Quota::per_minute(per_minute)).with_middleware::<StateInformationMiddleware>();
    (limiter, per_minute.get())
}

impl Limits {
    pub fn new(quotas: Quotas) -> Self {
        Self {
            server: limiter(quotas.server),
            page: limiter(quotas.page),
            session: limiter(quotas.session),
            sign_in: limiter(SIGN_INS).0,
        }
    }

    /// Counts this request against its caller's quota.
    ///
    /// # Errors
    /// `rate_limited` with the seconds to wait.
    pub fn check(&self, request: &Request, principal: &Principal, heard: &Heard) -> Result<(), ApiError> {
        let who = principal.actor.id().unwrap_or_default();
        let ((limiter, quota), who) = match principal.actor {
            Actor::Guest(_) => (&self.page, format!("{who} {}", address(request))),
            Actor::Key(_) | Actor::Device(_) => (&self.server, who),
            _ => (&self.session, who),
        };
        match limiter.check_key(&who) {
            Ok(state) => {
                let remaining = state.remaining_burst_capacity();
                let used = u64::from(quota.saturating_sub(remaining));
                heard.left.note(*quota, remaining, (used * 60).div_ceil(u64::from(*quota).max(1)));
                Ok(())
            }
            Err(until) => {
                let wait = until.wait_time_from(DefaultClock::default().now()).as_secs().saturating_add(1);
                heard.left.note(*quota, 0, wait);
                let seconds = u32::try_from(wait).unwrap_or(60);
                Err(ApiError::of(problems::RATE_LIMITED.refuse().retry_after(seconds)))
            }
        }
    }

    /// Counts an attempt to sign in against its address. This machine itself is not counted.
    ///
    /// # Errors
    /// `rate_limited` with the seconds to wait.
    pub fn sign_in(&self, address: &str) -> Result<(), ApiError> {
        if LOCAL.contains(&address) {
            return Ok(());
        }
        self.sign_in.check_key(&address.to_owned()).map(|_| ()).map_err(|until| {
            let wait = until.wait_time_from(DefaultClock::default().now()).as_secs().saturating_add(1);
            ApiError::of(problems::RATE_LIMITED.refuse().retry_after(u32::try_from(wait).unwrap_or(60)))
        })
    }

    /// Forgets callers that have not asked for a while.
    pub fn tidy(&self) {
        for (limiter, _) in [&self.server, &self.page, &self.session] {
            limiter.retain_recent();
        }
        self.sign_in.retain_recent();
    }
}

/// How [`address`] writes this machine.
const LOCAL: [&str; 3] = ["local", "127.0.0.1", "0:0:0:0::/64"];

/// The caller's address, one per /64 for IPv6.
pub fn address(request: &Request) -> String {
    let RemoteAddr(address) = request.remote_addr();
    match address.as_socket_addr().map(std::net::SocketAddr::ip) {
        Some(IpAddr::V6(ip)) => {
            let [a, b, c, d, ..] = ip.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        Some(ip) => ip.to_string(),
        None => "local".to_owned(),
    }
}
