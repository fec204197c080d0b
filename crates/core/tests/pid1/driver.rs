//! A world that answers every op at once, as far as PID 1 needs it until the door of its last stage.

use rekindle_core::configuration::encode_file;
use rekindle_core::control::{Answer, ControlRequest, MOST_FRAME_BYTES, Peer};
use rekindle_core::errno::Errno;
use rekindle_core::event::{ControlEvent, Effect, Event, ExitStatus};
use rekindle_core::initctl::render_runlevel_request;
use rekindle_core::op::{Become, ControlOp, How, Op, OpId, Outcome, ProcessOp, Read, ReadOp, Whom};
use rekindle_core::pid1::{Pid1, StartArguments};
use rekindle_core::proc::process::{Closer, Process};
use rekindle_core::request::{Origin, Sender};
use rekindle_core::time::Moment;
use std::collections::VecDeque;

/// The first process id of children, and of helpers.
const FIRST_PID: u32 = 100;
const FIRST_HELPER: u32 = 5_000;

/// More events than any test takes.
const MOST_EVENTS: usize = 10_000;

#[derive(Clone)]
pub(crate) struct Driver {
    pub(crate) pid1: Pid1,
    pub(crate) now_ms: u64,
    pub(crate) inittab: String,
    /// What the configuration is made of: files with what is in them.
    pub(crate) configuration: Vec<(&'static str, Result<&'static str, Errno>)>,
    pub(crate) kexec_loaded: &'static str,
    pub(crate) is_container: bool,
    /// What a look at whoever asks tells.
    pub(crate) sender: Sender,
    /// What this world answers otherwise than a healthy machine.
    pub(crate) answer: fn(&Op) -> Option<Outcome>,
    /// So many tries to become another program fail.
    pub(crate) failing_becomes: usize,
    /// Outcomes of looks at senders are kept back.
    pub(crate) holds_looks: bool,
    pub(crate) held: Vec<OpId>,
    pub(crate) said: Vec<String>,
    pub(crate) ops: Vec<Op>,
    /// Those of them that a helper was for.
    pub(crate) helped: Vec<Op>,
    /// The programs that were started, with their process ids.
    pub(crate) children: Vec<(u32, String)>,
    pub(crate) became: Vec<Become>,
    next_helper: u32,
    events: VecDeque<Event>,
    /// How many events there were.
    count: usize,
}

impl Driver {
    pub(crate) fn new(arguments: &[&str], inittab: &str) -> Self {
        let arguments = arguments.iter().map(|word| word.as_bytes().to_vec()).collect();
        Self::started_with(StartArguments { arguments, ..StartArguments::default() }, inittab)
    }

    pub(crate) fn started_with(start: StartArguments, inittab: &str) -> Self {
        Self {
            pid1: Pid1::new(start),
            now_ms: 1_000,
            inittab: inittab.to_owned(),
            configuration: Vec::new(),
            kexec_loaded: "0\n",
            is_container: false,
            sender: Sender {
                comm: b"reboot".to_vec(),
                is_of_our_users: Some(true),
                is_of_our_pids: Some(true),
                ..Sender::default()
            },
            answer: |_| None,
            failing_becomes: 0,
            holds_looks: false,
            held: Vec::new(),
            said: Vec::new(),
            ops: Vec::new(),
            helped: Vec::new(),
            children: Vec::new(),
            became: Vec::new(),
            next_helper: FIRST_HELPER,
            events: VecDeque::new(),
            count: 0,
        }
    }

    pub(crate) fn give(&mut self, event: Event) {
        self.events.push_back(event);
        self.handle();
    }

    fn handle(&mut self) {
        while let Some(event) = self.events.pop_front() {
            self.count += 1;
            assert!(self.count < MOST_EVENTS, "it never comes to an end");
            let effects = self.pid1.step(event, Moment(self.now_ms));
            effects.into_iter().for_each(|effect| self.apply(effect));
        }
    }

