//! The rules: what connlint finds, each in two files and one line.
//!
//! [`RULES`] is the one list. The command line's list, the documentation, the page's help and the JSON are derived from
//! it. A rule's Markdown file is its documentation and its example tests at once.

mod append;
mod context;
pub mod documents;
mod ends;
mod example;
mod finding;
#[cfg(test)]
mod meta;
mod pairs;
mod precedence;
mod quoting;
#[cfg(test)]
mod testing;

mod azure {
    pub(super) mod authentication_keyword;
    pub(super) mod firewall_open;
    pub(super) mod no_pooler_on_burstable;
    pub(super) mod pooler_port_missing;
    pub(super) mod properties_on_one_line;
    pub(super) mod ruby_bare_words;
    pub(super) mod ruby_database_key;
    pub(super) mod semicolon_in_pairs;
    pub(super) mod service_in_transition;
    pub(super) mod single_server_retired;
    pub(super) mod suffix_of_no_cloud;
    pub(super) mod token_for_another_cloud;
    pub(super) mod token_needed;
    pub(super) mod wrong_token_resource;
}
mod database {
    pub(super) mod blank_round_database;
    pub(super) mod database_too_long;
    pub(super) mod maintenance_database;
    mod names;
    pub(super) mod no_database_given;
    pub(super) mod pooler_console;
    pub(super) mod port_as_database;
    pub(super) mod quoted_database;
    pub(super) mod schema_as_database;
    pub(super) mod slash_in_database;
    pub(super) mod system_database;
    pub(super) mod upper_case_database;
}
mod drivers {
    pub(super) mod default_driver_changes;
    pub(super) mod dialect_of_another_driver;
    pub(super) mod pg_variables_not_read;
    pub(super) mod prisma_engine_keyword;
    pub(super) mod query_not_read;
    pub(super) mod reads_differently;
    pub(super) mod sslmode_changes_in_pg_9;
}
mod host {
    pub(super) mod address_instead_of_name;
    pub(super) mod azure_suffix_doubled;
    pub(super) mod azure_suffix_missing;
    pub(super) mod azure_suffix_mistyped;
    pub(super) mod blank_in_host;
    pub(super) mod docker_host_name;
    pub(super) mod empty_host_in_list;
    pub(super) mod host_missing;
    pub(super) mod host_not_allowed;
    pub(super) mod impossible_azure_name;
    pub(super) mod internal_azure_name;
    pub(super) mod list_for_single_host;
    pub(super) mod localhost_mistyped;
    pub(super) mod loopback_in_container;
    pub(super) mod malformed_address;
    pub(super) mod names;
    pub(super) mod non_ascii_host;
    pub(super) mod other_azure_service;
    pub(super) mod path_behind_host;
    pub(super) mod port_in_host;
    pub(super) mod quoted_host;
    pub(super) mod read_only_endpoint;
    pub(super) mod resource_id_as_host;
    pub(super) mod scheme_in_host;
    pub(super) mod several_azure_hosts;
    pub(super) mod socket_path;
    pub(super) mod sql_server_host;
    pub(super) mod trailing_dot;
    pub(super) mod underscore_in_host;
    pub(super) mod unspecified_address;
    pub(super) mod user_in_host;
    pub(super) mod zone_without_server;
}
mod parameters {
    pub(super) mod duplicate_keyword;
    pub(super) mod empty_value;
    pub(super) mod host_count;
    pub(super) mod keyword_case;
    pub(super) mod keyword_newer;
    pub(super) mod keyword_of_another_driver;
    pub(super) mod keyword_removed;
    pub(super) mod not_a_duration;
    pub(super) mod not_a_number;
    mod options;
    pub(super) mod options_malformed;
    pub(super) mod out_of_range;
    pub(super) mod pooler_refuses;
    pub(super) mod required_keyword_missing;
    pub(super) mod server_setting_as_keyword;
    pub(super) mod strange;
    pub(super) mod switch_spelling;
    pub(super) mod timeout_unit;
    mod typed;
    pub(super) mod unknown_keyword;
    pub(super) mod value_not_allowed;
}
mod port {
    mod known;
    pub(super) mod past_the_pooler;
    mod places;
    pub(super) mod port_behind_comma;
    pub(super) mod port_for_last_host;
    pub(super) mod port_given_twice;
    pub(super) mod port_not_a_number;
    pub(super) mod port_not_postgresql_on_azure;
    pub(super) mod port_of_another_product;
    pub(super) mod port_out_of_range;
    pub(super) mod published_port;
}
mod resilience {
    mod common;
    pub(super) mod connect_timeout_extreme;
    pub(super) mod hosts_without_role;
    pub(super) mod no_connect_timeout;
    pub(super) mod no_keepalive;
    pub(super) mod pool_bounds;
    pub(super) mod pool_larger_than_server;
    pub(super) mod pooling_off;
    pub(super) mod prepared_through_pooler;
    pub(super) mod retry;
}
mod secrets {
    pub(super) mod documentation_server;
    pub(super) mod guessable_password;
    mod password;
    pub(super) mod password_empty;
    pub(super) mod password_flag_takes_no_value;
    pub(super) mod password_for_every_server;
    pub(super) mod password_in_drivers_error;
    pub(super) mod password_in_jdbc_url;
    pub(super) mod password_in_shared_file;
    pub(super) mod password_on_command_line;
    pub(super) mod placeholder_left;
    pub(super) mod security_info_kept;
    pub(super) mod token_as_password;
    pub(super) mod token_for_another_service;
    pub(super) mod token_in_user_name;
    pub(super) mod values_in_logs;
}
mod syntax {
    pub(super) mod bad_percent_sequence;
    pub(super) mod dash_not_hyphen;
    pub(super) mod dollar_expanded;
    pub(super) mod double_encoded;
    pub(super) mod empty_parameter;
    mod encoded;
    pub(super) mod env_quotes_kept;
    mod evident;
    pub(super) mod fragment_cut_off;
    pub(super) mod hash_cuts_value;
    pub(super) mod history_expansion;
    pub(super) mod html_entity_left;
    pub(super) mod invisible_character;
    pub(super) mod ipv6_brackets;
    pub(super) mod json_escapes_left;
    pub(super) mod line_break_kept;
    pub(super) mod markup_left;
    pub(super) mod not_base64;
    pub(super) mod percent_encoding_kept;
    pub(super) mod percent_not_doubled;
    pub(super) mod pgpass_field_count;
    pub(super) mod pgpass_unescaped;
    mod places;
    pub(super) mod plus_sign;
    pub(super) mod query_begun_wrong;
    pub(super) mod quoted_twice;
    pub(super) mod quotes_kept;
    pub(super) mod raw;
    pub(super) mod raw_ampersand_in_xml;
    pub(super) mod raw_at_in_userinfo;
    pub(super) mod refused_by_driver;
    pub(super) mod reserved_in_database_or_query;
    pub(super) mod reserved_in_userinfo;
    pub(super) mod scheme_missing;
    pub(super) mod scheme_prefix;
    mod separators;
    pub(super) mod smart_quotes;
    pub(super) mod stray_whitespace;
    mod together;
    pub(super) mod unbalanced_quote;
    pub(super) mod unquoted_in_shell;
    pub(super) mod url_parts;
    pub(super) mod userinfo_in_jdbc_url;
    pub(super) mod value_needs_quotes;
    pub(super) mod wrong_quote_escape;
    pub(super) mod wrong_scheme;
    pub(super) mod wrong_separator;
    pub(super) mod wrong_slashes;
    pub(super) mod yaml_needs_quotes;
}
mod tls {
    pub(super) mod ca_as_client_certificate;
    pub(super) mod certificate_not_checked;
    pub(super) mod channel_binding_impossible;
    pub(super) mod check_switched_off;
    pub(super) mod check_switched_off_for_process;
    pub(super) mod check_switched_off_in_code;
    pub(super) mod client_certificate_demanded;
    pub(super) mod mode_in_pqopt;
    pub(super) mod modes;
    pub(super) mod name_check_by_address;
    pub(super) mod no_tls_in_program;
    pub(super) mod non_validating_factory;
    pub(super) mod odbc_mode_without_effect;
    pub(super) mod old_tls_version;
    pub(super) mod pgsslmode_not_read;
    pub(super) mod pinned_issuer;
    pub(super) mod psql_variable_is_no_tls_mode;
    pub(super) mod retired_root;
    pub(super) mod root_file_needed;
    pub(super) mod root_file_not_used;
    pub(super) mod root_file_with_fallback;
    pub(super) mod ssl_object_dropped;
    pub(super) mod sslmode_disabled;
    pub(super) mod sslmode_missing;
    mod sslmode_missing_entry;
    pub(super) mod sslmode_of_another_driver;
    pub(super) mod sslmode_unknown_value;
    pub(super) mod sslmode_weak;
    pub(super) mod switch_value_not_taken;
    pub(super) mod system_roots_not_known;
    pub(super) mod tls_below_policy;
    pub(super) mod tls_keys_logged;
    pub(super) mod tls_settings_disagree;
    pub(super) mod trust_server_certificate;
}
mod user {
    pub(super) mod blank_in_user;
    pub(super) mod blank_round_user;
    pub(super) mod encoded_at_not_decoded;
    pub(super) mod entra_name_with_password;
    pub(super) mod guest_not_encoded;
    pub(super) mod id_as_user;
    pub(super) mod leftover_server_in_user;
    pub(super) mod not_an_azure_admin;
    pub(crate) mod parts;
    pub(super) mod quoted_user;
    pub(super) mod role_cannot_log_in;
    pub(super) mod server_in_user_elsewhere;
    pub(super) mod server_in_user_is_another;
    pub(super) mod single_server_user_without_server;
    pub(super) mod user_missing;
    pub(super) mod user_too_long;
    pub(super) mod windows_login;
}

