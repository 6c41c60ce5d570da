//! The site's files: script, wasm, style and icons, from the disk or from inside the program.
//!
//! The build writes them to `pkg/<content hash>/`, where a file never changes; `cargo leptos` writes
//! them to `pkg/` itself. [`Site::find`] tells the two apart, and the pages name what it found.

use std::{
    borrow::Cow,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use axum::{
    body::Body,
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{
    HeaderMap, HeaderValue, Method, StatusCode,
    header::{
        ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, VARY,
    },
};

/// For a file under a content hash: one year, the longest that caches honour (RFC 2616, 14.21).
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Icons keep their names when they change, so they are asked for again after an hour.
const AN_HOUR: HeaderValue = HeaderValue::from_static("public, max-age=3600");
/// What `cargo leptos` builds keeps its name and changes at every save.
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

/// The site's files and the folder that the pages name.
#[derive(Debug, Clone)]
pub struct Site(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    source: Source,
    /// The folder of script, wasm and style, or of the folder that holds them: `pkg`.
    pkg: String,
    /// `pkg/<content hash>` or `pkg`, without slashes around it.
    pkg_dir: String,
}

/// Where the files lie.
#[derive(Debug, Clone)]
pub enum Source {
    /// A folder on disk, read at every request.
    Disk(PathBuf),
    /// Inside the program.
    Embedded(Embedded),
}

/// The two functions that `rust-embed` gives. They come from the program and not from this library,
/// so that a new style sheet links the program again but compiles no library.
#[derive(Debug, Clone, Copy)]
pub struct Embedded {
    /// The bytes of the file at a path.
    pub read: fn(&str) -> Option<Cow<'static, [u8]>>,
    /// All paths.
    pub paths: fn() -> Vec<Cow<'static, str>>,
}

/// Why the site cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// The folder is missing, or has no script in it.
    #[error("the site is not built: no {script} under {place}; `make run` builds it")]
    NotBuilt {
        /// The script's file name.
        script: String,
        /// Where it was looked for.
        place: String,
    },
    /// The folder cannot be read.
    #[error("the site's folder cannot be read")]
    Unreadable(#[from] io::Error),
}

impl Site {
    /// Looks for `NAME.js` in `pkg` and in the folders of `pkg`; both names as leptos' settings give them.
    ///
    /// # Errors
    /// [`SiteError`] when there is none.
    pub fn find(source: Source, pkg: &str, name: &str) -> Result<Self, SiteError> {
        let script = format!("{name}.js");
        let found = match &source {
            Source::Disk(root) => find_on_disk(root, pkg, &script)?,
            Source::Embedded(embedded) => find_embedded(*embedded, pkg, &script),
        };
        match found {
            Some(pkg_dir) => Ok(Self(Arc::new(Inner { source, pkg: pkg.to_owned(), pkg_dir }))),
            None => Err(SiteError::NotBuilt {
                script,
                place: match source {
                    Source::Disk(root) => root.join(pkg).display().to_string(),
                    Source::Embedded(_) => format!("the program's own {pkg}"),
                },
            }),
        }
    }

    /// The folder of script, wasm and style, for `LeptosOptions::site_pkg_dir`.
    #[must_use]
    pub fn pkg_dir(&self) -> &str {
        &self.0.pkg_dir
    }

    async fn read(&self, path: &str) -> io::Result<Option<Cow<'static, [u8]>>> {
        match &self.0.source {
            Source::Embedded(embedded) => Ok((embedded.read)(path)),
            Source::Disk(root) => match tokio::fs::read(root.join(path)).await {
                Ok(bytes) => Ok(Some(Cow::Owned(bytes))),
                Err(error) if is_absence(&error) => Ok(None),
                Err(error) => Err(error),
            },
        }
    }

    /// The best copy that the client takes.
    async fn read_copy(&self, path: &str, accepted: Encodings) -> io::Result<Option<WireCopy>> {
        let Encodings { brotli, gzip } = accepted;
        for (is_accepted, encoding, end) in [(brotli, "br", "br"), (gzip, "gzip", "gz")] {
            if is_accepted && let Some(bytes) = self.read(&format!("{path}.{end}")).await? {
                return Ok(Some(WireCopy { bytes, encoding: Some(encoding) }));
            }
        }
        Ok(self.read(path).await?.map(|bytes| WireCopy { bytes, encoding: None }))
    }

    fn cache_control(&self, path: &str) -> HeaderValue {
        let Inner { pkg, pkg_dir, .. } = &*self.0;
        if !is_inside(path, pkg_dir) {
            AN_HOUR
        } else if pkg_dir == pkg {
            ASK_AGAIN
        } else {
            FOR_EVER
        }
    }
}

/// A file's bytes as they go over the wire.
struct WireCopy {
    bytes: Cow<'static, [u8]>,
    encoding: Option<&'static str>,
}

/// A layer: answers with a file of the site when the address is one's, and hands every other request on.
/// What is asked for under `/pkg/` and is not there is a bare 404: no page lives there.
pub async fn serve_files(State(site): State<Site>, request: Request, next: Next) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return next.run(request).await;
    }
    let Some(path) = plain_path(request.uri().path()) else {
        return next.run(request).await;
    };
    match site.read_copy(path, Encodings::of(request.headers())).await {
        Ok(Some(copy)) => file(copy, path, site.cache_control(path), request.method()),
        Ok(None) if is_inside(path, &site.0.pkg) => bare(StatusCode::NOT_FOUND),
        Ok(None) => next.run(request).await,
        Err(error) => {
            // Without the path: an invitation's token may be in it.
            tracing::error!(%error, "a file of the site cannot be read");
            bare(StatusCode::INTERNAL_SERVER_ERROR)
        }
    }
}

