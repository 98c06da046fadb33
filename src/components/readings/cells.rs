//! What stands in a row behind the driver's name.

use crate::components::layout::prose;
use crate::state::readings::Row;
use connlint_core::readings::{Column, DRIVERS, Reading, Tls};
use yew::prelude::*;

/// The cells of a driver that takes the text.
pub(super) fn accepted(row: &Row) -> Html {
    let reading = &row.reading;
    let cells = Column::ALL
        .iter()
        .zip(row.differs)
        .map(|(column, differs)| {
            html! {
                <td data-differs={differs.then_some("")}>
                    if differs {
                        <span class="differs" aria-hidden="true">{"≠ "}</span>
                        <span class="visually-hidden">{"differs: "}</span>
                    }
                    { says(reading, *column) }
                </td>
            }
        });
    html! { <>{ for cells }<td>{ besides(reading) }</td></> }
}

/// The one cell of a driver that refuses it.
pub(super) fn refused(reading: &Reading) -> Html {
    html! {
        <td class="refusal" colspan={(Column::ALL.len() + 1).to_string()}>
            {"Refuses it"}
            if let Some(error) = &reading.error { {": "}<q>{error.clone()}</q> }
            { source(reading) }
        </td>
    }
}

fn says(reading: &Reading, column: Column) -> Html {
    match (column, reading.cell(column)) {
        (Column::Tls, Some(words)) => html! {
            <>
                {words}
                if let Some(tls) = reading.tls { <span class="fine">{means(tls)}</span> }
            </>
        },
        (_, Some(value)) => html! { <code>{value}</code> },
        (column, None) => match default(reading, column) {
            Some(text) => html! { <span class="absent">{"its default: "}{prose(text)}</span> },
            None => html! { <span class="absent">{"its default"}</span> },
        },
    }
}

/// What the driver takes where the text says nothing.
fn default(reading: &Reading, column: Column) -> Option<&'static str> {
    let mut drivers = DRIVERS.iter();
    let defaults = &drivers
        .find(|profile| profile.driver == reading.driver)?
        .defaults;
    match column {
        Column::Hosts => Some(defaults.host),
        Column::User => Some(defaults.user),
        Column::Database => Some(defaults.database),
        Column::Tls => None,
    }
}

/// What the TLS comes to.
fn means(tls: Tls) -> String {
    let trusts = tls
        .roots
        .map_or_else(String::new, |roots| format!(" It trusts {}.", roots.name()));
    format!("{}{trusts}", tls.consequence())
}

/// What the driver leaves out, hands on, and does of its own accord.
fn besides(reading: &Reading) -> Html {
    let names = |keys: &[String]| {
        let pieces = keys.iter().enumerate().map(|(index, key)| {
            html! { <>{ if index > 0 { ", " } else { "" } }<code>{key.clone()}</code></> }
        });
        html! { <>{ for pieces }</> }
    };
    html! {
        <>
            if !reading.ignored.is_empty() {
                <p>{"Ignores "}{names(&reading.ignored)}{"."}</p>
            }
            if !reading.sent_to_server.is_empty() {
                <p>{"Sends "}{names(&reading.sent_to_server)}{" to the server as a setting; the server refuses what it does not know."}</p>
            }
            { for reading.notes.iter().map(|note| html! { <p>{prose(note)}</p> }) }
            { source(reading) }
        </>
    }
}

/// What the row was checked against.
fn source(reading: &Reading) -> Html {
    html! { <span class="fine">{format!("Checked against {}.", reading.source)}</span> }
}
