//! A bar for work that takes longer than a second, on a terminal only.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::progress;

/// Shows how far the work is, once it has gone on for a second.
pub(super) struct Progress {
    work: Arc<progress::Progress>,
    bar: ProgressBar,
    /// Held while the bar is drawn, so that nothing is drawn after the end.
    done: Arc<Mutex<bool>>,
}

impl Progress {
    pub(super) fn start() -> Self {
        let this = Self {
            work: Arc::default(),
            bar: ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()),
            done: Arc::default(),
        };
        let (work, bar, done) = (Arc::clone(&this.work), this.bar.clone(), Arc::clone(&this.done));
        std::thread::spawn(move || {
            std::thread::sleep(Duration::from_secs(1));
            while !step(&done, &bar, &work) {
                std::thread::sleep(Duration::from_millis(100));
            }
        });
        this
    }

    /// Whom to tell how far the work is.
    pub(super) fn work(&self) -> Arc<progress::Progress> {
        Arc::clone(&self.work)
    }

    /// Goes out of the way of what is written next.
    pub(super) fn stop(&self) {
        let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        *done = true;
        self.bar.finish_and_clear();
    }
}

/// Shows how far `work` is, unless it is at its end.
fn step(done: &Mutex<bool>, bar: &ProgressBar, work: &progress::Progress) -> bool {
    let done = done.lock().unwrap_or_else(PoisonError::into_inner);
    if !*done {
        if bar.is_hidden() {
            // Not a terminal: indicatif draws nothing.
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        show(bar, work);
    }
    *done
}

/// Shows how far `work` is now.
fn show(bar: &ProgressBar, work: &progress::Progress) {
    let (phase, done, total) = work.now();
    let template = match total {
        0 => "{spinner} {msg} ({elapsed})",
        _ => "{spinner} {msg} [{bar:30}] {percent:>3} % ({elapsed})",
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.set_message(phase.as_str());
    bar.set_length(total);
    bar.set_position(done);
    bar.tick();
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.stop();
    }
}
