#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| servelint_fuzz::formats(bytes));
