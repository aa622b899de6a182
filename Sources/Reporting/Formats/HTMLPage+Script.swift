extension HTMLPage {
  /// Tooltips by pointer and by key, and tables that sort. Without it a point's tooltip is the
  /// browser's own.
  static let script = """
    (() => {
      "use strict";
      const tip = document.getElementById("tip");
      const hide = () => { tip.hidden = true; document.querySelectorAll(".mark").forEach(m => m.remove()); };
      const show = (svg, target, x, y) => {
        hide();
        const box = target.getBBox();
        const mark = document.createElementNS("http://www.w3.org/2000/svg", target.localName === "rect" ? "rect" : "circle");
        mark.setAttribute("class", "mark");
        if (target.localName === "rect") {
          for (const a of ["x", "y", "width", "height"]) mark.setAttribute(a, box[a]);
        } else {
          mark.setAttribute("cx", box.x + box.width / 2);
          mark.setAttribute("cy", box.y + box.height / 2);
          mark.setAttribute("r", 4.5);
        }
        target.parentNode.appendChild(mark);
        tip.textContent = target.dataset.tip;
        tip.hidden = false;
        const place = target.getBoundingClientRect();
        const left = (x ?? place.right) + 12, top = (y ?? place.bottom) + 12;
        tip.style.left = Math.max(4, Math.min(left, innerWidth - tip.offsetWidth - 4)) + "px";
        tip.style.top = (top + tip.offsetHeight > innerHeight ? top - tip.offsetHeight - 24 : top) + "px";
      };
      for (const svg of document.querySelectorAll("figure svg")) {
        const targets = [...svg.querySelectorAll(".spot, .emphasis, .cells rect, .cloud")];
        for (const target of targets) {
          const title = target.querySelector(":scope > title");
          if (!title) continue;
          target.dataset.tip = title.textContent;
          title.remove();
        }
        if (svg.querySelector(".spot")) svg.querySelectorAll(".series > title").forEach(title => title.remove());
        const steps = targets.filter(t => t.dataset.tip && !t.classList.contains("cloud"));
        let current = -1;
        svg.addEventListener("pointermove", event => {
          let best = event.target.closest("[data-tip]"), nearest = 20 * 20;
          if (!best) for (const spot of targets) {
            if (!spot.dataset.tip || spot.localName === "rect" || spot.classList.contains("cloud")) continue;
            const box = spot.getBoundingClientRect();
            const dx = box.x + box.width / 2 - event.clientX, dy = box.y + box.height / 2 - event.clientY;
            if (dx * dx + dy * dy < nearest) { nearest = dx * dx + dy * dy; best = spot; }
          }
          if (!best) return hide();
          if (best.classList.contains("cloud")) {
            hide();
            tip.textContent = best.dataset.tip;
            tip.hidden = false;
            tip.style.left = event.clientX + 12 + "px";
            tip.style.top = event.clientY + 12 + "px";
          } else show(svg, best, event.clientX, event.clientY);
        });
        svg.addEventListener("pointerleave", hide);
        svg.addEventListener("blur", hide);
        if (!steps.length) continue;
        svg.setAttribute("tabindex", "0");
        svg.addEventListener("keydown", event => {
          const move = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1, Home: -steps.length, End: steps.length }[event.key];
          if (event.key === "Escape") return hide();
          if (move === undefined) return;
          event.preventDefault();
          current = Math.max(0, Math.min(steps.length - 1, current + move));
          show(svg, steps[current]);
        });
      }
      for (const table of document.querySelectorAll("table.sortable")) {
        const heads = [...table.querySelectorAll("thead th")];
        heads.forEach((head, column) => {
          const button = document.createElement("button");
          button.type = "button";
          button.textContent = head.textContent;
          head.replaceChildren(button);
          button.addEventListener("click", () => {
            const sign = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
            heads.forEach(other => other.removeAttribute("aria-sort"));
            head.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
            const body = table.tBodies[0];
            const isNumber = head.classList.contains("number");
            const key = row => {
              const cell = row.cells[column];
              return isNumber ? (cell.dataset.v === undefined ? NaN : +cell.dataset.v) : cell.textContent;
            };
            const compare = (a, b) => {
              if (!isNumber) return sign * a.localeCompare(b, "en", { numeric: true });
              if (isNaN(a) || isNaN(b)) return isNaN(a) - isNaN(b);
              return sign * (a - b);
            };
            const keyed = [...body.rows].map(row => [key(row), row]);
            keyed.sort((a, b) => compare(a[0], b[0]));
            body.append(...keyed.map(pair => pair[1]));
          });
        });
      }
    })();

    """
}
