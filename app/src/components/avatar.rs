//! A person or a company as a small shape with initials.

use leptos::prelude::*;

/// A circle with initials, for the eye only: the name stands beside it.
#[component]
pub fn Avatar(
    /// The name.
    #[prop(into)]
    name: String,
) -> impl IntoView {
    view! { <span class="avatar" aria-hidden="true">{initials(&name)}</span> }.into_any()
}

/// The first letters of the first and the last word that begin with a letter or a digit.
fn initials(name: &str) -> String {
    let mut firsts = name
        .split_whitespace()
        .filter_map(|word| word.chars().next().filter(|first| first.is_alphanumeric()));
    let first = firsts.next();
    first.into_iter().chain(firsts.next_back()).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_are_those_of_the_first_and_the_last_name() {
        for (name, expected) in [
            ("Marie Lenoir", "ML"),
            ("Tomás de la Ruiz", "TR"),
            ("lea@nordwind.example", "L"),
            ("Nordwind Bakery (Lyon)", "NB"),
            ("ßen", "SS"),
            ("王 小明", "王小"),
            ("", ""),
            ("– –", ""),
        ] {
            assert_eq!(initials(name), expected, "{name}");
        }
    }
}
