use super::*;
use crate::proc::process::Closer;

fn sample(pid: u32) -> Process {
    Process {
        pid,
        parent: 1,
        state: b'S',
        is_of_root: true,
        ignored: u64::MAX,
        comm: b"postgres".to_vec(),
        closer: Some(Closer {
            is_spared: true,
            has_terminal: true,
            reads_term: pid == 3,
            written_bytes: 1 << 40,
        }),
        ..Process::default()
    }
}

fn root(pid: u32, is_spared: Option<bool>) -> Process {
    let closer = is_spared.map(|is_spared| Closer { is_spared, ..Closer::default() });
    Process { pid, state: b'S', is_of_root: true, closer, ..Process::default() }
}

#[test]
fn records_come_back_as_they_went_and_the_later_one_counts() {
    let first = Process { closer: None, ..sample(2) };
    let dead = Process { is_dead: true, is_kernel_thread: true, ..Process::default() };
    let dead = Process { pid: 4, closer: None, ..dead };
    let mut bytes: Vec<u8> =
        [&first, &sample(3), &dead].iter().flat_map(|one| one.encode()).collect();
    let listed = |processes: &[Process], has_everyone| Census {
        processes: processes.to_vec(),
        has_everyone,
    };
    assert_eq!(decode_census(&bytes), listed(&[first.clone(), sample(3), dead.clone()], false));
    bytes.extend(encode_end_of_list());
    assert_eq!(decode_census(&bytes), listed(&[first.clone(), sample(3), dead.clone()], true));
    bytes.extend(sample(2).encode());
    assert_eq!(decode_census(&bytes), listed(&[sample(2), sample(3), dead.clone()], true));
    bytes.pop();
    assert_eq!(decode_census(&bytes), listed(&[first, sample(3), dead], true));
}

#[test]
fn who_is_spared_is_known_only_by_a_look_at_everybody() {
    let of = |processes: &[Process], has_everyone| {
        Census { processes: processes.to_vec(), has_everyone }.spared(&|pid| pid == 90)
    };
    let user = Process { pid: 302, state: b'S', ..Process::default() };
    let plain = [root(301, Some(false)), user];
    assert_eq!(of(&plain, true), Spared::Known(Vec::new()));
    assert_eq!(of(&plain, false), Spared::Partial(Vec::new()));
    let both = [root(300, Some(true)), root(303, None)];
    assert_eq!(of(&both, true), Spared::Partial(Vec::from([300])));
    assert_eq!(of(&[root(300, Some(true))], true), Spared::Known(Vec::from([300])));
    // A helper of PID 1's is nobody, and the dead and the kernel's threads need no look.
    let dead = Process { is_dead: true, ..root(7, None) };
    let thread = Process { is_kernel_thread: true, ..root(8, None) };
    let nobody = [root(1, None), root(90, None), dead, thread];
    assert_eq!(of(&nobody, true), Spared::Known(Vec::new()));
}

#[test]
fn who_vanished_during_a_look_is_forgotten() {
    let processes = Vec::from([root(5, None), root(6, Some(false))]);
    let mut census = Census { processes, has_everyone: true };
    census.forget_vanished();
    assert_eq!(census.processes, [root(6, Some(false))]);
}
