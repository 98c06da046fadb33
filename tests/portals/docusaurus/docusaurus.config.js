export default {
  title: "Runbooks",
  url: "https://docs.example",
  baseUrl: "/tools/connlint/",
  trailingSlash: true,
  onBrokenLinks: "throw",
  scripts: [{ src: "https://connlint.example/connlint-element.js", type: "module" }],
  presets: [
    ["classic", { docs: { routeBasePath: "/" }, blog: false, theme: { customCss: "./hostile.css" } }],
  ],
  themeConfig: { colorMode: { respectPrefersColorScheme: true } },
};