use crate::diagnostics::{Applicability, Certainty, Severity};

pub use context::{Context, Mentions, Shared, Surroundings};
pub use example::Example;
pub use finding::Finding;
pub(crate) use precedence::{keep_advice_for_sound_strings, keep_most_specific};
pub(crate) use user::parts as user_parts;

/// What a code's letters stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// SYN: syntax and escaping.
    Syntax,
    /// PAR: parameters.
    Parameters,
    /// HST: host.
    Host,
    /// PRT: port.
    Port,
    /// USR: user.
    User,
    /// DBN: database.
    Database,
    /// TLS.
    Tls,
    /// SEC: secrets.
    Secrets,
    /// DRV: differences between drivers.
    Drivers,
    /// AZR: Azure.
    Azure,
    /// RES: resilience.
    Resilience,
    /// NET: what the probe finds.
    Network,
    /// ERR: what an error message says.
    Errors,
}

impl Group {
    /// Every group, in the order of the documentation.
    pub const ALL: &'static [Self] = &[
        Self::Syntax,
        Self::Parameters,
        Self::Host,
        Self::Port,
        Self::User,
        Self::Database,
        Self::Tls,
        Self::Secrets,
        Self::Drivers,
        Self::Azure,
        Self::Resilience,
        Self::Network,
        Self::Errors,
    ];

    /// The letters that its codes begin with.
    #[must_use]
    pub const fn letters(self) -> &'static str {
        match self {
            Self::Syntax => "SYN",
            Self::Parameters => "PAR",
            Self::Host => "HST",
            Self::Port => "PRT",
            Self::User => "USR",
            Self::Database => "DBN",
            Self::Tls => "TLS",
            Self::Secrets => "SEC",
            Self::Drivers => "DRV",
            Self::Azure => "AZR",
            Self::Resilience => "RES",
            Self::Network => "NET",
            Self::Errors => "ERR",
        }
    }

    /// The name of its folder below `rules/`, and of its heading.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::Parameters => "parameters",
            Self::Host => "host",
            Self::Port => "port",
            Self::User => "user",
            Self::Database => "database",
            Self::Tls => "tls",
            Self::Secrets => "secrets",
            Self::Drivers => "drivers",
            Self::Azure => "azure",
            Self::Resilience => "resilience",
            Self::Network => "network",
            Self::Errors => "errors",
        }
    }
}

