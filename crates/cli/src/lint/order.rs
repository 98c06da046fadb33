//! Work on many things side by side, whose results come in the order of the things; with a bounded number of them at hand.

use std::collections::BTreeMap;
use std::sync::mpsc::{self, Receiver};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// The most things that one thread takes at once.
const BATCH: usize = 64;

/// How many batches for each thread may be on their way.
const AHEAD: usize = 4;

/// Does `work` with each of `items` on `threads` threads, and hands what comes of it to `take`, in order. The first error of
/// `take` ends it.
pub(super) fn in_order<I: Send, O: Send, E>(
    items: impl Iterator<Item = I> + Send,
    threads: usize,
    work: impl Fn(I) -> O + Sync,
    take: impl FnMut(O) -> Result<(), E>,
) -> Result<(), E> {
    if threads < 2 {
        return items.map(work).try_for_each(take);
    }
    let (give, given) = mpsc::sync_channel::<(usize, Vec<I>)>(threads);
    let given = Mutex::new(given);
    // Whoever gives out work waits here while too much of it is on its way.
    let (start, started) = mpsc::sync_channel::<()>(threads * AHEAD);
    let (done, results) = mpsc::channel::<(usize, Vec<O>)>();
    thread::scope(|scope| {
        scope.spawn(move || {
            let mut items = items;
            let mut size = 1;
            for number in 0.. {
                let batch: Vec<I> = items.by_ref().take(size).collect();
                // Small ones first, so that few things are shared out as well.
                size = (size * 2).min(BATCH);
                if batch.is_empty()
                    || start.send(()).is_err()
                    || give.send((number, batch)).is_err()
                {
                    break;
                }
            }
        });
        for _ in 0..threads {
            let done = done.clone();
            let (given, work) = (&given, &work);
            scope.spawn(move || {
                loop {
                    let next = given.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok((number, batch)) = next else { break };
                    let batch = batch.into_iter().map(work).collect();
                    if done.send((number, batch)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(done);
        let taken = hand_over(&results, &started, take);
        // Nobody waits for what is not taken any more.
        drop((results, started));
        taken
    })
}

/// Brings the batches into their order.
fn hand_over<O, E>(
    results: &Receiver<(usize, Vec<O>)>,
    started: &Receiver<()>,
    mut take: impl FnMut(O) -> Result<(), E>,
) -> Result<(), E> {
    let mut waiting = BTreeMap::new();
    let mut next = 0;
    for (number, batch) in results {
        waiting.insert(number, batch);
        while let Some(batch) = waiting.remove(&next) {
            batch.into_iter().try_for_each(&mut take)?;
            next += 1;
            // One more may begin.
            let _ = started.recv();
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    #[test]
    fn results_come_in_order_and_few_are_at_hand() {
        for threads in [1, 2, 5] {
            let made = AtomicUsize::new(0);
            let ahead = AtomicUsize::new(0);
            let mut out = Vec::new();
            let result: Result<(), ()> = in_order(
                (0..20_000_usize).inspect(|_| {
                    made.fetch_add(1, Ordering::Relaxed);
                }),
                threads,
                |n| {
                    if n % 1_000 == 0 {
                        thread::sleep(Duration::from_millis(2));
                    }
                    n
                },
                |n| {
                    ahead.fetch_max(made.load(Ordering::Relaxed) - n, Ordering::Relaxed);
                    out.push(n);
                    Ok(())
                },
            );
            assert_eq!(result, Ok(()));
            assert!(out.iter().copied().eq(0..20_000), "{threads}");
            let most = (threads * AHEAD + 2) * BATCH;
            assert!(ahead.into_inner() <= most, "{threads}");
        }
    }

    #[test]
    fn the_first_error_ends_it() {
        for threads in [1, 3] {
            let mut taken = 0;
            let result = in_order(
                0..,
                threads,
                |n: usize| n,
                |n| {
                    taken += 1;
                    if n == 10 { Err(n) } else { Ok(()) }
                },
            );
            assert_eq!((result, taken), (Err(10), 11));
        }
    }
}
