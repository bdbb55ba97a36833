//! As much of HTTP/1.1 as a caller needs: one connection per request, JSON in and out.

use std::time::Duration;

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{sleep, timeout},
};
use uuid::Uuid;

use super::Surprise;

const PATIENCE: Duration = Duration::from_secs(60);
/// How often a busy server is asked again, and after which pause.
const TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_millis(500);

/// Somebody who calls one listener.
#[derive(Debug, Clone)]
pub struct Caller {
    authority: String,
    headers: Vec<(&'static str, String)>,
}

/// An answer, and the request it answers.
#[derive(Debug, Clone)]
pub struct Answer {
    asked: String,
    pub status: u16,
    pub body: Value,
}

impl Caller {
    /// Somebody who shows nothing, at an `http://` address.
    ///
    /// # Errors
    /// The address is of another kind.
    pub fn at(url: &str) -> Result<Caller, Surprise> {
        let authority = url.strip_prefix("http://").map(|rest| rest.trim_end_matches('/'));
        match authority.filter(|rest| !rest.is_empty() && !rest.contains('/')) {
            Some(authority) => Ok(Caller { authority: authority.to_owned(), headers: vec![] }),
            None => Err(Surprise::new(format!("`{url}` is not an address such as http://127.0.0.1:8080"))),
        }
    }

    /// The same caller with one more header in every request.
    #[must_use]
    pub fn with(&self, name: &'static str, value: impl Into<String>) -> Caller {
        let mut caller = self.clone();
        caller.headers.push((name, value.into()));
        caller
    }

    /// The same caller with a credential.
    #[must_use]
    pub fn bearing(&self, credential: &str) -> Caller {
        self.with("authorization", format!("Bearer {credential}"))
    }

    /// # Errors
    /// No answer that HTTP knows.
    pub async fn get(&self, path: &str) -> Result<Answer, Surprise> {
        self.send("GET", path, "", &[]).await
    }

    /// A POST of JSON with an idempotency key of its own.
    ///
    /// # Errors
    /// No answer that HTTP knows.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Answer, Surprise> {
        self.send("POST", path, "application/json", body.to_string().as_bytes()).await
    }

    /// A request with this body. When the server is busy and says that nothing was changed, it is sent again with the same
    /// idempotency key, as every client should.
    ///
    /// # Errors
    /// No answer that HTTP knows.
    pub async fn send(&self, method: &str, path: &str, kind: &str, body: &[u8]) -> Result<Answer, Surprise> {
        let key = Uuid::new_v4();
        let mut answer = self.once(method, path, kind, body, key).await?;
        for _ in 0..TRIES {
            if answer.status != 503 || answer.body["retryable"] != true {
                break;
            }
            sleep(PAUSE).await;
            answer = self.once(method, path, kind, body, key).await?;
        }
        Ok(answer)
    }

    async fn once(&self, method: &str, path: &str, kind: &str, body: &[u8], key: Uuid) -> Result<Answer, Surprise> {
        let asked = format!("{method} http://{}{path}", self.authority);
        let answered = timeout(PATIENCE, self.exchange(method, path, kind, body, key)).await;
        let bytes = answered.unwrap_or_else(|_| Err(std::io::ErrorKind::TimedOut.into()));
        let bytes = bytes.map_err(|error| Surprise::new(format!("{asked}: {error}")))?;
        let (status, text) = read(&bytes).ok_or_else(|| Surprise::new(format!("{asked}: the answer is not HTTP")))?;
        let body = serde_json::from_slice(&text).unwrap_or(Value::Null);
        Ok(Answer { asked, status, body })
    }

    async fn exchange(&self, method: &str, path: &str, kind: &str, body: &[u8], key: Uuid) -> std::io::Result<Vec<u8>> {
        let mut head = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n", self.authority);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if method != "GET" {
            let length = body.len();
            head.push_str(&format!("content-type: {kind}\r\ncontent-length: {length}\r\nidempotency-key: {key}\r\n"));
        }
        head.push_str("\r\n");
        let mut stream = TcpStream::connect(&self.authority).await?;
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(body).await?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await?;
        Ok(bytes)
    }
}

/// Status and body of an answer that ended with its connection.
fn read(bytes: &[u8]) -> Option<(u16, Vec<u8>)> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(bytes.get(..end)?).ok()?.to_ascii_lowercase();
    let status = head.strip_prefix("http/1.1 ")?.get(..3)?.parse().ok()?;
    let body = bytes.get(end + 4..)?;
    let chunked = head.lines().any(|line| line.starts_with("transfer-encoding:") && line.contains("chunked"));
    Some((status, if chunked { unchunk(body)? } else { body.to_vec() }))
}

fn unchunk(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let end = rest.windows(2).position(|two| two == b"\r\n")?;
        let size = std::str::from_utf8(rest.get(..end)?).ok()?;
        let size = usize::from_str_radix(size.split(';').next()?.trim(), 16).ok()?;
        if size == 0 {
            return Some(whole);
        }
        let from = end.checked_add(2)?;
        let to = from.checked_add(size)?;
        whole.extend_from_slice(rest.get(from..to)?);
        rest = rest.get(to.checked_add(2)?..)?;
    }
}

impl Answer {
    /// The body, when it came with this status.
    ///
    /// # Errors
    /// It came with another one.
    pub fn expect(self, status: u16) -> Result<Value, Surprise> {
        if self.status == status { Ok(self.body) } else { Err(self.surprise(&status.to_string())) }
    }

    /// The problem, when it was refused so.
    ///
    /// # Errors
    /// It was not, or for another reason.
    pub fn refused(self, status: u16, code: &str) -> Result<Value, Surprise> {
        if self.status == status && self.body["code"] == code {
            Ok(self.body)
        } else {
            Err(self.surprise(&format!("{status} {code}")))
        }
    }

    fn surprise(&self, wanted: &str) -> Surprise {
        Surprise::new(format!("{}: answered {}, not {wanted}: {}", self.asked, self.status, self.body))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_in_one_piece_and_in_chunks() {
        let whole = b"HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n{}";
        assert_eq!(read(whole), Some((201, b"{}".to_vec())));
        let chunks = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1;x=y\r\n}\r\n0\r\n\r\n";
        assert_eq!(read(chunks), Some((200, b"{}".to_vec())));
        let cut = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{";
        assert_eq!(read(cut), None);
        assert_eq!(read(b"SSH-2.0-OpenSSH"), None);
    }

    #[test]
    fn only_plain_addresses_are_called() {
        assert!(Caller::at("http://127.0.0.1:8080/").is_ok());
        assert!(Caller::at("https://127.0.0.1:8080").is_err());
        assert!(Caller::at("http://127.0.0.1:8080/v1").is_err());
    }
}
