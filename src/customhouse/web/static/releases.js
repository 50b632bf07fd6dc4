// Releases: what a figure says shows where it is pointed at, stays when it is chosen, and goes with Escape.
// Without this script a figure is a link to what it says, and the page that waits looks again by itself.
"use strict";
(() => {
  const waiting = document.querySelector("[data-waiting]");
  if (waiting) { look(); return; }
  const root = document.querySelector(".release");
  if (!root) return;

  async function look() {
    await new Promise((done) => setTimeout(done, 1200));
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
      if (answer.status === 202) { look(); return; }
    } catch { look(); return; }
    location.reload();
  }

  root.classList.add("live");
  let open = null, opener = null, pinned = false, timer = 0;

  // ---- what a figure of the text says

  const cardOf = (figure) => document.getElementById(figure.getAttribute("href").slice(1));

  function hide(back) {
    clearTimeout(timer);
    if (!open) return;
    open.classList.remove("shown");
    opener?.classList.remove("on");
    if (back) opener?.focus({ preventScroll: true });
    open = opener = null;
    pinned = false;
  }

  function show(card, from, pin) {
    clearTimeout(timer);
    if (open && open !== card) hide(false);
    if (opener) opener.classList.remove("on");
    open = card; opener = from; pinned = pin;
    card.classList.add("shown");
    from?.classList.add("on");
    if (pin) card.focus({ preventScroll: true });
  }

  // The address names the figure without a target, so that closing leaves nothing shown.
  const name = (id) => history.replaceState(null, "", id ? `#${id}` : location.pathname + location.search);

  function pin(figure) {
    show(cardOf(figure), figure, true);
    name(cardOf(figure).id);
  }

  function close(back) {
    const told = /^#[fp]\d+$/.test(location.hash);
    hide(back);
    if (told) name("");
  }

  // ---- what a cell of a table says: asked of the server when it is chosen

  const cell = document.createElement("div");
  cell.className = "card";
  cell.tabIndex = -1;
  cell.setAttribute("role", "group");
  root.append(cell);

  function addressOf(td) {
    const row = td.parentElement, table = td.closest("table");
    const column = JSON.parse(table.dataset.columns)[td.cellIndex - 1];
    if (!column || column[0] === "unit" || /^[\s…]*$/.test(td.textContent)) return null;
    const address = new URL(root.dataset.claims, location.href);
    const told = { measure: column[0], flow: column[1], period: column[2], dimension: table.dataset.dimension,
      code: row.dataset.code, row: row.dataset.period };
    for (const [key, value] of Object.entries(told)) if (value) address.searchParams.set(key, value);
    return address;
  }

  async function ask(td) {
    const address = addressOf(td);
    if (!address) return;
    const answer = await fetch(address).catch(() => null);
    if (!answer?.ok) return;
    const button = document.createElement("button");
    button.type = "button"; button.className = "close"; button.textContent = "×";
    button.setAttribute("aria-label", root.dataset.close);
    const told = new DOMParser().parseFromString(await answer.text(), "text/html").body;
    cell.replaceChildren(button, ...told.childNodes);
    cell.setAttribute("aria-label", td.textContent);
    show(cell, td, true);
  }

  for (const table of root.querySelectorAll("[data-columns]")) {
    table.classList.add("live");
    const first = table.querySelector("tbody td");
    if (first) first.tabIndex = 0;
  }

  const steps = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };

  function walk(td, key) {
    const body = td.closest("tbody"), [down, right] = steps[key];
    const to = body.rows[td.parentElement.sectionRowIndex + down]?.cells[td.cellIndex + right];
    if (to?.tagName !== "TD") return;
    td.tabIndex = -1;
    to.tabIndex = 0;
    to.focus();
  }

  // ---- events

  const at = (event, what) => (event.target instanceof Element ? event.target.closest(what) : null);

  document.addEventListener("click", (event) => {
    const figure = at(event, ".fig"), td = at(event, "[data-columns] td");
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (figure) {
      event.preventDefault();
      if (open === cardOf(figure) && pinned) close(true); else pin(figure);
    } else if (td) ask(td);
    else if (at(event, ".card .close")) { event.preventDefault(); close(true); }
    else if (!at(event, ".card")) close(false);
  });

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse" || pinned) return;
    const figure = at(event, ".fig");
    clearTimeout(timer);
    if (figure) timer = setTimeout(() => show(cardOf(figure), figure, false), 90);
    else if (open && !open.contains(event.target)) timer = setTimeout(() => { if (!pinned) hide(false); }, 250);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && open) { event.preventDefault(); close(true); return; }
    const td = at(event, "[data-columns] td");
    if (!td || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); ask(td); }
    else if (event.key in steps) { event.preventDefault(); walk(td, event.key); }
  });

  function recall() {
    const card = /^#[fp]\d+$/.test(location.hash) && document.getElementById(`f${location.hash.slice(2)}`);
    const figure = card && document.getElementById(`p${location.hash.slice(2)}`);
    if (!figure) return;
    figure.scrollIntoView({ block: "center" });
    show(card, figure, true);
  }

  addEventListener("hashchange", recall);
  recall();
})();
