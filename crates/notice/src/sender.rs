//! How a message leaves the house: through an SMTP server, or into a folder when none is configured.

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
    transport::smtp,
};
use tokio::{fs, time::timeout};

use crate::message::Letter;

/// Where messages go when no mail server is configured.
pub const DEFAULT_DIR: &str = "./data/mail";

/// For each word of the mail server.
const PATIENCE: Duration = Duration::from_secs(20);
/// For a delivery as a whole, however slowly the server answers: a batch of them ends well before its claim does.
const LONGEST: Duration = Duration::from_secs(25);

/// The way out.
#[derive(Clone)]
pub enum Sender {
    Smtp {
        transport: AsyncSmtpTransport<Tokio1Executor>,
        from: Address,
    },
    /// One `.eml` file per message, readable by the owner alone: for trying things out, and for tests.
    Files {
        dir: PathBuf,
        from: Address,
    },
}

/// Why there is no way out.
#[derive(Debug, thiserror::Error)]
pub enum SenderError {
    /// The URL is not repeated: it holds a password.
    #[error("ITSUDEMO_SMTP_URL is not a URL like smtps://user:password@mail.example.jp:465 or smtp://127.0.0.1:25")]
    Url(#[source] smtp::Error),
    #[error("{0:?} is not an e-mail address to send from")]
    From(String),
    #[error("cannot use {path} for messages", path = path.display())]
    Folder { path: PathBuf, source: io::Error },
}

/// Why a message did not leave.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not sent: {code}")]
pub struct SendError {
    /// Trying again is useless.
    pub permanent: bool,
    /// `smtp_550`, `timeout`, `connection`, `address`, `file`: never the server's own words, which may hold the address.
    pub code: String,
}

impl SendError {
    fn new(permanent: bool, code: impl Into<String>) -> Self {
        Self { permanent, code: code.into() }
    }
}

impl Sender {
    /// SMTP when `smtp_url` says where, otherwise files in `dir`. `from` is the address every message comes from; the tenant's
    /// name stands beside it.
    ///
    /// # Errors
    /// [`SenderError`].
    pub fn configured(smtp_url: Option<&str>, dir: &Path, from: &str) -> Result<Self, SenderError> {
        let from: Address = from.parse().map_err(|_| SenderError::From(from.to_owned()))?;
        let Some(url) = smtp_url else { return Self::files(dir, from) };
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(SenderError::Url)?
            .timeout(Some(PATIENCE))
            .build();
        Ok(Self::Smtp { transport, from })
    }

    fn files(dir: &Path, from: Address) -> Result<Self, SenderError> {
        use std::os::unix::fs::DirBuilderExt as _;
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(dir)
            .map_err(|source| SenderError::Folder { path: dir.to_path_buf(), source })?;
        Ok(Self::Files { dir: dir.to_path_buf(), from })
    }

    /// Hands a message over. Its Message-ID is its id, so a message that goes out twice is known as one.
    ///
    /// # Errors
    /// [`SendError`].
    pub async fn send(&self, letter: &Letter) -> Result<(), SendError> {
        match self {
            Self::Smtp { transport, from } => match timeout(LONGEST, transport.send(compose(letter, from)?)).await {
                Ok(sent) => sent.map(|_| ()).map_err(|error| refused(&error)),
                Err(_) => Err(SendError::new(false, "timeout")),
            },
            Self::Files { dir, from } => {
                write(dir, letter, &compose(letter, from)?.formatted()).await.map_err(|_| SendError::new(false, "file"))
            }
        }
    }
}

fn compose(letter: &Letter, from: &Address) -> Result<Message, SendError> {
    let to: Address = letter.to.parse().map_err(|_| SendError::new(true, "address"))?;
    let house = letter.house.replace(char::is_control, " ");
    Message::builder()
        .from(Mailbox::new(Some(house), from.clone()))
        .to(Mailbox::new(None, to))
        .message_id(Some(format!("<{}@{}>", letter.id, from.domain())))
        .subject(letter.subject.clone())
        .header(ContentType::TEXT_PLAIN)
        .body(letter.body.clone())
        .map_err(|_| SendError::new(true, "message"))
}

fn refused(error: &smtp::Error) -> SendError {
    match error.status() {
        Some(status) => SendError::new(error.is_permanent(), format!("smtp_{status}")),
        None if error.is_timeout() => SendError::new(false, "timeout"),
        None => SendError::new(false, "connection"),
    }
}

async fn write(dir: &Path, letter: &Letter, bytes: &[u8]) -> io::Result<()> {
    let path = dir.join(format!("{}.eml", letter.id));
    let draft = path.with_extension("tmp");
    let mut options = fs::OpenOptions::new();
    let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&draft).await?;
    tokio::io::AsyncWriteExt::write_all(&mut file, bytes).await?;
    file.sync_all().await?;
    fs::rename(&draft, &path).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_a_way_out_is_said_without_the_password() {
        let refused =
            Sender::configured(Some("ftp://u:hunter2@x"), "/nowhere".as_ref(), "no-reply@example.jp").err().unwrap();
        assert!(refused.to_string().contains("ITSUDEMO_SMTP_URL") && !refused.to_string().contains("hunter2"));
        assert!(Sender::configured(Some("smtp://127.0.0.1:25"), "/nowhere".as_ref(), "nobody").is_err());
        assert!(
            Sender::configured(Some("smtp://127.0.0.1:25"), "/nowhere".as_ref(), "no-reply@localhost.localdomain")
                .is_ok()
        );
    }
}
