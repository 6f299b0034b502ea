//! Prints the TypeScript types of the core as one JSON object, from file name to text. `cargo xtask types` puts them
//! into the app: xtask itself does not link the core, so that it works while the core does not compile.
#![expect(
    clippy::print_stdout,
    reason = "the text on standard output is what this program is for"
)]

fn main() -> Result<(), Box<dyn std::error::Error>> {
    print!("{}", serde_json::to_string(&client_core::typescript::files()?)?);
    Ok(())
}
