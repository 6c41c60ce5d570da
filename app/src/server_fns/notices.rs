//! What people are told.

use leptos::{prelude::*, server_fn::codec::PostUrl};
use shared::{
    id::{CompanyId, NoticeId},
    notice::NoticePage,
};

#[cfg(feature = "ssr")]
use super::context::{actor, answer, backend, is_asked_elsewhere};
use crate::{error::Answer, wire::Wire};

/// The latest notices, or those before `before`, which are read from now on: also where the server draws the page, but not for a link on another
/// site.
#[server(name = OpenNoticesCall, endpoint = "notices/open", protocol = Wire<PostUrl>)]
pub async fn open_notices(company: CompanyId, before: Option<NoticeId>) -> Answer<NoticePage> {
    let (notices, actor) = (backend()?.notices, actor()?);
    answer(if is_asked_elsewhere() {
        notices.list(actor, company, before).await
    } else {
        notices.open(actor, company, before).await
    })
}
