//! A caller of the real binary: HTTP/1.1 over one kept connection, as plain as it gets.

use std::{io, time::Duration};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// Longer than the server itself allows anything to take.
const PATIENCE: Duration = Duration::from_secs(20);

/// A connection to a server, opened again when it is gone.
pub struct Wire {
    address: String,
    credential: String,
    stream: Option<TcpStream>,
}

/// An answer over the wire.
#[derive(Debug, Clone)]
pub struct Heard {
    pub status: u16,
    pub etag: Option<String>,
    pub body: Vec<u8>,
}

impl Heard {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

impl Wire {
    pub fn new(address: &str, credential: &str) -> Self {
        Self { address: address.to_owned(), credential: credential.to_owned(), stream: None }
    }

    /// One request and its answer. An error says nothing about what the server did.
    pub async fn ask(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> io::Result<Heard> {
        let body = body.map(Value::to_string).unwrap_or_default();
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\ncontent-length: {}\r\n",
            self.address,
            self.credential,
            body.len()
        );
        if !body.is_empty() {
            head.push_str("content-type: application/json\r\n");
        }
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        head.push_str(&body);
        let outcome =
            timeout(PATIENCE, self.exchange(&head)).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
        if outcome.is_err() {
            self.stream = None;
        }
        outcome
    }

    /// A POST with this key.
    pub async fn post(&mut self, path: &str, key: &str, body: &Value) -> io::Result<Heard> {
        self.ask("POST", path, &[("idempotency-key", key)], Some(body)).await
    }

    async fn exchange(&mut self, request: &str) -> io::Result<Heard> {
        if self.stream.is_none() {
            let stream = TcpStream::connect(&self.address).await?;
            stream.set_nodelay(true)?;
            self.stream = Some(stream);
        }
        let Some(stream) = &mut self.stream else { return Err(io::ErrorKind::NotConnected.into()) };
        stream.write_all(request.as_bytes()).await?;
        let mut heard = Vec::with_capacity(4096);
        let head = loop {
            let mut chunk = [0u8; 4096];
            let read = stream.read(&mut chunk).await?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            heard.extend_from_slice(&chunk[..read]);
            if let Some(end) = heard.windows(4).position(|window| window == b"\r\n\r\n") {
                break end + 4;
            }
        };
        let text = String::from_utf8_lossy(&heard[..head]).into_owned();
        let header = |name: &str| {
            text.lines().find_map(|line| {
                let (own, value) = line.split_once(':')?;
                own.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
            })
        };
        let status = text.split(' ').nth(1).and_then(|word| word.parse().ok()).ok_or(io::ErrorKind::InvalidData)?;
        let length: usize = header("content-length").and_then(|value| value.parse().ok()).unwrap_or(0);
        let mut body = heard.split_off(head);
        while body.len() < length {
            let mut chunk = vec![0u8; length - body.len()];
            let read = stream.read(&mut chunk).await?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            body.extend_from_slice(&chunk[..read]);
        }
        let close = header("connection").is_some_and(|value| value == "close");
        let heard = Heard { status, etag: header("etag"), body };
        if close {
            self.stream = None;
        }
        Ok(heard)
    }
}
