//! Command line and environment.

use clap::ValueEnum;

/// Who may found a company.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SignupMode {
    /// The first person does; everybody after them is invited.
    First,
    /// Nobody: people come by invitation only.
    Invite,
    /// Anybody.
    Open,
}
