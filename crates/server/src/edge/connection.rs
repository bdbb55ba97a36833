//! One connection from handshake to close.

use std::{convert::Infallible, io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use http::uri::Scheme;
use hyper::{
    body::Incoming,
    server::conn::{http1, http2},
    service::service_fn,
};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use poem::{
    Addr, Endpoint, Request,
    web::{LocalAddr, RemoteAddr},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::{sleep_until, timeout},
};

use super::{
    Limits, Shutdown, Tls, forwarded,
    patient::Patient,
    pulse::{Counted, Pulse},
};

/// All that a connection needs to know.
pub(super) struct Line<E> {
    pub(super) endpoint: Arc<E>,
    pub(super) limits: Arc<Limits>,
    pub(super) shutdown: Shutdown,
    pub(super) local: SocketAddr,
    pub(super) peer: SocketAddr,
}

/// Why a connection ended otherwise than by its natural end. For the log only: there is nobody to tell.
#[derive(Debug, thiserror::Error)]
pub(super) enum Broken {
    #[error("TLS handshake: {0}")]
    Handshake(io::Error),
    #[error("TLS handshake not finished in time")]
    HandshakeLate,
    #[error("{0}")]
    Http(#[from] hyper::Error),
    #[error("not finished when the server closed")]
    Drained,
    #[error("nothing happened on it")]
    Idle,
}

/// Serves a connection to its end. HTTP/2 only by agreement in the TLS handshake: guessing the version from the first
/// bytes would wait for them without a limit.
pub(super) async fn converse<E: Endpoint + 'static>(
    line: Line<E>,
    stream: TcpStream,
    tls: Option<Tls>,
) -> Result<(), Broken> {
    prepare(&stream, line.limits.write_stall);
    let stream = Patient::new(stream, line.limits.write_stall);
    let Some(tls) = tls else { return http1(line, stream, Scheme::HTTP).await };
    let accepted = timeout(line.limits.handshake, tls.acceptor().accept(stream)).await;
    let stream = accepted.map_err(|_| Broken::HandshakeLate)?.map_err(Broken::Handshake)?;
    match stream.get_ref().1.alpn_protocol() {
        Some(b"h2") => http2(line, stream).await,
        _ => http1(line, stream, Scheme::HTTPS).await,
    }
}

async fn http1<E, S>(line: Line<E>, stream: S, scheme: Scheme) -> Result<(), Broken>
where
    E: Endpoint + 'static,
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let answer = service_fn(|request: http::Request<Incoming>| {
        let answered = line.answer(request, scheme.clone());
        async { Ok::<_, Infallible>(answered.await) }
    });
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(line.limits.header_read)
        .max_buf_size(line.limits.buffer)
        .pipeline_flush(false)
        .half_close(false);
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), answer));
    tokio::select! {
        done = connection.as_mut() => return Ok(done?),
        () = line.shutdown.closing() => connection.as_mut().graceful_shutdown(),
    }
    Ok(timeout(line.limits.drain, connection).await.map_err(|_| Broken::Drained)??)
}

async fn http2<E, S>(line: Line<E>, stream: S) -> Result<(), Broken>
where
    E: Endpoint + 'static,
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let pulse = Pulse::new();
    let answer = service_fn(|request: http::Request<Incoming>| {
        let open = pulse.request();
        let answered = line.answer(request, Scheme::HTTPS);
        async { Ok::<_, Infallible>(answered.await.map(|body| Counted::new(body, open))) }
    });
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder
        .timer(TokioTimer::new())
        .max_concurrent_streams(64)
        .max_header_list_size(16 << 10)
        .max_pending_accept_reset_streams(20)
        .max_local_error_reset_streams(64)
        .max_send_buf_size(line.limits.buffer)
        .keep_alive_interval(Duration::from_secs(20))
        .keep_alive_timeout(Duration::from_secs(10));
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), answer));
    let (grace, unfinished) = loop {
        let ends = pulse.ends_at(line.limits.header_read, line.limits.write_stall);
        tokio::select! {
            done = connection.as_mut() => return Ok(done?),
            () = line.shutdown.closing() => break (line.limits.drain, Broken::Drained),
            () = sleep_until(ends) => {
                let still = pulse.ends_at(line.limits.header_read, line.limits.write_stall);
                if still <= ends {
                    break (Duration::from_secs(1), Broken::Idle);
                }
            }
        }
    };
    connection.as_mut().graceful_shutdown();
    Ok(timeout(grace, connection).await.map_err(|_| unfinished)??)
}

impl<E: Endpoint + 'static> Line<E> {
    fn answer(
        &self,
        request: http::Request<Incoming>,
        scheme: Scheme,
    ) -> impl Future<
        Output = http::Response<
            impl hyper::body::Body<Data = hyper::body::Bytes, Error = io::Error> + Unpin + Send + use<E>,
        >,
    > + Send
    + use<E> {
        let endpoint = Arc::clone(&self.endpoint);
        let local = LocalAddr(Addr::SocketAddr(self.local));
        let remote =
            RemoteAddr(Addr::SocketAddr(forwarded::client(self.peer, request.headers(), &self.limits.proxies)));
        async move {
            let answer = endpoint.get_response(Request::from((request, local, remote, scheme))).await;
            http::Response::from(answer)
        }
    }
}

/// Small answers leave at once, and a peer that vanished is noticed by the kernel.
fn prepare(stream: &TcpStream, vanished: Duration) {
    let _ = stream.set_nodelay(true);
    #[cfg(target_os = "linux")]
    {
        use std::os::fd::AsRawFd;
        let millis = libc::c_uint::try_from(vanished.as_millis()).unwrap_or(30_000);
        let size = libc::socklen_t::try_from(size_of_val(&millis)).unwrap_or(4);
        // SAFETY: the descriptor is open, and the option is one unsigned int, read during the call only.
        unsafe {
            let option = std::ptr::from_ref(&millis).cast();
            libc::setsockopt(stream.as_raw_fd(), libc::IPPROTO_TCP, libc::TCP_USER_TIMEOUT, option, size);
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = vanished;
}
