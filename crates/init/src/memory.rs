//! Memory: the allocator, and the six functions of C that compiled Rust calls.
#![allow(unsafe_code)]

use core::alloc::{GlobalAlloc, Layout};
use core::arch::asm;
use core::cell::UnsafeCell;
use core::ptr::NonNull;
use linked_list_allocator::Heap;

/// Room for an inittab of ten thousand entries and a census of thirty thousand processes. It lies in
/// .bss, so a page that was never used is never resident.
const HEAP_BYTES: usize = 16 * 1024 * 1024;

/// The heap's own fields lie right before what it hands out, so that both begin on one page.
#[repr(C, align(16))]
struct OneThreadHeap {
    heap: UnsafeCell<Heap>,
    arena: UnsafeCell<[u8; HEAP_BYTES]>,
}

// SAFETY: PID 1, its helpers and the commands have one thread each, and no signal handlers: nobody
// else can be inside a call.
unsafe impl Sync for OneThreadHeap {}

#[global_allocator]
static HEAP: OneThreadHeap =
    OneThreadHeap { heap: UnsafeCell::new(Heap::empty()), arena: UnsafeCell::new([0; HEAP_BYTES]) };

impl OneThreadHeap {
    /// # Safety
    /// No other reference to the heap may be alive.
    #[allow(clippy::mut_from_ref)]
    unsafe fn get(&self) -> &mut Heap {
        // SAFETY: one thread, and no caller keeps the reference beyond its own call.
        let heap = unsafe { &mut *self.heap.get() };
        if heap.size() == 0 {
            // SAFETY: the arena is used by nothing else, and this happens once.
            unsafe { heap.init(self.arena.get().cast(), HEAP_BYTES) };
        }
        heap
    }
}

// SAFETY: the heap hands out non-overlapping parts of the arena, of the size and alignment asked for.
unsafe impl GlobalAlloc for OneThreadHeap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the reference ends with this call.
        let heap = unsafe { self.get() };
        heap.allocate_first_fit(layout).map_or(core::ptr::null_mut(), NonNull::as_ptr)
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the reference ends with this call.
        let heap = unsafe { self.get() };
        if let Some(pointer) = NonNull::new(pointer) {
            // SAFETY: `pointer` came from `alloc` with the same layout (GlobalAlloc's contract).
            unsafe { heap.deallocate(pointer, layout) };
        }
    }
}

// String instructions, because the compiler may turn a loop in a function of this name into a call
// of that very function.

/// # Safety
/// As memcpy(3): both ranges are valid for `count` bytes and do not overlap.
#[unsafe(no_mangle)]
unsafe extern "C" fn memcpy(to: *mut u8, from: *const u8, count: usize) -> *mut u8 {
    // SAFETY: reads and writes exactly the two ranges; the direction flag is clear (System V ABI).
    unsafe {
        asm!("rep movsb", inout("rcx") count => _, inout("rdi") to => _, inout("rsi") from => _, options(nostack, preserves_flags))
    };
    to
}

/// # Safety
/// As memmove(3): both ranges are valid for `count` bytes; they may overlap.
#[unsafe(no_mangle)]
unsafe extern "C" fn memmove(to: *mut u8, from: *const u8, count: usize) -> *mut u8 {
    if to.addr().wrapping_sub(from.addr()) >= count {
        // SAFETY: `to` does not lie inside the source, so copying upwards reads nothing it has written.
        return unsafe { memcpy(to, from, count) };
    }
    let last = count.wrapping_sub(1);
    // SAFETY: copies downwards from the last byte of each range, and clears the direction flag again.
    unsafe {
        asm!("std", "rep movsb", "cld", inout("rcx") count => _, inout("rdi") to.wrapping_add(last) => _,
            inout("rsi") from.wrapping_add(last) => _, options(nostack))
    };
    to
}

/// # Safety
/// As memset(3): the range is valid for `count` bytes.
#[unsafe(no_mangle)]
unsafe extern "C" fn memset(to: *mut u8, byte: i32, count: usize) -> *mut u8 {
    // SAFETY: writes exactly the range; memset(3) uses the lowest eight bits of `byte`.
    unsafe {
        asm!("rep stosb", inout("rcx") count => _, inout("rdi") to => _, in("eax") byte, options(nostack, preserves_flags))
    };
    to
}

/// # Safety
/// As memcmp(3): both ranges are valid for `count` bytes.
#[unsafe(no_mangle)]
unsafe extern "C" fn memcmp(left: *const u8, right: *const u8, count: usize) -> i32 {
    let mut at = 0usize;
    while at < count {
        // SAFETY: `at` is within the first range. Volatile, so that this stays a loop.
        let a = unsafe { left.wrapping_add(at).read_volatile() };
        // SAFETY: `at` is within the second range.
        let b = unsafe { right.wrapping_add(at).read_volatile() };
        if a != b {
            return i32::from(a).wrapping_sub(i32::from(b));
        }
        at = at.wrapping_add(1);
    }
    0
}

/// # Safety
/// As memcmp(3).
#[unsafe(no_mangle)]
unsafe extern "C" fn bcmp(left: *const u8, right: *const u8, count: usize) -> i32 {
    // SAFETY: the same contract.
    unsafe { memcmp(left, right, count) }
}

/// # Safety
/// As strlen(3): a NUL follows `string`.
#[unsafe(no_mangle)]
unsafe extern "C" fn strlen(string: *const u8) -> usize {
    let mut length = 0usize;
    // SAFETY: no NUL has been passed, so this byte belongs to the string. Volatile as above.
    while unsafe { string.wrapping_add(length).read_volatile() } != 0 {
        length = length.wrapping_add(1);
    }
    length
}
