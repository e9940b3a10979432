// The page reads without this; with it, it follows what happens, and can be red.
"use strict";
const root = document.documentElement;
const themes = ["light", "dark", "red"];
const button = document.getElementById("theme");

function shown() {
  if (themes.includes(root.dataset.theme)) return root.dataset.theme;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

function name() {
  button.title = `Colours: ${shown()}`;
  button.textContent = { light: "☀", dark: "☾", red: "●" }[shown()];
}

button.hidden = false;
name();
button.addEventListener("click", () => {
  root.dataset.theme = themes[(themes.indexOf(shown()) + 1) % themes.length];
  try { localStorage.setItem("rigd-theme", root.dataset.theme); } catch { /* for this page only */ }
  name();
});

const address = document.body.dataset.live;
const MOST_LINES = 200;

function follow() {
  const now = document.getElementById("now");
  const diary = document.getElementById("diary");
  const lost = document.getElementById("lost");
  let source = null;
  let again = null;

  function open() {
    clearTimeout(again);
    source = new EventSource(address);
    source.addEventListener("open", () => { lost.hidden = true; });
    source.addEventListener("error", () => {
      lost.hidden = false;
      // The browser tries again by itself, but gives up for good where it is refused.
      if (source.readyState === EventSource.CLOSED) again = setTimeout(open, 5000);
    });
    source.addEventListener("now", (event) => {
      const open = Array.from(now.querySelectorAll("details[open]"), (one) => one.id);
      const kept = now.contains(document.activeElement) && document.activeElement.closest("form.hold");
      const part = document.createElement("template");
      part.innerHTML = JSON.parse(event.data);
      for (const one of part.content.querySelectorAll("details")) one.open = open.includes(one.id);
      now.replaceChildren(part.content);
      if (kept) now.querySelector("form.hold summary, form.hold button")?.focus();
    });
    source.addEventListener("diary", (event) => {
      const part = document.createElement("template");
      part.innerHTML = JSON.parse(event.data);
      // A page that has it all is left alone: it would be read aloud again.
      const said = (lines) => Array.from(lines.children, (line) => line.textContent).join();
      if (said(part.content) !== said(diary)) diary.replaceChildren(part.content);
    });
    source.addEventListener("line", (event) => {
      const part = document.createElement("template");
      part.innerHTML = JSON.parse(event.data);
      diary.prepend(part.content);
      while (diary.children.length > MOST_LINES) diary.lastElementChild.remove();
    });
  }

  open();
  // The picture of the night is asked for once a minute, while somebody looks.
  const course = document.getElementById("course");
  setInterval(async () => {
    if (document.hidden || !lost.hidden) return;
    try {
      const answer = await fetch(course.dataset.from);
      if (!answer.ok) return;
      const part = document.createElement("template");
      part.innerHTML = await answer.text();
      course.replaceChildren(part.content);
      course.parentElement.hidden = false;
    } catch { /* the stream says that rigd is away */ }
  }, 60000);
  // What was written while the page was away is not in its diary: it is read anew.
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
}

if (address) follow();

// Names of the catalog while one types; without this the nearest ones are offered afterwards.
const QUIET_MS = 200;

function complete(input, number) {
  const list = document.createElement("datalist");
  list.id = `names-${number}`;
  input.after(list);
  input.setAttribute("list", list.id);
  let waiting = null;
  let asked = null;
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    asked?.abort();
    const words = input.value.trim();
    if (words.length < 2) return;
    waiting = setTimeout(async () => {
      asked = new AbortController();
      const query = new URLSearchParams({ field: input.dataset.names, words });
      try {
        const answer = await fetch(`/rigd/v1/trains/names?${query}`, { signal: asked.signal });
        if (!answer.ok) return;
        const found = (await answer.json()).offered;
        list.replaceChildren(...found.map((one) => new Option(words, one.name)));
      } catch { /* typed on, or rigd is away */ }
    }, QUIET_MS);
  });
}

document.querySelectorAll("input[data-names]").forEach(complete);
for (const print of document.querySelectorAll("[data-print]")) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}

// rigd starts anew with a configuration: the rig is opened once it answers.
const WAIT_MS = 1500;
const waits = document.querySelector("[data-waits]");

async function wait() {
  try {
    const answer = await fetch(waits.dataset.waits, { method: "HEAD" });
    if (answer.ok) location.replace(waits.dataset.waits);
  } catch { /* not there yet */ }
}

if (waits) setInterval(wait, WAIT_MS);
