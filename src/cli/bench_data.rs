//! `whomay bench-data`

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::progress::Progress;
use super::{Exit, Stop, output};
use crate::input::{may, snapshot};
use crate::progress::Phase;
use crate::workload::{Relation, Shape, Size, Workload};

/// What the help shows at its end.
const EXAMPLES: &str = "\
Examples:
  whomay bench-data --size M -o tenant
  whomay bench-data --size L --shape role --seed 7 --format facts --format snapshot -o tenant
  whomay bench-data --size L --users 200000 --format facts -o twice-the-users

The numbers in `facts` are those of users by username, groups, policies and targets by name, all from 0:
  member.tsv    user, group
  parent.tsv    child, parent
  user.tsv      user, domain, department or -1, badge
  policy.tsv    policy, `domain`, `department` or `table`, number: a domain or department passes when it has the
                number, having no department is an error; a table passes for the ten badges after the number, and
                is an error for the badge with the number
  target.tsv    target, `any` or `all`
  binding.tsv   target, order, `policy`, `user` or `group`, its number, negate, failure result; only what is enabled";

/// Writes a made-up tenant, to measure with
///
/// The same arguments give the same bytes on every machine. Expressions test e-mail domains, departments and badges;
/// a few users lack a department or have a badge that is an error.
#[derive(Debug, clap::Args)]
#[command(hide = true, after_help = EXAMPLES)]
pub(super) struct Args {
    /// How large it is, in users, groups, targets and policies: `S` (1,000, 100, 50, 20), `M` (10,000, 1,000, 500, 50),
    /// `L` (100,000, 5,000, 2,000, 100) or `XL` (1,000,000, 20,000, 5,000, 200)
    #[arg(long, value_enum, ignore_case = true, value_name = "SIZE", hide_possible_values = true)]
    size: Named,
    /// How users come by their groups: `rand`, 2 to 8 each, or `role`, those of their role
    #[arg(long, value_enum, default_value_t = Way::Rand, value_name = "SHAPE", hide_possible_values = true)]
    shape: Way,
    /// Another number, another tenant
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    /// So many users, whatever the size says
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    users: Option<u32>,
    /// So many groups, whatever the size says
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    groups: Option<u32>,
    /// So many targets, whatever the size says
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    targets: Option<u32>,
    /// So many policies, whatever the size says
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    policies: Option<u32>,
    /// What to write: `may` (`tenant.may`), `snapshot` (a folder of API pages) or `facts` (a folder of relations for
    /// other engines); may be given several times
    #[arg(long, value_enum, default_value = "may", value_name = "FORMAT", hide_possible_values = true)]
    format: Vec<Form>,
    /// The new folder to write into; it appears only when it is complete
    #[arg(long, short, value_name = "FOLDER")]
    output: PathBuf,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Named {
    #[value(name = "S")]
    S,
    #[value(name = "M")]
    M,
    #[value(name = "L")]
    L,
    #[value(name = "XL")]
    Xl,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Way {
    Rand,
    Role,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    May,
    Snapshot,
    Facts,
}

impl Args {
    pub(super) fn run(&self) -> Result<Exit, Stop> {
        let progress = Progress::start();
        let work = progress.work();
        work.begin(Phase::Making, 0);
        let shape = match self.shape {
            Way::Rand => Shape::Rand,
            Way::Role => Shape::Role,
        };
        let workload = Workload::new(self.size(), shape, self.seed);
        let wants = |form| self.format.contains(&form);
        output::folder(&self.output, |folder| {
            if wants(Form::Facts) {
                work.begin(Phase::Writing, 0);
                facts(&workload, &folder.join("facts"))?;
            }
            if !wants(Form::May) && !wants(Form::Snapshot) {
                return Ok(());
            }
            work.begin(Phase::Making, 0);
            let world = workload.world();
            work.begin(Phase::Writing, 0);
            if wants(Form::May) {
                std::fs::write(folder.join("tenant.may"), may::print(&world))?;
            }
            if wants(Form::Snapshot) {
                let pages = folder.join("snapshot");
                std::fs::create_dir(&pages)?;
                for (name, content) in snapshot::write(&world) {
                    std::fs::write(pages.join(name), content)?;
                }
            }
            Ok(())
        })?;
        Ok(Exit::Yes)
    }

    fn size(&self) -> Size {
        let size = match self.size {
            Named::S => Size::S,
            Named::M => Size::M,
            Named::L => Size::L,
            Named::Xl => Size::XL,
        };
        Size {
            users: self.users.unwrap_or(size.users),
            groups: self.groups.unwrap_or(size.groups),
            targets: self.targets.unwrap_or(size.targets),
            policies: self.policies.unwrap_or(size.policies),
        }
    }
}

fn facts(workload: &Workload, folder: &Path) -> io::Result<()> {
    std::fs::create_dir(folder)?;
    for relation in Relation::ALL {
        let mut output = BufWriter::new(File::create(folder.join(relation.file()))?);
        relation.write(workload, &mut output)?;
        output.flush()?;
    }
    Ok(())
}
