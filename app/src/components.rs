//! What pages are made of. Components show what they are given: no server call and no rule lives here.
//!
//! Their views are erased (`into_any`): a page's type would otherwise name every element in it, which
//! grows the wasm and in the end overflows the compiler.

pub mod avatar;
pub mod bar_chart;
pub mod bell;
pub mod breadcrumb;
pub mod button;
pub mod call_trouble;
pub mod check_card;
pub mod client_line;
pub mod code_details;
pub mod copyable;
pub mod day_chart;
pub mod dialog;
pub mod empty_state;
#[cfg(not(feature = "ssr"))]
pub mod entered;
pub mod error_note;
pub mod field;
pub mod focus;
pub mod frame;
pub mod hydration;
pub mod icon;
pub mod in_place;
pub mod languages;
pub mod lazy_hydration;
pub mod leaving_form;
pub mod live;
pub mod menu;
pub mod page;
pub mod password_field;
pub mod permission_tags;
pub mod person_menu;
pub mod places;
pub mod select;
pub mod skeleton;
pub mod state_badge;
pub mod stay;
pub mod table;
pub mod tabs;
pub mod text_area;
pub mod time;
pub mod timeline;
pub mod toast;
pub mod zone_field;

pub use self::{
    avatar::Avatar,
    bar_chart::BarChart,
    breadcrumb::Breadcrumb,
    button::{ButtonKind, SubmitButton, give_focus_back},
    call_trouble::CallTrouble,
    check_card::CheckCard,
    client_line::ClientLine,
    code_details::CodeDetails,
    copyable::{Copied, Copyable, Shape},
    day_chart::{DayChart, ToolChart},
    dialog::{CloseLink, Closing, Dialog},
    empty_state::EmptyState,
    error_note::{ErrorNote, LoadError, Note},
    field::{Field, FieldProblem, until_changed},
    focus::{find, focus_is_nowhere, never_lose_focus},
    hydration::{Hydration, STUCK},
    icon::{Brand, Glyph},
    in_place::InPlace,
    languages::Languages,
    lazy_hydration::{lazily_hydrated, once_hydrated},
    leaving_form::LeavingForm,
    live::{
        Heard, Line, LineNote, Live, keep_current, provide_news, use_kept_list, use_live_list,
        use_news, use_news_of,
    },
    menu::MoreMenu,
    page::{GatePage, PageHead, TabTitle, Visits, use_arrivals, use_page_mark, use_ready},
    password_field::PasswordField,
    permission_tags::PermissionTags,
    select::{Choice, PersonSelect, SelectField, submit_form},
    skeleton::Skeleton,
    state_badge::{StateBadge, Tone},
    stay::{address_of, hear_clicks_first, use_stay},
    table::{Beside, Direction, Head, Pages, Table},
    tabs::Tabs,
    text_area::TextArea,
    time::{DatedTime, Time, provide_minutes, use_elapsed},
    timeline::{Moment, Timeline},
    toast::{Toaster, Toasts, use_toaster},
    zone_field::ZoneField,
};

#[cfg(feature = "ssr")]
pub(crate) use self::error_note::set_page_status;
#[cfg(feature = "split")]
pub(crate) use self::live::is_away;
#[cfg(feature = "hydrate")]
pub(crate) use self::{
    entered::keep_entered_in_page, lazy_hydration::hydrate_before_leaving, places::keep_places,
    stay::hear_back,
};
