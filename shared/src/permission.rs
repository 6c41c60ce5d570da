//! The eight permissions of an API key, and sets of them.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// One operation that a key may allow on Odoo. The order is the one in which permissions are listed
/// everywhere: in the dashboard, in texts and in the tool list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum Permission {
    /// Search records.
    Query = 0,
    /// Read fields of existing records.
    Read = 1,
    /// Create new records.
    Create = 2,
    /// Update existing records.
    Write = 3,
    /// Call server methods on Odoo models.
    Execute = 4,
    /// Inspect model structure.
    Schema = 5,
    /// Generate reports and data extracts.
    Report = 6,
    /// Run sequences of actions validated visually.
    Workflow = 7,
}

impl Permission {
    /// All eight, in their order.
    pub const ALL: [Self; 8] = [
        Self::Query,
        Self::Read,
        Self::Create,
        Self::Write,
        Self::Execute,
        Self::Schema,
        Self::Report,
        Self::Workflow,
    ];

    /// The name in texts, forms and the API: stable.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Read => "read",
            Self::Create => "create",
            Self::Write => "write",
            Self::Execute => "execute",
            Self::Schema => "schema",
            Self::Report => "report",
            Self::Workflow => "workflow",
        }
    }

    /// Whether it can change data in Odoo.
    #[must_use]
    pub const fn changes_odoo(self) -> bool {
        match self {
            Self::Create | Self::Write | Self::Execute | Self::Workflow => true,
            Self::Query | Self::Read | Self::Schema | Self::Report => false,
        }
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text is none of the eight permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown permission")]
pub struct UnknownPermission;

impl FromStr for Permission {
    type Err = UnknownPermission;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|permission| permission.as_str() == text)
            .ok_or(UnknownPermission)
    }
}

/// A set of permissions.
///
/// Its number form has bit `n` set for the permission whose discriminant is `n`, and its text form is
/// the names in order, one space between. Both are stable: they stand in the database and the API.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct PermissionSet(u8);

impl PermissionSet {
    /// No permission.
    pub const EMPTY: Self = Self(0);
    /// All eight.
    pub const ALL: Self = Self(u8::MAX);
    /// What a new key has unless its maker chooses otherwise.
    pub const DEFAULT: Self = Self::of(&[Permission::Query, Permission::Read, Permission::Schema]);

    /// The set of exactly these.
    #[must_use]
    pub const fn of(permissions: &[Permission]) -> Self {
        let mut bits = 0;
        let mut at = 0;
        while at < permissions.len() {
            bits |= 1 << permissions[at] as u8;
            at += 1;
        }
        Self(bits)
    }

    /// The set that this number stands for. Every `u8` is one.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits)
    }

    /// The number form.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Whether `permission` is in the set.
    #[must_use]
    pub const fn contains(self, permission: Permission) -> bool {
        self.0 & (1 << permission as u8) != 0
    }

    /// Whether every permission of this set is in `other`.
    #[must_use]
    pub const fn is_subset_of(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// What both sets hold: a key's permissions under a ceiling.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// What this set holds and `other` does not.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// This set with `permission` added when `present`, removed otherwise.
    #[must_use]
    pub const fn with(self, permission: Permission, present: Presence) -> Self {
        let bit = 1 << permission as u8;
        match present {
            Presence::In => Self(self.0 | bit),
            Presence::Out => Self(self.0 & !bit),
        }
    }

    /// Whether it holds nothing.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many it holds.
    #[must_use]
    pub const fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// Its permissions in their order.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.into_iter().filter(move |permission| self.contains(*permission))
    }
}

/// Whether a permission is in a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// In the set.
    In,
    /// Not in the set.
    Out,
}

impl FromIterator<Permission> for PermissionSet {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        permissions
            .into_iter()
            .fold(Self::EMPTY, |set, permission| set.with(permission, Presence::In))
    }
}

impl fmt::Display for PermissionSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, permission) in self.iter().enumerate() {
            if at > 0 {
                f.write_str(" ")?;
            }
            f.write_str(permission.as_str())?;
        }
        Ok(())
    }
}

impl fmt::Debug for PermissionSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl FromStr for PermissionSet {
    type Err = UnknownPermission;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.split_whitespace().map(str::parse).collect()
    }
}

impl Serialize for PermissionSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PermissionSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// A recommended set, by the profile of the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    /// Consultation and reporting: nothing that changes Odoo.
    Consultation,
    /// Day-to-day management.
    DayToDay,
    /// Everything.
    FullAutomation,
}

impl Preset {
    /// All three, from the fewest permissions to the most.
    pub const ALL: [Self; 3] = [Self::Consultation, Self::DayToDay, Self::FullAutomation];

    /// Its name in English.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Consultation => "Consultation / Reporting",
            Self::DayToDay => "Day-to-day management",
            Self::FullAutomation => "Full automation",
        }
    }

    /// Its permissions.
    #[must_use]
    pub const fn permissions(self) -> PermissionSet {
        use Permission::{Create, Query, Read, Report, Schema, Write};
        match self {
            Self::Consultation => PermissionSet::of(&[Query, Read, Schema, Report]),
            Self::DayToDay => PermissionSet::of(&[Query, Read, Create, Write, Schema]),
            Self::FullAutomation => PermissionSet::ALL,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_default_and_the_presets_are_the_reviewed_ones() {
        let lines: Vec<String> = Preset::ALL
            .into_iter()
            .map(|preset| format!("{}: {}", preset.label(), preset.permissions()))
            .chain([format!("Default: {}", PermissionSet::DEFAULT)])
            .collect();
        insta::assert_snapshot!(lines.join("\n"), @r"
        Consultation / Reporting: query read schema report
        Day-to-day management: query read create write schema
        Full automation: query read create write execute schema report workflow
        Default: query read schema
        ");
    }

    #[test]
    fn the_number_form_is_stable() {
        let numbers: Vec<u8> =
            Permission::ALL.into_iter().map(|one| PermissionSet::of(&[one]).bits()).collect();
        assert_eq!(numbers, [1, 2, 4, 8, 16, 32, 64, 128]);
    }

    proptest! {
        #[test]
        fn text_number_and_json_forms_round_trip(bits: u8) {
            let set = PermissionSet::from_bits(bits);
            prop_assert_eq!(set.to_string().parse(), Ok(set));
            prop_assert_eq!(set.iter().collect::<PermissionSet>(), set);
            let json = serde_json::to_string(&set).expect("a text");
            prop_assert_eq!(serde_json::from_str::<PermissionSet>(&json).expect("its own text"), set);
        }

        #[test]
        fn a_set_under_a_ceiling_never_exceeds_either(a: u8, b: u8) {
            let (key, ceiling) = (PermissionSet::from_bits(a), PermissionSet::from_bits(b));
            let effective = key.intersection(ceiling);
            prop_assert!(effective.is_subset_of(key) && effective.is_subset_of(ceiling));
            prop_assert!(key.without(ceiling).intersection(ceiling).is_empty());
        }
    }
}
