//! A matrix that is made piece by piece has every cell once, in order.

use std::sync::Mutex;

use whomay::Reasoner;
use whomay::diagnostic::Sources;
use whomay::question::{Answer, Context, Matrix};
use whomay::workload::{Shape, Size, Workload};

#[test]
fn the_cells_of_a_matrix_of_several_pieces_are_in_order_and_told_of() {
    let size = Size { users: 400, groups: 20, targets: 200, policies: 5 };
    let world = Workload::new(size, Shape::Rand, 1).world();
    let reasoner = Reasoner::new(&world);
    let sources = Sources::default();
    let told = Mutex::new(Vec::new());
    let tell = |done, total| told.lock().unwrap().push((done, total));
    let matrix = Matrix::ask(Context { reasoner: &reasoner, sources: &sources }, &[]).telling(&tell);
    let expected = world.targets.ids().flat_map(|target| {
        let (world, name) = (&world, world.target_name(target));
        let access = reasoner.access(target);
        world
            .users
            .iter()
            .map(move |(id, user)| [name.clone(), user.username.to_string(), access.verdict(id).to_string()])
    });
    let expected: Vec<[String; 3]> = expected.collect();
    let sheets = matrix.sheets();
    assert_eq!(sheets[0].len(), expected.len());
    let mut rows = Vec::new();
    let took = sheets[0].each_row(|row| {
        rows.push([row[1].clone(), row[3].clone(), row[5].clone()]);
        Ok(())
    });
    took.unwrap();
    assert!(rows == expected);
    let told = told.lock().unwrap().clone();
    assert!(told.len() > 1 && told.is_sorted(), "{told:?}");
    assert_eq!(told.last(), Some(&(80_000, 80_000)));
}
