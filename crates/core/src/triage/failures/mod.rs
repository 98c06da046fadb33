//! The catalogue: each failure in two files and one line, as a rule is.
//!
//! The Markdown file is its documentation and its example tests at once; the other one says how clients word it.

mod certificate_for_another_name;
mod certificate_not_trusted;
mod client_certificate_refused;
mod client_key_not_usable;
mod connection_broke_off;
mod connection_refused;
mod database_name_with_more_in_it;
mod database_not_open;
mod ended_after_idling;
mod ended_by_administrator;
mod error_of_a_statement;
mod error_of_another_database;
mod gss_encryption_fails;
mod host_not_found;
mod in_the_way_of_recovery;
mod login_method_not_known;
mod login_took_too_long;
mod name_lookup_failed_for_now;
mod no_answer_to_connect;
mod no_answer_while_opening;
mod no_local_socket;
mod no_password_given;
mod no_right_to_connect;
mod no_route_to_server;
mod no_such_database;
mod not_in_pg_hba;
mod not_postgresql;
mod pairs_fall_apart;
mod password_is_not_text;
mod password_rejected;
mod pool_is_used_up;
mod pool_wait_ran_out;
mod pooler_is_full;
mod port_is_no_number;
mod prepared_statement_lost;
mod principal_unknown;
mod program_without_tls;
mod role_may_not_log_in;
mod role_missing;
mod root_certificate_missing;
mod server_error_before_tls;
mod server_not_reached;
mod server_out_of_resources;
mod server_starting_or_stopping;
mod server_takes_no_writes;
mod setting_missing;
mod setting_not_known;
mod startup_parameter_refused;
mod system_user_differs;
mod tls_not_offered;
mod tls_required;
mod tls_versions_do_not_meet;
mod token_expired;
mod token_of_another_kind;
mod token_rejected;
mod too_many_connections;
mod uri_falls_apart;
mod user_without_server;
mod value_not_taken;
mod virtual_network_not_allowed;
mod wrong_kind_of_string;

use super::Failure;

/// Every failure, by code.
pub static FAILURES: &[&Failure] = &[
    &host_not_found::FAILURE,
    &name_lookup_failed_for_now::FAILURE,
    &no_answer_to_connect::FAILURE,
    &no_answer_while_opening::FAILURE,
    &connection_refused::FAILURE,
    &no_local_socket::FAILURE,
    &no_route_to_server::FAILURE,
    &server_not_reached::FAILURE,
    &pool_wait_ran_out::FAILURE,
    &pool_is_used_up::FAILURE,
    &not_in_pg_hba::FAILURE,
    &virtual_network_not_allowed::FAILURE,
    &tls_required::FAILURE,
    &tls_not_offered::FAILURE,
    &certificate_not_trusted::FAILURE,
    &root_certificate_missing::FAILURE,
    &certificate_for_another_name::FAILURE,
    &tls_versions_do_not_meet::FAILURE,
    &client_certificate_refused::FAILURE,
    &client_key_not_usable::FAILURE,
    &program_without_tls::FAILURE,
    &password_rejected::FAILURE,
    &no_password_given::FAILURE,
    &password_is_not_text::FAILURE,
    &role_missing::FAILURE,
    &role_may_not_log_in::FAILURE,
    &system_user_differs::FAILURE,
    &user_without_server::FAILURE,
    &token_expired::FAILURE,
    &token_rejected::FAILURE,
    &token_of_another_kind::FAILURE,
    &principal_unknown::FAILURE,
    &login_method_not_known::FAILURE,
    &no_such_database::FAILURE,
    &database_not_open::FAILURE,
    &no_right_to_connect::FAILURE,
    &too_many_connections::FAILURE,
    &pooler_is_full::FAILURE,
    &server_starting_or_stopping::FAILURE,
    &ended_by_administrator::FAILURE,
    &ended_after_idling::FAILURE,
    &in_the_way_of_recovery::FAILURE,
    &connection_broke_off::FAILURE,
    &login_took_too_long::FAILURE,
    &server_takes_no_writes::FAILURE,
    &not_postgresql::FAILURE,
    &setting_not_known::FAILURE,
    &value_not_taken::FAILURE,
    &port_is_no_number::FAILURE,
    &pairs_fall_apart::FAILURE,
    &uri_falls_apart::FAILURE,
    &wrong_kind_of_string::FAILURE,
    &setting_missing::FAILURE,
    &database_name_with_more_in_it::FAILURE,
    &server_error_before_tls::FAILURE,
    &startup_parameter_refused::FAILURE,
    &prepared_statement_lost::FAILURE,
    &gss_encryption_fails::FAILURE,
    &server_out_of_resources::FAILURE,
    &error_of_a_statement::FAILURE,
    &error_of_another_database::FAILURE,
];
