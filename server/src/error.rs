//! What a service can fail with, and how that reaches a person.