    /// All of them came with one wake-up.
    pub(crate) fn give_all(&mut self, events: impl IntoIterator<Item = Event>) {
        self.events.extend(events);
        self.handle();
    }

    pub(crate) fn boot(mut self) -> Self {
        self.give(Event::Start);
        self
    }

    pub(crate) fn signal(&mut self, signal: u8, pid: u32) {
        self.give(Event::Signal(Origin { signal, pid, ..Origin::default() }));
    }

    /// A client connects to the control socket.
    pub(crate) fn connect(&mut self, client: u32, uid: u32) {
        let peer = Peer { pid: 4_000 + client, uid, gid: uid, groups: Vec::new() };
        self.give(Event::Control(ControlEvent::Connected { client, peer }));
    }

    /// A client sends a frame, with so many descriptors. Returns the answers that it has got by now.
    pub(crate) fn send(&mut self, client: u32, bytes: &[u8], descriptors: u8) -> Vec<Answer> {
        let before = self.answers(client).len();
        let bytes = bytes.to_vec();
        self.give(Event::Control(ControlEvent::Frame { client, bytes, descriptors }));
        self.answers(client).split_off(before)
    }

    /// A client asks for something, and is answered once.
    pub(crate) fn ask(&mut self, client: u32, request: ControlRequest<'_>) -> Answer {
        let mut answers = self.send(client, &request.render(), 0);
        assert_eq!(answers.len(), 1, "{request:?}: {answers:?}");
        answers.remove(0)
    }

    /// What a client has been sent.
    pub(crate) fn answers(&self, client: u32) -> Vec<Answer> {
        let sent = self.ops.iter().filter_map(|op| match op {
            Op::Control(ControlOp::Send { client: to, frame }) if *to == client => Some(frame),
            _ => None,
        });
        let parse = |frame: &Vec<u8>| {
            assert!(frame.len() <= MOST_FRAME_BYTES, "{} bytes", frame.len());
            Answer::parse(frame).expect("an answer")
        };
        sent.map(parse).collect()
    }

    pub(crate) fn has_dropped(&self, client: u32) -> bool {
        self.ops.contains(&Op::Control(ControlOp::Drop { client }))
    }

    /// Goes on to the next deadline.
    pub(crate) fn wait(&mut self) {
        let deadline = self.pid1.next_deadline().expect("something is waited for");
        self.now_ms = self.now_ms.max(deadline.0);
        self.give(Event::Tick);
    }

    /// The process of this program ends well.
    pub(crate) fn end_child(&mut self, program: &str) {
        let at = self.children.iter().position(|(_, name)| name == program).expect(program);
        let (pid, _) = self.children.remove(at);
        self.give(Event::ChildEnded { pid, status: ExitStatus::Exited(0) });
    }

    /// The command of `init -- command` ends.
    pub(crate) fn end_command(&mut self, status: ExitStatus) {
        self.give(Event::ChildEnded { pid: FIRST_PID, status });
    }

    pub(crate) fn running(&self) -> Vec<&str> {
        self.children.iter().map(|(_, name)| name.as_str()).collect()
    }

    pub(crate) fn has_said(&self, text: &str) -> bool {
        self.said.iter().any(|line| line.contains(text))
    }

    /// Time passes, and what is due by then is done.
    pub(crate) fn wait_ms(&mut self, ms: u64) {
        let until_ms = self.now_ms + ms;
        while let Some(deadline) = self.pid1.next_deadline().filter(|at| at.0 <= until_ms) {
            assert!(deadline.0 > self.now_ms, "it spins at {}", self.now_ms);
            self.now_ms = deadline.0;
            self.give(Event::Tick);
        }
        self.now_ms = until_ms;
    }

    /// The signals that were sent to the process of this program, which still runs.
    pub(crate) fn signals_to(&self, program: &str) -> Vec<u8> {
        let (pid, _) = self.children.iter().find(|(_, name)| name == program).expect(program);
        let sent = self.ops.iter().filter_map(|op| match op {
            Op::Process(ProcessOp::Signal { whom: Whom::Group(group), signal }) => {
                (group == pid).then_some(*signal)
            }
            _ => None,
        });
        sent.collect()
    }

