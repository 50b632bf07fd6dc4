"use strict";
// Marked figures open a card with their entry of the list; results come in place; what goes wrong is told.
(() => {
  const card = document.createElement("div");
  card.id = "card"; card.hidden = true; card.tabIndex = -1;
  card.setAttribute("role", "dialog");
  document.querySelector("main").append(card);
  const narrow = matchMedia("(max-width: 44rem)");
  let open = null;

  const element = (target) => (target instanceof Element ? target : document.documentElement);
  const entries = (figure) => figure.dataset.f.split(" ").map((name) => document.getElementById("c" + name)).filter(Boolean);
  const pieces = (figure) => figure.dataset.f.split(" ").flatMap((name) => [...document.querySelectorAll(`.fig[data-f~="${CSS.escape(name)}"]`)]);
  const stop = (figure) => (figure.matches("a") ? figure : pieces(figure).find((piece) => piece.matches("a")) ?? figure);
  const off = (figure) => getComputedStyle(figure).getPropertyValue("--off").trim() === "1";

  // ---- the card

  function show(figure, focus) {
    const found = entries(figure);
    if (!found.length) return;
    hide(false);
    open = stop(figure);
    const close = document.createElement("button");
    close.type = "button"; close.className = "close"; close.textContent = "\u00d7";
    close.setAttribute("aria-label", figure.closest("[data-close]").dataset.close);
    const shown = found.map((entry) => {
      const part = document.createElement("div");
      part.className = "shown " + entry.className.replace("entry", "");
      part.append(...[...entry.childNodes].map((node) => node.cloneNode(true)));
      return part;
    });
    card.replaceChildren(close, ...shown);
    card.setAttribute("aria-label", open.textContent);
    for (const piece of pieces(figure)) piece.classList.add("on");
    open.setAttribute("aria-expanded", "true");
    card.hidden = false;
    card.scrollTop = 0;
    place();
    if (focus) card.focus({ preventScroll: true });
  }

  // Below the figure where the card fits, else on the side with more room, cut to that room.
  function place() {
    if (!open) return;
    card.style.left = card.style.top = card.style.maxHeight = "";
    if (narrow.matches) {
      if (open.getBoundingClientRect().bottom > card.getBoundingClientRect().top) open.scrollIntoView({ block: "start" });
      return;
    }
    const rect = open.getClientRects()[0], gap = 8, width = document.documentElement.clientWidth;
    const left = Math.max(gap, Math.min(rect.left, width - card.offsetWidth - gap));
    const below = innerHeight - rect.bottom - 2 * gap, above = rect.top - 2 * gap;
    const under = below >= Math.min(card.offsetHeight, above) || below >= above;
    card.style.maxHeight = Math.max(160, Math.min(card.offsetHeight, under ? below : above)) + "px";
    card.style.left = left + scrollX + "px";
    card.style.top = scrollY + (under ? rect.bottom + gap : rect.top - card.offsetHeight - gap) + "px";
  }

  function hide(refocus) {
    if (!open) return;
    const was = open;
    open = null;
    for (const piece of pieces(was)) piece.classList.remove("on");
    was.removeAttribute("aria-expanded");
    const held = card.contains(document.activeElement);
    card.hidden = true;
    if ((refocus || held) && was.isConnected) was.focus({ preventScroll: true });
  }

  function go(name) {
    const target = document.getElementById("f" + name);
    const figure = target && (target.matches(".fig") ? target : target.closest(".fig"));
    if (!figure) return;
    figure.scrollIntoView({ block: "center" });
    figure.focus({ preventScroll: true });
    show(figure, false);
  }

  document.addEventListener("click", (event) => {
    const target = element(event.target), figure = target.closest(".body .fig"), link = target.closest("[data-go]");
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (link) { event.preventDefault(); go(link.dataset.go); }
    else if (figure && !off(figure)) {
      event.preventDefault();
      if (open === stop(figure)) hide(true); else show(figure, event.detail === 0);
    } else if (figure) event.preventDefault();
    else if (target.closest("#card .close")) hide(true);
    else if (!card.contains(target)) hide(false);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && open) { event.preventDefault(); hide(true); return; }
    const figure = element(event.target).closest(".body .fig");
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!figure || !by || event.ctrlKey || event.metaKey || event.altKey) return;
    const stops = [...document.querySelectorAll(".body a.fig")].filter((one) => !off(one));
    const next = stops[stops.indexOf(figure) + by];
    if (!next) return;
    event.preventDefault();
    const shown = open !== null;
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
    if (shown) show(next, false);
  });

  // What is not chosen is no stop for the keyboard.
  document.addEventListener("change", (event) => {
    if (!element(event.target).closest(".shows")) return;
    hide(false);
    for (const figure of document.querySelectorAll(".body a.fig")) {
      if (off(figure)) figure.tabIndex = -1; else figure.removeAttribute("tabindex");
    }
  });
  // A text goes along into the other language, in the body of a request: it stands in no address.
  document.addEventListener("click", (event) => {
    const link = element(event.target).closest("a.tongue"), form = document.querySelector("form.sheet[method=post]");
    const filled = form && [...form.querySelectorAll("textarea, [type=file]")].some((field) => field.value.trim());
    if (!link || !filled || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    form.action = link.pathname;
    form.submit();
  });

  addEventListener("resize", place);
  addEventListener("beforeprint", () => { for (const part of document.querySelectorAll(".result details")) part.open = true; });

  // ---- requests

  const status = (event) => element(event.target).closest("form")?.querySelector("[data-busy]");

  function refusal(detail) {
    const box = document.createElement("div"), told = document.createElement("p"), head = document.createElement("p");
    box.className = "error"; told.textContent = detail;
    head.append(Object.assign(document.createElement("strong"), { textContent: document.querySelector("[data-refused]").dataset.refused }));
    box.append(head, told);
    return box;
  }

  // An answer that is no part of this page comes from a limit of the server: its own words, as text.
  function detail(xhr) {
    try { return JSON.parse(xhr.responseText).detail; } catch { /* a page */ }
    const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
    return (page.querySelector("main .lead") ?? page.body).textContent.trim();
  }

  document.addEventListener("htmx:beforeRequest", (event) => {
    hide(false);
    const told = status(event);
    if (told) told.textContent = told.dataset.busy;
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const told = status(event);
    const { xhr, target } = event.detail;
    if (told) told.textContent = !xhr.status ? told.dataset.lost : xhr.status >= 400 && target.id !== "result" ? detail(xhr) : "";
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, target } = event.detail;
    if (xhr.status >= 400 && target.id !== "result") event.detail.shouldSwap = false;
    else if (xhr.status >= 400 && !/^\s*<div class="error"/.test(xhr.responseText)) {
      event.detail.serverResponse = refusal(detail(xhr)).outerHTML;
    }
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const target = element(event.detail.target);
    if (target.id !== "result") { document.getElementById(target.id)?.focus(); return; }
    const head = target.querySelector("h2, .error");
    if (!head) return;
    head.tabIndex = -1;
    head.focus({ preventScroll: true });
    target.scrollIntoView({ block: "start" });
  });
})();
