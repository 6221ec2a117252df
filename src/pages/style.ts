/** The page's whole style; its digest is in the page's policy. */
export const STYLE = `
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1b1f23;background:#fff}
h1{font-size:1.6rem;margin:0 0 .5rem}h2{font-size:1.2rem;border-bottom:1px solid #d0d7de;padding-bottom:.2rem;margin-top:2rem}
h3{font-size:1rem;margin:1rem 0 .3rem}p{margin:.4rem 0}ul,ol{margin:.3rem 0;padding-left:1.5rem}
pre{background:#f6f8fa;border:1px solid #d0d7de;border-radius:4px;padding:.6rem;overflow-x:auto;white-space:pre-wrap;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%;font-size:13px}th,td{text-align:left;vertical-align:top;padding:.25rem .6rem .25rem 0;border-bottom:1px solid #eaeef2;overflow-wrap:anywhere;white-space:pre-wrap}
td:first-child{white-space:nowrap}
.small{font-size:12px;color:#57606a}.good,.pass{color:#1a7f37}.bad,.fail,.error{color:#b42318}.warn,.warning,.unknown{color:#7a4a00}.advice,.skip,.event{color:#57606a}
svg{width:100%;height:auto;font:13px system-ui,sans-serif}svg text{fill:#1b1f23}svg .head,svg .small{fill:#57606a}svg .small{font-size:11px}
.seam rect{fill:#fff;stroke:#57606a}.seam path{fill:none;stroke:#57606a;stroke-width:1.5}
.seam .good rect,.seam path.good{stroke:#1a7f37}.seam .bad rect,.seam path.bad{stroke:#b42318;stroke-width:2.5}
.seam .unknown rect,.seam path.unknown{stroke:#9a6700;stroke-dasharray:5 4}
.plot .bar{fill:#57606a}.plot .bad{fill:#b42318}.plot .warn{fill:#d4a72c}
@media(prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}pre{background:#161b22;border-color:#30363d}h2{border-color:#30363d}th,td{border-color:#21262d}
svg text{fill:#e6edf3}.seam rect{fill:#0d1117}.good,.pass{color:#3fb950}.bad,.fail,.error{color:#ff7b72}.warn,.warning,.unknown{color:#d29922}.small,.advice,.skip,.event{color:#8b949e}}
@media print{body{max-width:none;margin:0}section{break-inside:avoid-page}}
`;
