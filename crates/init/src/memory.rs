//! Memory: the allocator, and the code that is seldom needed.
#![allow(unsafe_code)]

use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::ptr::NonNull;
use linked_list_allocator::Heap;
use rekindle_sys::raw::CodeRange;

/// Room for an inittab of ten thousand entries and a census of 26,000 processes. It lies in
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

// SAFETY: discard.ld defines both; they are never read.
unsafe extern "C" {
    static rare_code_start: u8;
    static rare_code_end: u8;
}

/// What runs at a boot, for a client or at an end, as far as whole pages hold nothing else.
pub(crate) fn rare_code() -> CodeRange {
    const PAGE_BYTES: usize = 4096;
    let (start, end) = (&raw const rare_code_start, &raw const rare_code_end);
    let start = start.addr().next_multiple_of(PAGE_BYTES);
    let bytes = end.addr().saturating_sub(start);
    // SAFETY: between the two is the section .text.ending alone, and its last page holds nothing else.
    unsafe { CodeRange::new(start, bytes) }
}
