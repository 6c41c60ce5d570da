//! Rows of `policies`. A company without one has the defaults.

use sea_orm::{
    ActiveValue::Set,
    ConnectionTrait, DbErr, EntityTrait,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use shared::{company::Ceilings, id::CompanyId, permission::PermissionSet, time::Timestamp};

use crate::entities::policy::{ActiveModel, Column, Entity};

/// The ceilings in force in `company`.
///
/// # Errors
/// When the database refuses.
pub async fn ceilings(db: &impl ConnectionTrait, company: CompanyId) -> Result<Ceilings, DbErr> {
    let row = Entity::find_by_id(company.as_uuid()).one(db).await?;
    Ok(row.map_or(Ceilings::DEFAULT, |row| Ceilings {
        owner: permissions(row.ceiling_owner),
        admin: permissions(row.ceiling_admin),
        member: permissions(row.ceiling_member),
    }))
}

/// Sets the ceilings and counts the version of the policies up.
///
/// # Errors
/// When the database refuses.
pub async fn set_ceilings(
    db: &impl ConnectionTrait,
    company: CompanyId,
    ceilings: Ceilings,
    now: Timestamp,
) -> Result<(), DbErr> {
    let Ceilings { owner, admin, member } = ceilings;
    let row = ActiveModel {
        company_id: Set(company.as_uuid()),
        ceiling_owner: Set(number(owner)),
        ceiling_admin: Set(number(admin)),
        ceiling_member: Set(number(member)),
        version: Set(1),
        updated_at: Set(now.as_micros()),
    };
    let changed =
        [Column::CeilingOwner, Column::CeilingAdmin, Column::CeilingMember, Column::UpdatedAt];
    Entity::insert(row)
        .on_conflict(
            OnConflict::column(Column::CompanyId)
                .update_columns(changed)
                .value(Column::Version, Expr::col((Entity, Column::Version)).add(1))
                .to_owned(),
        )
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// The set that a number in the database stands for. Bits beyond the eight, which a later version may
/// know, allow nothing here.
#[must_use]
pub fn permissions(number: i16) -> PermissionSet {
    PermissionSet::from_bits(number.to_le_bytes()[0])
}

/// The number that stands for a set in the database.
#[must_use]
pub fn number(permissions: PermissionSet) -> i16 {
    i16::from(permissions.bits())
}
