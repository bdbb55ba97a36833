//! The accept loop as clients meet it: over real sockets, with limits short enough to wait for.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod crowds;
mod farewell;
mod slow;
mod tls;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use poem::{Body, Endpoint, EndpointExt, Request, Response, Route, endpoint::make, http::StatusCode};
use server::edge::{self, Limits, Stopper, Tls};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinHandle,
    time::timeout,
};

/// What the tests wait for where the served default is five seconds or more.
const SHORT: Duration = Duration::from_millis(700);
/// A hang is a failure, also on a busy machine.
const LONG: Duration = Duration::from_secs(20);

struct Server {
    address: SocketAddr,
    stopper: Stopper,
    served: JoinHandle<()>,
}

fn short_limits() -> Limits {
    Limits { handshake: SHORT, header_read: SHORT, write_stall: SHORT, ..Limits::default() }
}

async fn serve(limits: Limits, tls: Option<Tls>) -> Server {
    let listener = edge::bind("127.0.0.1:0".parse().unwrap(), "--listen").unwrap();
    let address = listener.local_addr().unwrap();
    let (stopper, shutdown) = edge::shutdown();
    let served = tokio::spawn(edge::serve(listener, tls, Arc::new(endpoint()), limits, shutdown));
    Server { address, stopper, served }
}

/// `/get` answers at once, `/slow` after a while, `/big` with 64 MiB, `/echo` after reading a body under a deadline.
fn endpoint() -> impl Endpoint {
    let echo = make(|mut request: Request| async move {
        match timeout(SHORT, request.take_body().into_bytes_limit(1 << 20)).await {
            Ok(Ok(body)) => Response::builder().body(body),
            Ok(Err(_)) => StatusCode::PAYLOAD_TOO_LARGE.into(),
            Err(_) => StatusCode::REQUEST_TIMEOUT.into(),
        }
    });
    let slow = make(|_| async {
        tokio::time::sleep(Duration::from_millis(400)).await;
        "finished"
    });
    let big = make(|_| async { Body::from_vec(vec![b'x'; 64 << 20]) });
    Route::new()
        .at("/get", make(|_| async { "ok" }))
        .at("/slow", slow)
        .at("/big", big)
        .at("/echo", echo)
        .map_to_response()
}

async fn connect(server: &Server) -> TcpStream {
    TcpStream::connect(server.address).await.unwrap()
}

/// Sends one request that closes the connection and returns the whole answer.
async fn ask(server: &Server, path: &str) -> String {
    let mut stream = connect(server).await;
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").as_bytes()).await.unwrap();
    until_closed(&mut stream).await
}

/// Everything the peer sends until it closes, politely or not.
async fn until_closed(stream: &mut TcpStream) -> String {
    let mut all = Vec::new();
    let read = timeout(LONG, stream.read_to_end(&mut all)).await;
    assert!(read.is_ok(), "still open after {LONG:?}: {:?}", String::from_utf8_lossy(&all));
    String::from_utf8_lossy(&all).into_owned()
}

#[tokio::test]
async fn an_address_in_use_is_said_with_the_flag_that_changes_it() {
    let held = edge::bind("127.0.0.1:0".parse().unwrap(), "--listen").unwrap();
    let address = held.local_addr().unwrap();
    let refused = edge::bind(address, "--listen or ITSUDEMO_LISTEN").unwrap_err().to_string();
    assert!(refused.contains(&address.to_string()) && refused.contains("--listen or ITSUDEMO_LISTEN"), "{refused}");
    assert!(!refused.contains('\n'));
}
