//! A company's own name and end.

use leptos::prelude::*;
use shared::settings::{DeleteCompany, KeepCompany, RenameCompany};

#[cfg(feature = "ssr")]
use super::context::{actor, answer, backend, leave_form};
use crate::error::Answer;

/// Gives the company another name.
#[server(name = RenameCompanyCall, endpoint = "companies/rename")]
pub async fn rename_company(input: RenameCompany) -> Answer<()> {
    answer(backend()?.companies.rename(actor()?, input).await)?;
    leave_form("/settings?done=company");
    Ok(())
}

/// Has the company deleted after seven days.
#[server(name = DeleteCompanyCall, endpoint = "companies/delete")]
pub async fn delete_company(input: DeleteCompany) -> Answer<()> {
    answer(backend()?.companies.delete(actor()?, input).await)?;
    leave_form("/settings");
    Ok(())
}

/// Keeps a company that was to be deleted.
#[server(name = KeepCompanyCall, endpoint = "companies/keep")]
pub async fn keep_company(input: KeepCompany) -> Answer<()> {
    answer(backend()?.companies.keep(actor()?, input).await)?;
    leave_form("/settings?done=kept");
    Ok(())
}
