//! libpq of the system, for comparison: loaded when the bench runs, so that nothing else needs it.

#![allow(unsafe_code, reason = "a C library is called")]

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ptr;

unsafe extern "C" {
    fn dlopen(name: *const c_char, flags: c_int) -> *mut c_void;
    fn dlsym(library: *mut c_void, name: *const c_char) -> *mut c_void;
    fn free(memory: *mut c_void);
}

type Parse = unsafe extern "C" fn(*const c_char, *mut *mut c_char) -> *mut c_void;
type Defaults = unsafe extern "C" fn() -> *mut c_void;
type Free = unsafe extern "C" fn(*mut c_void);

/// The functions that read a connection string without connecting.
pub(crate) struct Libpq {
    parse: Parse,
    defaults: Defaults,
    free: Free,
}

impl Libpq {
    /// Loads the library; else says what is missing.
    pub(crate) fn load() -> Result<Self, &'static str> {
        const NOW: c_int = 2;
        let symbol = |library, name: &CStr| {
            // SAFETY: the library was loaded and stays so, the name ends with a NUL.
            let found = unsafe { dlsym(library, name.as_ptr()) };
            (!found.is_null()).then_some(found)
        };
        // SAFETY: the name ends with a NUL; libpq does nothing when it is loaded.
        let library = unsafe { dlopen(c"libpq.so.5".as_ptr(), NOW) };
        if library.is_null() {
            return Err("libpq.so.5 is not there");
        }
        let all = symbol(library, c"PQconninfoParse")
            .zip(symbol(library, c"PQconndefaults"))
            .zip(symbol(library, c"PQconninfoFree"));
        let ((parse, defaults), free) = all.ok_or("it lacks a function")?;
        // SAFETY: these are the functions' types in libpq-fe.h.
        unsafe {
            Ok(Self {
                parse: std::mem::transmute::<*mut c_void, Parse>(parse),
                defaults: std::mem::transmute::<*mut c_void, Defaults>(defaults),
                free: std::mem::transmute::<*mut c_void, Free>(free),
            })
        }
    }

    /// Reads a string into its options, and frees them.
    pub(crate) fn parse(&self, text: &str) {
        let text = CString::new(text).expect("a text without NUL");
        let mut error = ptr::null_mut();
        // SAFETY: as libpq-fe.h has it; what it gives is freed as the documentation says, null included.
        unsafe {
            let options = (self.parse)(text.as_ptr(), &raw mut error);
            if options.is_null() {
                free(error.cast());
            } else {
                (self.free)(options);
            }
        }
    }

    /// Fills every option with its default, from the environment and elsewhere, and frees them.
    pub(crate) fn defaults(&self) {
        // SAFETY: as libpq-fe.h has it.
        unsafe {
            let options = (self.defaults)();
            if !options.is_null() {
                (self.free)(options);
            }
        }
    }
}
