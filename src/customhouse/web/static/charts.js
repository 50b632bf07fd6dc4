// Draws the charts of a page: each <figure class="chart"> has its Vega-Lite specification in a script element
// of JSON. Where one cannot be drawn, its table opens. Colours come from charts.css, so that dark screens and
// paper need no other drawing. Nothing is evaluated: Vega's expressions go through its interpreter.
"use strict";

(() => {
  const views = new Map(); // figure -> what draws it and watches its width
  const tip = document.createElement("div");
  let library = null;
  let walking = null; // where the keyboard is

  /** The library, loaded once, when a page has the first chart. */
  function loaded(address) {
    library ??= new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = address;
      script.onload = () => done(window.vegaKit);
      script.onerror = () => failed(new Error(`${address} cannot be loaded`));
      document.head.append(script);
    });
    return library;
  }

  /** Draw a chart; where that fails its table opens. */
  async function draw(figure) {
    views.set(figure, null);
    const place = figure.querySelector(".picture");
    try {
      const kit = await loaded(figure.dataset.library);
      if (document.fonts) await document.fonts.ready;
      const specification = JSON.parse(document.getElementById(figure.dataset.spec).textContent);
      specification.config = { ...specification.config, font: getComputedStyle(place).fontFamily, aria: false };
      const view = new kit.View(kit.parse(kit.compile(specification).spec, null, { ast: true }), {
        container: place, renderer: "svg", expr: kit.interpreter, tooltip: pointed,
      });
      await view.runAsync();
      settle(figure, place, view);
    } catch (error) {
      figure.classList.add("broken");
      figure.querySelector(".failed").hidden = false;
      figure.querySelector("details").open = true;
      console.warn(`chart ${figure.id}:`, error);
    }
  }

  /** What a drawn chart needs: its width followed, the keyboard heard. */
  function settle(figure, place, view) {
    const svg = place.querySelector("svg");
    svg.setAttribute("aria-hidden", "true");
    svg.setAttribute("focusable", "false");
    let width = place.clientWidth;
    const watch = new ResizeObserver(() => {
      if (place.clientWidth && Math.abs(place.clientWidth - width) > 1) {
        width = place.clientWidth;
        view.signal("width", width).runAsync();
      }
    });
    watch.observe(place);
    views.set(figure, { view, watch });
    new Walk(figure, place);
  }

  /** The keyboard: arrows walk along the figures of a chart, Enter follows, Escape ends. */
  class Walk {
    constructor(figure, place) {
      this.place = place;
      this.said = figure.querySelector(".said");
      this.at = -1;
      place.addEventListener("keydown", (event) => this.key(event));
      place.addEventListener("focus", () => { if (place.matches(":focus-visible")) this.go(this.first()); });
      place.addEventListener("blur", () => this.leave());
      place.addEventListener("click", (event) => follow(item(event.target)));
    }

    marks() {
      return [...this.place.querySelectorAll(".hits_marks > path")];
    }

    /** Where the walk begins: the latest of periods, the uppermost of bars. */
    first() {
      if (this.at >= 0) return this.at;
      const marks = this.marks();
      const [one, other] = marks.map((mark) => mark.getBoundingClientRect());
      return other && Math.abs(one.top - other.top) < 1 ? marks.length - 1 : 0;
    }

    key(event) {
      const last = this.marks().length - 1;
      const to = {
        ArrowRight: this.at + 1, ArrowDown: this.at + 1, ArrowLeft: this.at - 1, ArrowUp: this.at - 1,
        Home: 0, End: last,
      }[event.key];
      if (to !== undefined && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        this.go(Math.max(0, Math.min(last, to)));
      } else if (event.key === "Enter") {
        follow(item(this.marks()[this.at]));
      } else if (event.key === "Escape") {
        this.leave();
      }
    }

    go(to) {
      const mark = this.marks()[to];
      if (!mark) return;
      walking = this;
      this.mark(to);
      this.tell();
      this.said.textContent = item(mark).tooltip.replaceAll("\t", ": ").split("\n").join("; ");
    }

    /** Say beside the mark what it is; again where the page has moved under it. */
    tell() {
      const mark = this.marks()[this.at];
      if (!mark) return;
      const box = mark.getBoundingClientRect();
      show(item(mark).tooltip, box.left + Math.min(box.width, 280) / 2, box.top + Math.min(box.height / 3, 40));
    }

    mark(to) {
      this.marks().forEach((mark, at) => mark.classList.toggle("at", at === to));
      this.at = to;
    }

    leave() {
      const at = this.at;
      this.mark(-1);
      this.at = at;
      walking = null;
      hide();
    }
  }

  /** The datum behind a mark. */
  const item = (element) => element?.__data__?.datum ? element.__data__ : null;

  function follow(found) {
    const address = found?.datum.address;
    if (typeof address === "string" && address.startsWith("/") && !address.startsWith("//")) {
      window.location.assign(address);
    }
  }

  /** Vega's word on what the pointer is over. */
  function pointed(handler, event, found, text) {
    if (!text) hide();
    else show(text, event.clientX ?? event.touches?.[0]?.clientX, event.clientY ?? event.touches?.[0]?.clientY);
  }

  /** Lines of text beside a point of the screen: a heading, then what is named and its figure. */
  function show(text, x, y) {
    const lines = String(text).split("\n").map((line, at) => {
      const row = document.createElement(at ? "p" : "strong");
      for (const part of line.split("\t")) {
        row.append(Object.assign(document.createElement("span"), { textContent: part }));
      }
      return row;
    });
    tip.replaceChildren(...lines);
    tip.hidden = false;
    const room = tip.getBoundingClientRect();
    const right = document.documentElement.clientWidth - room.width - 8;
    const left = x + 14 <= right ? x + 14 : x - 14 - room.width;
    tip.style.left = `${Math.max(8, Math.min(left, right))}px`;
    tip.style.top = `${y - room.height - 12 >= 8 ? y - room.height - 12 : y + 18}px`;
  }

  function hide() {
    tip.hidden = true;
  }

  /** Draw what is new on the page, let go of what is no longer there. */
  function look() {
    for (const [figure, drawn] of views) {
      if (!figure.isConnected) {
        drawn?.watch.disconnect();
        drawn?.view.finalize();
        views.delete(figure);
      }
    }
    for (const figure of document.querySelectorAll("figure.chart[data-spec]")) {
      if (!views.has(figure)) draw(figure);
    }
  }

  tip.className = "charttip";
  tip.setAttribute("aria-hidden", "true");
  tip.hidden = true;
  document.body.append(tip);
  look();
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
  window.addEventListener("scroll", () => (walking ? walking.tell() : hide()), { passive: true });
})();
