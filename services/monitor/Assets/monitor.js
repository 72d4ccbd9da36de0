// Refreshes what is marked data-live in place: fetches the page's own address, and changes only the nodes that differ, so that
// focus, selection and scroll position stay. Without this script the page still works and reloads by itself.
(() => {
  "use strict";
  const interval = Math.max(1, Number(document.body.dataset.refreshSeconds) || 2) * 1000;
  const pulse = document.getElementById("pulse");

  const say = (text, state) => {
    if (pulse.textContent === text) return;
    pulse.hidden = false;
    pulse.textContent = text;
    pulse.dataset.state = state;
  };

  const keyOf = node => node.nodeType === 1 ? node.dataset.key : undefined;

  const update = (from, to) => {
    if (from.nodeType !== to.nodeType || from.nodeName !== to.nodeName) return from.replaceWith(to.cloneNode(true));
    if (from.nodeType !== 1) {
      if (from.nodeValue !== to.nodeValue) from.nodeValue = to.nodeValue;
      return;
    }
    for (const { name } of [...from.attributes]) if (!to.hasAttribute(name)) from.removeAttribute(name);
    for (const { name, value } of to.attributes) if (from.getAttribute(name) !== value) from.setAttribute(name, value);
    updateChildren(from, to);
  };

  const updateChildren = (from, to) => {
    const keyed = new Map([...from.children].filter(keyOf).map(child => [keyOf(child), child]));
    let at = from.firstChild;
    for (const wanted of to.childNodes) {
      const key = keyOf(wanted);
      const known = key !== undefined ? keyed.get(key) : at && keyOf(at) === undefined ? at : null;
      if (!known) {
        from.insertBefore(wanted.cloneNode(true), at);
        continue;
      }
      if (known !== at) from.insertBefore(known, at);
      else at = at.nextSibling;
      update(known, wanted);
    }
    while (at) {
      const next = at.nextSibling;
      at.remove();
      at = next;
    }
  };

  const refresh = async () => {
    try {
      const response = await fetch(location.href, { headers: { Accept: "text/html" }, signal: AbortSignal.timeout(10000) });
      if (!response.ok) throw new Error(response.statusText);
      const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
      for (const part of document.querySelectorAll("[data-live]")) {
        const other = fresh.getElementById(part.id);
        if (other) update(part, other);
      }
      say("Live", "live");
    } catch {
      say("Connection lost, trying again", "lost");
    }
  };

  const tick = async () => {
    if (!document.hidden) await refresh();
    setTimeout(tick, interval);
  };

  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
  for (const select of document.querySelectorAll(".filter select")) select.addEventListener("change", () => select.form.requestSubmit());
  // Empty fields would only lengthen the address.
  document.querySelector(".filter")?.addEventListener("submit", event => {
    for (const field of event.target.elements) if (field.name && !field.value) field.disabled = true;
  });
  say("Live", "live");
  setTimeout(tick, interval);
})();
