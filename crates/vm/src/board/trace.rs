//! QEMU's trace of writes to devices, in which the guest's serial output tells where in time a
//! write lies.

use std::fmt;

/// Whose writes are judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watched {
    /// Of our kernel every write after the ladder has begun, but for its own printing.
    Lantern,
    /// Of Linux the writes to places that the ladder uses; its shutdown writes to interrupt
    /// controllers and timers too.
    Linux,
}

/// A write as a device saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    /// QEMU's name of the device.
    pub device: String,
    /// Port or physical address.
    pub address: u64,
    /// What was written.
    pub value: u64,
}

impl Write {
    /// As [`fmt::Display`] shows it.
    #[must_use]
    pub fn new(device: &str, address: u64, value: u64) -> Self {
        Self { device: device.to_owned(), address, value }
    }

    /// Port 0x64, the reset register in microvm's memory, 0x92, 0xCF9, CMOS; devices that only
    /// share an address are not meant, so the name counts, and what nobody answered is named `io`.
    fn is_of_the_ladder(&self) -> bool {
        let is_port = [0x64, 0x70, 0x71, 0x92, 0xCF9].contains(&self.address);
        is_port || self.device == "acpi-ged-regs"
    }
}

impl fmt::Display for Write {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}[{:#x}]<-{:#x}", self.device, self.address, self.value)
    }
}

/// All writes of a run.
#[derive(Debug, Default)]
pub struct Trace {
    writes: Vec<Write>,
    /// QEMU noted a triple fault.
    pub is_triple_fault: bool,
}

impl Trace {
    /// Reads QEMU's log.
    #[must_use]
    pub fn parse(log: &str) -> Self {
        let writes = log.lines().filter_map(parse_write).collect();
        Self { writes, is_triple_fault: log.contains("Triple fault") }
    }

    /// What the guest printed on its serial port.
    #[must_use]
    pub fn serial(&self) -> String {
        self.writes.iter().filter_map(character).collect()
    }

    /// The writes that came after this text was printed for the first time; `None` if it never was.
    #[must_use]
    pub fn after(&self, text: &str, watched: Watched) -> Option<Vec<Write>> {
        let mut printed = String::new();
        let start = self.writes.iter().position(|write| {
            printed.extend(character(write));
            printed.ends_with(text)
        });
        let rest = self.writes.get(start?..)?;
        let is_meant = |write: &&Write| match watched {
            Watched::Lantern => !matches!(write.device.as_str(), "serial" | "apic-msi"),
            Watched::Linux => write.is_of_the_ladder(),
        };
        Some(rest.iter().filter(is_meant).cloned().collect())
    }
}

/// `memory_region_ops_write cpu 0 mr 0x55d addr 0x64 value 0xfe size 1 name 'i8042-cmd'`
fn parse_write(line: &str) -> Option<Write> {
    let rest = line.strip_prefix("memory_region_ops_write ")?;
    let (numbers, name) = rest.split_once(" name ")?;
    let words: Vec<&str> = numbers.split(' ').collect();
    let number = |key: &str| {
        let place = words.iter().position(|word| *word == key)?;
        u64::from_str_radix(words.get(place + 1)?.strip_prefix("0x")?, 16).ok()
    };
    Some(Write {
        device: name.trim_matches('\'').to_owned(),
        address: number("addr")?,
        value: number("value")?,
    })
}

fn character(write: &Write) -> Option<char> {
    let is_text = write.device == "serial" && write.address == 0x3F8;
    is_text.then(|| char::from(write.value as u8))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(name: &str, address: u64, value: u64) -> String {
        format!(
            "memory_region_ops_write cpu 0 mr 0x5 addr {address:#x} value {value:#x} \
             size 1 name '{name}'\n"
        )
    }

    #[test]
    fn writes_before_the_text_do_not_count() {
        let log = [
            line("i8042-cmd", 0x64, 0xFE),
            line("serial", 0x3F8, 0x67),
            line("serial", 0x3F8, 0x6F),
        ];
        let rest = [line("io", 0x64, 0xFE), line("pic", 0x21, 0xFF)];
        let trace = Trace::parse(&[log.concat(), "Triple fault\n".into(), rest.concat()].concat());
        assert_eq!(trace.serial(), "go");
        assert!(trace.is_triple_fault);
        assert_eq!(trace.after("go", Watched::Linux), Some(vec![Write::new("io", 0x64, 0xFE)]));
        assert_eq!(trace.after("go", Watched::Lantern).map(|writes| writes.len()), Some(2));
        assert_eq!(trace.after("stop", Watched::Lantern), None);
    }
}
