//! Whether anything still happens on an HTTP/2 connection.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use hyper::body::{Body, Frame, SizeHint};
use tokio::time::Instant;

/// HTTP/1 has a timer for an idle connection, HTTP/2 answers pings for ever: so its requests are counted here.
#[derive(Debug, Clone)]
pub(super) struct Pulse(Arc<Mutex<Beat>>);

#[derive(Debug)]
struct Beat {
    last: Instant,
    open: u32,
}

impl Pulse {
    pub(super) fn new() -> Pulse {
        Pulse(Arc::new(Mutex::new(Beat { last: Instant::now(), open: 0 })))
    }

    /// When the connection is to be closed if nothing happens before: `idle` after the last request ended, `stalled`
    /// after the last piece of an answer was taken.
    pub(super) fn ends_at(&self, idle: Duration, stalled: Duration) -> Instant {
        let beat = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        beat.last + if beat.open == 0 { idle } else { stalled }
    }

    pub(super) fn request(&self) -> OpenRequest {
        self.beat(|open| open + 1);
        OpenRequest(self.clone())
    }

    fn beat(&self, open: impl FnOnce(u32) -> u32) {
        let mut beat = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        beat.last = Instant::now();
        beat.open = open(beat.open);
    }
}

/// One request from its head to the end of its answer.
#[derive(Debug)]
pub(super) struct OpenRequest(Pulse);

impl Drop for OpenRequest {
    fn drop(&mut self) {
        self.0.beat(|open| open.saturating_sub(1));
    }
}

/// An answer's body that keeps its request open until it is sent or dropped.
pub(super) struct Counted<B> {
    body: B,
    request: OpenRequest,
}

impl<B> Counted<B> {
    pub(super) fn new(body: B, request: OpenRequest) -> Counted<B> {
        Counted { body, request }
    }
}

impl<B: Body + Unpin> Body for Counted<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        self.request.0.beat(|open| open);
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
