//! Fabricated tables: what the field has taught the parser.

use restart_ladder::{
    Facts, Fadt, FadtError, Presence, ResetAddress, ResetRegister, ResetRegisterError as Error,
};

/// A table of this revision and length with a reset register in this space; `change` makes it
/// worse.
fn table(length: u32, change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut bytes = vec![0; length as usize];
    bytes[..4].copy_from_slice(b"FACP");
    bytes[4..8].copy_from_slice(&length.to_le_bytes());
    bytes[8] = 6;
    put(&mut bytes, 112, &(1_u32 << 10).to_le_bytes());
    put(&mut bytes, 116, &[1, 8, 0, 1]);
    put(&mut bytes, 120, &0xCF9_u64.to_le_bytes());
    put(&mut bytes, 128, &[0x06]);
    change(&mut bytes);
    bytes
}

fn put(bytes: &mut [u8], at: usize, field: &[u8]) {
    for (offset, byte) in field.iter().enumerate() {
        if let Some(slot) = bytes.get_mut(at + offset) {
            *slot = *byte;
        }
    }
}

fn space(space: u8, address: u64) -> Vec<u8> {
    table(276, |bytes| {
        put(bytes, 116, &[space]);
        put(bytes, 120, &address.to_le_bytes());
    })
}

fn register(bytes: &[u8]) -> Result<ResetAddress, Error> {
    Fadt::parse(bytes).unwrap().reset_register().map(|found| found.address)
}

#[test]
fn a_sound_table_gives_the_port_and_the_value() {
    let bytes = table(276, |_| {});
    let found = Fadt::parse(&bytes).unwrap().reset_register();
    assert_eq!(found, Ok(ResetRegister::new(ResetAddress::Io(0xCF9), 0x06)));
}

#[test]
fn a_64_bit_memory_address_is_kept_whole() {
    assert_eq!(register(&space(0, 0x12_FEA0_0202)), Ok(ResetAddress::Memory(0x12_FEA0_0202)));
}

#[test]
fn a_pci_register_is_taken_apart_and_checked() {
    let address = 31 << 32 | 7 << 16 | 0xB2;
    assert_eq!(
        register(&space(2, address)),
        Ok(ResetAddress::PciConfig { device: 31, function: 7, offset: 0xB2 })
    );
    for wrong in [32 << 32 | 1, 8 << 16 | 1, 0x100, 1 << 48 | 1] {
        assert_eq!(register(&space(2, wrong)), Err(Error::Address(wrong)), "{wrong:#x}");
    }
}

#[test]
fn the_flag_without_an_address_is_refused() {
    assert_eq!(register(&space(1, 0)), Err(Error::NoAddress));
    assert_eq!(register(&space(0, 0)), Err(Error::NoAddress));
}

#[test]
fn the_flag_in_a_table_too_short_for_the_register_is_refused() {
    for length in [116, 120, 128] {
        assert_eq!(register(&table(length, |_| {})), Err(Error::TooShort(length)));
    }
    assert!(register(&table(129, |_| {})).is_ok());
}

#[test]
fn a_length_field_shorter_than_the_bytes_at_hand_counts() {
    let bytes = table(276, |bytes| put(bytes, 4, &116_u32.to_le_bytes()));
    assert_eq!(register(&bytes), Err(Error::TooShort(116)));
}

#[test]
fn the_register_without_the_flag_is_refused() {
    assert_eq!(register(&table(276, |bytes| put(bytes, 112, &[0; 4]))), Err(Error::NotSupported));
}

#[test]
fn acpi_1_tables_have_no_register_and_say_nothing_about_the_keyboard() {
    let bytes = table(276, |bytes| bytes[8] = 1);
    assert_eq!(register(&bytes), Err(Error::Revision(1)));
    assert_eq!(Fadt::parse(&bytes).unwrap().keyboard_controller(), Presence::Unknown);
}

#[test]
fn other_spaces_and_ports_beyond_64_ki_are_refused() {
    assert_eq!(register(&space(1, 0x1_0CF9)), Err(Error::Address(0x1_0CF9)));
    assert_eq!(register(&space(0x7F, 1)), Err(Error::Space(0x7F)));
}

#[test]
fn widths_and_offsets_are_ignored() {
    let bytes = table(276, |bytes| put(bytes, 117, &[64, 13, 4]));
    assert_eq!(register(&bytes), Ok(ResetAddress::Io(0xCF9)));
}

#[test]
fn what_is_no_table_is_refused() {
    assert_eq!(Fadt::parse(b"FAC").err(), Some(FadtError::Truncated));
    assert_eq!(Fadt::parse(b"APIC\0\0\0\0\0").err(), Some(FadtError::Signature));
    assert_eq!(
        Fadt::parse(&table(276, |bytes| bytes.truncate(275))).err(),
        Some(FadtError::Length(276))
    );
    assert_eq!(
        Fadt::parse(&table(40, |bytes| put(bytes, 4, &[35]))).err(),
        Some(FadtError::Length(35))
    );
}

#[test]
fn the_keyboard_bit_and_hardware_reduced_become_facts() {
    let bytes = table(276, |bytes| {
        put(bytes, 109, &[0x02]);
        put(bytes, 112, &(1_u32 << 20 | 1 << 10).to_le_bytes());
    });
    let facts = Facts::from_fadt(&Fadt::parse(&bytes).unwrap());
    assert_eq!(facts.keyboard_controller, Presence::Present);
    assert!(facts.hardware_reduced && facts.reset_register.is_some());
    let without = Facts::from_fadt(&Fadt::parse(&table(276, |_| {})).unwrap());
    assert_eq!((without.keyboard_controller, without.hardware_reduced), (Presence::Absent, false));
}

#[test]
fn the_checksum_is_told_and_does_not_decide() {
    let mut bytes = table(276, |_| {});
    assert!(!Fadt::parse(&bytes).unwrap().is_checksum_right());
    let sum = bytes.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
    bytes[9] = sum.wrapping_neg();
    assert!(Fadt::parse(&bytes).unwrap().is_checksum_right());
}
