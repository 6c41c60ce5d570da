//! What is told of news: whose it is, and nothing of what it was.

use shared::id::{CompanyId, UserId};

/// What listeners are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Signal {
    /// Something of the company has changed.
    Company(CompanyId),
    /// A session of the person has ended.
    Person(UserId),
    /// Something may have been missed: whoever shows anything reads it again.
    Gap,
}

const COMPANY: &str = "company";
const PERSON: &str = "person";
const GAP: &str = "gap";

impl Signal {
    /// As text, for other replicas.
    #[must_use]
    pub fn write(self) -> String {
        match self {
            Self::Company(company) => format!("{COMPANY} {}", company.as_uuid()),
            Self::Person(user) => format!("{PERSON} {}", user.as_uuid()),
            Self::Gap => GAP.to_owned(),
        }
    }

    /// From text. Words of another version that this one does not know are no signal.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        match text.split_once(' ') {
            Some((COMPANY, id)) => Some(Self::Company(CompanyId::from_uuid(id.parse().ok()?))),
            Some((PERSON, id)) => Some(Self::Person(UserId::from_uuid(id.parse().ok()?))),
            None if text == GAP => Some(Self::Gap),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn signals_are_read_as_they_were_written_and_strange_words_are_none() {
        let id = Uuid::from_u128(9);
        for signal in [
            Signal::Company(CompanyId::from_uuid(id)),
            Signal::Person(UserId::from_uuid(id)),
            Signal::Gap,
        ] {
            assert_eq!(Signal::read(&signal.write()), Some(signal));
        }
        for other in ["", "x", "company", "company x", "gap gap", &format!("new {id}")] {
            assert_eq!(Signal::read(other), None, "{other}");
        }
    }
}
