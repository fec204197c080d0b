//! Links for no operating system: own entry, own memory layout, the PVH note kept.
fn main() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/link.ld");
    println!("cargo:rerun-if-changed={script}");
    println!("cargo:rustc-link-arg-bins=-Wl,-T,{script}");
    for argument in ["-nostartfiles", "-nostdlib", "-static", "-no-pie"] {
        println!("cargo:rustc-link-arg-bins={argument}");
    }
    for argument in ["--build-id=none", "-z,norelro", "-z,max-page-size=4096", "--gc-sections"] {
        println!("cargo:rustc-link-arg-bins=-Wl,{argument}");
    }
}
