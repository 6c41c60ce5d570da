//! What the server tells a page in words, where the browser would need much code to find them: the language is that of
//! the request, so whoever answers it can put a code, and what it came with, into a sentence. A page that is open while another
//! language is chosen beside it gets what is new in that one.

mod activity;
mod found;
mod unread;
mod workflows;

pub use self::{
    activity::{Deed, Entry, Timeline},
    found::Found,
    unread::Unread,
    workflows::{Draft, Flow, Ran, Run, Step, Taken, Template, Tried, Workflow, Workflows},
};
