extension HTMLPage {
  /// The part to explore: a slider over checkpoints and one over temperatures move three figures
  /// together, layers are switched on and off, and what is pointed at shows everywhere.
  ///
  /// Drawn from the numbers in `#explorer-data`. No library does as little: three plots of lines that one
  /// state moves are a hundred lines, the smallest plotting library is forty thousand bytes.
  static let explorer = """
    (() => {
      "use strict";
      const source = document.getElementById("explorer-data"), root = document.getElementById("explorer");
      if (!source || !root) return;
      const sets = JSON.parse(source.textContent), NS = "http://www.w3.org/2000/svg";
      const dark = matchMedia("(prefers-color-scheme: dark)");
      const make = (name, attributes = {}, text) => {
        const element = document.createElement(name);
        for (const key in attributes) element.setAttribute(key, attributes[key]);
        if (text !== undefined) element.textContent = text;
        return element;
      };
      const draw = (parent, name, attributes, text) => {
        const element = document.createElementNS(NS, name);
        for (const key in attributes) element.setAttribute(key, attributes[key]);
        if (text !== undefined) element.textContent = text;
        parent.appendChild(element);
        return element;
      };
      const digits = value => value === 0 ? "0" : Math.abs(value) >= 1e4 || Math.abs(value) < 1e-3
        ? value.toExponential(2) : String(+value.toPrecision(3));
      const W = 320, H = 240, L = 44, R = 12, T = 26, B = 40;
      let set, at, temperature, on, hot = -1;
      const labelled = (text, input) => { const label = make("label", {}, text + " "); label.append(input); return label; };
      const choice = make("select", { id: "explorer-set" });
      sets.forEach((one, index) => choice.append(make("option", { value: index }, one.name)));
      const checkpoint = make("input", { type: "range", min: 0, step: 1, id: "explorer-checkpoint" });
      const heat = make("input", { type: "range", min: 0, step: 1, id: "explorer-temperature" });
      const told = make("output", { for: "explorer-checkpoint explorer-temperature", "aria-live": "polite" });
      const plots = make("div", { class: "plots" }), layers = make("fieldset", { class: "layers" });
      const controls = make("div", { class: "controls" });
      if (sets.length > 1) controls.append(labelled("Labels", choice));
      const first = labelled("Checkpoint", checkpoint);
      controls.append(first, labelled("Temperature", heat));
      root.append(controls, told, plots, layers);
      const frames = ["curve", "course", "layers"].map(name => {
        const svg = document.createElementNS(NS, "svg");
        svg.setAttribute("viewBox", `0 0 ${W} ${H}`);
        svg.setAttribute("role", "img");
        svg.dataset.plot = name;
        plots.append(svg);
        return svg;
      });
      const color = index => (dark.matches ? set.darkColors : set.colors)[index];
      const y = (value, top = set.top) => T + (H - T - B) * (1 - Math.min(Math.max(value / top, -0.02), 1.06));
      const loss = (c, l, t = temperature) => set.losses[c][l] === null ? null : set.losses[c][l][t];
      const xs = {
        curve: t => {
          const values = set.temperatures, low = Math.log(values[0]), high = Math.log(values[values.length - 1]);
          return L + (W - L - R) * (high > low ? (Math.log(values[t]) - low) / (high - low) : 0.5);
        },
        course: c => L + (W - L - R) * (set.checkpoints.length > 1 ? c / (set.checkpoints.length - 1) : 0.5),
        layers: l => L + (W - L - R) * (l + 0.5) / set.layers.length,
      };
      const text = (svg, x, y, words, anchor = "middle", size = 11) =>
        draw(svg, "text", { x, y, "text-anchor": anchor, "font-size": size, fill: "currentColor" }, words);
      const fit = (words, room) => words.length > room ? words.slice(0, room - 1) + "…" : words;
      const axes = (svg, title, label, ticks, top = set.top) => {
        svg.replaceChildren();
        svg.setAttribute("aria-label", title);
        text(svg, L, 14, fit(title, 46), "start", 12);
        draw(svg, "path", { d: `M${L} ${T}V${H - B}H${W - R}`, fill: "none", stroke: "currentColor" });
        const step = Math.pow(10, Math.floor(Math.log10(top / 2))), size = [1, 2, 5, 10].map(k => k * step).find(k => top / k <= 5);
        for (let value = 0; value <= top * 1.0001; value += size) {
          draw(svg, "path", { d: `M${L - 4} ${y(value, top)}H${L}`, stroke: "currentColor" });
          text(svg, L - 7, y(value, top) + 4, digits(value), "end");
        }
        for (const [x, words] of ticks) {
          draw(svg, "path", { d: `M${x} ${H - B}v4`, stroke: "currentColor" });
          text(svg, x, H - B + 16, words, x > W - 60 && ticks.length > 1 ? "end" : x < L + 20 && ticks.length > 1 ? "start" : "middle");
        }
        text(svg, (L + W - R) / 2, H - 6, label);
        if (set.chance <= top) draw(svg, "path", { d: `M${L} ${y(set.chance, top)}H${W - R}`, stroke: "currentColor", "stroke-dasharray": "4 3", opacity: 0.6 });
      };
      const line = (svg, places, index, name) => {
        const d = places.reduce((path, point) => point === null ? path + " " : path + (path.endsWith(" ") || !path ? "M" : "L") + point[0].toFixed(1) + " " + point[1].toFixed(1), "");
        const isHot = index === hot;
        draw(svg, "path", { d, fill: "none", stroke: color(index), "stroke-width": isHot ? 3.5 : 1.5, opacity: hot < 0 || isHot ? 1 : 0.25, "data-layer": index });
        draw(svg, "path", { d, fill: "none", stroke: "transparent", "stroke-width": 9, "data-layer": index, "pointer-events": "stroke" });
      };
      const show = () => {
        const values = set.temperatures, last = set.checkpoints.length - 1;
        const shown = set.layers.map((_, index) => index).filter(index => on[index]);
        if (hot >= 0) { shown.splice(shown.indexOf(hot), 1); shown.push(hot); }
        const ends = [...new Set([0, values.length - 1])].map(t => [xs.curve(t), digits(values[t])]);
        axes(frames[0], `Loss over temperature, ${set.checkpoints[at]}`, set.axis, ends);
        for (const index of shown) line(frames[0], values.map((_, t) => loss(at, index, t) === null ? null : [xs.curve(t), y(loss(at, index, t))]), index);
        draw(frames[0], "path", { d: `M${xs.curve(temperature)} ${T}V${H - B}`, stroke: "currentColor", opacity: 0.5 });
        // At one temperature, over all checkpoints: the scale stays as the checkpoint moves.
        const all = set.losses.flatMap(layers => layers.filter((one, index) => one !== null && on[index]).map(one => one[temperature]));
        const top = Math.min(set.top, 1.08 * Math.max(...all, 0)) || set.top;
        axes(frames[1], `Loss at T = ${digits(values[temperature])} over ${set.noun}s`, set.noun,
          [...new Set([0, last])].map(c => [xs.course(c), fit(set.checkpoints[c], 16)]), top);
        for (const index of shown) {
          const places = set.checkpoints.map((_, c) => loss(c, index) === null ? null : [xs.course(c), y(loss(c, index), top)]);
          line(frames[1], places, index);
          if (last === 0 && places[0]) draw(frames[1], "circle", { cx: places[0][0], cy: places[0][1], r: 4, fill: color(index), "data-layer": index });
        }
        draw(frames[1], "path", { d: `M${xs.course(at)} ${T}V${H - B}`, stroke: "currentColor", opacity: 0.5 });
        axes(frames[2], `Loss at T = ${digits(values[temperature])} by layer, ${set.checkpoints[at]}`, "layer",
          [...new Set([0, set.layers.length - 1])].map(l => [xs.layers(l), fit(set.layers[l], 18)]), top);
        for (const index of shown) if (loss(at, index) !== null)
          draw(frames[2], "circle", { cx: xs.layers(index), cy: y(loss(at, index), top), r: index === hot ? 6 : 4, fill: color(index), opacity: hot < 0 || index === hot ? 1 : 0.35, "data-layer": index });
        const found = hot >= 0 && loss(at, hot) !== null ? ` · ${set.layers[hot]}: ${digits(loss(at, hot))} nats` : "";
        told.textContent = `${set.checkpoints[at]} · T = ${digits(values[temperature])}${found}`;
        checkpoint.setAttribute("aria-valuetext", set.checkpoints[at]);
        heat.setAttribute("aria-valuetext", "T = " + digits(values[temperature]));
        for (const label of layers.querySelectorAll("label")) label.classList.toggle("hot", +label.dataset.layer === hot);
      };
      const point = index => { if (index !== hot) { hot = index; show(); } };
      const begin = number => {
        set = sets[number]; hot = -1;
        at = set.checkpoints.length - 1;
        // Where the loss of the last checkpoint is least, over all layers.
        const sums = set.temperatures.map((_, t) => set.losses[at].reduce((sum, one) => one === null ? sum : sum + one[t], 0));
        temperature = sums.indexOf(Math.min(...sums));
        on = set.layers.map(() => true);
        checkpoint.max = at; checkpoint.value = at; heat.max = set.temperatures.length - 1; heat.value = temperature;
        first.hidden = at === 0;
        layers.replaceChildren(make("legend", {}, "Layers"));
        for (const [words, value] of [["all", true], ["none", false]]) {
          const button = make("button", { type: "button" }, words);
          button.addEventListener("click", () => {
            on.fill(value);
            layers.querySelectorAll("input").forEach(box => { box.checked = value; });
            point(-1); show();
          });
          layers.append(button);
        }
        set.layers.forEach((name, index) => {
          const box = make("input", { type: "checkbox" }), label = make("label", { "data-layer": index });
          box.checked = true;
          box.addEventListener("change", () => { on[index] = box.checked; if (!box.checked && hot === index) hot = -1; show(); });
          const swatch = make("span", { class: "swatch" });
          swatch.style.background = color(index);
          label.append(box, swatch, name);
          label.addEventListener("pointerenter", () => { if (on[index]) point(index); });
          label.addEventListener("pointerleave", () => point(-1));
          box.addEventListener("focus", () => { if (on[index]) point(index); });
          box.addEventListener("blur", () => point(-1));
          layers.append(label);
        });
        if (set.leftOut > 0) layers.append(make("p", {}, `${set.leftOut} ${set.noun}s are left out here; report.json and the CSV files have all.`));
        show();
      };
      checkpoint.addEventListener("input", () => { at = +checkpoint.value; show(); });
      heat.addEventListener("input", () => { temperature = +heat.value; show(); });
      choice.addEventListener("change", () => begin(+choice.value));
      plots.addEventListener("pointermove", event => {
        const target = event.target.closest("[data-layer]");
        point(target ? +target.dataset.layer : -1);
      });
      plots.addEventListener("pointerleave", () => point(-1));
      dark.addEventListener("change", () => begin(+choice.value || 0));
      root.hidden = false;
      begin(0);
    })();

    """
}
