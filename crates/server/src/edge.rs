//! The edge: our own accept loop, because the framework's server has no defence against slow or many clients.
//!
//! Requests become poem requests and go to any poem endpoint. What is limited here: connections in all and per address,
//! the time for a TLS handshake, for a request's head (also the time a kept-alive connection may idle) and for a peer
//! to take an answer, and the memory for a head. What is not: bodies, which the endpoint limits by size and deadline.

mod addresses;
mod connection;
mod forwarded;
mod patient;
mod pulse;
mod shutdown;
mod tls;

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use addresses::{Addresses, Place};
pub use addresses::{Network, NotANetwork};
use connection::{Line, converse};
use poem::Endpoint;
pub use shutdown::{Shutdown, Stopper, shutdown};
pub use tls::{Tls, TlsError};
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, sleep, timeout},
};

/// What a client may cost us.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Connections open at once; further ones wait in the kernel's queue.
    pub connections: u32,
    /// Connections of one IPv4 address or one IPv6 /64; further ones are closed at once.
    pub per_address: u32,
    /// Addresses that are not counted, such as this machine itself.
    pub uncounted: Vec<Network>,
    /// Reverse proxies: not counted, and believed about whom they speak for (`X-Forwarded-For`).
    pub proxies: Vec<Network>,
    /// Time for a TLS handshake.
    pub handshake: Duration,
    /// Time from one request to the end of the next one's head.
    pub header_read: Duration,
    /// Time a peer may let an answer wait.
    pub write_stall: Duration,
    /// Time for requests under way when the server closes.
    pub drain: Duration,
    /// Bytes kept for a request's head and for an answer under way.
    pub buffer: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            connections: 4096,
            per_address: 64,
            uncounted: ["127.0.0.0/8", "::1"].iter().filter_map(|network| network.parse().ok()).collect(),
            proxies: Vec::new(),
            handshake: Duration::from_secs(5),
            header_read: Duration::from_secs(5),
            write_stall: Duration::from_secs(30),
            drain: Duration::from_secs(20),
            buffer: 32 << 10,
        }
    }
}

impl Limits {
    /// As many connections as the process may have open files, less what the server itself needs, at most `self`'s.
    /// Raises the process's own limit as far as it may.
    #[must_use]
    pub fn within_open_files(mut self) -> Limits {
        const OURS: u64 = 200;
        let files = raise_open_files().saturating_sub(OURS).max(16);
        self.connections = self.connections.min(u32::try_from(files).unwrap_or(u32::MAX));
        self
    }
}

/// The address of a listener cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// Another process listens there.
    #[error("{address} is already in use by another program; stop it, or choose another address with {option}")]
    InUse {
        /// The address asked for.
        address: SocketAddr,
        /// The flag and variable that change it.
        option: &'static str,
    },
    /// Anything else, such as an address this machine does not have.
    #[error("cannot listen on {address} ({source}); choose another address with {option}")]
    Other {
        /// The address asked for.
        address: SocketAddr,
        /// The flag and variable that change it.
        option: &'static str,
        /// The system's answer.
        source: io::Error,
    },
}

/// Listens on an address; `option` is the flag and variable that change it, for the error text.
///
/// # Errors
/// The address is in use or not ours. Must be called within a runtime.
pub fn bind(address: SocketAddr, option: &'static str) -> Result<TcpListener, BindError> {
    let listen = || {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        // a restart must not wait for connections of the last run to time out
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        socket.listen(1024)
    };
    listen().map_err(|source| match source.kind() {
        io::ErrorKind::AddrInUse => BindError::InUse { address, option },
        _ => BindError::Other { address, option, source },
    })
}

