//! How long an Odoo may take, and how much it may answer.

use std::time::Duration;

use reqwest::Response;

use super::errors::{OdooError, Reached, unanswered};

/// How long an Odoo may take, and how much it may answer.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Until the connection stands, resolving the name and TLS included.
    pub connect_timeout: Duration,
    /// Until the whole answer is there. A long report or a posting of many entries takes its time.
    pub total_timeout: Duration,
    /// The most bytes of one answer.
    pub max_body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            total_timeout: Duration::from_secs(30),
            max_body: 32 * 1024 * 1024,
        }
    }
}

/// Reads a body of at most `max` bytes.
///
/// # Errors
/// [`OdooError::TooLarge`], before more than that is held in memory; or what broke the connection.
pub(super) async fn read_body(mut response: Response, max: usize) -> Result<Vec<u8>, OdooError> {
    let announced = response.content_length().unwrap_or(0);
    if announced > max as u64 {
        return Err(OdooError::TooLarge);
    }
    let mut body = Vec::with_capacity(announced as usize);
    while let Some(chunk) =
        response.chunk().await.map_err(|error| unanswered(&error, Reached::Perhaps))?
    {
        if body.len() + chunk.len() > max {
            return Err(OdooError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
