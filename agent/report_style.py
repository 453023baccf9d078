"""How a report looks: one style sheet, in light and dark, printed into every report."""

from __future__ import annotations

STYLE = """
:root {
  color-scheme: light dark;
  --page: #f4f5f7; --card: #fff; --ink: #1b1f24; --soft: #5b6470; --line: #dfe3e8;
  --code: #f0f2f5; --accent: #2f6feb; --good: #14804a; --warn: #9a6200; --bad: #c0362c;
  --tap: #ff3d71; --think: #7b61d9; --act: #2f6feb; --settle: #1c9e8f; --observe: #c98a1b;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171c; --card: #1d2229; --ink: #e6e9ee; --soft: #98a2b0; --line: #2e353f;
    --code: #161a20; --accent: #6ea0ff; --good: #4cc38a; --warn: #e3a83c; --bad: #ff7a6e;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans CJK SC", sans-serif;
}
main { max-width: 1040px; margin: 0 auto; padding: 32px 20px 80px; }
h1 { font-size: 26px; line-height: 1.25; margin: 0 0 12px; }
h1, .thought, .said, pre { overflow-wrap: anywhere; unicode-bidi: plaintext; }
.badge {
  display: inline-block; padding: 2px 10px; border-radius: 999px; font-size: 13px;
  font-weight: 600; border: 1px solid currentColor; white-space: nowrap;
}
.good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); }
.plain { color: var(--soft); }
.outcome { display: flex; gap: 12px; align-items: baseline; flex-wrap: wrap; margin: 0 0 20px; }
.outcome .badge { font-size: 15px; padding: 4px 14px; }
dl.facts {
  display: grid; grid-template-columns: repeat(auto-fill, minmax(190px, 1fr)); gap: 12px 24px;
  margin: 0 0 28px; padding: 16px 20px; background: var(--card); border: 1px solid var(--line);
  border-radius: 12px;
}
dt { font-size: 12px; color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
.wide { grid-column: 1 / -1; }
article {
  display: grid; grid-template-columns: 250px minmax(0, 1fr); gap: 24px; margin: 0 0 20px;
  padding: 20px; background: var(--card); border: 1px solid var(--line); border-radius: 16px;
}
figure { margin: 0; position: relative; align-self: start; }
figure img {
  display: block; width: 100%; height: auto; border-radius: 12px; border: 1px solid var(--line);
}
figure svg { position: absolute; inset: 0; width: 100%; height: 100%; }
figure svg circle, figure svg polyline { fill: none; stroke: var(--tap); }
figure svg .dot { fill: var(--tap); stroke: #fff; }
figcaption { font-size: 12px; color: var(--soft); margin-top: 6px; overflow-wrap: anywhere; }
h2 { margin: 0 0 8px; font-size: 13px; font-weight: 600; color: var(--soft); }
.thought { font-size: 18px; line-height: 1.4; margin: 0 0 14px; white-space: pre-wrap; }
.call {
  margin: 0 0 10px; padding: 10px 14px; background: var(--code); border-radius: 10px;
  border-left: 3px solid var(--accent);
}
.call code { font: 14px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
.call .name { font-weight: 700; }
.call p { margin: 4px 0 0; font-size: 13px; }
.error { color: var(--bad); margin: 0 0 12px; overflow-wrap: anywhere; }
.times { display: flex; height: 6px; border-radius: 3px; overflow: hidden; margin: 14px 0 6px; }
.times span { display: block; min-width: 2px; }
.legend { font-size: 12px; color: var(--soft); margin: 0 0 12px; }
.think { background: var(--think); } .act { background: var(--act); }
.settle { background: var(--settle); } .observe { background: var(--observe); }
details { border-top: 1px solid var(--line); padding: 8px 0 0; margin-top: 8px; }
summary { cursor: pointer; font-size: 13px; color: var(--soft); }
pre {
  margin: 8px 0 0; padding: 12px; background: var(--code); border-radius: 8px; overflow: auto;
  max-height: 420px; white-space: pre-wrap;
  font: 12.5px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace;
}
.role { color: var(--accent); font-weight: 700; }
footer { color: var(--soft); font-size: 12px; margin-top: 28px; }
@media (max-width: 680px) {
  article { grid-template-columns: 1fr; } figure { max-width: 260px; }
}
"""
