//! Probes under way, and the ones that ask the same as another: they share its answer, each from the
//! first line on.

use axum::body::Bytes;
use connlint_probe_api::ProbeRequest;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// What makes two requests the same: everything in them, with the hosts as the probe reads them.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Question(String);

impl Question {
    /// `None` if the request cannot be written down, which means that it is like no other.
    pub(super) fn of(request: &ProbeRequest, hosts: &[(String, u16)]) -> Option<Self> {
        let mut request = request.clone();
        for (at, (host, port)) in request.hosts.iter_mut().zip(hosts) {
            at.host.clone_from(host);
            at.port = *port;
        }
        serde_json::to_string(&request).ok().map(Self)
    }
}

#[derive(Default)]
pub(super) struct Hub {
    answers: Mutex<HashMap<Question, Arc<Answer>>>,
}

/// The lines of one probe.
struct Answer {
    /// The request that it is the answer to first of all.
    request: String,
    lines: Mutex<Vec<Bytes>>,
    progress: watch::Sender<Progress>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Progress {
    over: bool,
}

/// Writes the answer.
pub(super) struct Writer {
    hub: Arc<Hub>,
    question: Option<Question>,
    answer: Arc<Answer>,
}

/// Reads the answer; when the last reader is gone, nobody needs the probe any more.
pub(super) struct Reader {
    answer: Arc<Answer>,
    progress: watch::Receiver<Progress>,
    next: usize,
}

/// The way to an answer.
pub(super) enum Joined<E> {
    /// Somebody asked the same.
    Shared(Reader),
    /// The answer has to be found.
    New(Writer, Reader, E),
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Hub {
    /// Reads the answer to this question, if there is one, or begins a new one if `may` allows it.
    pub(super) fn join<T, E>(
        self: &Arc<Self>,
        question: Option<Question>,
        request: &str,
        may: impl FnOnce() -> Result<T, E>,
    ) -> Result<Joined<T>, E> {
        let mut answers = lock(&self.answers);
        if let Some(answer) = question.as_ref().and_then(|question| answers.get(question)) {
            return Ok(Joined::Shared(Reader::of(answer)));
        }
        let right = may()?;
        let answer = Arc::new(Answer {
            request: request.to_owned(),
            lines: Mutex::default(),
            progress: watch::Sender::default(),
        });
        if let Some(question) = &question {
            answers.insert(question.clone(), Arc::clone(&answer));
        }
        drop(answers);
        let reader = Reader::of(&answer);
        let writer = Writer {
            hub: Arc::clone(self),
            question,
            answer,
        };
        Ok(Joined::New(writer, reader, right))
    }
}

impl Writer {
    pub(super) fn push(&self, line: Bytes) {
        lock(&self.answer.lines).push(line);
        self.answer.progress.send_modify(|_| {});
    }

    /// Nothing more will come. The answer can still be joined until the writer is dropped.
    pub(super) fn finish(&self) {
        self.answer
            .progress
            .send_modify(|progress| progress.over = true);
    }

    /// Ready when the last reader is gone; from then on nobody can join.
    pub(super) async fn abandoned(&self) {
        loop {
            self.answer.progress.closed().await;
            let mut answers = lock(&self.hub.answers);
            // Somebody may have joined in the meantime.
            if self.answer.progress.receiver_count() == 0 {
                self.remove(&mut answers);
                return;
            }
        }
    }

    fn remove(&self, answers: &mut HashMap<Question, Arc<Answer>>) {
        if let Some(question) = &self.question
            && answers
                .get(question)
                .is_some_and(|answer| Arc::ptr_eq(answer, &self.answer))
        {
            answers.remove(question);
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.finish();
        self.remove(&mut lock(&self.hub.answers));
    }
}

impl Reader {
    fn of(answer: &Arc<Answer>) -> Self {
        Self {
            answer: Arc::clone(answer),
            progress: answer.progress.subscribe(),
            next: 0,
        }
    }

    /// The request that the answer is for first of all.
    pub(super) fn request(&self) -> &str {
        &self.answer.request
    }

    /// The next line, or `None` after the last. Can be dropped at any time without losing a line.
    pub(super) async fn next(&mut self) -> Option<Bytes> {
        loop {
            let over = self.progress.borrow_and_update().over;
            if let Some(line) = lock(&self.answer.lines).get(self.next) {
                self.next += 1;
                return Some(line.clone());
            }
            if over || self.progress.changed().await.is_err() {
                return None;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(user: &str) -> Option<Question> {
        let mut request = ProbeRequest::new("DB.example.invalid.", 5432);
        request.user = Some(user.into());
        Question::of(&request, &[("db.example.invalid".into(), 5432)])
    }

    fn begin(hub: &Arc<Hub>, user: &str) -> (Writer, Reader) {
        match hub.join(question(user), "r1", || Ok::<_, ()>(())) {
            Ok(Joined::New(writer, reader, ())) => (writer, reader),
            _ => panic!("not new"),
        }
    }

    fn join(hub: &Arc<Hub>, user: &str) -> Option<Reader> {
        match hub.join(question(user), "r1", || Err::<(), _>(())) {
            Ok(Joined::Shared(reader)) => Some(reader),
            _ => None,
        }
    }

    async fn all(mut reader: Reader) -> String {
        let mut text = String::new();
        while let Some(line) = reader.next().await {
            text.push_str(std::str::from_utf8(&line).unwrap());
        }
        text
    }

    #[test]
    fn spelling_of_the_host_makes_no_difference_and_the_user_does() {
        let hosts = [("db.example.invalid".to_owned(), 5432)];
        let plain = ProbeRequest {
            user: Some("a".into()),
            ..ProbeRequest::new("db.example.invalid", 5432)
        };
        assert!(Question::of(&plain, &hosts) == question("a"));
        assert!(question("a") != question("b"));
    }

    #[tokio::test]
    async fn every_reader_gets_every_line() {
        let hub = Arc::default();
        let (writer, first) = begin(&hub, "a");
        writer.push("1".into());
        let second = join(&hub, "a").unwrap();
        assert!(join(&hub, "b").is_none());
        writer.push("2".into());
        writer.finish();
        let third = join(&hub, "a").unwrap();
        drop(writer);
        assert!(join(&hub, "a").is_none(), "an answer ends with its writer");
        for reader in [first, second, third] {
            assert_eq!(all(reader).await, "12");
        }
    }

    #[tokio::test]
    async fn an_answer_is_abandoned_when_the_last_reader_leaves() {
        use futures_util::FutureExt;
        let hub = Arc::default();
        let (writer, first) = begin(&hub, "a");
        let second = join(&hub, "a").unwrap();
        drop(first);
        assert!(writer.abandoned().now_or_never().is_none());
        drop(second);
        assert!(writer.abandoned().now_or_never().is_some());
        assert!(join(&hub, "a").is_none());
    }
}
