//! What an empty box shows: examples to try with one click. Names and passwords are invented.

use std::rc::Rc;
use yew::prelude::*;

/// Where it comes from, what goes wrong with it, the text.
const EXAMPLES: [(&str, &str, &str); 6] = [
    (
        "psql command from the Azure CLI",
        "Single Server: the user name has an @ in it",
        "psql \"postgresql://app@shop:Gr33nTea@shop.postgres.database.azure.com/postgres?sslmode=require\"",
    ),
    (
        "ADO.NET from the Azure portal",
        "something is still to be filled in",
        "Server=shop.postgres.database.azure.com;Database=orders;Port=5432;User Id=app;Password={your_password};Ssl Mode=Require;",
    ),
    (
        ".env file",
        "characters in the password that mean something in a URI",
        "# production\nDATABASE_URL=postgres://app:tea#2/day@db.example.com:5432/orders\n",
    ),
    (
        "JDBC in Spring",
        "parameters that the driver does not know",
        "spring.datasource.url=jdbc:postgresql://db.example.com:5432/orders?user=app&sslmode=required&ssl=yes\n",
    ),
    (
        "An error message",
        "the cause, and what to do about it",
        "DATABASE_URL=postgres://app:Gr33nTea@shop.postgres.database.azure.com:5432/orders\n\nerror: no pg_hba.conf entry for host \"203.0.113.7\", user \"app\", database \"orders\", no encryption\n    at Parser.parseErrorMessage (node_modules/pg-protocol/src/parser.ts:369:69) {\n  severity: 'FATAL',\n  code: '28000'\n}\n",
    ),
    (
        "Node.js with pg",
        "what it means for TLS",
        "const pool = new Pool({ connectionString: \"postgres://app:Gr33nTea@db.example.com/orders?sslmode=prefer\" });\n",
    ),
];

/// The examples; `on_load` is told which text to load.
pub fn examples(on_load: &Callback<Rc<str>>) -> Html {
    let entries = EXAMPLES.iter().map(|(from, why, text)| {
        let on_load = on_load.clone();
        let onclick = Callback::from(move |_| on_load.emit(Rc::from(*text)));
        html! {
            <li>
                <button type="button" class="example" data-action="example" {onclick}>
                    <span class="example-from">{*from}</span>
                    <span class="example-why">{*why}</span>
                    <code class="example-text">{preview(text)}</code>
                </button>
            </li>
        }
    });
    html! {
        <section class="examples" aria-labelledby="examples-title">
            <h2 id="examples-title">{"Paste a connection string, or the error that you get: what is wrong with it is there at once. Or try one of these:"}</h2>
            <ul>{ for entries }</ul>
        </section>
    }
}

/// The first line that is more than a comment, as much as has room on the card.
fn preview(text: &str) -> String {
    let mut lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.next().unwrap_or_default().to_owned()
}
