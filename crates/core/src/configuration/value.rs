//! What is configured besides the time limits, and where each value comes from.

use super::group::parse_group_id;
use super::source::Source;
use crate::inittab::Dialect;
use crate::pairs::Pairs;
use crate::settings::Settings;
use crate::text::{Shown, parse_u32, word};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// How many keys there are: the limits, and those behind them.
pub const KEYS: usize = LIMITS + OTHERS.len();

/// How many limits there are.
const LIMITS: usize = 10;

/// The keys behind the limits.
const OTHERS: [&str; 3] = ["dialect", "look_group", "end_group"];

/// How many groups there are.
pub(super) const GROUPS: usize = 2;

/// Which of these is the first group, and how the number of each is told.
const FIRST_GROUP: usize = 1;
const NUMBERS: [&str; GROUPS] = ["look_gid", "end_gid"];

/// The number of a group, or that which chown(2) takes for no change: nobody can have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Gid(u32);

impl Gid {
    const fn known(self) -> Option<u32> {
        if self.0 == u32::MAX { None } else { Some(self.0) }
    }
}

impl Default for Gid {
    fn default() -> Self {
        Self(u32::MAX)
    }
}

/// The longest name of a group: what fits into a line of any system's /etc/group.
const MOST_GROUP_BYTES: usize = 255;

/// One key with its value, to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// The key.
    pub key: &'static str,
    /// The value, as a file would have it; empty where there is none.
    pub text: String,
    /// Where it comes from.
    pub source: Source,
}

/// What is configured besides the time limits, and where each value comes from, also of those.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Configuration {
    /// The files that sources and problems speak of, by their place.
    pub files: Vec<Vec<u8>>,
    /// What was given for each of [`OTHERS`]; empty for nothing.
    texts: [Vec<u8>; OTHERS.len()],
    /// The number of each group.
    gids: [Gid; GROUPS],
    sources: [Source; KEYS],
}

impl Configuration {
    /// Whose rules inittab follows, if that is chosen.
    #[must_use]
    pub fn dialect(&self) -> Option<Dialect> {
        let [dialect, ..] = &self.texts;
        Dialect::parse_name(dialect)
    }

    /// The number of the group that may look at the state.
    #[must_use]
    pub const fn look_gid(&self) -> Option<u32> {
        let [look, _] = self.gids;
        look.known()
    }

    /// The number of the group that may ask for an end.
    #[must_use]
    pub const fn end_gid(&self) -> Option<u32> {
        let [_, end] = self.gids;
        end.known()
    }

    /// Sets one value, of these limits or of its own.
    #[inline(never)]
    pub(super) fn set(
        &mut self,
        settings: &mut Settings,
        (key, value): (&[u8], &[u8]),
        source: Source,
    ) -> Result<(), &'static str> {
        let other = OTHERS.iter().position(|other| other.as_bytes() == key);
        let place = match other {
            Some(other) => {
                check(other, value)?;
                if let Some(text) = self.texts.get_mut(other) {
                    *text = value.to_vec();
                }
                LIMITS.saturating_add(other)
            }
            None => settings.set(key, value)?,
        };
        if let Some(place) = self.sources.get_mut(place) {
            *place = source;
        }
        Ok(())
    }

    /// Finds the number of the group of this number in what is in /etc/group, and gives it where it is not
    /// there.
    #[inline(never)]
    pub(super) fn resolve(&mut self, group: usize, file: &[u8]) -> Option<(Source, Vec<u8>)> {
        let other = group.saturating_add(FIRST_GROUP);
        let (name, gid) = (self.texts.get(other)?, self.gids.get_mut(group)?);
        *gid = Gid(u32::MAX);
        if name.is_empty() {
            return None;
        }
        if let Some(number) = parse_u32(name).or_else(|| parse_group_id(file, name)) {
            *gid = Gid(number);
            return None;
        }
        let source = self.sources.get(LIMITS.saturating_add(other))?;
        Some((*source, name.clone()))
    }

    /// Whether a group has a name, and not only a number.
    pub(super) fn has_group_name(&self) -> bool {
        let [_, look, end] = &self.texts;
        [look, end].iter().any(|name| !name.is_empty() && parse_u32(name).is_none())
    }

    /// Every key with its value, of these limits and of its own.
    #[must_use]
    pub fn values(&self, settings: &Settings) -> Vec<Value> {
        let limits = settings.named().map(|(_, value)| value.to_string());
        let others = self.texts.iter().map(|text| Shown(text).to_string());
        let texts = limits.into_iter().chain(others);
        let values = keys().zip(texts).zip(self.sources);
        values.map(|((key, text), source)| Value { key, text, source }).collect()
    }

    /// For another PID 1. The limits are told before.
    #[inline(never)]
    pub(crate) fn render(&self, pairs: &mut Pairs) {
        for (key, text) in OTHERS.iter().zip(&self.texts) {
            pairs.put(key, text);
        }
        for (key, gid) in NUMBERS.iter().zip(self.gids) {
            pairs.put_shown(key, &gid.0);
        }
        pairs.put_each("configuration_file", &self.files);
        for source in self.sources {
            pairs.put_shown("source", &source.0);
        }
    }

    /// Reads one pair back, or a limit. What is not known is passed over.
    #[inline(never)]
    pub(crate) fn take_pair(&mut self, settings: &mut Settings, key: &[u8], value: &[u8]) {
        let number = parse_u32(value).unwrap_or(u32::MAX);
        let [look_gid, end_gid] = &mut self.gids;
        match word(key) {
            "look_gid" => look_gid.0 = number,
            "end_gid" => end_gid.0 = number,
            "source" => self.take_source(number),
            "configuration_file" => self.files.push(value.to_vec()),
            // A version that tells no sources knows the kernel's line alone.
            _ => _ = self.set(settings, (key, value), Source::KERNEL_LINE),
        }
    }

    /// They come in the order of the keys.
    fn take_source(&mut self, number: u32) {
        let mut behind = Source(number);
        for source in self.sources.iter_mut().rev() {
            core::mem::swap(source, &mut behind);
        }
    }
}

/// Whether a value can be one of that key of [`OTHERS`].
fn check(other: usize, value: &[u8]) -> Result<(), &'static str> {
    if other == 0 {
        return Dialect::parse_name(value).map(drop).ok_or("neither busybox nor sysvinit");
    }
    let is_name =
        value.len() <= MOST_GROUP_BYTES && !value.iter().any(|byte| matches!(byte, 0 | b':'));
    if is_name { Ok(()) } else { Err("not the name of a group") }
}

/// All keys, in the order of the sources.
fn keys() -> impl Iterator<Item = &'static str> {
    Settings::default().named().into_iter().map(|(key, _)| key).chain(OTHERS)
}
