//! People who link their Odoo accounts.

use app::backend::{Actor, Connections};
use shared::{Error, connection::LinkOdooAccount, id::CompanyId};

/// Links `login` with `secret` as somebody does who has just opened the page: at the Odoo that it shows.
pub async fn link_as_shown(
    connections: &dyn Connections,
    actor: Actor,
    company: CompanyId,
    (login, secret): (&str, &str),
) -> Result<(), Error> {
    let page = connections.page(actor, company).await?;
    let shown = page.connection.ok_or(Error::NotConnected)?;
    let input = LinkOdooAccount {
        company,
        url: shown.url,
        database: shown.database.unwrap_or_default(),
        login: login.to_owned(),
        secret: secret.to_owned(),
    };
    connections.link(actor, input).await
}
