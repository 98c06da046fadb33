//! See `connlint_fuzz::TARGETS`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| connlint_fuzz::feed("baseline", data));
