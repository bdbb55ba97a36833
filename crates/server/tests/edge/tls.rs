//! TLS with the self-signed certificates of `tests/tls` (made for these tests, trusted by nobody).

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use rustls_pki_types::{CertificateDer, ServerName, pem::PemObject};
use server::edge::{Tls, TlsError};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, timeout},
};
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{ClientConfig, RootCertStore, crypto::ring, version},
};

use super::{LONG, SHORT, Server, connect, serve, short_limits, until_closed};

fn made_for_tests(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tls").join(name)
}

fn first() -> Tls {
    Tls::load(&made_for_tests("first.pem"), &made_for_tests("first.key")).unwrap()
}

async fn shake(server: &Server, trusted: &str, protocol: &[u8]) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(made_for_tests(trusted)).unwrap()).unwrap();
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[&version::TLS13])
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    if !protocol.is_empty() {
        config.alpn_protocols = vec![protocol.to_vec()];
    }
    let name = ServerName::try_from("localhost").unwrap();
    TlsConnector::from(Arc::new(config)).connect(name, connect(server).await).await
}

async fn get_over_http1(mut stream: TlsStream<TcpStream>) -> String {
    stream.write_all(b"GET /get HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
    let mut all = String::new();
    timeout(LONG, stream.read_to_string(&mut all)).await.unwrap().unwrap();
    all
}

#[tokio::test]
async fn a_request_over_tls_is_answered() {
    let server = serve(short_limits(), Some(first())).await;
    assert!(get_over_http1(shake(&server, "first.pem", b"http/1.1").await.unwrap()).await.ends_with("ok"));
    assert!(get_over_http1(shake(&server, "first.pem", b"").await.unwrap()).await.ends_with("ok"), "also without ALPN");
}

#[tokio::test]
async fn http2_is_spoken_when_agreed_and_closed_when_idle() {
    let server = serve(short_limits(), Some(first())).await;
    let mut stream = shake(&server, "first.pem", b"h2").await.unwrap();
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await.unwrap();
    // HEADERS, END_STREAM and END_HEADERS, stream 1: GET, https, /get, authority x, all but the path from the static table
    stream.write_all(b"\0\0\x0b\x01\x05\0\0\0\x01\x82\x87\x04\x04/get\x01\x01x").await.unwrap();
    let mut all = Vec::new();
    let asked = Instant::now();
    let _cut = timeout(LONG, stream.read_to_end(&mut all)).await.expect("closed when idle");
    assert!(
        all.windows(11).any(|frame| frame == b"\0\0\x02\0\x01\0\0\0\x01ok" || frame == b"\0\0\x02\0\0\0\0\0\x01ok"),
        "{all:?}"
    );
    assert!(asked.elapsed() >= SHORT);
}

#[tokio::test]
async fn who_does_not_finish_the_handshake_is_closed() {
    let server = serve(short_limits(), Some(first())).await;
    assert_eq!(until_closed(&mut connect(&server).await).await, "");
    let mut plain = connect(&server).await;
    plain.write_all(b"GET /get HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    assert!(!until_closed(&mut plain).await.contains("HTTP/1.1"), "no plain answer, no redirect");
}

#[tokio::test]
async fn a_new_certificate_is_used_after_a_reload() {
    let folder = std::env::temp_dir().join(format!("itsudemo-tls-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let (certificate, key) = (folder.join("served.pem"), folder.join("served.key"));
    let put = |name: &str| {
        fs::copy(made_for_tests(&format!("{name}.pem")), &certificate).unwrap();
        fs::copy(made_for_tests(&format!("{name}.key")), &key).unwrap();
    };
    put("first");
    let tls = Tls::load(&certificate, &key).unwrap();
    let server = serve(short_limits(), Some(tls.clone())).await;
    let before = shake(&server, "first.pem", b"http/1.1").await.unwrap();
    put("second");
    tls.reload().unwrap();
    assert!(shake(&server, "first.pem", b"http/1.1").await.is_err());
    assert!(get_over_http1(shake(&server, "second.pem", b"http/1.1").await.unwrap()).await.ends_with("ok"));
    assert!(get_over_http1(before).await.ends_with("ok"), "an open connection keeps its certificate");

    fs::write(&key, "no key").unwrap();
    assert!(matches!(tls.reload(), Err(TlsError::File { .. })));
    assert!(shake(&server, "second.pem", b"http/1.1").await.is_ok(), "a bad reload changes nothing");
    fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test]
async fn a_key_of_another_certificate_is_refused() {
    let refused = Tls::load(&made_for_tests("first.pem"), &made_for_tests("second.key")).unwrap_err();
    assert!(matches!(refused, TlsError::Pair(_)), "{refused}");
}
