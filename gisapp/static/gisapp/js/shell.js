/** What every page does: keeps the whole view when the language changes, and remembers it. */

const YEAR_SECONDS = 365 * 24 * 3600;

for (const link of document.querySelectorAll("a[data-language]")) {
  link.addEventListener("click", () => {
    const target = new URL(link.href);
    // The map writes its view into the address after the page was rendered.
    if (!target.searchParams.has("lang")) target.search = window.location.search;
    target.hash = window.location.hash;
    link.href = target.href;
    document.cookie = `django_language=${link.dataset.language}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
  });
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.person[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
