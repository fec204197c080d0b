//! Links a flat image at address 0 that begins with its own PE header (src/header.s) and relocates
//! itself.
fn main() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/link.ld");
    println!("cargo:rerun-if-changed={script}");
    println!("cargo:rustc-link-arg-bins=-Wl,-T,{script}");
    for argument in ["-nostartfiles", "-nostdlib", "-static-pie"] {
        println!("cargo:rustc-link-arg-bins={argument}");
    }
    for argument in
        ["--no-dynamic-linker", "-z,notext", "-z,norelro", "--build-id=none", "--gc-sections"]
    {
        println!("cargo:rustc-link-arg-bins=-Wl,{argument}");
    }
    // What firmware loads is the bytes themselves; no ELF is left to convert.
    println!("cargo:rustc-link-arg-bins=-Wl,--oformat=binary");
}
