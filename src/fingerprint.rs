//! Fingerprints that stamp results with what they were made of.

use sha2::{Digest, Sha256};

/// A SHA-256 over parts that cannot run into one another: texts and columns are preceded by their length.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fingerprint(Sha256);

impl Fingerprint {
    /// Of something of this kind and version, whose fingerprints differ from those of any other.
    pub(crate) fn of(kind: &str) -> Self {
        let mut fingerprint = Self::default();
        fingerprint.text(kind);
        fingerprint
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub(crate) fn length(&mut self, length: usize) {
        self.0.update((length as u64).to_le_bytes());
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.length(text.len());
        self.0.update(text.as_bytes());
    }

    /// A column of numbers, eight bytes each, lowest first.
    pub(crate) fn numbers<T: Copy>(&mut self, kind: &[u8], values: &[T], bytes: impl Fn(T) -> [u8; 8]) {
        self.0.update(kind);
        self.length(values.len());
        let mut buffer = Vec::with_capacity(8 * 1024);
        for chunk in values.chunks(1024) {
            buffer.clear();
            for &value in chunk {
                buffer.extend_from_slice(&bytes(value));
            }
            self.0.update(&buffer);
        }
    }

    pub(crate) fn digest(self) -> [u8; 32] {
        self.0.finalize().into()
    }

    /// `sha256:` and 64 hexadecimal digits.
    pub(crate) fn written(self) -> String {
        self.digest().iter().fold("sha256:".to_owned(), |mut hex, byte| {
            for digit in [byte >> 4, byte & 15] {
                hex.extend(char::from_digit(u32::from(digit), 16));
            }
            hex
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Fingerprint;

    #[test]
    fn it_is_the_published_digest() {
        // FIPS 180-2, appendix B.1: the digest of "abc".
        let mut abc = Fingerprint::default();
        abc.bytes(b"abc");
        assert_eq!(abc.written(), "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn parts_do_not_run_into_one_another() {
        let of = |parts: &[&str]| {
            let mut fingerprint = Fingerprint::of("test 1");
            for part in parts {
                fingerprint.text(part);
            }
            fingerprint.written()
        };
        assert_ne!(of(&["ab", "c"]), of(&["a", "bc"]));
        assert_ne!(of(&["abc"]), of(&["abc", ""]));
    }
}
