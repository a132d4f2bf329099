// Searches the list that documents.js holds, on this page alone: nothing is asked of any server.
"use strict";

const LIGATURES = { œ: "oe", æ: "ae", ß: "ss", ø: "o", ł: "l" };

function fold(word) {
  return word
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[œæßøł]/g, (letter) => LIGATURES[letter]);
}

const index = new MiniSearch({
  idField: "href",
  fields: ["code", "title", "kind", "process", "headings"],
  storeFields: ["title", "meta"],
  processTerm: fold,
  searchOptions: {
    boost: { code: 4, title: 3 },
    combineWith: "AND",
    prefix: true,
    fuzzy: (term) => (term.length > 4 ? 0.2 : false),
  },
});
index.addAll(QM_DOCUMENTS);

const SHOWN = 50;
const query = document.getElementById("qm-query");
const found = document.getElementById("qm-found");
const results = document.getElementById("qm-results");

function row(one) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  const title = document.createElement("b");
  const meta = document.createElement("span");
  link.href = one.id;
  title.textContent = one.title;
  meta.textContent = one.meta;
  meta.className = "meta";
  link.append(title, " ", meta);
  item.append(link);
  return item;
}

function told(count) {
  const words = count > SHOWN ? "more" : count > 1 ? "many" : count ? "one" : "none";
  return found.dataset[words].replace("{n}", count).replace("{shown}", SHOWN);
}

function show() {
  const asked = query.value.trim();
  const rows = asked ? index.search(asked) : [];
  results.replaceChildren(...rows.slice(0, SHOWN).map(row));
  found.textContent = asked ? told(rows.length) : "";
}

function asked() {
  const hash = location.hash;
  if (!hash.startsWith("#q=")) return;
  try {
    query.value = decodeURIComponent(hash.slice(3).replaceAll("+", " "));
  } catch {
    query.value = hash.slice(3);
  }
  show();
  query.focus();
}

query.disabled = false;
query.addEventListener("input", () => {
  history.replaceState(null, "", `#q=${encodeURIComponent(query.value.trim())}`);
  show();
});
window.addEventListener("hashchange", asked);
show();
asked();
