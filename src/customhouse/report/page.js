"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const root = document.documentElement;
  const card = document.getElementById("card");
  const form = document.getElementById("filters");
  const narrow = matchMedia("(max-width: 44rem)");
  const pieces = [...document.querySelectorAll(".fig")];
  const stops = pieces.filter((piece) => piece.id);
  const places = new Map(stops.map((stop, place) => [stop, place]));
  const piecesOf = data.figures.map(() => []);
  const figuresOf = (piece) => piece.dataset.f.split(" ").map(Number);
  for (const piece of pieces) for (const figure of figuresOf(piece)) piecesOf[figure].push(piece);

  // `open` is the piece whose details are shown; `pinned` keeps them when the pointer leaves.
  let open = null, pinned = false, timer = 0, returning = false;

  const side = () => (root.lang === "en" ? 0 : 1);
  const word = (code) => (data.words[code] ? data.words[code][side()] : code);
  const pair = (number) => data.pairs[number][side()];
  const fill = (code, places) => word(code).replace(/\{(\w+)\}/g, (all, name) => places[name] ?? all);

  function make(tag, kind, text) {
    const element = document.createElement(tag);
    if (kind) element.className = kind;
    if (text !== undefined) element.textContent = text;
    return element;
  }

  // ---- the card

  function claimView([group, scope, line, facts]) {
    const view = make("div", "claim");
    view.append(make("p", "line", pair(line)));
    view.append(make("p", "tag", word("group_" + data.groups[group]) + " \u00b7 " + word(scope ? "in_scope" : "out_of_scope")));
    const list = make("dl");
    for (const [label, words] of facts) list.append(make("dt", "", word(label)), make("dd", "", pair(words)));
    view.append(list);
    return view;
  }

  function findingView([kind, words, claims, remarks]) {
    const view = make("div", "finding " + kind);
    view.append(make("p", "kind", word("kind_" + kind)), make("p", "why", pair(words)));
    for (const remark of remarks) view.append(make("p", "remark", pair(remark)));
    view.append(make("p", "label", word("involved")));
    const list = make("ul");
    for (const [figure, line, interval] of claims) {
      const item = make("li"), link = make(figure === null ? "span" : "a", "", pair(line));
      if (figure !== null) { link.href = "#figure=" + figure; link.dataset.go = figure; }
      item.append(link, make("span", "interval", pair(interval)));
      list.append(item);
    }
    view.append(list);
    return view;
  }

  function fillCard(piece) {
    const claims = figuresOf(piece).flatMap((figure) => data.figures[figure][1]).map((number) => data.claims[number]);
    const close = make("button", "close", "\u00d7");
    close.type = "button";
    close.setAttribute("aria-label", word("close"));
    const several = claims.length > 1 ? [make("p", "several", fill("several", { n: claims.length }))] : [];
    const found = [...new Set(claims.flatMap((claim) => claim[4]))];
    const views = claims.map(claimView);
    views[0].querySelector(".tag").after(...found.map((number) => findingView(data.findings[number])));
    card.replaceChildren(close, ...several, ...views);
    card.querySelector(".line").id = "card-line";
    card.scrollTop = 0;
  }

  // Below the figure where the card fits, else on the side with more room, cut to that room.
  function place(piece) {
    card.style.left = card.style.top = card.style.maxHeight = "";
    if (narrow.matches) return;
    const rect = piece.getClientRects()[0], gap = 8, top = form.getBoundingClientRect().bottom;
    const left = Math.max(gap, Math.min(rect.left, root.clientWidth - card.offsetWidth - gap));
    const below = innerHeight - rect.bottom - 2 * gap, above = rect.top - Math.max(top, 0) - 2 * gap;
    const under = below >= Math.min(card.offsetHeight, above) || below >= above;
    card.style.maxHeight = Math.max(160, Math.min(card.offsetHeight, under ? below : above)) + "px";
    card.style.left = left + scrollX + "px";
    card.style.top = scrollY + (under ? rect.bottom + gap : rect.top - card.offsetHeight - gap) + "px";
  }

  function light(piece, on) {
    for (const figure of figuresOf(piece)) for (const part of piecesOf[figure]) part.classList.toggle("on", on);
    piece.setAttribute("aria-expanded", String(on));
    if (on) piece.setAttribute("aria-describedby", "card-line"); else piece.removeAttribute("aria-describedby");
  }

  function show(piece, pin) {
    clearTimeout(timer);
    if (open !== piece) {
      if (open) light(open, false);
      open = piece;
      card.hidden = false;
      fillCard(piece);
      light(piece, true);
      place(piece);
    }
    pinned = pin || pinned;
    if (pin) remember();
    if (narrow.matches && piece.getBoundingClientRect().bottom > card.getBoundingClientRect().top) bring(piece, "start");
  }

  function hide(refocus) {
    clearTimeout(timer);
    if (!open) return;
    const was = open;
    light(was, false);
    open = null; pinned = false;
    const held = card.contains(document.activeElement);
    card.hidden = true;
    remember();
    // The focus that comes back to the figure must not open it again.
    returning = true;
    if (refocus || held) stopOf(was).focus({ preventScroll: true });
    returning = false;
  }

  const stopOf = (piece) => (piece.id ? piece : piecesOf[figuresOf(piece)[0]].find((part) => part.id) ?? piece);

  function go(figure) {
    const piece = piecesOf[figure] && piecesOf[figure].find((part) => part.id);
    if (!piece) return;
    const section = piece.closest(".text");
    if (section.hidden) { form.elements.document.value = ""; filter(); }
    bring(piece, "center");
    piece.focus({ preventScroll: true });
    pinned = false;
    show(piece, true);
  }

  // Blocks get their true height only when they come near, so what was brought into view may move once.
  function bring(piece, block) {
    const scroll = () => piece.scrollIntoView({ block: narrow.matches ? "start" : block });
    scroll();
    requestAnimationFrame(() => requestAnimationFrame(() => { if (open === piece) { scroll(); place(piece); } }));
  }

  // ---- filters

  function passes(claim, chosen) {
    return chosen.groups.has(claim[0]) && (!chosen.scope || claim[1]) && (!chosen.findings || claim[4].length > 0);
  }

  function filter() {
    const fields = form.elements, text = fields.document ? fields.document.value : "";
    const groups = new Set([...form.querySelectorAll("[name=group]:checked")].map((box) => Number(box.value)));
    const chosen = { groups, scope: fields.scope.checked, findings: fields.findings.checked };
    let shown = 0;
    const on = data.figures.map(([doc, claims]) => {
      const count = text === "" || doc === Number(text) ? claims.filter((n) => passes(data.claims[n], chosen)).length : 0;
      shown += count;
      return count > 0;
    });
    for (const piece of pieces) {
      const visible = figuresOf(piece).some((figure) => on[figure]);
      piece.classList.toggle("off", !visible);
      if (piece.id) { if (visible) piece.tabIndex = 0; else piece.removeAttribute("tabindex"); }
    }
    for (const section of document.querySelectorAll(".text")) section.hidden = text !== "" && section.dataset.document !== text;
    document.getElementById("shown").textContent = fill("shown", { n: shown, m: data.claims.length });
  }

  // ---- language and address

  function speak(language) {
    root.lang = language === "zh" ? "zh-Hans" : "en";
    document.title = word("title");
    for (const button of document.querySelectorAll("[data-language]"))
      button.setAttribute("aria-pressed", String(button.dataset.language === language));
    for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", word(element.dataset.label));
    for (const element of document.querySelectorAll("[data-word]")) element.textContent = word(element.dataset.word);
    filter();
    if (open) { fillCard(open); place(open); }
  }

  const language = () => (root.lang === "en" ? "en" : "zh");

  function remember() {
    const parts = ["lang=" + language()];
    if (open && pinned) parts.push("figure=" + figuresOf(open)[0]);
    history.replaceState(null, "", "#" + parts.join("&"));
  }

  function recall() {
    const told = new URLSearchParams(location.hash.slice(1));
    const wanted = told.get("lang");
    speak(wanted === "en" || wanted === "zh" ? wanted : language());
    if (/^\d+$/.test(told.get("figure") ?? "")) go(Number(told.get("figure")));
  }

  // ---- events: a few listeners for the whole page, however many figures it has

  const figureAt = (event) => {
    const piece = event.target instanceof Element ? event.target.closest(".fig") : null;
    return piece && !piece.classList.contains("off") ? piece : null;
  };

  function jump(link) {
    const target = document.querySelector(link.getAttribute("href"));
    if (!target) return;
    target.tabIndex = -1;
    target.scrollIntoView();
    target.focus({ preventScroll: true });
  }

  document.addEventListener("click", (event) => {
    const piece = figureAt(event), target = event.target instanceof Element ? event.target : root;
    const button = target.closest("[data-language]"), link = target.closest('a[href^="#"]');
    if (link) {
      event.preventDefault();
      if (link.dataset.go) go(Number(link.dataset.go)); else jump(link);
    } else if (button) { speak(button.dataset.language); remember(); }
    else if (target.closest(".close")) hide(true);
    else if (piece && getSelection().isCollapsed) { if (open === piece && pinned) hide(true); else { pinned = false; show(piece, true); } }
    else if (!card.contains(target)) hide(false);
  });

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse" || pinned) return;
    const piece = figureAt(event);
    clearTimeout(timer);
    if (piece) timer = setTimeout(() => { if (!pinned) show(piece, false); }, open ? 60 : 90);
    else if (open && !card.contains(event.target) && document.activeElement !== open) timer = setTimeout(() => { if (!pinned) hide(false); }, 220);
  });

  document.addEventListener("focusin", (event) => {
    const piece = figureAt(event);
    if (returning) return;
    if (piece && piece.matches(":focus-visible") && piece !== open) { pinned = false; show(piece, false); }
    else if (open && !pinned && !piece && !card.contains(event.target)) hide(false);
  });

  const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

  function step(from, by) {
    for (let at = from + by; at >= 0 && at < stops.length; at += by)
      if (!stops[at].classList.contains("off") && !stops[at].closest(".text").hidden) return stops[at];
    return null;
  }

  function move(piece, key) {
    const at = places.get(piece) ?? places.get(stopOf(piece));
    const to = key === "Home" ? step(-1, 1) : key === "End" ? step(stops.length, -1) : step(at, steps[key]);
    if (!to) return;
    to.focus({ preventScroll: true });
    pinned = false;
    show(to, false);
    bring(to, "nearest");
    place(to);
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { if (open) { event.preventDefault(); hide(card.contains(document.activeElement) || pinned); } return; }
    const piece = figureAt(event);
    if (!piece || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); show(piece, true); card.focus({ preventScroll: true }); }
    else if (event.key in steps || event.key === "Home" || event.key === "End") { event.preventDefault(); move(piece, event.key); }
  });

  form.addEventListener("change", () => { filter(); if (open && open.classList.contains("off")) hide(false); });
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", recall);
  // The text shifts when the window changes, and when blocks that come near get their true height.
  new ResizeObserver(() => { if (open) place(open); }).observe(document.querySelector("main"));
  addEventListener("resize", () => { if (open) place(open); });
  addEventListener("beforeprint", () => { for (const part of document.querySelectorAll("details")) part.open = true; });
  recall();
})();
