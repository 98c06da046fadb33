//! Starts the page: the binary that Trunk builds.

fn main() {
    connlint_web::start();
}
