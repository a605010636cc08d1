// The theme takes a global `mermaid` if there is one, and fetches its own from another host if not.
// This stands in for it and loads the vendored file when the first diagram comes near, so that a page costs nothing
// before that.
(() => {
  const source = new URL("../vendor/mermaid.tiny.js", document.currentScript.src).href;
  const calm = `
    .actor, .actor-top, .actor-bottom { fill: var(--md-mermaid-node-bg-color) !important; stroke: var(--md-mermaid-node-fg-color) !important; filter: none !important; }
    text.actor, text.actor > tspan { fill: var(--md-mermaid-label-fg-color) !important; stroke: none !important; }
    .actor-line { stroke: var(--md-default-fg-color--light) !important; stroke-width: 1px !important; }
    marker path { fill: var(--md-mermaid-edge-color) !important; stroke: var(--md-mermaid-edge-color) !important; }
    .labelBox { fill: var(--md-mermaid-node-bg-color) !important; stroke: none !important; }
    .note { fill: var(--md-code-bg-color) !important; stroke: var(--md-default-fg-color--lighter) !important; }
    .node rect, .node polygon { filter: none !important; }`;
  let config, loading;
  const load = () => loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = source;
    script.onerror = reject;
    script.onload = () => { window.mermaid.initialize(config); resolve(window.mermaid); };
    document.head.append(script);
  });
  const near = diagram => new Promise(resolve => {
    addEventListener("beforeprint", resolve, { once: true });
    new IntersectionObserver((seen, observer) => {
      if (!seen.some(one => one.isIntersecting)) return;
      observer.disconnect();
      resolve();
    }, { rootMargin: "600px" }).observe(diagram);
  });
  window.mermaid = {
    initialize: given => { config = { ...given, look: "classic", theme: "base", themeCSS: given.themeCSS + calm }; },
    render: async (id, text, ...given) => {
      const diagram = [...document.querySelectorAll("pre.mermaid")].find(one => one.textContent === text);
      if (diagram) await near(diagram);
      return (await load()).render(id, text, ...given);
    },
  };
})();
