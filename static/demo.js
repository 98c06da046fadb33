// The demo's own script: changes the page's colours, and shows what the widgets tell.

for (const button of document.querySelectorAll("[data-scheme]")) {
  button.addEventListener("click", () => {
    document.documentElement.style.colorScheme = button.dataset.scheme;
  });
}

const MOST = 8;
const heard = document.getElementById("heard");
for (const name of ["connlint-ready", "connlint-change", "connlint-error"]) {
  document.addEventListener(name, ({ target, detail }) => {
    const line = document.createElement("li");
    line.textContent = `${name} from #${target.id} ${detail ? JSON.stringify(detail) : ""}`;
    heard.append(line);
    while (heard.children.length > MOST) heard.firstElementChild.remove();
  });
}
