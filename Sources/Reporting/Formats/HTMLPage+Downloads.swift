extension HTMLPage {
  /// Each figure as an SVG or PNG file, each table as CSV, from the page itself.
  static let downloads = """
    (() => {
      "use strict";
      const save = (name, blob) => {
        const link = document.createElement("a");
        link.href = URL.createObjectURL(blob);
        link.download = name;
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 1000);
      };
      const button = (parent, text, label, action) => {
        const element = document.createElement("button");
        element.type = "button";
        element.className = "save";
        element.textContent = text;
        element.setAttribute("aria-label", label);
        element.addEventListener("click", action);
        parent.append(" ", element);
      };
      const copy = svg => {
        const clone = svg.cloneNode(true);
        clone.setAttribute("xmlns", "http://www.w3.org/2000/svg");
        clone.removeAttribute("tabindex");
        clone.querySelectorAll(".mark").forEach(mark => mark.remove());
        return new XMLSerializer().serializeToString(clone);
      };
      for (const figure of document.querySelectorAll("main figure")) {
        const svg = figure.querySelector("svg"), caption = figure.querySelector("figcaption");
        const name = figure.id.replace(/^figure-/, "");
        if (!svg || !caption) continue;
        button(caption, "SVG", "Save " + name + " as SVG", () => save(name + ".svg", new Blob([copy(svg)], { type: "image/svg+xml" })));
        button(caption, "PNG", "Save " + name + " as PNG", () => {
          const image = new Image(), box = svg.viewBox.baseVal, scale = 3;
          image.onload = () => {
            const canvas = document.createElement("canvas");
            canvas.width = box.width * scale;
            canvas.height = box.height * scale;
            const context = canvas.getContext("2d");
            context.fillStyle = "#ffffff";
            context.fillRect(0, 0, canvas.width, canvas.height);
            context.drawImage(image, 0, 0, canvas.width, canvas.height);
            canvas.toBlob(blob => save(name + ".png", blob));
          };
          image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(copy(svg));
        });
      }
      for (const table of document.querySelectorAll("table.sortable")) {
        const section = table.closest("section"), cell = value => /[",\\n]/.test(value) ? '"' + value.replaceAll('"', '""') + '"' : value;
        const words = entry => {
          const value = entry.dataset.v ?? (entry.title || entry.textContent);
          // A formula must not come from a name.
          return entry.dataset.v === undefined && /^[=+\\-@\\t\\r]/.test(value) && isNaN(value) ? "'" + value : value;
        };
        button(table.caption, "CSV", "Save the table " + section.id + " as CSV", () => {
          const rows = [...table.rows].map(row => [...row.cells].map(entry => cell(words(entry))).join(","));
          save(section.id + ".csv", new Blob([rows.join("\\n") + "\\n"], { type: "text/csv" }));
        });
      }
    })();

    """
}