/// A rule: what it is called, what it says of itself, and how it looks.
pub struct Rule {
    /// The group's letters and three digits; never given twice, never used again.
    pub code: &'static str,
    /// Its name in words, kebab-case.
    pub name: &'static str,
    /// Its group.
    pub group: Group,
    /// How bad a finding is, unless the case at hand says otherwise.
    pub severity: Severity,
    /// How sure a finding is, unless the case at hand says otherwise.
    pub certainty: Certainty,
    /// The safest fix that it ever offers, where it offers one.
    pub fix: Option<Applicability>,
    /// Codes of more general rules that are silent about the characters of which this one speaks.
    pub supersedes: &'static [&'static str],
    /// Its documentation, in Markdown; without the feature `docs` empty, or for a failure its beginning.
    pub docs: &'static str,
    /// Looks at a string and reports what it finds.
    pub check: fn(&Context<'_>, &mut alloc::vec::Vec<Finding>),
}

impl core::fmt::Debug for Rule {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.code)
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code
    }
}

impl Rule {
    /// The first paragraph of its documentation, which is one line.
    #[must_use]
    pub fn summary(&self) -> &'static str {
        Self::summary_in(self.docs).unwrap_or(self.name)
    }

    /// The first paragraph of a document, which is one line.
    #[must_use]
    pub fn summary_in(docs: &str) -> Option<&str> {
        let (_, rest) = docs.split_once("## What it finds")?;
        rest.trim_start().lines().next()
    }

    /// Where its documentation stands, in the project's site.
    #[must_use]
    pub fn docs_url(&self) -> alloc::string::String {
        alloc::format!("docs/rules/{0}.md#{0}", self.code)
    }

    /// Every code: the rules, then the failures that error messages tell of.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        let failures = crate::triage::FAILURES.iter().map(|failure| &failure.rule);
        RULES.iter().copied().chain(failures)
    }

    /// The rule with that code, in any case.
    #[must_use]
    pub fn find(code: &str) -> Option<&'static Self> {
        Self::all().find(|rule| rule.code.eq_ignore_ascii_case(code))
    }

    /// The rule with that name, in any case.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        RULES
            .iter()
            .copied()
            .find(|rule| rule.name.eq_ignore_ascii_case(name))
    }
}

