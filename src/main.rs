//! The command-line tool: arguments in, an exit code out.

fn main() -> std::process::ExitCode {
    whomay::cli::run(std::env::args_os())
}
