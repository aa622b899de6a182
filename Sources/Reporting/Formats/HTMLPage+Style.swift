internal import Charts

extension HTMLPage {
  /// The style sheet. In the dark, ink and paper change places and each line's colour is replaced
  /// by its counterpart; cells of heatmaps keep theirs.
  static func style(colors: Set<String>) -> String {
    let page = RGB.darkPage.hex
    let lines = colors.compactMap { hex in RGB(parsing: hex).map { (hex, $0) } }
      .filter { !["#222222", "#6b6b6b", "#ffffff"].contains($0.0) }
      .sorted { $0.0 < $1.0 }
      .map { hex, color in
        "figure svg [stroke=\"\(hex)\"]{stroke:\(color.onDark.hex)}\n"
          + "figure svg .emphasis[fill=\"\(hex)\"],figure svg .band[fill=\"\(hex)\"]"
          + "{fill:\(color.onDark.hex)}\n"
      }.joined()
    return base
      + "@media screen and (prefers-color-scheme: dark) {\n"
      + ":root{--ink:#e4e6ea;--soft:#a9b0ba;--paper:\(page);--rule:#3a4049;--stripe:#1d2127}\n"
      + "figure svg [fill=\"#222222\"]{fill:#e4e6ea}\n"
      + "figure svg [stroke=\"#222222\"]{stroke:#e4e6ea}\n"
      + "figure svg [fill=\"#6b6b6b\"]{fill:#a9b0ba}\n"
      + "figure svg [stroke=\"#6b6b6b\"]{stroke:#a9b0ba}\n"
      + "figure svg :not(text)[fill=\"#ffffff\"]{fill:\(page)}\n"
      + "figure svg [stroke=\"#ffffff\"]{stroke:\(page)}\n" + lines + "}\n"
  }

  private static let base = """
    :root{color-scheme:light dark;--ink:#222222;--soft:#5b6068;--paper:#ffffff;--rule:#d9dce1;--stripe:#f5f6f8}
    *{box-sizing:border-box}
    body{margin:0 auto;max-width:62rem;padding:1.5rem 1.25rem 4rem;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,Helvetica,Arial,sans-serif}
    h1{font-size:1.6rem;line-height:1.25;margin:0 0 .5rem;overflow-wrap:anywhere}
    h2{font-size:1.2rem;margin:2.5rem 0 .75rem;border-bottom:1px solid var(--rule);padding-bottom:.25rem}
    header p{margin:.5rem 0;max-width:46rem;overflow-wrap:anywhere}
    nav a{margin-right:1rem}
    a{color:inherit}
    figure{margin:0 0 2rem;break-inside:avoid}
    figure svg{display:block;max-width:100%;height:auto}
    figure svg:focus-visible,a:focus-visible,.scroll:focus-visible,th button:focus-visible{outline:2px solid #0072b2;outline-offset:2px}
    figcaption{color:var(--soft);font-size:.875rem;max-width:46rem;margin-top:.25rem;overflow-wrap:anywhere}
    .file{font-family:ui-monospace,Menlo,Consolas,monospace;font-size:.8125rem}
    .scroll{overflow:auto;max-height:32rem;border:1px solid var(--rule);border-radius:4px;margin:.75rem 0}
    table{border-collapse:collapse;width:100%;font-size:.875rem}
    caption{text-align:left;color:var(--soft);padding:.4rem .6rem;caption-side:bottom}
    th,td{padding:.3rem .6rem;text-align:left;vertical-align:top;white-space:nowrap}
    h3{font-size:1rem;margin:1rem 0 .25rem}
    .notices{margin:.25rem 0 1rem;padding-left:1.25rem;max-width:46rem;overflow-wrap:anywhere}
    #failed td{white-space:normal;overflow-wrap:anywhere}
    thead th{position:sticky;top:0;background:var(--paper);box-shadow:0 1px var(--rule);white-space:nowrap}
    tbody tr:nth-child(even){background:var(--stripe)}
    .number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
    th button{all:unset;cursor:pointer;font:inherit}
    th button::after{content:"\\2195";opacity:.35;padding-left:.3em}
    th[aria-sort=ascending] button::after{content:"\\2191";opacity:1}
    th[aria-sort=descending] button::after{content:"\\2193";opacity:1}
    dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;margin:.75rem 0;font-size:.9375rem}
    dt{color:var(--soft)}
    dd{margin:0;overflow-wrap:anywhere}
    #tip{position:fixed;z-index:2;pointer-events:none;max-width:24rem;padding:.3rem .55rem;border-radius:4px;background:var(--ink);color:var(--paper);font-size:.8125rem;overflow-wrap:anywhere}
    .controls{display:flex;flex-wrap:wrap;gap:.5rem 1.5rem;margin:.5rem 0}
    .controls label{display:flex;align-items:center;gap:.5rem}
    .controls input{width:14rem;max-width:60vw;accent-color:#0072b2}
    output{display:block;min-height:1.5em;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
    .plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(17rem,1fr));gap:.5rem 1rem;margin:.5rem 0}
    .plots svg{width:100%;height:auto;color:var(--ink)}
    .layers{border:1px solid var(--rule);border-radius:4px;padding:.4rem .6rem;max-height:12rem;overflow:auto;font-size:.875rem}
    .layers label{display:inline-flex;align-items:center;gap:.3rem;margin-right:1rem;overflow-wrap:anywhere}
    .layers .hot{font-weight:600}
    .layers button,.save{font:inherit;font-size:.8125rem;margin-right:.5rem;padding:0 .5rem;border:1px solid var(--rule);border-radius:4px;background:none;color:inherit;cursor:pointer}
    .swatch{width:.8rem;height:.8rem;border-radius:2px}
    .mark{fill:none;stroke:var(--ink);stroke-width:1.5}
    @media print{:root{color-scheme:light}body{max-width:none;padding:0;font-size:10pt}nav,.save,#explore{display:none}.scroll{max-height:none;overflow:visible;border:0}thead th{position:static}table{font-size:7pt}th,td{padding:.1rem .25rem;white-space:normal;overflow-wrap:anywhere}th button::after{content:none}.long tbody tr:nth-child(n+41){display:none}.long::after{content:"Printed are 40 rows; the page and the CSV files have all.";font-size:8pt}figcaption{font-size:8pt}h2{break-after:avoid}tr{break-inside:avoid}}

    """
}