/// Whether the user name carries the server's name, as Azure's Single Server wanted it.
pub(crate) fn in_single_server_form(context: &Context<'_>) -> bool {
    user::parts::single_server_tail(context).is_some()
}

/// Whether the program that the string stands in cannot speak TLS.
pub(crate) fn program_without_tls(context: &Context<'_>) -> bool {
    tls::no_tls_in_program::said(context).is_some()
}

/// What is said where the driver refuses a text and no rule has an error to show for it: that much is certain.
pub(crate) fn bare_refusal(
    ctx: &Context<'_>,
    error: &crate::parse::ParseError,
) -> (&'static Rule, Finding) {
    (
        &syntax::refused_by_driver::RULE,
        syntax::refused_by_driver::finding(ctx, error),
    )
}

/// Every rule, by group and code.
pub static RULES: &[&Rule] = &[
    &syntax::refused_by_driver::RULE,
    &syntax::reserved_in_userinfo::RULE,
    &syntax::raw_at_in_userinfo::RULE,
    &syntax::wrong_scheme::RULE,
    &syntax::fragment_cut_off::RULE,
    &syntax::reserved_in_database_or_query::RULE,
    &syntax::bad_percent_sequence::RULE,
    &syntax::double_encoded::RULE,
    &syntax::plus_sign::RULE,
    &syntax::percent_encoding_kept::RULE,
    &syntax::userinfo_in_jdbc_url::RULE,
    &syntax::wrong_slashes::RULE,
    &syntax::scheme_missing::RULE,
    &syntax::scheme_prefix::RULE,
    &syntax::ipv6_brackets::RULE,
    &syntax::pgpass_unescaped::RULE,
    &syntax::pgpass_field_count::RULE,
    &syntax::quotes_kept::RULE,
    &syntax::wrong_quote_escape::RULE,
    &syntax::unbalanced_quote::RULE,
    &syntax::value_needs_quotes::RULE,
    &syntax::wrong_separator::RULE,
    &syntax::query_begun_wrong::RULE,
    &syntax::empty_parameter::RULE,
    &syntax::smart_quotes::RULE,
    &syntax::invisible_character::RULE,
    &syntax::stray_whitespace::RULE,
    &syntax::dash_not_hyphen::RULE,
    &syntax::markup_left::RULE,
    &syntax::env_quotes_kept::RULE,
    &syntax::dollar_expanded::RULE,
    &syntax::percent_not_doubled::RULE,
    &syntax::history_expansion::RULE,
    &syntax::unquoted_in_shell::RULE,
    &syntax::hash_cuts_value::RULE,
    &syntax::line_break_kept::RULE,
    &syntax::not_base64::RULE,
    &syntax::quoted_twice::RULE,
    &syntax::yaml_needs_quotes::RULE,
    &syntax::json_escapes_left::RULE,
    &syntax::raw_ampersand_in_xml::RULE,
    &syntax::html_entity_left::RULE,
    &parameters::unknown_keyword::RULE,
    &parameters::value_not_allowed::RULE,
    &parameters::keyword_of_another_driver::RULE,
    &parameters::keyword_case::RULE,
    &parameters::keyword_removed::RULE,
    &parameters::server_setting_as_keyword::RULE,
    &parameters::not_a_number::RULE,
    &parameters::not_a_duration::RULE,
    &parameters::out_of_range::RULE,
    &parameters::switch_spelling::RULE,
    &parameters::timeout_unit::RULE,
    &parameters::duplicate_keyword::RULE,
    &parameters::empty_value::RULE,
    &parameters::keyword_newer::RULE,
    &parameters::pooler_refuses::RULE,
    &parameters::host_count::RULE,
    &parameters::options_malformed::RULE,
    &parameters::required_keyword_missing::RULE,
    &host::azure_suffix_missing::RULE,
    &host::azure_suffix_mistyped::RULE,
    &host::other_azure_service::RULE,
    &host::zone_without_server::RULE,
    &host::scheme_in_host::RULE,
    &host::port_in_host::RULE,
    &host::user_in_host::RULE,
    &host::path_behind_host::RULE,
    &host::sql_server_host::RULE,
    &host::empty_host_in_list::RULE,
    &host::internal_azure_name::RULE,
    &host::read_only_endpoint::RULE,
    &host::several_azure_hosts::RULE,
    &host::impossible_azure_name::RULE,
    &host::azure_suffix_doubled::RULE,
    &host::resource_id_as_host::RULE,
    &host::address_instead_of_name::RULE,
    &host::underscore_in_host::RULE,
    &host::trailing_dot::RULE,
    &host::loopback_in_container::RULE,
    &host::docker_host_name::RULE,
    &host::unspecified_address::RULE,
    &host::malformed_address::RULE,
    &host::list_for_single_host::RULE,
    &host::host_missing::RULE,
    &host::non_ascii_host::RULE,
    &host::socket_path::RULE,
    &host::localhost_mistyped::RULE,
    &host::quoted_host::RULE,
    &host::blank_in_host::RULE,
    &host::host_not_allowed::RULE,
    &port::port_not_a_number::RULE,
    &port::port_out_of_range::RULE,
    &port::port_not_postgresql_on_azure::RULE,
    &port::port_behind_comma::RULE,
    &port::published_port::RULE,
    &port::port_given_twice::RULE,
    &port::port_for_last_host::RULE,
    &port::past_the_pooler::RULE,
    &port::port_of_another_product::RULE,
    &user::single_server_user_without_server::RULE,
    &user::leftover_server_in_user::RULE,
    &user::server_in_user_is_another::RULE,
    &user::encoded_at_not_decoded::RULE,
    &user::role_cannot_log_in::RULE,
    &user::not_an_azure_admin::RULE,
    &user::user_missing::RULE,
    &user::user_too_long::RULE,
    &user::windows_login::RULE,
    &user::entra_name_with_password::RULE,
    &user::guest_not_encoded::RULE,
    &user::id_as_user::RULE,
    &user::blank_round_user::RULE,
    &user::quoted_user::RULE,
    &user::blank_in_user::RULE,
    &user::server_in_user_elsewhere::RULE,
    &database::no_database_given::RULE,
    &database::maintenance_database::RULE,
    &database::system_database::RULE,
    &database::pooler_console::RULE,
    &database::slash_in_database::RULE,
    &database::blank_round_database::RULE,
    &database::upper_case_database::RULE,
    &database::database_too_long::RULE,
    &database::port_as_database::RULE,
    &database::schema_as_database::RULE,
    &database::quoted_database::RULE,
    &tls::sslmode_missing::RULE,
    &tls::sslmode_weak::RULE,
    &tls::sslmode_disabled::RULE,
    &tls::sslmode_unknown_value::RULE,
    &tls::sslmode_of_another_driver::RULE,
    &tls::trust_server_certificate::RULE,
    &tls::check_switched_off::RULE,
    &tls::non_validating_factory::RULE,
    &tls::check_switched_off_in_code::RULE,
    &tls::check_switched_off_for_process::RULE,
    &tls::odbc_mode_without_effect::RULE,
    &tls::root_file_needed::RULE,
    &tls::root_file_not_used::RULE,
    &tls::root_file_with_fallback::RULE,
    &tls::retired_root::RULE,
    &tls::pinned_issuer::RULE,
    &tls::old_tls_version::RULE,
    &tls::psql_variable_is_no_tls_mode::RULE,
    &tls::ssl_object_dropped::RULE,
    &tls::ca_as_client_certificate::RULE,
    &tls::name_check_by_address::RULE,
    &tls::channel_binding_impossible::RULE,
    &tls::tls_settings_disagree::RULE,
    &tls::mode_in_pqopt::RULE,
    &tls::system_roots_not_known::RULE,
    &tls::certificate_not_checked::RULE,
    &tls::switch_value_not_taken::RULE,
    &tls::tls_keys_logged::RULE,
    &tls::pgsslmode_not_read::RULE,
    &tls::client_certificate_demanded::RULE,
    &tls::no_tls_in_program::RULE,
    &tls::tls_below_policy::RULE,
    &secrets::placeholder_left::RULE,
    &secrets::token_as_password::RULE,
    &secrets::token_for_another_service::RULE,
    &secrets::token_in_user_name::RULE,
    &secrets::password_flag_takes_no_value::RULE,
    &secrets::password_on_command_line::RULE,
    &secrets::password_in_jdbc_url::RULE,
    &secrets::password_in_drivers_error::RULE,
    &secrets::password_empty::RULE,
    &secrets::guessable_password::RULE,
    &secrets::documentation_server::RULE,
    &secrets::security_info_kept::RULE,
    &secrets::values_in_logs::RULE,
    &secrets::password_for_every_server::RULE,
    &secrets::password_in_shared_file::RULE,
    &drivers::dialect_of_another_driver::RULE,
    &drivers::sslmode_changes_in_pg_9::RULE,
    &drivers::default_driver_changes::RULE,
    &drivers::pg_variables_not_read::RULE,
    &drivers::query_not_read::RULE,
    &drivers::reads_differently::RULE,
    &drivers::prisma_engine_keyword::RULE,
    &azure::token_for_another_cloud::RULE,
    &azure::wrong_token_resource::RULE,
    &azure::suffix_of_no_cloud::RULE,
    &azure::single_server_retired::RULE,
    &azure::service_in_transition::RULE,
    &azure::pooler_port_missing::RULE,
    &azure::ruby_bare_words::RULE,
    &azure::properties_on_one_line::RULE,
    &azure::semicolon_in_pairs::RULE,
    &azure::token_needed::RULE,
    &azure::no_pooler_on_burstable::RULE,
    &azure::firewall_open::RULE,
    &azure::authentication_keyword::RULE,
    &azure::ruby_database_key::RULE,
    &resilience::no_connect_timeout::RULE,
    &resilience::connect_timeout_extreme::RULE,
    &resilience::no_keepalive::RULE,
    &resilience::retry::RULE,
    &resilience::pool_bounds::RULE,
    &resilience::pool_larger_than_server::RULE,
    &resilience::prepared_through_pooler::RULE,
    &resilience::pooling_off::RULE,
    &resilience::hosts_without_role::RULE,
];
