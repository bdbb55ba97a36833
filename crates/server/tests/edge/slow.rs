//! Clients that take their time.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::{Instant, sleep, timeout},
};

use super::{LONG, SHORT, ask, connect, serve, short_limits, until_closed};

const HALF_A_HEAD: &[u8] = b"GET /get HTTP/1.1\r\nHost: x\r\nX-A: ";
const HALF_A_BODY: &[u8] =
    b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"name\":\"";
const WHOLE: &[u8] = b"GET /get HTTP/1.1\r\nHost: x\r\n\r\n";

/// The six shapes: name, what is sent at once, what is sent again and again.
const SHAPES: [(&str, &[u8], Option<u8>); 6] = [
    ("silent", b"", None),
    ("half a head, then silent", HALF_A_HEAD, None),
    ("half a head, then a byte at a time", HALF_A_HEAD, Some(b'a')),
    ("half a body, then silent", HALF_A_BODY, None),
    ("half a body, then a byte at a time", HALF_A_BODY, Some(b'a')),
    ("kept alive, then idle", WHOLE, None),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_six_shapes_of_slow_client_are_closed_while_others_are_served() {
    let server = serve(short_limits(), None).await;
    let mut shapes = Vec::new();
    for (name, at_once, dribble) in SHAPES {
        let stream = connect(&server).await;
        shapes.push(tokio::spawn(async move {
            let asked = Instant::now();
            let (mut reading, mut writing) = stream.into_split();
            writing.write_all(at_once).await.unwrap();
            let dribbling = tokio::spawn(async move {
                while let Some(byte) = dribble {
                    sleep(SHORT / 10).await;
                    if writing.write_all(&[byte]).await.is_err() {
                        break;
                    }
                }
                // keeps the sending half open: the server must close, not we
                std::future::pending::<()>().await;
            });
            let closed = timeout(LONG, reading.read_to_end(&mut Vec::new())).await;
            dribbling.abort();
            assert!(closed.is_ok(), "{name}: still open after {:?}", asked.elapsed());
            asked.elapsed()
        }));
        assert!(ask(&server, "/get").await.ends_with("ok"), "others are served meanwhile");
    }
    for shape in shapes {
        assert!(shape.await.unwrap() < SHORT * 10);
    }
}

#[tokio::test]
async fn a_client_that_does_not_read_its_answer_is_given_up() {
    let server = serve(short_limits(), None).await;
    let mut stream = connect(&server).await;
    stream.write_all(b"GET /big HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    sleep(SHORT * 3).await;
    let got = until_closed(&mut stream).await.len();
    assert!(got < 60 << 20, "the rest of the answer was not kept for it, yet it got {got} bytes");
}

#[tokio::test]
async fn a_head_that_is_too_long_is_refused() {
    let server = serve(short_limits(), None).await;
    let mut stream = connect(&server).await;
    let head = format!("GET /get HTTP/1.1\r\nHost: x\r\nX-A: {}\r\n\r\n", "a".repeat(64 << 10));
    let _ = stream.write_all(head.as_bytes()).await;
    let mut status = [0; 12];
    // the answer may be lost when the kernel resets a connection with unread bytes; never is it a success
    if stream.read_exact(&mut status).await.is_ok() {
        assert_eq!(&status, b"HTTP/1.1 431");
    }
    assert!(ask(&server, "/get").await.ends_with("ok"));
}
