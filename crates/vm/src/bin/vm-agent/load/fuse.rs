//! A file system in a user process that serves all but one request: FLUSH, which the kernel sends
//! when a descriptor is closed, and for which it then waits without taking a signal.
//!
//! Numbers and layouts: include/uapi/linux/fuse.h. There is one file, `file`, which is empty.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use rustix::mount::{MountFlags, mount};

use super::state::{quiet, ready};

const LOOKUP: u32 = 1;
const FORGET: u32 = 2;
const GETATTR: u32 = 3;
const OPEN: u32 = 14;
const RELEASE: u32 = 18;
const FLUSH: u32 = 25;
const INIT: u32 = 26;
const INTERRUPT: u32 = 36;
const BATCH_FORGET: u32 = 42;

const ENOSYS: i32 = 38;

/// More than any request that this file system allows.
const BUFFER_BYTES: usize = 256 * 1024;

const ROOT: u64 = 1;
const FILE: u64 = 2;

/// Where the process is named that hangs.
const EXECUTING: &str = "/run/executing";

/// Mounts the file system and has a process execute another program with a file of it open.
/// Ready once that process waits for an answer.
pub(super) fn serve_all_but_flush(target: &str) -> Result<()> {
    let mut device = OpenOptions::new()
        .read(true)
        .write(true)
        .open("/dev/fuse")
        .context("unable to open /dev/fuse")?;
    let options = format!("fd={},rootmode=40000,user_id=0,group_id=0\0", device.as_raw_fd());
    let options = std::ffi::CStr::from_bytes_with_nul(options.as_bytes())?;
    mount("unanswered", target, "fuse", MountFlags::empty(), options)
        .with_context(|| format!("unable to mount on {target}"))?;
    let child = quiet("/bin/vm-agent")
        .args(["load", "execute-with-open"])
        .arg(Path::new(target).join("file"))
        .spawn()
        .context("unable to start a process")?;
    fs::write(EXECUTING, child.id().to_string()).context("unable to name the process")?;
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        let length = device.read(&mut buffer).context("unable to read a request")?;
        serve(&mut device, buffer.get(..length).context("a request longer than its buffer")?)?;
    }
}

/// Std opens files so that they are closed when a program is executed.
pub(super) fn execute_with_open(path: &str) -> Result<()> {
    let _file = File::open(path).with_context(|| format!("unable to open {path}"))?;
    let error = Command::new("/bin/sleep").arg("1000000").exec();
    Err(error).context("unable to execute /bin/sleep")
}

fn serve(device: &mut File, request: &[u8]) -> Result<()> {
    let opcode = u32_at(request, 4)?;
    let node = u64_at(request, 16)?;
    match opcode {
        INIT => answer(device, request, 0, &render_init()),
        LOOKUP => answer(device, request, 0, &render_entry()),
        GETATTR => answer(
            device,
            request,
            0,
            &[words64(&[0]), words32(&[0; 2]), attributes(node)].concat(),
        ),
        // No descriptor of our own, no flags.
        OPEN => answer(device, request, 0, &[0; 16]),
        RELEASE => answer(device, request, 0, &[]),
        FLUSH => ready(),
        FORGET | BATCH_FORGET | INTERRUPT => Ok(()),
        _ => answer(device, request, -ENOSYS, &[]),
    }
}

fn answer(device: &mut File, request: &[u8], error: i32, body: &[u8]) -> Result<()> {
    let unique = u64_at(request, 8)?;
    let length = u32::try_from(16 + body.len()).context("an answer too long")?;
    let header = [words32(&[length, error.cast_unsigned()]), words64(&[unique])].concat();
    let reply = [header.as_slice(), body].concat();
    match device.write(&reply) {
        Ok(count) if count == reply.len() => Ok(()),
        // Whoever asked is gone (ENOENT).
        Ok(_) | Err(_) if error != 0 => Ok(()),
        Ok(_) => bail!("an answer was cut short"),
        Err(error) => Err(error).context("unable to answer"),
    }
}

/// struct fuse_init_out of version 7.31.
fn render_init() -> Vec<u8> {
    let (background, congestion) = (12_u32, 9_u32);
    let max_write_bytes = 4096;
    let words = [7, 31, 0, 0, congestion << 16 | background, max_write_bytes, 1];
    [words32(&words), words32(&[0; 9])].concat()
}

/// struct fuse_entry_out: node, generation, how long both are valid, attributes.
fn render_entry() -> Vec<u8> {
    [words64(&[FILE, 0, 0, 0]), words32(&[0, 0]), attributes(FILE)].concat()
}

/// struct fuse_attr.
fn attributes(node: u64) -> Vec<u8> {
    let (mode, links) = if node == ROOT { (0o040_755, 2) } else { (0o100_644, 1) };
    let numbers = words64(&[node, 0, 0, 0, 0, 0]);
    [numbers, words32(&[0, 0, 0, mode, links, 0, 0, 0, 4096, 0])].concat()
}

fn words32(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_ne_bytes()).collect()
}

fn words64(words: &[u64]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_ne_bytes()).collect()
}

fn u32_at(request: &[u8], offset: usize) -> Result<u32> {
    let bytes = request.get(offset..offset + 4).context("a request cut short")?;
    Ok(u32::from_ne_bytes(bytes.try_into()?))
}

fn u64_at(request: &[u8], offset: usize) -> Result<u64> {
    let bytes = request.get(offset..offset + 8).context("a request cut short")?;
    Ok(u64::from_ne_bytes(bytes.try_into()?))
}