/// Serves the endpoint until `shutdown` closes and the requests under way are answered (or `limits.drain` has passed).
/// With `tls` every connection is TLS, without it none is.
pub async fn serve<E: Endpoint + 'static>(
    listener: TcpListener,
    tls: Option<Tls>,
    endpoint: Arc<E>,
    limits: Limits,
    shutdown: Shutdown,
) {
    let slots = Arc::new(Semaphore::new(usize::try_from(limits.connections).unwrap_or(usize::MAX)));
    let addresses = Addresses::new(limits.per_address, &[&limits.uncounted[..], &limits.proxies].concat());
    let limits = Arc::new(limits);
    let local = listener.local_addr().unwrap_or_else(|_| SocketAddr::from(([0, 0, 0, 0], 0)));
    let mut door = Door { listener, complained: None };
    loop {
        // the slot comes first: a connection that cannot be served is left in the kernel's queue
        let arrived = tokio::select! {
            biased;
            () = shutdown.closing() => break,
            arrived = door.next(&slots) => arrived,
        };
        let Some((slot, stream, peer)) = arrived else { break };
        let Some(place) = addresses.enter(peer.ip()) else {
            metrics::counter!("edge_connections_total", "outcome" => "too_many_of_address").increment(1);
            continue;
        };
        let (endpoint, limits, shutdown) = (Arc::clone(&endpoint), Arc::clone(&limits), shutdown.clone());
        let line = Line { endpoint, limits, shutdown, local, peer };
        tokio::spawn(attend(line, stream, tls.clone(), slot, place));
    }
    drop(door);
    let all = limits.connections;
    if timeout(limits.drain, slots.acquire_many(all)).await.is_err() {
        tracing::warn!(
            open = usize::try_from(all).unwrap_or(0) - slots.available_permits(),
            "connections cut at the end"
        );
    }
}

/// Serves one connection and gives its slot and place back.
async fn attend<E: Endpoint + 'static>(
    line: Line<E>,
    stream: TcpStream,
    tls: Option<Tls>,
    slot: OwnedSemaphorePermit,
    place: Place,
) {
    let open = metrics::gauge!("edge_connections_open");
    open.increment(1.0);
    let peer = line.peer;
    let outcome = match converse(line, stream, tls).await {
        Ok(()) => "closed",
        Err(broken) => {
            tracing::debug!(%peer, %broken, "connection broken");
            "broken"
        }
    };
    metrics::counter!("edge_connections_total", "outcome" => outcome).increment(1);
    open.decrement(1.0);
    drop((slot, place));
}

struct Door {
    listener: TcpListener,
    complained: Option<Instant>,
}

impl Door {
    /// The next connection that there is a slot for. `None` never comes while the semaphore is open.
    async fn next(&mut self, slots: &Arc<Semaphore>) -> Option<(OwnedSemaphorePermit, TcpStream, SocketAddr)> {
        let slot = Arc::clone(slots).acquire_owned().await.ok()?;
        loop {
            match self.listener.accept().await {
                Ok((stream, peer)) => return Some((slot, stream, peer)),
                Err(refused) => self.rest(&refused).await,
            }
        }
    }

    /// Out of files or memory the next accept would fail at once, for ever: without a rest it would eat a core.
    async fn rest(&mut self, refused: &io::Error) {
        use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
        if matches!(refused.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted) {
            return;
        }
        metrics::counter!("edge_accept_failures_total").increment(1);
        if self.complained.is_none_or(|last| last.elapsed() > Duration::from_secs(5)) {
            tracing::error!(%refused, "connections cannot be taken");
            self.complained = Some(Instant::now());
        }
        sleep(Duration::from_millis(50)).await;
    }
}

fn raise_open_files() -> u64 {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: both calls only read or write the struct they are given.
    unsafe {
        if libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit) != 0 {
            return 1024;
        }
        let raised = libc::rlimit { rlim_cur: limit.rlim_max.min(65_536), rlim_max: limit.rlim_max };
        if raised.rlim_cur > limit.rlim_cur && libc::setrlimit(libc::RLIMIT_NOFILE, &raw const raised) == 0 {
            return raised.rlim_cur;
        }
    }
    limit.rlim_cur
}
