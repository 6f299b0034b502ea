//! What can be set, as flags or in the environment.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use client_core::ids::{OrgUnitId, PersonId};
use client_core::model::period::ReportingPeriod;

use crate::naming;

/// Sổ Công đoàn: the server with the app inside.
#[derive(Debug, Parser)]
#[command(name = "so-cong-doan", version, about)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// How logs are written.
    #[arg(long, global = true, env = "SO_CONG_DOAN_LOG_FORMAT", default_value = "text")]
    pub log_format: LogFormat,
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Set a new database up: its identity, the unit at the top, the first administrator, whose password is printed once.
    /// Only this, and `serve --demo`, makes a data folder.
    Init(InitOptions),
    /// Serve the app and the API until told to stop.
    Serve(ServeOptions),
    /// Make a new one-time code with which a device of a person enrols.
    EnrolmentCode(EnrolmentCodeOptions),
    /// Set the password with which a person signs in at the desk. It is read from standard input.
    Password(PasswordOptions),
    /// Import units, people, periods and entries from a JSON file, all or nothing. The format: docs/IMPORT.md. Not beside a
    /// server.
    Import(ImportOptions),
    /// Print a unit's report for a period: every indicator with its value, what was declared, and where it comes from.
    Report(ReportOptions),
    /// Make the read model anew from the documents. Not beside a server.
    Rebuild(DataOptions),
    /// Say that the database was restored from a backup: devices then compare what they hold with it and bring back what it
    /// lacks. Not beside a server.
    Restored(DataOptions),
    /// Print the OpenAPI document of the API.
    Openapi,
}

/// Where the database is.
#[derive(Debug, Clone, Args)]
pub struct DataOptions {
    /// Folder of the database.
    #[arg(long, env = "SO_CONG_DOAN_DATA", default_value = "data")]
    pub data: PathBuf,
}

/// What to set up.
#[derive(Debug, Clone, Args)]
pub struct InitOptions {
    /// Where the database is.
    #[command(flatten)]
    pub data: DataOptions,
    /// Id of the unit at the top.
    #[arg(long, default_value = "TINH")]
    pub root: OrgUnitId,
    /// Its name.
    #[arg(long, default_value = "LĐLĐ tỉnh Lai Châu", value_parser = naming::name)]
    pub root_name: String,
    /// The name with which the first administrator signs in.
    #[arg(long, default_value = "quantri", value_parser = naming::login)]
    pub login: String,
    /// Fill it with invented units, people and activities.
    #[arg(long)]
    pub demo: bool,
}

/// What to import.
#[derive(Debug, Clone, Args)]
pub struct ImportOptions {
    /// Where the database is.
    #[command(flatten)]
    pub data: DataOptions,
    /// The file.
    pub file: PathBuf,
}

/// Which report to print.
#[derive(Debug, Clone, Args)]
pub struct ReportOptions {
    /// Where the database is.
    #[command(flatten)]
    pub data: DataOptions,
    /// Id of the unit.
    pub unit: OrgUnitId,
    /// The period: 2026-Q3, 2026-H1 or 2026.
    pub period: ReportingPeriod,
    /// Print JSON with the explanation of every number, not a table.
    #[arg(long)]
    pub json: bool,
}

/// How to serve.
#[derive(Debug, Clone, Args)]
pub struct ServeOptions {
    /// Where the database is.
    #[command(flatten)]
    pub data: DataOptions,
    /// Address to listen on. A proxy that speaks HTTPS stands before it when others than this machine are to reach it.
    #[arg(long, env = "SO_CONG_DOAN_LISTEN", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    pub listen: IpAddr,
    /// Port to listen on; 0 takes a free one.
    #[arg(long, env = "SO_CONG_DOAN_PORT", default_value_t = 8080)]
    pub port: u16,
    /// Fill a new database with invented units, people and activities, and print how to enrol and sign in.
    #[arg(long)]
    pub demo: bool,
    /// A proxy stands before the server: take the client's address from the last entry of X-Forwarded-For.
    #[arg(long, env = "SO_CONG_DOAN_BEHIND_PROXY")]
    pub behind_proxy: bool,
}

/// For whom to make a code.
#[derive(Debug, Clone, Args)]
pub struct EnrolmentCodeOptions {
    /// Where the database is.
    #[command(flatten)]
    pub data: DataOptions,
    /// Id of the person.
    #[arg(long)]
    pub person: PersonId,
    /// How many days the code may be used.
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u16).range(1..=90))]
    pub days: u16,
}

/// Whose password to set.
#[derive(Debug, Clone, Args)]
pub struct PasswordOptions {
    /// Where the database is.
    #[command(flatten)]
    pub data: DataOptions,
    /// Id of the person.
    #[arg(long)]
    pub person: PersonId,
}

/// How logs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_flags_it_serves_this_machine_on_port_8080() {
        let cli = Cli::try_parse_from(["so-cong-doan", "serve"]).unwrap();
        let Command::Serve(options) = cli.command else {
            panic!("{cli:?}")
        };
        assert_eq!((options.port, options.listen.is_loopback()), (8080, true));
        assert_eq!(options.data.data, PathBuf::from("data"));
        assert!(!options.demo && !options.behind_proxy);
    }
}
