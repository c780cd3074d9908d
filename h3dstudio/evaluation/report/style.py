"""The style sheet of the HTML report: quiet on screen, whole on paper."""

STYLE = """
:root { --ink: #1b1f27; --muted: #5d6675; --line: #dde1e8; --soft: #f4f5f8; --accent: #344ec4;
  --bad: #8a3a00; --bad-soft: #fff3e2; --bad-line: #e0a24a; }
* { box-sizing: border-box; }
body { font: 16px/1.55 system-ui, "Segoe UI", "Helvetica Neue", Arial, "Noto Sans", sans-serif; color:
  var(--ink);
  background: #fff; margin: 0 auto; max-width: 1080px; padding: 32px 32px 48px; }
.kind { color: var(--muted); font-size: 13px; letter-spacing: .04em; margin: 0; }
h1 { font-size: 32px; line-height: 1.2; margin: 4px 0 0; overflow-wrap: anywhere; }
.subtitle { color: var(--muted); font-size: 18px; margin: 4px 0 24px; }
h2 { font-size: 22px; margin: 48px 0 12px; padding-top: 12px; border-top: 1px solid var(--line); }
h3 { font-size: 15px; margin: 16px 0 6px; overflow-wrap: anywhere; }
p { margin: 0 0 12px; max-width: 46em; }
.small { color: var(--muted); font-size: 13.5px; }
.heads { display: grid; grid-template-columns: repeat(auto-fit, minmax(170px, 1fr)); gap: 12px; }
.head { background: var(--soft); border-radius: 10px; padding: 14px 16px; }
.head p { margin: 0; overflow-wrap: anywhere; }
.head .label { font-size: 14px; font-weight: 600; }
.head .value { font-size: clamp(19px, 2.4vw, 27px); font-weight: 650; line-height: 1.3; color: var(--accent);
  white-space: nowrap; }
.head .remark { color: var(--muted); font-size: 13px; line-height: 1.35; }
nav ul { display: flex; flex-wrap: wrap; gap: 4px 18px; list-style: none; padding: 0; margin: 20px 0 0;
  font-size: 14px; }
a { color: var(--accent); }
.notice { border: 1px solid var(--line); border-left: 5px solid var(--muted); border-radius: 8px;
  padding: 10px 16px;
  margin: 0 0 16px; background: var(--soft); }
.notice.warning { border-color: var(--bad-line); border-left-color: var(--bad-line); background:
  var(--bad-soft); }
.notice h3 { margin: 0 0 2px; }
.notice.warning h3 { color: var(--bad); }
.notice.warning h3::before { content: "\\26A0\\00a0 "; }
.notice ul { margin: 0; padding-left: 20px; }
.wide { overflow-x: auto; margin: 16px 0 6px; }
table { border-collapse: collapse; min-width: 60%; font-size: 14.5px; }
caption { text-align: left; font-weight: 600; font-size: 15px; padding: 0 0 6px; }
th, td { padding: 5px 12px; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th:first-child { padding-left: 0; }
thead th { border-bottom: 2px solid var(--ink); }
tbody th { font-weight: 400; }
tbody tr:not(.group) th { white-space: nowrap; }
.figures td, .figures thead th + th, .figures thead td + th { text-align: right; font-variant-numeric:
  tabular-nums; }
.words td { overflow-wrap: anywhere; }
.group th { font-weight: 600; padding-top: 16px; border-bottom-color: var(--muted); }
td strong { color: var(--accent); }
pre { background: var(--soft); border-radius: 8px; padding: 12px 16px; font-size: 13px; line-height: 1.6;
  white-space: pre-wrap; overflow-wrap: anywhere; }
figure { margin: 16px 0 24px; }
figcaption { color: var(--muted); font-size: 13.5px; margin-top: 6px; max-width: 52em; }
.row { display: grid; gap: 10px; margin-bottom: 6px; grid-template-columns: repeat(4, 1fr); }
.row.n2 { grid-template-columns: repeat(2, 1fr); max-width: 540px; }
.row.n3 { grid-template-columns: repeat(3, 1fr); max-width: 810px; }
.picture img { width: 100%; height: auto; display: block; border: 1px solid var(--line); border-radius:
  6px; }
.picture p { font-size: 13px; color: var(--muted); text-align: center; margin: 3px 0 0; }
.drawings { display: flex; flex-wrap: wrap; gap: 12px 20px; align-items: flex-start; }
svg { max-width: 100%; height: auto; font-family: inherit; }
footer { border-top: 1px solid var(--line); margin-top: 40px; padding-top: 12px; color: var(--muted);
  font-size: 13px; }
@media print {
  @page { size: A4; margin: 16mm 14mm; }
  body { max-width: none; padding: 0; font-size: 10.5pt; }
  nav { display: none; }
  h2 { break-after: avoid; margin-top: 24pt; } h3, caption { break-after: avoid; }
  .head, .notice, .row, svg, tr, .picture { break-inside: avoid; }
  .wide { overflow: visible; }
  .head .value { font-size: 15pt; }
  .legend, .group, .wide caption { break-after: avoid; }
  .drawings svg { width: 47%; }
  .head, .notice, pre { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  table { font-size: 9pt; } th, td { padding: 3px 7px; }
}
"""
