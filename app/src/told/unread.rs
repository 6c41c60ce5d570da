use std::{fmt, marker::PhantomData};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// A `T` that is on its way to whoever reads it, as JSON: a page that only hands it on has no reader for it.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub struct Unread<T> {
    json: String,
    #[serde(skip)]
    what: PhantomData<fn() -> T>,
}

impl<T: Serialize> Unread<T> {
    /// Writes it.
    ///
    /// # Errors
    /// When it cannot be written, as a map by something else than text.
    pub fn of(value: &T) -> serde_json::Result<Self> {
        Ok(Self { json: serde_json::to_string(value)?, what: PhantomData })
    }
}

impl<T: DeserializeOwned> Unread<T> {
    /// Reads it.
    ///
    /// # Errors
    /// When it is not what it is said to be: a newer server wrote it.
    pub fn read(&self) -> serde_json::Result<T> {
        serde_json::from_str(&self.json)
    }
}

impl<T> Clone for Unread<T> {
    fn clone(&self) -> Self {
        Self { json: self.json.clone(), what: PhantomData }
    }
}

// What is in it may be for no log.
impl<T> fmt::Debug for Unread<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unread").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_and_nothing_else() {
        let on_its_way = Unread::of(&vec![1_u8, 2]).unwrap();
        let wire = serde_json::to_string(&on_its_way).unwrap();
        assert_eq!(wire, "\"[1,2]\"");
        let arrived: Unread<Vec<u8>> = serde_json::from_str(&wire).unwrap();
        assert_eq!(arrived.read().unwrap(), [1, 2]);
        let other: Unread<bool> = serde_json::from_str(&wire).unwrap();
        assert!(other.read().is_err());
    }
}
