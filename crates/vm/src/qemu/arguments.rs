//! QEMU's command line, word by word.

use std::ffi::OsString;
use std::path::Path;

/// Words in the order in which QEMU reads them.
#[derive(Debug, Default)]
pub(crate) struct Arguments {
    list: Vec<OsString>,
}

impl Arguments {
    /// What every machine here has: an accelerator, and nothing that nobody asked for.
    pub(crate) fn of_any_machine(accelerator: &str) -> Arguments {
        let mut arguments = Arguments::default();
        arguments.option("-accel", accelerator);
        arguments.words(&["-nodefaults", "-no-user-config", "-display", "none"]);
        arguments
    }

    pub(crate) fn option(&mut self, name: &str, value: impl Into<OsString>) {
        self.list.extend([name.into(), value.into()]);
    }

    pub(crate) fn words<S: AsRef<str>>(&mut self, words: &[S]) {
        self.list.extend(words.iter().map(|word| OsString::from(word.as_ref())));
    }

    /// QEMU loads a Linux-like kernel itself.
    pub(crate) fn kernel(&mut self, image: &Path, initrd: Option<&Path>, command_line: &str) {
        self.option("-kernel", image);
        if let Some(initrd) = initrd {
            self.option("-initrd", initrd);
        }
        self.option("-append", command_line);
    }

    /// A device that QEMU connects to the socket `name` of `folder`, such as `-serial
    /// chardev:console`.
    pub(crate) fn socket(&mut self, folder: &Path, name: &str, option: &str, value: &str) {
        let path = folder.join(name);
        self.option("-chardev", format!("socket,id={name},path={}", path.display()));
        self.option(option, value);
    }

    pub(crate) fn into_list(self) -> Vec<OsString> {
        self.list
    }
}
