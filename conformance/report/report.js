"use strict";
(function () {
  var root = document.documentElement;
  var all = function (selector, from) { return Array.prototype.slice.call((from || document).querySelectorAll(selector)); };
  var wished = function () {
    var words = [location.search.slice(1), location.hash.slice(1)].filter(function (one) { return one.indexOf("=") > 0; });
    return new URLSearchParams(words.join("&"));
  };

  function press(selector, name, value) {
    all(selector).forEach(function (button) { button.setAttribute("aria-pressed", String(button.dataset[name] === value)); });
  }

  function speak(lang) {
    root.dataset.lang = lang;
    root.lang = lang === "zh" ? "zh-CN" : "en";
    document.title = lang === "zh" ? root.dataset.titleZh : root.dataset.titleEn;
    all("option[data-zh]").forEach(function (one) { one.textContent = one.dataset[lang]; });
    all("input[data-zh]").forEach(function (one) { one.placeholder = one.dataset[lang]; });
    press("[data-set-lang]", "setLang", lang);
  }

  function paint(theme) {
    if (theme === "auto") { delete root.dataset.theme; } else { root.dataset.theme = theme; }
    press("[data-set-theme]", "setTheme", theme);
  }

  var rows = all("details.row").map(function (element) {
    return { element: element, text: element.textContent.toLowerCase() };
  });
  var form = document.getElementById("filter");
  var classes = form.querySelector("select");
  var search = form.querySelector("input");

  function chosen(name) {
    return all('button[data-filter="' + name + '"][aria-pressed="true"]').map(function (one) { return one.dataset.value; });
  }

  function filter() {
    var states = chosen("state"), obligations = chosen("obligation"), words = search.value.trim().toLowerCase();
    var active = Boolean(states.length || obligations.length || classes.value || words), shown = 0;
    rows.forEach(function (row) {
      var data = row.element.dataset;
      var fits = (!states.length || states.indexOf(data.state) >= 0)
        && (!obligations.length || obligations.indexOf(data.obligation) >= 0)
        && (!classes.value || classes.value === data.class)
        && (!words || row.text.indexOf(words) >= 0);
      row.element.hidden = !fits;
      shown += fits ? 1 : 0;
    });
    all("section.class, details.group").forEach(function (part) {
      part.hidden = !part.querySelector("details.row:not([hidden])");
      if (active && part.tagName === "DETAILS" && !part.hidden) { part.open = true; }
    });
    document.getElementById("shown").textContent = String(shown);
    document.getElementById("no-match").hidden = shown > 0;
  }

  function reveal(id) {
    var target = document.getElementById(id);
    if (!target || !target.classList.contains("row") && !target.classList.contains("group")) { return; }
    if (target.hidden) { clear(); }
    for (var part = target; part; part = part.parentElement) {
      if (part.tagName === "DETAILS") { part.open = true; }
    }
    target.scrollIntoView();
    target.querySelector("summary").focus({ preventScroll: true });
  }

  function clear() {
    all("button[data-filter]").forEach(function (one) { one.setAttribute("aria-pressed", "false"); });
    classes.value = "";
    search.value = "";
    filter();
  }

  function openAll(elements) {
    return elements.filter(function (one) { return !one.open; }).map(function (one) { one.open = true; return one; });
  }

  var actions = {
    clear: clear,
    close: function () { all("details.row, details.exchange").forEach(function (one) { one.open = false; }); },
    matters: function () {
      openAll(all("details.row.matters"));
      all("details.row.matters").forEach(function (one) { one.closest("details.group").open = true; });
    },
  };

  document.addEventListener("click", function (event) {
    var button = event.target.closest("button");
    var link = event.target.closest('a[href^="#"]');
    if (link) { reveal(link.getAttribute("href").slice(1)); }
    if (!button) { return; }
    if (button.dataset.setLang) { speak(button.dataset.setLang); }
    if (button.dataset.setTheme) { paint(button.dataset.setTheme); }
    if (button.dataset.action) { actions[button.dataset.action](); }
    if (button.dataset.filter) {
      button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
      filter();
    }
  });
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("input", filter);
  document.addEventListener("keydown", function (event) {
    if (event.key === "/" && !/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName)) {
      event.preventDefault();
      search.focus();
    }
  });

  var opened = [];
  window.addEventListener("beforeprint", function () {
    opened = openAll(all("details.row.matters").reduce(function (list, one) {
      return list.concat([one, one.closest("details.group")]);
    }, []));
  });
  window.addEventListener("afterprint", function () {
    opened.forEach(function (one) { one.open = false; });
  });

  function arrive() {
    var wish = wished(), hash = location.hash.slice(1);
    if (/^(zh|en)$/.test(wish.get("lang"))) { speak(wish.get("lang")); }
    if (/^(auto|light|dark)$/.test(wish.get("theme"))) { paint(wish.get("theme")); }
    (wish.get("state") || "").split(",").filter(Boolean).forEach(function (state) {
      all('button[data-filter="state"]').forEach(function (one) {
        if (one.dataset.value === state) { one.setAttribute("aria-pressed", "true"); }
      });
    });
    filter();
    reveal(wish.get("id") || hash);
  }

  all("[hidden].switches, form[hidden]").forEach(function (one) { one.hidden = false; });
  speak(root.dataset.lang);
  paint("auto");
  window.addEventListener("hashchange", arrive);
  arrive();
}());
