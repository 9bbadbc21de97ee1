// What the pages do besides being read: figures come to life when they come near the screen, terms say what they mean, and
// a word that has a colour lights its part of the figures, and back. A classic script, because a file cannot load a module.
(() => {
  // The search fetches each page for a few words of it, which a file may not.
  if (location.protocol === "file:" && typeof DOCUMENTATION_OPTIONS !== "undefined") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;

  const hosts = import(`data:text/javascript;base64,${window.courseModule}`).then((module) => module.default);

  // ---- figures
  window.courseFigure = async (place, packed) => {
    const { mount } = await hosts, el = document.getElementById(place);
    el.replaceChildren();
    mount(el, packed);
  };
  const load = (el) => {
    if (el.dataset.asked) return;
    el.dataset.asked = "yes";
    const script = document.createElement("script");
    script.src = el.dataset.frames;
    document.head.append(script);
  };
  const places = () => document.querySelectorAll("[data-frames]");
  const near = new IntersectionObserver((seen) => {
    for (const entry of seen) if (entry.isIntersecting) { near.unobserve(entry.target); load(entry.target); }
  }, { rootMargin: "900px" });
  const loadAll = () => { for (const el of places()) load(el); };
  addEventListener("beforeprint", loadAll);
  window.coursePrepare = async () => { // for whoever prints the page: true as soon as all is drawn
    loadAll();
    const seen = [...document.images].filter((image) => image.closest(".course-picture, .course-still") && getComputedStyle(image).display !== "none");
    for (const image of seen) image.loading = "eager";
    await Promise.all(seen.map((image) => image.decode().catch(() => null)));
    for (const el of places()) while (!el.courseState?.painted) await new Promise((done) => setTimeout(done, 50));
    return true;
  };

  // ---- roles: one of them is lit, in the text and in the figures
  const DRAWN = ["[data-role]", "[class*='course-role-']", ...Object.values(window.courseDrawn)].join(", ");
  const SAID = "article [class*='course-of-'], article span[class^='course-']";
  const pattern = new RegExp(`course-(?:role-|of-)?(${window.courseRoles.join("|")})(?![\\w-])`);
  const named = (text) => text?.match(pattern)?.[1];
  const roleOf = (node) => {
    const drawn = node.closest?.(".course-figure") ? node.closest(DRAWN) : null;
    if (drawn) {
      const role = Object.keys(window.courseDrawn).find((one) => drawn.matches(window.courseDrawn[one]));
      return role ?? named(drawn.getAttribute("class")) ?? drawn.dataset.role ?? null;
    }
    const said = node.closest?.("a") ?? node.closest?.(SAID);
    return said ? named(said.getAttribute("class")) ?? named(said.querySelector("span")?.getAttribute("class")) ?? null : null;
  };
  const light = (role) => { if (role) document.body.dataset.lit = role; else delete document.body.dataset.lit; };

  // ---- terms: what they mean, until one points elsewhere or presses Escape
  const tip = document.createElement("div");
  Object.assign(tip, { id: "course-tip", hidden: true });
  tip.setAttribute("role", "tooltip");
  let shown = null, leaving = null;
  const hide = () => {
    clearTimeout(leaving);
    shown?.removeAttribute("aria-describedby");
    shown = null;
    tip.hidden = true;
  };
  const show = (link) => {
    clearTimeout(leaving);
    if (link === shown) return;
    hide();
    const slug = link.querySelector(".course-term").className.match(/course-term--([a-z0-9-]+)/)[1];
    tip.innerHTML = window.courseGlossary[slug];
    tip.hidden = false;
    link.setAttribute("aria-describedby", "course-tip");
    shown = link;
    const at = link.getBoundingClientRect(), room = document.documentElement.clientWidth - tip.offsetWidth - 12;
    const below = at.bottom + tip.offsetHeight + 8 < innerHeight || at.top < tip.offsetHeight + 8;
    tip.style.left = `${Math.max(12, Math.min(at.left, room)) + scrollX}px`;
    tip.style.top = `${(below ? at.bottom + 4 : at.top - tip.offsetHeight - 4) + scrollY}px`;
  };
  const term = (node) => { const link = node.closest?.("a"); return link?.querySelector(":scope > .course-term") ? link : null; };

  const pointed = ({ target }) => {
    light(roleOf(target));
    const link = term(target);
    if (link) show(link);
    else if (shown && !tip.contains(target)) { clearTimeout(leaving); leaving = setTimeout(hide, 250); }
    else clearTimeout(leaving);
  };
  addEventListener("pointerover", pointed);
  addEventListener("focusin", pointed);
  addEventListener("keydown", ({ key }) => { if (key === "Escape") { hide(); light(null); } });

  const begin = () => {
    document.body.append(tip);
    for (const el of places()) near.observe(el);
    for (const button of document.querySelectorAll(".course-print")) button.addEventListener("click", async () => { await window.coursePrepare(); print(); });
    // What the theme leaves out for those who read with the keyboard or their ears.
    document.querySelector(".sidebar-drawer")?.setAttribute("aria-label", "All pages");
    document.querySelector(".toc-drawer")?.setAttribute("aria-label", "On this page");
    for (const th of document.querySelectorAll("th")) {
      if (th.textContent.trim()) continue;
      const td = document.createElement("td"); // an empty heading heads nothing
      td.className = th.className;
      th.replaceWith(td);
    }
    if (!document.querySelector("h1")) {
      const heading = document.createElement("h1");
      Object.assign(heading, { className: "course-heard", textContent: document.title });
      document.querySelector("article, main, [role=main]")?.prepend(heading);
    }
    for (const el of document.querySelectorAll("p.caption[role=heading]")) el.setAttribute("aria-level", "2");
    for (const el of document.querySelectorAll("pre, .table-wrapper")) if (el.scrollWidth > el.clientWidth) el.tabIndex = 0;
  };
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", begin); else begin();
})();
