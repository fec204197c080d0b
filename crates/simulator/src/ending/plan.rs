//! What an ending life is made of, as data.

/// What PID 1 runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FakeHost {
    /// A machine.
    Machine,
    /// A container whose PID 1 may call reboot(2).
    Container,
    /// A container whose PID 1 may not.
    WithoutReboot,
    /// A machine whose kernel lets go of the keys for nobody.
    MachineWithoutKeys,
}

/// When something happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// At this time.
    AtMs(u64),
    /// With this op, counted from the start of the machine.
    AfterOp(u32),
    /// While PID 1 executes its last stage.
    AtBecome,
}

/// How a process takes TERM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// Ends at once.
    Dies,
    /// Ignores it.
    Ignores,
    /// Handles it, and ends this long after.
    Saves(u64),
    /// Blocks TERM; reads it through a signalfd and ends this long after.
    SignalFd(u64),
    /// Looks as if TERM ended it: it is in sigwait(3). It takes TERM there and ends this long after.
    SigWait(u64),
    /// Blocks TERM and never reads it.
    LeavesPending,
    /// Handles TERM and stays.
    Stays,
    /// Stuck in the kernel: no signal ends it.
    Stuck,
    /// Serves the root's storage.
    Spared,
    /// Its first thread has ended; another one writes on, and TERM is ignored.
    WithoutFirstThread,
    /// A thread of the kernel.
    KernelThread,
}

/// Whether and how a process makes others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forks {
    /// It makes none.
    Never,
    /// One when it gets TERM.
    OnTerm,
    /// One every so many milliseconds from TERM on, so often.
    Every(u64, u32),
}

/// A process.
#[derive(Clone, Debug)]
pub struct ProcessPlan {
    /// How it takes TERM.
    pub manner: Manner,
    /// It is stopped (SIGSTOP, SIGTSTP).
    pub is_stopped: bool,
    /// Its parent, if that is another of these: its place in the list. Else it is PID 1's.
    pub parent: Option<usize>,
    /// It has entered PID 1's namespace from outside, and is never its child.
    pub is_outsider: bool,
    /// It belongs to root.
    pub is_of_root: bool,
    /// It calls itself a helper of PID 1's.
    pub is_impostor: bool,
    /// A closer look at it never comes back.
    pub blocks_look: bool,
    /// It has a controlling terminal.
    pub has_terminal: bool,
    /// A debugger holds it: it takes KILL and nothing else.
    pub is_traced: bool,
    /// It is in a frozen cgroup of version 2: the same.
    pub is_frozen: bool,
    /// It writes all the time that it is alive.
    pub writes: bool,
    /// Its parent does not reap it: it stays as a zombie until that one ends.
    pub is_left_a_zombie: bool,
    /// Whether it makes others.
    pub forks: Forks,
    /// The mount (by id) on which it holds a file open for writing.
    pub holds: Option<u32>,
    /// From then on it has another name, and another `argv[0]`.
    pub renamed_at_ms: Option<u64>,
}

impl ProcessPlan {
    /// One with nothing special to it.
    #[must_use]
    pub fn new(manner: Manner) -> Self {
        Self {
            manner,
            is_stopped: false,
            parent: None,
            is_outsider: false,
            is_of_root: manner == Manner::Spared || manner == Manner::KernelThread,
            is_impostor: false,
            blocks_look: false,
            has_terminal: false,
            is_traced: false,
            is_frozen: false,
            writes: false,
            is_left_a_zombie: false,
            forks: Forks::Never,
            holds: None,
            renamed_at_ms: None,
        }
    }
}

/// A mount. Those of one `device` are one file system.
#[derive(Clone, Debug)]
pub struct MountPlan {
    /// Its id.
    pub id: u32,
    /// The id of the mount that it stands on; its own for the root.
    pub parent: u32,
    /// Its mount point.
    pub target: String,
    /// Its file system.
    pub device: u32,
    /// What it was mounted as.
    pub is_read_only: bool,
    /// A file system of memory, which holds nothing that could get lost.
    pub is_of_memory: bool,
    /// For so long after the first op on a disk it answers EBUSY.
    pub busy_ms: u64,
    /// What touches it never comes back.
    pub hangs: bool,
}

impl MountPlan {
    /// A writable file system of its own.
    #[must_use]
    pub fn new(id: u32, parent: u32, target: &str) -> Self {
        let target = target.to_owned();
        let (is_read_only, is_of_memory, busy_ms, hangs) = (false, false, 0, false);
        Self { id, parent, target, device: id, is_read_only, is_of_memory, busy_ms, hangs }
    }
}

/// A swap file.
#[derive(Clone, Debug)]
pub struct SwapPlan {
    /// Its path.
    pub path: String,
    /// The id of the mount that it lies on.
    pub on: u32,
    /// Stopping it fails: there is no memory for what it holds.
    pub is_needed: bool,
}

/// A request.
#[derive(Clone, Copy, Debug)]
pub struct RequestPlan {
    /// When.
    pub when: When,
    /// By which signal.
    pub signal: u8,
}

/// What is wrong with a machine. Each happens so many times of a hundred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No helper can be had (EAGAIN, ENOMEM, EMFILE).
    NoHelper(u64),
    /// A helper hangs until its deadline.
    Hangs(u64),
    /// A helper hangs until its deadline, and does its work afterwards all the same.
    ComesLate(u64),
    /// A helper dies half-way through its answer.
    DiesHalfWay(u64),
    /// A look tells so much and is cut (a bound, EMFILE, a table that grows).
    CutsLook(u64),
    /// An op on storage says that it failed although it was done.
    SaysFailed(u64),
    /// An op on storage says that it was done although it was not.
    SaysDone(u64),
    /// An op on storage fails (EIO).
    Fails(u64),
    /// Reading a file fails (EMFILE, ENOMEM, EIO).
    FailsToRead(u64),
    /// reboot(2) and sysrq come back.
    KernelRefuses(u64),
    /// There is no copy of PID 1's program to be had.
    NoSelfCopy(u64),
    /// The last stage can't be executed.
    NoExec(u64),
    /// Process ids come back at once.
    RecyclesPids,
}

/// Time that nobody has seen pass: the machine itself was stopped (a guest that was suspended, a
/// hypervisor that took its time).
#[derive(Clone, Copy, Debug)]
pub struct TimeJump {
    /// From when.
    pub at_ms: u64,
    /// How long.
    pub by_ms: u64,
}

/// How programs behave that PID 1 starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ManagedPlan {
    /// So many scripts of a hundred hang.
    pub hangs: u64,
}
