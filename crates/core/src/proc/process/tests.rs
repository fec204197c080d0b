use super::*;
use crate::proc::pid::parse_status;
use alloc::format;

#[test]
fn long_names_are_cut_to_what_fits() {
    let name: Vec<u8> = (b'a'..=b'z').collect();
    let process = Process { pid: 9, comm: name.clone(), ..Process::default() };
    let back = Process::decode(&process.encode()).unwrap();
    assert_eq!(back.comm, name.get(..COMM_BYTES).unwrap());
}

fn of(pid: u32, text: &str, has_kthreadd: bool) -> Process {
    Process::of_status(pid, parse_status(text.as_bytes()), has_kthreadd)
}

#[test]
fn a_process_is_dead_only_without_a_living_thread() {
    assert!(of(9, "State:\tZ (zombie)\nThreads:\t1\n", true).is_dead);
    assert!(!of(9, "State:\tZ (zombie)\nThreads:\t2\n", true).is_dead);
    assert!(of(9, "State:\tZ (zombie)\nThreads:\t2\n", true).is_endable());
    assert!(!of(9, "State:\tS (sleeping)\nThreads:\t1\n", true).is_dead);
}

#[test]
fn threads_of_the_kernel_are_told_by_the_kernel_and_not_by_their_names() {
    assert!(of(2, "PPid:\t0\n", true).is_kernel_thread);
    assert!(of(17, "PPid:\t2\n", true).is_kernel_thread);
    // In a PID namespace 2 is a process like any other, and so are its children.
    assert!(!of(17, "PPid:\t2\n", false).is_kernel_thread);
    for parent in [0, 1] {
        let text = format!("Name:\tkthreadd\nPPid:\t{parent}\n");
        assert!(!of(2, &text, false).is_kernel_thread, "{parent}");
    }
    assert!(!of(17, "PPid:\t2\nKthread:\t0\n", true).is_kernel_thread);
    // What the kernel starts to take a core dump is no thread of its.
    assert!(!of(17, "PPid:\t2\nVmSize:\t96 kB\n", true).is_kernel_thread);
    assert!(of(17, "PPid:\t9\nKthread:\t1\n", true).is_kernel_thread);
}

#[test]
fn masks_tell_how_term_is_taken() {
    let answer = |text: &str| of(9, text, true).term_answer();
    assert_eq!(answer("SigIgn:\t0000000000004000\n"), TermAnswer::Ignores);
    assert_eq!(answer("SigCgt:\t0000000000004000\n"), TermAnswer::Handles);
    assert_eq!(answer("SigBlk:\t0000000000004000\n"), TermAnswer::LeavesPending);
    assert_eq!(answer("SigBlk:\t0000000000000000\n"), TermAnswer::Dies);
    let process = of(9, "SigBlk:\t0000000000004000\n", true);
    let closer = Some(Closer { reads_term: true, ..Closer::default() });
    assert_eq!(Process { closer, ..process }.term_answer(), TermAnswer::Handles);
}

#[test]
fn whether_one_of_root_is_spared_is_unknown_without_a_closer_look() {
    assert_eq!(of(9, "Uid:\t0\t0\t0\t0\n", true).is_spared(), None);
    assert_eq!(of(9, "Uid:\t5\t0\t0\t0\n", true).is_spared(), Some(false));
    let closer = Some(Closer { is_spared: true, ..Closer::default() });
    let known = Process { is_of_root: true, closer, ..Process::default() };
    assert_eq!(known.is_spared(), Some(true));
}

#[test]
fn process_2_is_the_kernels_in_the_first_pid_namespace_alone() {
    let namespace = |link: &[u8]| has_kthreadd(&Ok(link.to_vec()));
    assert!(namespace(b"pid:[4026531836]") && !namespace(b"pid:[4026532000]"));
    assert!(has_kthreadd(&Err(Errno::ENOENT)) && !has_kthreadd(&Err(Errno::EACCES)));
}
