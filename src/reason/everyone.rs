//! Answers about all users at once.

use rayon::prelude::*;

use super::rows::Rows;
use super::sums::Sums;
use super::{Access, Answers, Counted, CountedAccess, Reasoner};
use crate::model::{Id, TargetId, UserId};
use crate::subjects::Subjects;

impl<'w> Reasoner<'w> {
    /// The verdicts of `target` for all users at once.
    pub fn access(&self, target: TargetId) -> Access {
        self.access_in(target, &mut self.rows())
    }

    pub(super) fn access_in(&self, target: TargetId, rows: &mut Rows<'_>) -> Access {
        let (verdict, effective) = (self.verdict_gate(target), self.effective_gate(target));
        let verdicts = rows.extent(verdict);
        let effective = (effective != verdict).then(|| rows.extent(effective));
        Access { users: self.world.users.len(), verdict: verdicts, effective }
    }

    pub(super) fn rows(&self) -> Rows<'_> {
        Rows::new(&self.derived.nodes, &self.derived.extents, self.world.users.len())
    }

    /// How many verdicts of every target are which, counted in parallel; in the order of the targets. No verdict is
    /// kept, so that takes hardly any memory.
    ///
    /// ```
    /// # use whomay::{Reasoner, World};
    /// let world = World::parse("tenant.may", "user anna  user eve  application wiki  application hr { 0: user anna }")?;
    /// let counts = Reasoner::new(&world).counts();
    /// assert_eq!(counts.iter().map(|counted| counted.verdict.yes).collect::<Vec<_>>(), [1, 2]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn counts(&self) -> Vec<CountedAccess> {
        self.counts_of(&self.world.targets.ids().collect::<Vec<_>>())
    }

    /// The same of `targets`, in their order.
    pub fn counts_of(&self, targets: &[TargetId]) -> Vec<CountedAccess> {
        let users = self.world.users.len();
        let counted = |rows: &mut Rows<'_>, target: &TargetId| {
            let gates = [self.verdict_gate(*target), self.effective_gate(*target)];
            let [verdict, effective] = rows.counts(gates).map(|(must, may)| Counted {
                yes: must,
                no: users - may,
                depends: may - must,
            });
            CountedAccess { verdict, effective }
        };
        targets.par_iter().with_min_len(8).map_init(|| self.rows(), counted).collect()
    }

    /// The verdicts of every target for all users at once, in parallel; in the order of the targets.
    ///
    /// ```
    /// # use whomay::{Reasoner, Verdict, World};
    /// let world = World::parse("tenant.may", "user anna  application wiki  application hr { 0: user anna }")?;
    /// let reasoner = Reasoner::new(&world);
    /// let open: usize = reasoner.matrix().iter().map(|access| access.count(Verdict::Yes)).sum();
    /// assert_eq!(open, 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn matrix(&self) -> Vec<Access> {
        self.accesses(&self.world.targets.ids().collect::<Vec<_>>())
    }

    /// The same of `targets`, in their order.
    pub fn accesses(&self, targets: &[TargetId]) -> Vec<Access> {
        let access = |rows: &mut Rows<'_>, target: &TargetId| self.access_in(*target, rows);
        targets.par_iter().with_min_len(8).map_init(|| self.rows(), access).collect()
    }

    /// How many of `targets` let each of `users` through for certain.
    ///
    /// ```
    /// # use whomay::{Reasoner, World};
    /// let world = World::parse("tenant.may", "user anna  user eve  application wiki  application hr { 0: user anna }")?;
    /// let reasoner = Reasoner::new(&world);
    /// let users: Vec<_> = world.users.ids().collect();
    /// assert_eq!(reasoner.admissions(&world.targets.ids().collect::<Vec<_>>(), &users), [2, 1]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn admissions(&self, targets: &[TargetId], users: &[UserId]) -> Vec<usize> {
        let subjects = self.world.users.len();
        let mut asked = Subjects::none(subjects);
        users.iter().for_each(|user| asked.insert(user.index()));
        let admitted = |rows: &mut Rows<'_>, target: &TargetId| {
            let mut admitted = Subjects::none(subjects);
            rows.extent(self.verdict_gate(*target)).must.add_to(&mut admitted, subjects);
            admitted.keep(&asked);
            admitted
        };
        let counted = targets.par_iter().with_min_len(8).fold(
            || (self.rows(), Sums::default()),
            |(mut rows, mut sums), target| {
                sums.add(&admitted(&mut rows, target));
                (rows, sums)
            },
        );
        let of_each = counted.map(|(_, sums)| users.iter().map(|user| sums.of(user.index())).collect());
        let both = |a: Vec<usize>, b: Vec<usize>| a.into_iter().zip(b).map(|(a, b)| a + b).collect();
        of_each.reduce(|| vec![0; users.len()], both)
    }

    /// Everything about `target` and all users, ready to be asked for one after the other.
    pub fn answers(&self, target: TargetId) -> Answers<'_, 'w> {
        let mut rows = self.rows();
        let (verdict, effective) =
            (self.plan(self.verdict_gate(target)), self.plan(self.effective_gate(target)));
        let settles = self.settles(target);
        let settled = settles.iter().map(|(_, _, gate)| rows.extent(*gate)).collect();
        let access = self.access_in(target, &mut rows);
        Answers { reasoner: self, target, access, verdict, effective, settles, rows: settled }
    }
}
