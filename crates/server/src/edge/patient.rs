//! A stream that gives up on a peer who does not read.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep_until},
};

/// The slowest reader that is served for ever, in bytes per second.
const SLOWEST: f64 = 8.0 * 1024.0;

/// Counts the time that writes wait for the peer, less what the bytes it did take are worth at [`SLOWEST`]. When that
/// passes `most`, writing fails. So neither a peer that stops reading nor one that reads a byte at a time holds us.
#[derive(Debug)]
pub(super) struct Patient<S> {
    stream: S,
    most: Duration,
    waited: Duration,
    waiting_since: Option<Instant>,
    alarm: Option<Pin<Box<Sleep>>>,
}

impl<S> Patient<S> {
    pub(super) fn new(stream: S, most: Duration) -> Patient<S> {
        Patient { stream, most, waited: Duration::ZERO, waiting_since: None, alarm: None }
    }

    fn judge(&mut self, context: &mut Context<'_>, wrote: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        let Poll::Ready(wrote) = wrote else {
            ready!(self.out_of_patience(context));
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the peer reads too slowly")));
        };
        if let Some(since) = self.waiting_since.take() {
            self.waited += since.elapsed();
        }
        let taken = u32::try_from(*wrote.as_ref().unwrap_or(&0)).unwrap_or(u32::MAX);
        self.waited = self.waited.saturating_sub(Duration::from_secs_f64(f64::from(taken) / SLOWEST));
        Poll::Ready(wrote)
    }

    /// Ready when the peer has been waited for long enough; else wakes the task at that moment.
    fn out_of_patience(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let until = *self.waiting_since.get_or_insert_with(Instant::now) + self.most.saturating_sub(self.waited);
        let alarm = self.alarm.get_or_insert_with(|| Box::pin(sleep_until(until)));
        if alarm.deadline() != until {
            alarm.as_mut().reset(until);
        }
        alarm.as_mut().poll(context)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.judge(context, wrote)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write_vectored(context, bytes);
        self.judge(context, wrote)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    const MOST: Duration = Duration::from_millis(200);

    #[tokio::test]
    async fn a_peer_that_stops_reading_is_given_up() {
        let (ours, _theirs) = duplex(64);
        let asked = Instant::now();
        let failed = Patient::new(ours, MOST).write_all(&[0; 4096]).await.unwrap_err();
        assert_eq!(failed.kind(), io::ErrorKind::TimedOut);
        assert!(asked.elapsed() >= MOST);
    }

    #[tokio::test]
    async fn a_peer_that_reads_a_byte_at_a_time_is_given_up_too() {
        let (ours, mut theirs) = duplex(64);
        tokio::spawn(async move {
            while theirs.read_u8().await.is_ok() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        });
        let failed = Patient::new(ours, MOST).write_all(&[0; 1 << 20]).await.unwrap_err();
        assert_eq!(failed.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn a_slow_but_steady_peer_gets_everything() {
        let (ours, mut theirs) = duplex(4 << 10);
        let reader = tokio::spawn(async move {
            let (mut all, mut piece) = (0, vec![0; 4 << 10]);
            while let Ok(read @ 1..) = theirs.read(&mut piece).await {
                all += read;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            all
        });
        let mut writer = Patient::new(ours, MOST);
        writer.write_all(&vec![0; 200 << 10]).await.unwrap();
        drop(writer);
        assert_eq!(reader.await.unwrap(), 200 << 10);
    }
}
