//! How the server leaves.

use std::time::Duration;

use server::edge::Limits;
use tokio::{
    io::AsyncWriteExt,
    net::TcpStream,
    time::{Instant, timeout},
};

use super::{LONG, connect, serve, short_limits, until_closed};

#[tokio::test]
async fn a_request_under_way_is_answered_before_the_server_ends() {
    let server = serve(short_limits(), None).await;
    let mut stream = connect(&server).await;
    stream.write_all(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    server.stopper.close();
    let answer = until_closed(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("finished"), "{answer}");
    timeout(LONG, server.served).await.unwrap().unwrap();
    assert!(TcpStream::connect(server.address).await.is_err(), "nobody is taken any more");
}

#[tokio::test]
async fn idle_connections_do_not_hold_the_server_up() {
    let server = serve(Limits { header_read: Duration::from_secs(60), ..Limits::default() }, None).await;
    let mut idle = connect(&server).await;
    idle.write_all(b"GET /get HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    idle.readable().await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let asked = Instant::now();
    server.stopper.close();
    timeout(LONG, server.served).await.unwrap().unwrap();
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
}

#[tokio::test]
async fn a_request_that_does_not_end_is_cut_when_the_drain_is_over() {
    let limits =
        Limits { drain: Duration::from_millis(300), header_read: Duration::from_secs(60), ..Limits::default() };
    let server = serve(limits, None).await;
    let mut stream = connect(&server).await;
    stream.write_all(b"GET /get HTTP/1.1\r\nHost: x\r\nX-A: ").await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    server.stopper.close();
    timeout(Duration::from_secs(5), server.served).await.unwrap().unwrap();
    until_closed(&mut stream).await;
}

#[tokio::test]
async fn a_leaving_server_still_serves_but_says_so() {
    let (stopper, shutdown) = server::edge::shutdown();
    assert!(!shutdown.is_leaving());
    stopper.leave();
    assert!(shutdown.is_leaving());
    assert!(timeout(Duration::from_millis(50), shutdown.closing()).await.is_err());
    stopper.close();
    timeout(LONG, shutdown.closing()).await.unwrap();
}
