//! What is configured besides the time limits, and where each value comes from.

use super::source::Source;
use crate::inittab::Dialect;
use crate::pairs::Pairs;
use crate::settings::Settings;
use crate::text::{Shown, parse_u32, word, words};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// How many keys there are: the limits, and those below.
pub const KEYS: usize = 13;

/// The keys behind the limits.
const DIALECT: usize = 10;
const LOOK_GROUP: usize = 11;
const END_GROUP: usize = 12;
const OTHERS: [&str; 3] = ["dialect", "look_group", "end_group"];

/// The longest name of a group: what fits into a line of any system's /etc/group.
const MOST_GROUP_BYTES: usize = 255;

/// A group of users.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// Its name or number as it was given; empty for none.
    pub name: Vec<u8>,
    /// Its number; `None` where it is none, or not known.
    pub gid: Option<u32>,
}

impl Group {
    fn parse(name: &[u8]) -> Result<Self, &'static str> {
        if name.len() > MOST_GROUP_BYTES || name.iter().any(|byte| matches!(byte, 0 | b':')) {
            return Err("not the name of a group");
        }
        Ok(Self { name: name.to_vec(), gid: parse_u32(name) })
    }

    /// Whether its number has still to be found.
    #[must_use]
    pub fn is_unresolved(&self) -> bool {
        self.gid.is_none() && !self.name.is_empty()
    }
}

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
    /// Whose rules inittab follows, if that is chosen.
    pub dialect: Option<Dialect>,
    /// Who may look at the state besides root.
    pub look_group: Group,
    /// Who may ask for an end besides root.
    pub end_group: Group,
    /// The files that sources and problems speak of, by their place.
    pub files: Vec<Vec<u8>>,
    sources: [Source; KEYS],
}

impl Configuration {
    /// The number of the group that may look.
    #[must_use]
    pub const fn look_gid(&self) -> Option<u32> {
        self.look_group.gid
    }

    /// The number of the group that may ask for an end.
    #[must_use]
    pub const fn end_gid(&self) -> Option<u32> {
        self.end_group.gid
    }

    /// Both groups, with where each comes from.
    pub(super) fn groups(&mut self) -> [(&mut Group, Source); 2] {
        let [.., look, end] = self.sources;
        [(&mut self.look_group, look), (&mut self.end_group, end)]
    }

    /// Sets one value, of these limits or of its own.
    pub(super) fn set(
        &mut self,
        settings: &mut Settings,
        (key, value): (&[u8], &[u8]),
        source: Source,
    ) -> Result<(), &'static str> {
        let place = match word(key) {
            "dialect" => {
                let dialect = Dialect::parse_name(value).ok_or("neither busybox nor sysvinit")?;
                self.dialect = Some(dialect);
                DIALECT
            }
            "look_group" => {
                self.look_group = Group::parse(value)?;
                LOOK_GROUP
            }
            "end_group" => {
                self.end_group = Group::parse(value)?;
                END_GROUP
            }
            _ => settings.set(key, value)?,
        };
        if let Some(place) = self.sources.get_mut(place) {
            *place = source;
        }
        Ok(())
    }

    /// Every key with its value, of these limits and of its own.
    #[must_use]
    pub fn values(&self, settings: &Settings) -> Vec<Value> {
        let limits = settings.named().map(|(key, value)| (key, value.to_string()));
        let dialect = self.dialect.map(Dialect::name).unwrap_or_default();
        let group = |group: &Group| Shown(&group.name).to_string();
        let others = [String::from(dialect), group(&self.look_group), group(&self.end_group)];
        let pairs = limits.into_iter().chain(OTHERS.into_iter().zip(others));
        pairs.zip(self.sources).map(|((key, text), source)| Value { key, text, source }).collect()
    }

    /// For another PID 1. The limits are told before.
    pub(crate) fn render(&self, pairs: &mut Pairs) {
        if let Some(dialect) = self.dialect {
            pairs.put("dialect", dialect.name().as_bytes());
        }
        let groups =
            [("look_group", "look_gid", &self.look_group), ("end_group", "end_gid", &self.end_group)];
        for (key, number_key, group) in groups {
            pairs.put(key, &group.name);
            if let Some(gid) = group.gid {
                pairs.put_shown(number_key, &gid);
            }
        }
        pairs.put_each("configuration_file", &self.files);
        for (key, source) in keys().zip(self.sources) {
            if let Some(source) = source.render() {
                pairs.put_shown("source", &format_args!("{key} {source}"));
            }
        }
    }

    /// Reads one pair back, or a limit. What is not known is passed over.
    pub(crate) fn take_pair(&mut self, settings: &mut Settings, key: &[u8], value: &[u8]) {
        match word(key) {
            "look_gid" => self.look_group.gid = parse_u32(value),
            "end_gid" => self.end_group.gid = parse_u32(value),
            "configuration_file" => self.files.push(value.to_vec()),
            "source" => self.take_source(value),
            _ => {
                let mut changed = *settings;
                let is_changed = changed.set(key, value).is_ok() && changed != *settings;
                // A version that tells no sources knows the kernel's line alone.
                let source = if is_changed { Source::KernelLine } else { Source::Default };
                let _ = self.set(settings, (key, value), source);
            }
        }
    }

    fn take_source(&mut self, value: &[u8]) {
        let mut words = words(value);
        let key = words.next().unwrap_or_default();
        let place = keys().position(|other| other.as_bytes() == key);
        let place = place.and_then(|place| self.sources.get_mut(place));
        if let (Some(place), Some(source)) = (place, Source::parse(words)) {
            *place = source;
        }
    }
}

/// All keys, in the order of the sources.
fn keys() -> impl Iterator<Item = &'static str> {
    Settings::default().named().into_iter().map(|(key, _)| key).chain(OTHERS)
}
