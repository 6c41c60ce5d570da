//! Files that wait to be fetched: each is handed out once, to the person whose key made it, or to that key.
//! `tools::download` keeps them.

use std::net::IpAddr;

use futures::{Stream, stream};
use sea_orm::DbErr;
use shared::id::{ApiKeyId, CompanyId, DownloadId, UserId};

use super::{Core, principal::Refusal, verifier::Verifier};
use crate::{
    domain::{credential::Presented, file_access::may_fetch, token::Token},
    store::downloads,
};

/// Hands files out. Cheap to clone.
#[derive(Clone, Debug)]
pub struct DownloadsService {
    core: Core,
    /// Says whether the key that made a file is still good.
    verifier: Verifier,
}

/// Who asks for a file.
#[derive(Debug, Clone, Copy)]
pub enum Asker {
    /// Whoever holds this key.
    Key(ApiKeyId),
    /// The person who is signed in.
    Person(UserId),
}

/// A file that was taken: nobody else gets it.
pub struct TakenFile {
    core: Core,
    company: CompanyId,
    id: DownloadId,
    /// Its name: letters, digits, dots and hyphens, as it is made from a model's technical name.
    pub name: String,
    /// `application/pdf`.
    pub media_type: String,
    /// How long it is, altogether.
    pub bytes: i64,
}

impl DownloadsService {
    /// One for the files in the core's database.
    #[must_use]
    pub const fn new(core: Core, verifier: Verifier) -> Self {
        Self { core, verifier }
    }

    /// Who asks by presenting a key from `address`.
    ///
    /// # Errors
    /// Why what is presented is none.
    pub async fn holder(
        &self,
        presented: Presented<'_>,
        address: IpAddr,
    ) -> Result<Asker, Refusal> {
        let principal = self.verifier.verify(presented, address, None).await?;
        Ok(Asker::Key(principal.key))
    }

    /// The file behind a link, once, for its owner. It goes with its key: what a key made is not handed out after
    /// its end, nor to itself once it may make no such file any more. The person's own session has it still: it is
    /// their file.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn take(&self, asker: Asker, token: &Token) -> Result<Option<TakenFile>, DbErr> {
        let Self { core, verifier } = self;
        let now = core.clock.now();
        let found = downloads::find_by_token(core.db.reader(), token.hash(), now).await?;
        let Some(file) = found else { return Ok(None) };
        let key = ApiKeyId::from_uuid(file.key_id);
        // Its owner sits where they like: the address that counts is the call's.
        let principal = match verifier.standing(key, None).await {
            Ok(principal) => principal,
            Err(Refusal::Unavailable) => {
                return Err(DbErr::Custom("a key's standing could not be read".to_owned()));
            }
            Err(_) => return Ok(None),
        };
        let is_theirs = match asker {
            Asker::Key(asking) => {
                asking == key && may_fetch(file.permission, principal.permissions)
            }
            Asker::Person(user) => user == principal.user,
        };
        if !is_theirs {
            return Ok(None);
        }
        let (company, id) = (CompanyId::from_uuid(file.company_id), DownloadId::from_uuid(file.id));
        let transaction = core.db.begin().await?;
        let taken = downloads::take(&transaction, company, id, now).await?;
        transaction.commit().await?;
        Ok(taken.then(|| TakenFile {
            core: core.clone(),
            company,
            id,
            name: file.name,
            media_type: file.media_type,
            bytes: file.bytes,
        }))
    }
}

impl TakenFile {
    /// Its bytes, part by part: no more than one is held in memory, and each goes as it is read.
    pub fn parts(self) -> impl Stream<Item = Result<Vec<u8>, DbErr>> {
        let Self { core, company, id, name: _, media_type: _, bytes: _ } = self;
        stream::try_unfold(0, move |number| {
            let core = core.clone();
            async move {
                let part = take_part(&core, company, id, number).await.inspect_err(|error| {
                    tracing::error!(error = %error, "a file that is being fetched broke off");
                });
                Ok::<_, DbErr>(part?.map(|part| (part, number + 1)))
            }
        })
    }
}

async fn take_part(
    core: &Core,
    company: CompanyId,
    id: DownloadId,
    number: i32,
) -> Result<Option<Vec<u8>>, DbErr> {
    let transaction = core.db.begin().await?;
    let part = downloads::take_part(&transaction, company, id, number).await?;
    transaction.commit().await?;
    Ok(part)
}
