//! Prints the measures of sync beside their aims. `cargo xtask bench sync` builds all of it and calls this.
#![expect(clippy::print_stdout, reason = "a table is what it is for")]

use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use system_tests::bench::{Line, Measure, Scale, measure};

/// The measures of sync.
#[derive(Debug, Parser)]
#[command(name = "bench-sync", version, about)]
struct Arguments {
    /// Small counts, to see that it works. The aims are about the full ones.
    #[arg(long)]
    quick: bool,
    /// Another number of devices in the burst.
    #[arg(long)]
    devices: Option<usize>,
    /// Only these rows.
    #[arg(long, value_enum)]
    only: Vec<Measure>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let scale = if arguments.quick { Scale::QUICK } else { Scale::FULL };
    let scale = arguments.devices.map_or(scale, |devices| scale.with_devices(devices));
    let measures = match arguments.only.as_slice() {
        [] => Measure::value_variants(),
        only => only,
    };
    let mut missed = 0;
    println!("{:<66} {:>12} {:>34}  met", "what", "aim", "measured");
    for one in measures {
        match measure(*one, scale) {
            Ok(lines) => {
                missed += lines.iter().filter(|line| line.met == Some(false)).count();
                lines.iter().for_each(print);
            }
            Err(error) => {
                eprintln!("error: {one:?} was not measured: {error}");
                return ExitCode::FAILURE;
            }
        }
    }
    println!("{missed} aims are not met");
    ExitCode::SUCCESS
}

fn print(line: &Line) {
    let met = match line.met {
        Some(true) => "yes",
        Some(false) => "NO",
        None => "",
    };
    println!("{:<66} {:>12} {:>34}  {met}", line.what, line.aim, line.value);
}
