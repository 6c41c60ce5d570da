//! Whether pages are light or dark. It is kept in a cookie, so that the server draws the first page right
//! and no script has to.

use leptos::prelude::*;
use shared::settings::ColorMode;

/// The cookie's name.
#[cfg(feature = "ssr")]
const COOKIE: &str = "aidoo_colors";
/// A year, in seconds.
#[cfg(feature = "ssr")]
const KEPT: u32 = 31_536_000;
/// The attribute of the page's root that the style goes by.
const ATTRIBUTE: &str = "data-theme";

/// What this browser has chosen: on the server as its cookie says, in the browser as its page was drawn.
#[must_use]
pub fn chosen() -> ColorMode {
    #[cfg(feature = "ssr")]
    let chosen = use_context::<http::request::Parts>().and_then(|parts| read(&parts.headers));
    #[cfg(not(feature = "ssr"))]
    let chosen = document()
        .document_element()
        .and_then(|root| root.get_attribute(ATTRIBUTE))
        .and_then(|mode| mode.parse().ok());
    chosen.unwrap_or_default()
}

/// What is chosen now, wherever on the page it was chosen.
#[derive(Clone, Copy)]
struct Chosen(RwSignal<ColorMode>);

/// Provides the choice to the whole page.
pub(crate) fn provide_chosen() {
    provide_context(Chosen(RwSignal::new(chosen())));
}

/// What is chosen now.
pub(crate) fn use_chosen() -> RwSignal<ColorMode> {
    expect_context::<Chosen>().0
}

/// Shows the page in `mode` from now on.
pub(crate) fn show(now: RwSignal<ColorMode>, mode: ColorMode) {
    now.set(mode);
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute(ATTRIBUTE, mode.as_str());
    }
}

#[cfg(feature = "ssr")]
fn read(headers: &http::HeaderMap) -> Option<ColorMode> {
    headers
        .get_all(http::header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE)
        .and_then(|(_, mode)| mode.parse().ok())
}

/// The cookie that keeps `mode`. It is no secret.
#[cfg(feature = "ssr")]
pub(crate) fn cookie(mode: ColorMode) -> String {
    format!("{COOKIE}={}; Path=/; Max-Age={KEPT}; SameSite=Lax; HttpOnly", mode.as_str())
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use http::{HeaderMap, HeaderValue, header};

    use super::*;

    #[test]
    fn a_mode_is_read_from_among_other_cookies() {
        let said = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, HeaderValue::from_static(text));
            read(&headers)
        };
        assert_eq!(said("session=x; aidoo_colors=dark"), Some(ColorMode::Dark));
        assert_eq!(said("aidoo_colors=light"), Some(ColorMode::Light));
        for other in ["", "aidoo_colors", "aidoo_colors=\"><script>", "colors=dark"] {
            assert_eq!(said(other), None, "{other}");
        }
    }
}
