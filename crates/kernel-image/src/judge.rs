//! Whether a file is a kernel that can be loaded, or else what it is and what to do.

use crate::bzimage::{BzImage, HeaderError, check_complete, parse_bzimage_header};
use crate::kind::recognise_file;

/// Judges a kernel by its first bytes ([`crate::bzimage::HEADER_MOST_BYTES`]) and its length.
///
/// # Errors
/// The reason and the next step in words.
pub fn judge_kernel(head: &[u8], file_bytes: u64) -> Result<BzImage, String> {
    let header = parse_bzimage_header(head).map_err(|error| match error {
        HeaderError::NotBzImage => recognise_file(head).to_string(),
        told => told.to_string(),
    })?;
    check_complete(&header, file_bytes)?;
    Ok(header)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bzimage::tests::fabricate_kernel;

    #[test]
    fn a_kernel_passes_and_everything_else_is_named() {
        let kernel = fabricate_kernel();
        assert!(judge_kernel(&kernel, 3072).is_ok());
        assert!(judge_kernel(&kernel, 3000).unwrap_err().starts_with("it is cut short: 3000 of"));
        assert!(judge_kernel(b"\x7fELF", 4).unwrap_err().starts_with("it is an ELF file"));
        assert!(
            judge_kernel(&kernel[..0x210], 0x210)
                .unwrap_err()
                .starts_with("it ends inside its own header")
        );
    }
}
