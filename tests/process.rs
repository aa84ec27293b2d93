//! What only shows in the real process: streams, files, links, variables, threads.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

const TENANT: &str = "group staff\nuser anna in staff\nuser bob\napplication wiki any { 0: group staff }\n";

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}

fn tenant() -> TempDir {
    folder(&[("tenant.may", TENANT.as_bytes())])
}

/// `whomay`, in `folder`, with nothing of the caller's circumstances.
fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_whomay"));
    command.args(arguments).current_dir(folder).stdin(Stdio::null());
    command.env_remove("WHOMAY_INPUT").env_remove("NO_COLOR");
    command
}

fn whomay(folder: &TempDir, arguments: &[&str]) -> Output {
    command(folder.path(), arguments).output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

/// What lies in `folder`, hidden files too.
fn names(folder: &TempDir) -> Vec<String> {
    let entries = fs::read_dir(folder.path()).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn whoever_closes_the_pipe_hears_nothing_and_the_exit_code_stays_the_answer() {
    let folder = tenant();
    for (arguments, expected) in [
        (vec!["audit", "tenant.may"], 0),
        (vec!["matrix", "tenant.may", "--format", "json"], 0),
        (vec!["can", "anna", "wiki", "-i", "tenant.may"], 0),
        (vec!["can", "bob", "wiki", "-i", "tenant.may"], 3),
        (vec!["convert", "tenant.may"], 0),
        (vec!["completions", "bash"], 0),
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output =
            command(folder.path(), &arguments).stdout(writer).stderr(Stdio::piped()).output().unwrap();
        assert_eq!((code(&output), stderr(&output)), (expected, ""), "{arguments:?}");
    }
}

#[test]
fn a_file_stays_as_it_was_when_there_is_no_answer() {
    let folder = folder(&[("broken.may", b"grup staff"), ("out.txt", b"before")]);
    for arguments in [
        ["audit", "broken.may", "-o", "out.txt"],
        ["convert", "broken.may", "-o", "out.txt"],
        ["convert", "broken.may", "-o", "new.may"],
        ["audit", "no-such.may", "-o", "out.txt"],
    ] {
        assert_eq!(code(&whomay(&folder, &arguments)), 1);
        assert_eq!(names(&folder), ["broken.may", "out.txt"]);
        assert_eq!(fs::read(folder.path().join("out.txt")).unwrap(), b"before");
    }
    assert_eq!(code(&whomay(&folder, &["convert", "broken.may", "--to", "snapshot", "-o", "pages"])), 1);
    assert_eq!(names(&folder), ["broken.may", "out.txt"]);
    assert_eq!(code(&whomay(&folder, &["fmt", "broken.may"])), 1);
    assert_eq!(fs::read(folder.path().join("broken.may")).unwrap(), b"grup staff");
}

#[test]
fn a_file_is_replaced_at_once_and_nothing_else_is_left() {
    let folder = tenant();
    for _ in 0..2 {
        let output = whomay(&folder, &["who", "wiki", "-i", "tenant.may", "-f", "csv", "-o", "out.csv"]);
        assert_eq!((code(&output), stdout(&output)), (0, ""));
        assert!(fs::read_to_string(folder.path().join("out.csv")).unwrap().contains("anna,yes"));
        assert_eq!(names(&folder), ["out.csv", "tenant.may"]);
    }
    let pages = ["convert", "tenant.may", "--to", "snapshot", "-o", "pages/"];
    assert_eq!(code(&whomay(&folder, &pages)), 0);
    assert_eq!(names(&folder), ["out.csv", "pages", "tenant.may"]);
    assert_eq!(code(&whomay(&folder, &["can", "anna", "wiki", "-i", "pages"])), 0);
    let again = whomay(&folder, &pages);
    assert_eq!(stderr(&again), "whomay: cannot write `pages/`: it is there already and not empty\n");
    assert_eq!(code(&again), 1);
    let over_a_file = whomay(&folder, &["convert", "tenant.may", "--to", "snapshot", "-o", "tenant.may"]);
    assert_eq!(code(&over_a_file), 1);
    assert_eq!(fs::read_to_string(folder.path().join("tenant.may")).unwrap(), TENANT);
}

/// Whoever changes what is written for the same verdicts has made another version of the format.
#[test]
fn a_bitmap_is_what_it_always_was_and_written_again_the_same() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let recorded = fs::read(root.join("tests/cli/kinds.bits")).unwrap();
    let bitmap = |arguments: &[&str]| {
        let arguments = [&["matrix", "--format", "bitmap"], arguments].concat();
        command(root, &arguments).output().unwrap().stdout
    };
    for jobs in ["1", "4"] {
        assert!(bitmap(&["tests/cli/kinds.may", "--authentik", "2026.5", "--jobs", jobs]) == recorded);
    }
    assert!(bitmap(&["tests/cli/kinds.bits"]) == recorded);
    let flows = ["--kind", "flow", "--kind", "stage"];
    let some = bitmap(&[&["tests/cli/kinds.may", "--authentik", "2026.5"], &flows[..]].concat());
    assert!(bitmap(&[&["tests/cli/kinds.bits"], &flows[..]].concat()) == some);
    assert!(some.len() < recorded.len() && !some.is_empty());
}

#[cfg(unix)]
#[test]
fn links_devices_and_modes_are_kept() {
    use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt, symlink};
    let folder = folder(&[("tenant.may", TENANT.as_bytes()), ("real.txt", b"before")]);
    let at = |name: &str| folder.path().join(name);
    fs::set_permissions(at("real.txt"), fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real.txt", at("link.txt")).unwrap();
    assert_eq!(code(&whomay(&folder, &["audit", "tenant.may", "-o", "link.txt"])), 0);
    assert!(at("link.txt").is_symlink());
    assert!(fs::read_to_string(at("real.txt")).unwrap().contains("what is there"));
    assert_eq!(fs::metadata(at("real.txt")).unwrap().mode() & 0o777, 0o640);
    // A new file is as readable as any that the user makes.
    fs::write(at("other.txt"), "").unwrap();
    assert_eq!(code(&whomay(&folder, &["audit", "tenant.may", "-o", "new.txt"])), 0);
    assert_eq!(fs::metadata(at("new.txt")).unwrap().mode(), fs::metadata(at("other.txt")).unwrap().mode());
    // A link to the device, so that a failure replaces the link and not the device.
    symlink("/dev/null", at("null")).unwrap();
    assert_eq!(code(&whomay(&folder, &["audit", "tenant.may", "-o", "null"])), 0);
    assert!(at("null").is_symlink());
    assert!(fs::metadata("/dev/null").unwrap().file_type().is_char_device());
}

#[cfg(unix)]
#[test]
fn links_in_circles_end_and_a_file_is_read_once() {
    use std::os::unix::fs::symlink;
    let folder = folder(&[("t/tenant.may", TENANT.as_bytes()), ("t/sub/more.may", b"user erin")]);
    for name in ["t/a", "t/b", "t/sub/c"] {
        symlink(folder.path().join("t"), folder.path().join(name)).unwrap();
    }
    symlink("tenant.may", folder.path().join("t/same.may")).unwrap();
    let output = whomay(&folder, &["what", "erin", "-i", "t", "-i", "t/tenant.may", "-i", "t"]);
    assert_eq!((code(&output), stderr(&output)), (0, ""));
    symlink("nowhere", folder.path().join("t/gone.may")).unwrap();
    let output = whomay(&folder, &["audit", "t"]);
    assert_eq!(code(&output), 1);
    assert!(stderr(&output).starts_with("[unreadable-file] error: cannot read `t/gone.may`\n"), "{output:?}");
}

#[test]
fn a_folder_called_like_a_file_is_a_folder() {
    let folder = folder(&[("x.may/tenant.may", TENANT.as_bytes()), ("y.may/notes.txt", b"")]);
    assert_eq!(code(&whomay(&folder, &["can", "anna", "wiki", "-i", "x.may"])), 0);
    let output = whomay(&folder, &["audit", "y.may"]);
    assert!(stderr(&output).starts_with("[empty-folder] error: `y.may` holds nothing"), "{output:?}");
    assert_eq!(stderr(&whomay(&folder, &["fmt", "x.may"])), "whomay: cannot read `x.may`: it is a folder\n");
}

#[test]
fn what_is_no_text_is_said_with_its_place() {
    let folder =
        folder(&[("a.may", b"group staff\nuser \xff\n"), ("b.yaml", b"version: 1\nentries: [\xfe]")]);
    let output = whomay(&folder, &["audit", "a.may", "b.yaml"]);
    assert_eq!(code(&output), 1);
    for expected in ["`a.may` is not UTF-8", "a.may:2:6", "`b.yaml` is not UTF-8", "b.yaml:2:11"] {
        assert!(stderr(&output).contains(expected), "{}", stderr(&output));
    }
    let output = whomay(&folder, &["fmt", "a.may"]);
    assert!(stderr(&output).contains("a.may:2:6"), "{}", stderr(&output));
}

#[test]
fn marks_of_other_systems_change_nothing() {
    let plain = whomay(&tenant(), &["matrix", "tenant.may", "-f", "jsonl"]);
    let windows = format!("\u{feff}{}", TENANT.replace('\n', "\r\n"));
    let folder =
        folder(&[("tenant.may", windows.as_bytes()), ("wrong.may", b"\xef\xbb\xbfgroup a\r\ngrup b\r\n")]);
    assert_eq!(whomay(&folder, &["matrix", "tenant.may", "-f", "jsonl"]), plain);
    assert!(stderr(&whomay(&folder, &["audit", "wrong.may"])).contains("wrong.may:2:1"));
    assert_eq!(code(&whomay(&folder, &["fmt", "tenant.may"])), 0);
    assert!(fs::read(folder.path().join("tenant.may")).unwrap().starts_with(b"group staff\n"));
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let tenants = ["tests/golden/tenant-05/api", "tests/golden/tenant-17/blueprint.yaml", "tests/example"];
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for tenant in tenants {
        for asked in [["matrix", "jsonl"], ["matrix", "json"], ["audit", "json"], ["audit", "plain"]] {
            let with = |jobs: &str| {
                let [name, format] = asked;
                command(root, &[name, tenant, "--format", format, "--jobs", jobs]).output().unwrap()
            };
            let one = with("1");
            assert_eq!(code(&one), 0, "{}", stderr(&one));
            assert_eq!(one, with("4"), "{tenant} {asked:?}");
        }
    }
}

#[test]
fn the_input_is_looked_for_in_the_variable_and_in_the_file() {
    let folder = folder(&[
        ("whomay.toml", b"input = [\"data\"]\nauthentik = \"2025.10\"\n"),
        ("data/tenant.may", TENANT.as_bytes()),
        ("other.may", b"user erin"),
        ("deep/down/notes.txt", b""),
    ]);
    let who = |place: &str, variable: &str, arguments: &[&str]| {
        command(&folder.path().join(place), arguments).env("WHOMAY_INPUT", variable).output().unwrap()
    };
    let output = who("deep/down", "", &["can", "anna", "wiki", "-f", "json"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(stdout(&output).contains("../../data/tenant.may:4:24"), "{}", stdout(&output));
    assert!(stdout(&output).contains("authentik 2025.10.0"), "{}", stdout(&output));
    // The variable goes before the file, and the command line before both.
    assert_eq!(code(&who("", "other.may", &["what", "erin"])), 0);
    assert_eq!(code(&who("", "other.may", &["what", "anna"])), 2);
    assert_eq!(code(&who("", "other.may", &["what", "anna", "-i", "data"])), 0);
    let both = std::env::join_paths(["other.may", "data"]).unwrap();
    assert_eq!(code(&who("", both.to_str().unwrap(), &["can", "anna", "wiki"])), 0);
}

#[test]
fn what_is_wrong_in_the_file_of_settings_is_said() {
    for (text, exit, expected) in [
        ("input = [\"a\"", 1, "cannot read `whomay.toml`: TOML parse error at line 1"),
        ("input = 3", 1, "a path or a list of paths is expected"),
        ("inputs = \"a\"", 1, "unknown field `inputs`"),
        ("input = \"tenant.may\"\nauthentik = \"x\"", 2, "in `whomay.toml`: `x` is not a release"),
        ("input = \"tenant.may\"\nat = \"noon\"", 2, "in `whomay.toml`: `noon` is not a moment"),
        ("input = \"tenant.may\"\n[flags]\nfoo = true", 2, "there is no flag `foo`"),
        ("input = \"gone.may\"", 1, "cannot read `gone.may`"),
        ("", 2, "nothing to read"),
    ] {
        let folder = folder(&[("whomay.toml", text.as_bytes()), ("tenant.may", TENANT.as_bytes())]);
        let output = whomay(&folder, &["audit"]);
        assert_eq!(code(&output), exit, "{text}");
        assert!(stderr(&output).contains(expected), "{text}\n{}", stderr(&output));
        assert_eq!(stdout(&output), "");
    }
}

#[test]
fn colour_is_for_terminals_and_for_those_who_ask() {
    let folder = folder(&[("tenant.may", TENANT.as_bytes()), ("broken.may", b"grup staff")]);
    let table = ["who", "wiki", "-i", "tenant.may", "-f", "table"];
    let is_coloured = |arguments: &[&str], variable: &str| {
        let output = command(folder.path(), arguments).env("NO_COLOR", variable).output().unwrap();
        [output.stdout, output.stderr].concat().contains(&0x1b)
    };
    for arguments in [&table[..], &["audit", "broken.may"]] {
        // Neither stream is a terminal here.
        assert!(!is_coloured(arguments, ""));
        assert!(!is_coloured(&[arguments, &["--color", "never"]].concat(), ""));
        assert!(is_coloured(&[arguments, &["--color", "always"]].concat(), ""));
        // Who asks on the command line gets it.
        assert!(is_coloured(&[arguments, &["--color", "always"]].concat(), "1"));
    }
    let plain = whomay(&folder, &["who", "wiki", "-i", "tenant.may"]);
    assert!(!stdout(&plain).contains('│'), "not a terminal, no borders");
}

#[test]
fn standard_input_is_formatted_to_standard_output() {
    let folder = tenant();
    let mut child =
        command(folder.path(), &["fmt", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"group   a # why\n\n\n\nuser b in a").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(stdout(&output), "group a # why\n\nuser b in a\n");
}

/// Each of these blew a stack, the memory or the patience of somebody's reader.
#[test]
fn bombs_are_errors() {
    let nested = |open: &str, close: &str| format!("{}1{}", open.repeat(20_000), close.repeat(20_000));
    let group = |name: &str| {
        format!("version: 1\nentries:\n  - model: authentik_core.group\n    identifiers: {{name: {name}}}\n")
    };
    let aliases: Vec<String> = (1..12)
        .map(|n| format!("  a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 10].join(",")))
        .collect();
    let aliases = aliases.concat();
    let bombs =
        [
            ("a.may", format!("group g {{ attributes: {} }}", nested("[", "]"))),
            ("b.may", format!("group g {{ attributes: {} }}", nested("{a:", "}"))),
            ("c.yaml", group(&nested("[", "]"))),
            ("d.yaml", group(&nested("!If [true, ", ", 2]"))),
            ("e.yaml", format!("version: 1\ncontext:\n  a0: &a0 [1]\n{aliases}entries: [*a11]\n")),
            ("f.yaml", group("!Format ['%999999999d', 1]")),
            (
                "g.yaml",
                group(&(0..9).fold("x".to_owned(), |inner, _| {
                    format!("!Enumerate [[1,2,3,4,5,6,7,8,9], SEQ, {inner}]")
                })),
            ),
            ("h/core_users.json", nested("[", "]")),
            ("i/core_users.json", format!("{{\"results\": [{{\"pk\": {}}}]}}", nested("[", "]"))),
        ];
    let files: Vec<_> = bombs.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    let folder = folder(&files);
    for (name, _) in &bombs {
        let path = name.split('/').next().unwrap();
        let output = whomay(&folder, &["audit", path]);
        assert_eq!(output.status.code(), Some(1), "{name}: {}", stderr(&output));
        assert!(stderr(&output).len() < 20_000, "{name}");
        assert!(
            stderr(&output).ends_with("in the input; no verdict is given\n"),
            "{name}: {}",
            stderr(&output)
        );
    }
}
