//! A configuration, as init reads it.

use crate::output;
use rekindle_core::configuration::{
    GROUP_FILE_PATH, MOST_BYTES, MOST_GROUP_FILE_BYTES, Place, Reading, Value,
};
use rekindle_core::inittab::Dialect;
use rekindle_core::op::{Outcome, Read};
use rekindle_core::text::{JsonText, Shown};
use rekindle_sys::configuration::read_configuration_files;
use rekindle_sys::files::read_whole_file;
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Prints what one file says. Says whether it has no problems.
pub(super) fn check_file(file: &Path, json: bool) -> Result<bool, String> {
    let path = file.as_os_str().as_bytes();
    let text = read_whole_file(path, MOST_BYTES)
        .map_err(|errno| format!("can't read {}: {errno}", output::shown(file)))?;
    let mut reading = Reading::default();
    reading.take_file(path, Ok(&text));
    let groups = read_whole_file(GROUP_FILE_PATH.as_bytes(), MOST_GROUP_FILE_BYTES);
    reading.take_groups(&groups.unwrap_or_default());
    print(&reading, json)
}

/// Prints what the installed files say together, without the kernel's line. Says whether they have no
/// problems, and which dialect they choose.
pub(super) fn check_installed(json: bool) -> Result<(bool, Option<Dialect>), String> {
    let told = Outcome::Read(Read::whole(read_configuration_files()));
    let reading = Reading::of_look(&told);
    Ok((print(&reading, json)?, reading.configuration.dialect()))
}

fn print(reading: &Reading, json: bool) -> Result<bool, String> {
    let files = &reading.configuration.files;
    let values = reading.configuration.values(&reading.settings);
    let render = if json { render_json } else { render_line };
    let lines = values.iter().filter_map(|value| match value.source.place() {
        Place::File { file, line } => Some(render(files.get(file)?, line, value)),
        Place::Default | Place::KernelLine => None,
    });
    output::print(&lines.collect::<String>())?;
    for problem in &reading.problems {
        // Where it can't be written, the exit status says it.
        let _ = writeln!(io::stderr(), "{}", problem.render(files));
    }
    Ok(reading.problems.is_empty())
}

fn render_line(path: &[u8], line: u16, value: &Value) -> String {
    format!("{}:{line}: {} = {}\n", Shown(path), value.key, value.text)
}

fn render_json(path: &[u8], line: u16, value: &Value) -> String {
    format!(
        "{{\"file\":\"{}\",\"line\":{line},\"key\":\"{}\",\"value\":\"{}\"}}\n",
        JsonText(path),
        value.key,
        JsonText(value.text.as_bytes()),
    )
}
