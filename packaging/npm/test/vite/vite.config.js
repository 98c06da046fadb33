// As docs and README say: top-level await needs ES2022.
export default { base: "./", build: { target: "es2022" }, logLevel: "warn" };
