//! ERR022: the server does not accept this user with this password.

use crate::triage::failure::{Failure, about};
use crate::triage::refine;
use crate::triage::wording::{cause, server, wrapper};
use crate::triage::{Category, Persistence, PointsAt};

pub(super) static FAILURE: Failure = Failure {
    rule: about(
        "ERR022",
        "password-rejected",
        Persistence::Persistent,
        docs_or_head!("password_rejected.md"),
    ),
    category: Category::PasswordWrong,
    persistence: Persistence::Persistent,
    points_at: PointsAt::Password,
    refine: Some(refine::leftover_server),
    message: "the server does not accept this user with this password",
    sqlstates: &["28P01"],
    steps: &[],
    wordings: &[
        server(
            "28P01",
            r#"password authentication failed for user "{user}""#,
        ),
        server("28P01", "password authentication failed"),
        server("28P01", "SASL authentication failed").likely(),
        server("28P01", "Authentication failed against database server"),
        server("28000", r#"PAM authentication failed for user "{user}""#),
        server("28000", r#"LDAP authentication failed for user "{user}""#),
        server("28000", r#"RADIUS authentication failed for user "{user}""#),
        server("28000", r#"GSSAPI authentication failed for user "{user}""#),
        server("28000", r#"SSPI authentication failed for user "{user}""#),
        cause("no such user"),
        cause("wrong password type"),
        cause("(invalid_password)"),
        cause("InvalidPasswordError"),
        wrapper("There is an issue connecting to your database with your username/password"),
        server(
            "28P01",
            r#"Passwort-Authentifizierung für Benutzer "{user}" fehlgeschlagen"#,
        ),
        server(
            "28P01",
            r#"authentification par mot de passe échouée pour l'utilisateur "{user}""#,
        ),
        server(
            "28P01",
            r#"la autentificación password falló para el usuario "{user}""#,
        ),
        server("28P01", r#"ユーザー"{user}"のパスワード認証に失敗しました"#),
        server(
            "28P01",
            r#"autenticação do tipo senha falhou para o usuário "{user}""#,
        ),
        server(
            "28P01",
            r#"autenticazione con password fallita per l'utente "{user}""#,
        ),
        server(
            "28P01",
            r#"пользователь "{user}" не прошёл проверку подлинности"#,
        ),
        server("28P01", r#"用户 "{user}" Password 认证失败"#),
    ],
};
