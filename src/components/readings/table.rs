//! The table: a row for each driver and range of versions.

use super::cells::{accepted, refused};
use crate::state::document::Checked;
use crate::state::readings::{Row, Table};
use crate::state::words;
use connlint_core::readings::Column;
use std::rc::Rc;
use yew::prelude::*;

/// See [`TableView`].
#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// The text with its analysis.
    pub(super) checked: Rc<Checked>,
    /// Which of its strings.
    pub(super) index: usize,
    /// The table.
    pub(super) table: Rc<Table>,
}

/// The table with what has no place in it below.
#[component]
pub(super) fn TableView(props: &Props) -> Html {
    let Some(found) = props.checked.analysis.strings.get(props.index) else {
        return Html::default();
    };
    let table = &props.table;
    let why = if found.driver_given {
        "chosen"
    } else {
        "detected"
    };
    let others: Vec<&str> = table.others.iter().map(|driver| driver.label()).collect();
    let differs = table.rows.iter().any(|row| row.differs.contains(&true));
    html! {
        <>
            if !table.rows.is_empty() {
                <div class="scroller" role="region" aria-labelledby="readings-caption" tabindex="0">
                    <table>
                        <caption id="readings-caption" class="visually-hidden">
                            {"Drivers and where, as whom and how safely each connects"}
                        </caption>
                        <thead>
                            <tr>
                                <th scope="col">{"Driver"}</th>
                                { for Column::ALL.map(|c| html! { <th scope="col">{words::sentence(c.heading())}</th> }) }
                                <th scope="col">{"Besides"}</th>
                            </tr>
                        </thead>
                        <tbody>{ for table.rows.iter().map(|row| line(row, why)) }</tbody>
                    </table>
                </div>
            }
            if differs {
                <p class="note"><span class="differs">{"≠"}</span>{" marks what differs from most of them."}</p>
            }
            if !others.is_empty() {
                <p class="note" data-others="">
                    {format!("Other drivers do not read this kind of string: {}.", others.join(", "))}
                </p>
            }
        </>
    }
}

fn line(row: &Row, why: &'static str) -> Html {
    let reading = &row.reading;
    html! {
        <tr
            key={format!("{} {}", reading.driver.name(), reading.versions)}
            class={classes!(row.intended.then_some("intended"))}
            data-driver={reading.driver.name()}
            data-outcome={reading.outcome.name()}
        >
            <th scope="row">
                <span class="driver">{reading.driver.label()}</span>
                {" "}
                <span class="versions">{reading.versions}</span>
                if row.intended { {" "}<span class="why">{why}</span> }
            </th>
            { if row.accepted() { accepted(row) } else { refused(reading) } }
        </tr>
    }
}
