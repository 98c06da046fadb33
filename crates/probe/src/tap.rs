//! Keeps the first bytes that come in, so that what answers instead of TLS can be named.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Bytes that are kept: enough for every greeting that is recognised.
const KEPT: usize = 64;

/// A stream whose first incoming bytes are kept.
#[derive(Debug)]
pub(crate) struct Tap<S> {
    inner: S,
    first: Vec<u8>,
}

impl<S> Tap<S> {
    pub(crate) fn new(inner: S) -> Self {
        Self {
            inner,
            first: Vec::with_capacity(KEPT),
        }
    }

    /// What is tapped; what is read from it is not kept.
    pub(crate) fn inner(&mut self) -> &mut S {
        &mut self.inner
    }

    /// The first bytes, at most 64.
    pub(crate) fn first(&self) -> &[u8] {
        &self.first
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Tap<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        let result = Pin::new(&mut this.inner).poll_read(cx, buf);
        let room = KEPT.saturating_sub(this.first.len());
        let new = buf.filled().get(before..).unwrap_or_default();
        this.first.extend(new.iter().take(room));
        result
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Tap<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().inner).poll_write(cx, bytes)
    }

    // Without these two, each record of TLS would be a packet of its own.
    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().inner).poll_write_vectored(cx, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(cx)
    }
}