    /// What the child that was started last with this program has in its environment.
    pub(crate) fn environment_of(&self, program: &str) -> Vec<String> {
        let children = self.ops.iter().filter_map(|op| match op {
            Op::Process(ProcessOp::Spawn(child)) => Some(child),
            _ => None,
        });
        let mut of_program = children.filter(|child| child.programs == [program.as_bytes()]);
        let child = of_program.next_back().expect(program);
        child.environment.iter().map(|pair| String::from_utf8_lossy(pair).into_owned()).collect()
    }

    /// A request of telinit's.
    pub(crate) fn telinit(&mut self, letter: u8) {
        self.give(Event::Initctl(render_runlevel_request(letter, 0).to_vec()));
    }

    fn apply(&mut self, effect: Effect) {
        match effect {
            Effect::Say { text, .. } => self.said.push(text),
            Effect::Watch { .. } | Effect::Unwatch { .. } => {}
            Effect::Run { id, op, how } => {
                if let How::Helper { .. } = how {
                    self.helped.push(op.clone());
                    let pid = self.next_helper;
                    self.next_helper += 1;
                    self.events.push_back(Event::HelperStarted { id, pid });
                }
                if self.holds_looks && matches!(op, Op::Read(ReadOp::Sender { .. })) {
                    self.held.push(id);
                } else if let Some(outcome) = self.perform(&op) {
                    self.events.push_back(Event::Finished { id, outcome });
                }
                self.ops.push(op);
            }
        }
    }

    fn perform(&mut self, op: &Op) -> Option<Outcome> {
        if let Some(outcome) = (self.answer)(op) {
            return Some(outcome);
        }
        Some(match op {
            Op::Read(read) => self.look(read),
            Op::Process(ProcessOp::Spawn(child)) => {
                let pid = FIRST_PID + self.ops.len() as u32;
                let program = child.programs.first().expect("a program").clone();
                self.children.push((pid, String::from_utf8(program).unwrap()));
                Outcome::Started(pid)
            }
            Op::Process(ProcessOp::SpawnCommand(_)) => Outcome::Started(FIRST_PID),
            Op::Process(ProcessOp::Become(to)) => {
                self.became.push((**to).clone());
                // What works never comes back.
                if self.became.len() > self.failing_becomes {
                    return None;
                }
                Outcome::Failed(Errno::ENOMEM)
            }
            Op::CtrlAltDel { resets: false } if self.is_container => Outcome::Failed(Errno::EINVAL),
            _ => Outcome::Done,
        })
    }

    fn told_configuration(&self) -> Vec<u8> {
        let mut told = Vec::new();
        for (path, content) in &self.configuration {
            encode_file(path.as_bytes(), content.map(str::as_bytes), &mut told);
        }
        told
    }

    fn look(&self, read: &ReadOp) -> Outcome {
        let whole = |bytes: &[u8]| Outcome::Read(Read::whole(bytes.to_vec()));
        match read {
            ReadOp::File { path: "/etc/inittab", .. } => whole(self.inittab.as_bytes()),
            ReadOp::Configuration => whole(&self.told_configuration()),
            ReadOp::File { path: "/sys/kernel/kexec_loaded", .. } => {
                whole(self.kexec_loaded.as_bytes())
            }
            ReadOp::File { .. } => whole(b""),
            ReadOp::Sender { .. } => whole(&self.sender.encode()),
            ReadOp::Census(_) => {
                let closer = Some(Closer { is_spared: true, ..Closer::default() });
                let spared = Process { pid: 77, is_of_root: true, closer, ..Process::default() };
                whole(&spared.encode())
            }
            ReadOp::IsMountPoint { .. } | ReadOp::IsVirtualTerminal => Outcome::Answer(true),
            ReadOp::TakeFile { .. } | ReadOp::OwnPidNamespace | ReadOp::ProcessOwners => {
                Outcome::Failed(Errno::ENOENT)
            }
        }
    }
}
