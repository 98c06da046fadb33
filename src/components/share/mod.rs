//! A link to show somebody else the findings, without the text that they are about.

use crate::components::layout::CopyButton;
use crate::hooks::use_documents;
use crate::platform::page;
use crate::state::document::Checked;
use crate::state::documents::Documents;
use crate::state::share::{Obstacle, link};
use connlint_core::shape::PublicWords;
use std::rc::Rc;
use url::Url;
use yew::prelude::*;

/// See [`SharePanel`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The text with its analysis.
    pub checked: Rc<Checked>,
    /// Where the link leads; without, to this page.
    pub home: Option<Url>,
}

/// The panel. A link is made only when it is asked for.
#[component]
pub fn SharePanel(props: &Props) -> Html {
    let made = use_state_eq(|| None::<(Rc<Checked>, Result<AttrValue, &'static str>)>);
    let documents = use_documents();
    let onclick = {
        let (made, checked) = (made.clone(), Rc::clone(&props.checked));
        let (documents, home) = (documents.clone(), props.home.clone());
        Callback::from(move |_: MouseEvent| {
            let Documents::Here(all) = &documents else {
                return;
            };
            // What the documents say is no secret of anybody.
            let public = all.values().map(String::as_str).collect::<Vec<_>>();
            let public = PublicWords::of(&public.join(" "));
            let result = match home.clone().or_else(page::own_address) {
                Some(page) => link(&page, &checked.text, &checked.options, &public)
                    .map(AttrValue::from)
                    .map_err(Obstacle::words),
                None => Err("No link: this page has no address that others can open."),
            };
            made.set(Some((Rc::clone(&checked), result)));
        })
    };
    let result = match &*made {
        Some((of, result)) if *of == props.checked => Some(result.clone()),
        _ => None,
    };
    let ready = matches!(documents, Documents::Here(_));
    html! {
        <section class="panel share" id="share" aria-labelledby="share-title">
            <div class="panel-head">
                <h2 id="share-title">{"Share"}</h2>
                <button type="button" class="button" data-action="share" disabled={!ready} {onclick}>{"Make a link"}</button>
            </div>
            <p class="note">
                {"The link shows the same findings on an invented string of the same shape. Host, user, database and secrets \
                  are not in it."}
            </p>
            <div role="status">
                {
                    match result {
                        None => Html::default(),
                        Some(Err(why)) => html! { <p class="refusal" data-share="refused">{why}</p> },
                        Some(Ok(link)) => html! {
                            <p class="share-link">
                                <label for="share-link">{"Read it before you pass it on:"}</label>
                                <input id="share-link" type="text" readonly=true value={link.clone()} />
                                <CopyButton text={link} />
                            </p>
                        },
                    }
                }
            </div>
        </section>
    }
}
