//! What people are told.

use leptos::prelude::*;
use shared::{id::CompanyId, notice::NoticeView};

#[cfg(feature = "ssr")]
use super::context::{actor, answer, backend};
use crate::error::Answer;

/// The latest notices, which are read from now on.
#[server(name = OpenNoticesCall, endpoint = "notices/open")]
pub async fn open_notices(company: CompanyId) -> Answer<Vec<NoticeView>> {
    answer(backend()?.notices.open(actor()?, company).await)
}
