//! `rekindle kexec status`, and the exit status of `kexec -S`.

use super::facts::{read_crash_loaded, read_facts};
use crate::output;
use kernel_image::facts::{Facts, LoadLimit, Lockdown};
use rekindle_core::request::Refusal;
use rekindle_core::request::refusal::Why;
use rekindle_sys::pid1::is_kernel_loaded;
use std::process::ExitCode;

#[derive(Debug)]
struct Status {
    is_loaded: bool,
    is_crash_loaded: Option<bool>,
    facts: Facts,
}

/// Tells what is loaded, and what may be.
pub(crate) fn run(json: bool) -> Result<ExitCode, String> {
    let status = Status {
        is_loaded: read_loaded()?,
        is_crash_loaded: read_crash_loaded(),
        facts: read_facts(),
    };
    output::print(&if json { render_json(&status) } else { render_text(&status) })?;
    Ok(ExitCode::SUCCESS)
}

/// Which kernels are loaded. What is not known is `None`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LoadedKernels {
    /// The one that `reboot -k` enters.
    pub(crate) next: Option<bool>,
    /// The one for a crash.
    pub(crate) crash: Option<bool>,
}

/// Reads which are. A kernel without kexec has no file that tells.
pub(crate) fn read_loaded_kernels() -> LoadedKernels {
    LoadedKernels { next: is_kernel_loaded().ok(), crash: read_crash_loaded() }
}

/// 1 if a kernel is loaded, 0 if not (kexec(8), `--status`).
pub(crate) fn query(crash: bool) -> Result<ExitCode, String> {
    let is_loaded = if crash { read_crash_loaded().unwrap_or(false) } else { read_loaded()? };
    Ok(ExitCode::from(u8::from(is_loaded)))
}

fn read_loaded() -> Result<bool, String> {
    is_kernel_loaded().map_err(|errno| {
        let refusal = Refusal::kexec(None, Why::KexecUnknown(errno));
        format!("{refusal}; the kernel needs CONFIG_KEXEC_FILE=y, and /sys mounted")
    })
}

fn render_text(status: &Status) -> String {
    let Facts { is_load_disabled, load_limit, lockdown, .. } = &status.facts;
    format!(
        "kernel loaded: {}\ncrash kernel loaded: {}\nloading disabled: {}\nloads left: {}\nlockdown: {}\n",
        yes_or_no(Some(status.is_loaded)),
        yes_or_no(status.is_crash_loaded),
        yes_or_no(*is_load_disabled),
        load_limit.map_or_else(|| String::from("unlimited"), |limit| limit.to_string()),
        lockdown.map_or("unknown", Lockdown::name),
    )
}

fn yes_or_no(answer: Option<bool>) -> &'static str {
    match answer {
        Some(true) => "yes",
        Some(false) => "no",
        None => "unknown",
    }
}

/// `load_limit` is the kernel's own number, of which -1 means unlimited.
fn render_json(status: &Status) -> String {
    let Facts { is_load_disabled, load_limit, lockdown, .. } = &status.facts;
    let limit = match load_limit {
        Some(LoadLimit::Left(count)) => count.to_string(),
        Some(LoadLimit::Unlimited) | None => String::from("-1"),
    };
    format!(
        "{{\"loaded\":{},\"crash_loaded\":{},\"load_disabled\":{},\"load_limit\":{limit},\"lockdown\":{}}}\n",
        status.is_loaded,
        json_boolean(status.is_crash_loaded),
        json_boolean(*is_load_disabled),
        lockdown.map_or_else(|| String::from("null"), |level| format!("\"{}\"", level.name())),
    )
}

fn json_boolean(answer: Option<bool>) -> String {
    answer.map_or_else(|| String::from("null"), |answer| answer.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status() -> Status {
        let facts = Facts {
            has_boot_capability: Some(true),
            is_load_disabled: Some(false),
            load_limit: Some(LoadLimit::Left(2)),
            lockdown: Some(Lockdown::Integrity),
        };
        Status { is_loaded: true, is_crash_loaded: Some(false), facts }
    }

    #[test]
    fn people_and_programs_are_told_the_same() {
        let text = "kernel loaded: yes\ncrash kernel loaded: no\nloading disabled: no\nloads left: 2\nlockdown: integrity\n";
        assert_eq!(render_text(&status()), text);
        let json = "{\"loaded\":true,\"crash_loaded\":false,\"load_disabled\":false,\"load_limit\":2,\"lockdown\":\"integrity\"}\n";
        assert_eq!(render_json(&status()), json);
    }

    /// Linux before 6.3 has no limit, so its missing file is no mystery; securityfs may just not
    /// be mounted.
    #[test]
    fn what_is_unknown_is_called_so() {
        let status = Status { is_loaded: false, is_crash_loaded: None, facts: Facts::default() };
        let text = "kernel loaded: no\ncrash kernel loaded: unknown\nloading disabled: unknown\nloads left: unlimited\nlockdown: unknown\n";
        assert_eq!(render_text(&status), text);
        let json = "{\"loaded\":false,\"crash_loaded\":null,\"load_disabled\":null,\"load_limit\":-1,\"lockdown\":null}\n";
        assert_eq!(render_json(&status), json);
    }
}
