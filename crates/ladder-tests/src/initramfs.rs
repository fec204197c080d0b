//! An initramfs with one program in it, as PID 1 (Linux
//! Documentation/driver-api/early-userspace/buffer-format.rst).

/// Types and modes of the files (inode(7)).
const FOLDER: u32 = 0o040_755;
const PROGRAM: u32 = 0o100_755;
const CHARACTER_DEVICE: u32 = 0o020_600;

const LINK: u32 = 0o120_777;
const TEXT: u32 = 0o100_644;

/// An archive in the making.
pub(crate) struct Initramfs {
    bytes: Vec<u8>,
    inode: u32,
}

impl Initramfs {
    /// The archive of one program: it, the console it prints on, and a place for /sys.
    pub(crate) fn of(program: &[u8]) -> Vec<u8> {
        let mut archive = Self { bytes: Vec::new(), inode: 0 };
        archive.add("dev", FOLDER, (0, 0), &[]);
        archive.add("dev/console", CHARACTER_DEVICE, (5, 1), &[]);
        archive.add("sys", FOLDER, (0, 0), &[]);
        archive.add("init", PROGRAM, (0, 0), program);
        archive.add("TRAILER!!!", 0, (0, 0), &[]);
        archive.bytes
    }

    /// The archive of our own `init` with this inittab, and `reboot`.
    pub(crate) fn of_init(program: &[u8], inittab: &str) -> Vec<u8> {
        let mut archive = Self { bytes: Vec::new(), inode: 0 };
        for folder in ["dev", "etc", "proc", "run", "sbin", "sys"] {
            archive.add(folder, FOLDER, (0, 0), &[]);
        }
        archive.add("dev/console", CHARACTER_DEVICE, (5, 1), &[]);
        archive.add("etc/inittab", TEXT, (0, 0), inittab.as_bytes());
        archive.add("init", PROGRAM, (0, 0), program);
        archive.add("sbin/reboot", LINK, (0, 0), b"/init");
        archive.add("TRAILER!!!", 0, (0, 0), &[]);
        archive.bytes
    }

    /// Magic number and thirteen numbers of eight hexadecimal digits, the name, the data, each
    /// padded to four bytes.
    fn add(&mut self, name: &str, mode: u32, device: (u32, u32), data: &[u8]) {
        self.inode += 1;
        let (size, name_size) = (data.len() as u32, name.len() as u32 + 1);
        let numbers = [self.inode, mode, 0, 0, 1, 0, size, 0, 0, device.0, device.1, name_size, 0];
        self.bytes.extend(b"070701");
        for number in numbers {
            self.bytes.extend(format!("{number:08x}").bytes());
        }
        self.bytes.extend(name.bytes().chain([0]));
        self.pad();
        self.bytes.extend(data);
        self.pad();
    }

    fn pad(&mut self) {
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
    }
}
