//! Compares the workspace's dependency edges with the ones that the architecture allows.

use serde_json::Value;

use crate::project::members;

/// What one package of the workspace may depend on.
struct Edge {
    package: &'static str,
    /// The workspace's packages that it may use.
    inside: &'static [&'static str],
    /// The packages from outside that it may use; `None` where the choice is the package's own.
    outside: Option<&'static [&'static str]>,
}

/// The packages that exist for tests only: anyone may use them in `[dev-dependencies]`.
const FOR_TESTS: &[&str] = &["connlint-testkit"];

/// The table of docs/architecture.md, "Direction of dependencies".
const EDGES: &[Edge] = &[
    Edge {
        package: "connlint-core",
        inside: &[],
        // `idna_adapter` is there only to choose the small build of what `url` uses.
        outside: Some(&["url", "regex", "idna_adapter"]),
    },
    Edge {
        package: "connlint-config",
        inside: &["connlint-core"],
        outside: Some(&["serde", "toml"]),
    },
    Edge {
        package: "connlint-report",
        inside: &["connlint-core"],
        outside: None,
    },
    Edge {
        package: "connlint-probe-api",
        inside: &[],
        // `schemars` describes the types to the probe; the page is built without it.
        outside: Some(&["serde", "schemars"]),
    },
    Edge {
        package: "connlint-probe",
        inside: &["connlint-core", "connlint-probe-api"],
        outside: None,
    },
    Edge {
        package: "connlint",
        inside: &[
            "connlint-core",
            "connlint-config",
            "connlint-report",
            "connlint-probe-api",
            "connlint-probe",
        ],
        outside: None,
    },
    Edge {
        package: "connlint-web",
        inside: &[
            "connlint-core",
            "connlint-config",
            "connlint-report",
            "connlint-probe-api",
        ],
        outside: None,
    },
    Edge {
        package: "connlint-wasm",
        inside: &["connlint-core", "connlint-config", "connlint-report"],
        outside: Some(&["serde_json", "wasm-bindgen", "idna_adapter"]),
    },
    Edge {
        package: "connlint-unpack",
        inside: &[],
        outside: Some(&["wasm-bindgen"]),
    },
    Edge {
        package: "connlint-testkit",
        inside: &[],
        outside: None,
    },
    // Feeds everything that reads foreign bytes.
    Edge {
        package: "connlint-fuzz",
        inside: &[
            "connlint-core",
            "connlint-config",
            "connlint-report",
            "connlint-probe-api",
            "connlint-probe",
        ],
        outside: Some(&["serde_json"]),
    },
    // Drives the built page and the built binary from outside.
    Edge {
        package: "connlint-e2e",
        inside: &["connlint-testkit"],
        outside: None,
    },
    Edge {
        package: "xtask",
        // What packs is what unpacks.
        inside: &["connlint-unpack"],
        outside: None,
    },
];

/// Every dependency that the table does not allow, one sentence each; empty when all is well.
pub(crate) fn violations(metadata: &Value) -> Vec<String> {
    let ours: Vec<&str> = members(metadata)
        .filter_map(|package| package["name"].as_str())
        .collect();
    let mut found = Vec::new();
    for package in members(metadata) {
        let name = package["name"].as_str().unwrap_or_default();
        let Some(edge) = EDGES.iter().find(|edge| edge.package == name) else {
            found.push(format!(
                "{name} is not in the table of xtask/src/edges.rs: decide what it may depend on"
            ));
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let to = dependency["name"].as_str().unwrap_or_default();
            let for_tests = dependency["kind"] == "dev";
            let allowed = if ours.contains(&to) {
                edge.inside.contains(&to) || (for_tests && FOR_TESTS.contains(&to))
            } else {
                for_tests || edge.outside.is_none_or(|outside| outside.contains(&to))
            };
            if !allowed {
                let how = dependency["kind"].as_str().unwrap_or("normal");
                found.push(format!("{name} must not depend on {to} ({how} dependency)"));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn metadata(package: &str, dependency: &str, kind: Option<&str>) -> Value {
        json!({ "packages": [
            { "name": package, "source": null,
              "dependencies": [{ "name": dependency, "kind": kind }] },
            { "name": "connlint-core", "source": null, "dependencies": [] },
            { "name": "connlint-testkit", "source": null, "dependencies": [] },
            { "name": "tokio", "source": "registry", "dependencies": [
                { "name": "connlint-nothing", "kind": null }] },
        ]})
    }

    #[test]
    fn an_edge_of_the_table_is_allowed() {
        assert_eq!(
            violations(&metadata("connlint-report", "connlint-core", None)),
            Vec::<String>::new()
        );
    }

    #[test]
    fn an_edge_against_the_direction_is_found() {
        assert_eq!(
            violations(&metadata("connlint-probe-api", "connlint-core", None)),
            ["connlint-probe-api must not depend on connlint-core (normal dependency)"]
        );
        assert_eq!(
            violations(&metadata(
                "connlint-probe-api",
                "connlint-core",
                Some("dev")
            )),
            ["connlint-probe-api must not depend on connlint-core (dev dependency)"]
        );
    }

    #[test]
    fn the_test_kit_is_for_tests_only() {
        assert!(violations(&metadata("connlint", "connlint-testkit", Some("dev"))).is_empty());
        assert_eq!(
            violations(&metadata("connlint", "connlint-testkit", None)),
            ["connlint must not depend on connlint-testkit (normal dependency)"]
        );
    }

    #[test]
    fn core_takes_nothing_from_outside_but_what_is_listed() {
        let tokio_in = |kind| {
            let mut metadata = metadata("connlint-report", "connlint-core", None);
            metadata["packages"][1]["dependencies"] = json!([{ "name": "tokio", "kind": kind }]);
            violations(&metadata)
        };
        assert_eq!(
            tokio_in(None::<&str>),
            ["connlint-core must not depend on tokio (normal dependency)"]
        );
        assert!(tokio_in(Some("dev")).is_empty());
    }

    #[test]
    fn a_new_package_has_to_be_decided_about() {
        let found = violations(&metadata("connlint-extra", "connlint-core", None));
        assert!(
            found[0].contains("connlint-extra is not in the table"),
            "{found:?}"
        );
    }
}
