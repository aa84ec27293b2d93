//! Random policies against the CPython that is there, through the stand-ins of the recording.

use std::cell::{Cell, RefCell};
use std::env;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

use super::grammar::program;
use super::{Verdict, ends, folder, recorded};

struct Python {
    process: Child,
    ask: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Python {
    /// `None` where there is no Python, or one that is older than the stand-ins can use.
    fn start() -> Option<Self> {
        let recent = ["-c", "import sys; sys.exit(sys.version_info < (3, 11))"];
        if !Command::new("python3").args(recent).status().ok()?.success() {
            return None;
        }
        let mut process = Command::new("python3")
            .arg(folder().join("record.py"))
            .arg("run")
            .env("PYTHONWARNINGS", "ignore")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let ask = process.stdin.take();
        let answers = BufReader::new(process.stdout.take()?);
        Some(Self { process, ask, answers })
    }

    /// One letter for each subject; `?` where the stand-ins do not know.
    fn ends(&mut self, text: &str) -> String {
        let line = serde_json::json!({ "text": text });
        writeln!(self.ask.as_mut().unwrap(), "{line}").unwrap();
        let mut answer = String::new();
        self.answers.read_line(&mut answer).unwrap();
        answer.trim_end().to_owned()
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        drop(self.ask.take());
        self.process.wait().unwrap();
    }
}

/// Always the same policies, unless `WHOMAY_RANDOM` asks for others; it says how many hundreds.
#[test]
fn random_policies_end_as_in_cpython() {
    let Some(python) = Python::start() else {
        println!("no python3 of 3.11 or later: nothing is compared");
        return;
    };
    let python = RefCell::new(python);
    let subjects = recorded().0;
    let hundreds = env::var("WHOMAY_RANDOM").ok().map(|hundreds| hundreds.parse::<u32>().unwrap());
    let config = Config {
        cases: hundreds.unwrap_or(6) * 10,
        max_shrink_iters: 400,
        failure_persistence: None,
        ..Config::default()
    };
    let mut runner = match hundreds {
        Some(_) => TestRunner::new(config),
        None => TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha)),
    };
    let (agree, raised, open) = (Cell::new(0), Cell::new(0), Cell::new(0));
    let policies = proptest::collection::vec(program(), 10);
    let found = runner.run(&policies, |policies| {
        let texts: Vec<&str> = policies.iter().map(String::as_str).collect();
        for (text, ours) in texts.iter().zip(ends(&texts, &subjects)) {
            let letters = &ours.letters;
            let left = letters.matches('?').count();
            open.set(open.get() + left);
            agree.set(agree.get() + letters.len() - left);
            raised.set(raised.get() + letters.matches('E').count());
            if ours.verdicts.as_flattened().iter().all(|verdict| *verdict == Verdict::Depends) {
                continue;
            }
            let theirs = python.borrow_mut().ends(text);
            if ours.contradicts(&theirs) {
                return Err(TestCaseError::fail(format!("CPython {theirs}\nwe      {letters}\n{text}")));
            }
        }
        Ok(())
    });
    match found {
        Ok(()) => {}
        Err(TestError::Fail(reason, _)) => panic!("{reason}"),
        Err(other) => panic!("{other}"),
    }
    println!("{} ends agree, {} of them exceptions; {} are left open", agree.get(), raised.get(), open.get());
    // Whoever leaves everything open is never wrong, and of no use.
    assert!(agree.get() * 2 > open.get() && agree.get() > raised.get(), "too little is decided");
}
