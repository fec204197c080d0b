//! The loop: a line in, a thread, a line out.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::thread;

use anyhow::{Context, Result};
use vm::protocol::{Ask, Command, Line, Role};

use crate::answer::carry_out;
use crate::hello::read_hello;
use crate::port::Port;

/// Serves until the line closes, or until the host says `GoOn` (then the port comes back).
pub(crate) fn serve(role: Role, (reader, port): (File, Port)) -> Result<Option<Port>> {
    port.begin_afresh()?;
    port.say(&Line::Hello(read_hello(role)?))?;
    for line in BufReader::new(reader).lines() {
        let line = line.context("unable to read from the serial line")?;
        let Ok(command) = serde_json::from_str::<Command>(&line) else {
            continue;
        };
        if command.ask == Ask::GoOn {
            port.answer(command.id, vm::protocol::Answer::Done)?;
            return Ok(Some(port));
        }
        // A thread each, so that a command that hangs does not silence the agent; in place
        // when the process table is full.
        let (spare_port, spare_command) = (port.clone(), command.clone());
        let threaded = thread::Builder::new().spawn(move || respond(&spare_port, spare_command));
        if threaded.is_err() {
            respond(&port, command);
        }
    }
    Ok(None)
}

fn respond(port: &Port, command: Command) {
    let id = command.id;
    let said = match carry_out(port, id, command.ask) {
        Ok(answer) => port.answer(id, answer),
        Err(error) => port.say(&Line::Refused { id, reason: format!("{error:#}") }),
    };
    if let Err(error) = said {
        eprintln!("vm-agent: {error:#}");
    }
}