fn file(copy: WireCopy, path: &str, cache: HeaderValue, method: &Method) -> Response {
    let WireCopy { bytes, encoding } = copy;
    let length = bytes.len();
    let body = match (method, bytes) {
        (&Method::HEAD, _) => Body::empty(),
        (_, Cow::Borrowed(bytes)) => Body::from(bytes),
        (_, Cow::Owned(bytes)) => Body::from(bytes),
    };
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, content_type(path));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    headers.insert(CACHE_CONTROL, cache);
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = encoding {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

fn bare(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// The path inside the site, if it can be one's: parts of letters, digits, `-`, `_` and `.`, none
/// of them starting with a dot. So `..`, hidden files, escapes and other separators never reach the
/// disk. The compressed copies have no address of their own: they would come with the wrong type.
fn plain_path(path: &str) -> Option<&str> {
    let path = path.strip_prefix('/')?;
    let is_plain = path.split('/').all(|part| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    });
    let is_copy = path.ends_with(".br") || path.ends_with(".gz");
    (is_plain && !is_copy).then_some(path)
}

fn is_inside(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

fn content_type(path: &str) -> HeaderValue {
    let guess = mime_guess::from_path(path).first_or_octet_stream();
    let text = match guess.type_().as_str() {
        "text" => format!("{}; charset=utf-8", guess.essence_str()),
        _ => guess.essence_str().to_owned(),
    };
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("application/octet-stream"))
}

/// Which compressed copies the client takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Encodings {
    brotli: bool,
    gzip: bool,
}

impl Encodings {
    fn of(headers: &HeaderMap) -> Self {
        let mut encodings = Self::default();
        let listed = headers
            .get_all(ACCEPT_ENCODING)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','));
        for item in listed {
            let mut parts = item.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default();
            // A weight of zero means "not this one" (RFC 9110, 12.4.2).
            let is_taken = parts
                .filter_map(|part| part.strip_prefix("q="))
                .all(|weight| weight.parse::<f32>().is_ok_and(|weight| weight > 0.0));
            if name.eq_ignore_ascii_case("br") {
                encodings.brotli = is_taken;
            } else if name.eq_ignore_ascii_case("gzip") {
                encodings.gzip = is_taken;
            }
        }
        encodings
    }
}

fn find_on_disk(root: &Path, pkg: &str, script: &str) -> io::Result<Option<String>> {
    let folder = root.join(pkg);
    if folder.join(script).is_file() {
        return Ok(Some(pkg.to_owned()));
    }
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if is_absence(&error) => return Ok(None),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let entry = entry?;
        if entry.path().join(script).is_file()
            && let Ok(hash) = entry.file_name().into_string()
        {
            return Ok(Some(format!("{pkg}/{hash}")));
        }
    }
    Ok(None)
}

fn find_embedded(embedded: Embedded, pkg: &str, script: &str) -> Option<String> {
    (embedded.paths)().iter().find_map(|path| {
        let folder = path.strip_suffix(script)?.strip_suffix('/')?;
        let is_hashed = folder
            .strip_prefix(pkg)
            .and_then(|rest| rest.strip_prefix('/'))
            .is_some_and(|hash| !hash.contains('/'));
        (folder == pkg || is_hashed).then(|| folder.to_owned())
    })
}

fn is_absence(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound
            | io::ErrorKind::NotADirectory
            | io::ErrorKind::IsADirectory
            // Longer than a file's name can be: an address all the same.
            | io::ErrorKind::InvalidFilename
    )
}

#[cfg(test)]
mod tests;
