/* The Query page with scripts: choices from lists go into their fields, figures open in a dialog,
   links and calls can be copied. Everything works without, by links and the button of the form. */
(() => {
  "use strict";
  const dialog = document.getElementById("figure");

  const put = (field, code) => {
    const input = document.getElementById(`f-${field}`);
    if (!input) return false;
    const there = input.value.split(",").map((one) => one.trim()).filter(Boolean);
    const many = field !== "period" && there.length && !there.includes(code);
    input.value = many ? [...there, code].join(",") : code;
    const other = { hs: "commodity", commodity: "hs" }[field];
    if (other) document.getElementById(`f-${other}`).value = "";
    input.form.requestSubmit();
    return true;
  };

  document.addEventListener("click", (event) => {
    const choice = event.target.closest("a[data-field]");
    if (choice && !event.ctrlKey && !event.metaKey && !event.shiftKey && put(choice.dataset.field, choice.dataset.code)) {
      event.preventDefault();
      mark(choice.dataset.field);
    }
    const copy = event.target.closest("button.copy");
    if (copy) take(copy);
  });

  const mark = (field) => {
    const value = document.getElementById(`f-${field}`).value.split(",").map((one) => one.trim());
    for (const one of document.querySelectorAll(`a[data-field="${field}"]`)) {
      one.classList.toggle("on", value.includes(one.dataset.code));
    }
  };

  const take = async (button) => {
    const from = document.getElementById(button.dataset.copy);
    await navigator.clipboard.writeText(from.value ?? from.textContent);
    button.classList.add("done");
    setTimeout(() => button.classList.remove("done"), 1500);
  };

  const ready = (root) => {
    if (!navigator.clipboard) return;
    for (const one of root.querySelectorAll("button.copy")) one.hidden = false;
  };

  document.addEventListener("htmx:afterSwap", (event) => {
    ready(event.target);
    if (event.target.id === "figure-body" && !dialog.open) dialog.showModal();
  });
  document.documentElement.classList.add("scripted");
  if (matchMedia("(max-width: 40rem)").matches && document.querySelector("#answer, #prices")) document.getElementById("choices").open = false;
  ready(document);
})();
