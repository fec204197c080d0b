//! A client of PID 1's control socket that says any bytes at all: PID 1 is asked as the product's own
//! commands would never ask it. The frames are those of crates/core/src/control/request.rs.

use std::fs::File;
use std::io::{ErrorKind, IoSlice};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{
    AddressFamily, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags, SocketAddrUnix,
    SocketFlags, SocketType,
};

const PATH: &str = "/run/rekindle/control";

/// The most descriptors that the kernel takes with one message (net/scm.h, SCM_MAX_FD).
pub(crate) const MOST_DESCRIPTORS: usize = 253;

/// What an answer may take.
const LIMIT: Duration = Duration::from_secs(30);

/// The frame that asks what PID 1 tells of itself.
pub(crate) const MACHINE: &[u8] = b"RK\x01\x02";

/// A connection.
#[derive(Debug)]
pub(crate) struct Client {
    socket: OwnedFd,
}

impl Client {
    /// Connects; where others wait to be taken, it waits as well.
    pub(crate) fn connect() -> std::io::Result<Client> {
        let kind = SocketType::SEQPACKET;
        let socket =
            rustix::net::socket_with(AddressFamily::UNIX, kind, SocketFlags::CLOEXEC, None)?;
        rustix::net::connect(&socket, &SocketAddrUnix::new(PATH)?)?;
        set_socket_timeout(&socket, Timeout::Recv, Some(LIMIT))?;
        Ok(Client { socket })
    }

    /// Sends a frame with these descriptors, or fails at once where there is no room for it.
    pub(crate) fn send(&self, frame: &[u8], files: &[BorrowedFd<'_>]) -> std::io::Result<()> {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST_DESCRIPTORS))];
        let mut ancillary = SendAncillaryBuffer::new(&mut space);
        if !files.is_empty() && !ancillary.push(SendAncillaryMessage::ScmRights(files)) {
            return Err(ErrorKind::InvalidInput.into());
        }
        let flags = SendFlags::NOSIGNAL | SendFlags::DONTWAIT;
        let slices = [IoSlice::new(frame)];
        rustix::net::sendmsg(&self.socket, &slices, &mut ancillary, flags)?;
        Ok(())
    }

    /// Waits for the next frame.
    pub(crate) fn receive(&self) -> std::io::Result<Vec<u8>> {
        let mut bytes = [0; 8192];
        let (_, count) = rustix::net::recv(&self.socket, bytes.as_mut_slice(), RecvFlags::empty())?;
        if count == 0 {
            Err(ErrorKind::ConnectionReset.into())
        } else {
            Ok(bytes[..count].to_vec())
        }
    }
}

/// Asks one frame, given in hexadecimal, with descriptors of these files, and prints the answer.
pub(crate) fn ask(frame: &str, paths: &[&str]) -> Result<()> {
    let open = |path: &&str| File::open(path).with_context(|| format!("unable to open {path}"));
    let files = paths.iter().map(open).collect::<Result<Vec<_>>>()?;
    let descriptors: Vec<_> = files.iter().map(AsFd::as_fd).collect();
    let client = Client::connect().with_context(|| format!("unable to connect to {PATH}"))?;
    client.send(&parse_hex(frame)?, &descriptors).context("unable to ask")?;
    let answer = client.receive().context("there was no answer")?;
    println!("{}", answer.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    Ok(())
}

fn parse_hex(text: &str) -> Result<Vec<u8>> {
    ensure!(text.is_ascii() && text.len() % 2 == 0, "{text:?} is not hexadecimal");
    let byte = |pair: &[u8]| u8::from_str_radix(&String::from_utf8_lossy(pair), 16);
    text.as_bytes().chunks(2).map(|pair| byte(pair).context("not hexadecimal")).collect()
}
