/**
 * How the class's page looks: light and dark, narrow and wide, on paper.
 *
 * @module
 */

/** The page's style sheet. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #f5f5f8; --card: #ffffff; --line: #dfdfe8; --ink: #1a1a22; --soft: #5c5c6b;
  --accent: #3350c8; --accent-soft: #e6eafc; --bar: #2f86c5; --mark: #eeeef4;
  --right: #cfeeda; --right-ink: #0a5228; --right-bar: #2f9c5a;
  --part: #fce7b4; --part-ink: #6f4300; --part-bar: #d6951a;
  --wrong: #ffd5cf; --wrong-ink: #8c1409; --wrong-bar: #d0402f;
  --absent: #e3e3ea; --absent-ink: #44444f; --absent-bar: #8b8b98;
  --look: #5a3fd3; --look-ink: #ffffff; --look-bar: #5a3fd3;
  --none: transparent; --none-ink: #5c5c6b; --none-bar: #c8c8d2;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #121217; --card: #1b1b22; --line: #31313c; --ink: #e9e9f0; --soft: #a4a4b3;
    --accent: #9db0ff; --accent-soft: #262d4d; --bar: #5aa9e0; --mark: #26262f;
    --right: #123e28; --right-ink: #93e6b4; --right-bar: #3fae6c;
    --part: #4a3506; --part-ink: #ffd680; --part-bar: #d39b2e;
    --wrong: #581b15; --wrong-ink: #ffb6ab; --wrong-bar: #dc5847;
    --absent: #34343e; --absent-ink: #c6c6d2; --absent-bar: #80808e;
    --look: #9782ff; --look-ink: #150c40; --look-bar: #9782ff;
    --none-ink: #a4a4b3; --none-bar: #4a4a56;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body {
  margin: 0; padding: 1.5rem clamp(.75rem, 2.5vw, 2.5rem) 4rem; background: var(--paper);
  color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif;
}
h1, h2, h3, h4, p, dl, dd, figure, ol, ul { margin: 0; padding: 0; }
h1 { font-size: 1.6rem; line-height: 1.2; letter-spacing: -.01em; }
h2 { font-size: 1.05rem; }
a { color: var(--accent); text-underline-offset: .15em; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
button, input, select { font: inherit; color: inherit; }
code, pre, .bytes { font-family: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", monospace; font-size: .86em; }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: .75rem; top: .5rem; background: var(--card); padding: .3rem .6rem; z-index: 9; }
.soft { color: var(--soft); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1rem; min-width: 0; }
.top { display: flex; flex-wrap: wrap; gap: 1rem 2.5rem; align-items: end; justify-content: space-between; }
.figures { display: flex; flex-wrap: wrap; gap: .5rem 1.75rem; }
.figures div { display: flex; flex-direction: column-reverse; }
.figures dt { color: var(--soft); font-size: .8rem; }
.figures dd { font-size: 1.55rem; font-weight: 650; line-height: 1.15; font-variant-numeric: tabular-nums; }
.figures .look dd { color: var(--look-bar); }
.notice { margin-top: 1rem; padding: .6rem .9rem; border-left: 4px solid var(--part-bar); background: var(--card); border-radius: 6px; }
.pictures { display: grid; gap: 1rem; margin: 1.25rem 0 1.75rem; }
figcaption, .card > h2 { font-weight: 650; margin-bottom: .6rem; }
figcaption small { display: block; font-weight: 400; color: var(--soft); }
svg { display: block; width: 100%; }
svg text { fill: var(--soft); font-size: 10px; font-family: inherit; }
svg .count { fill: var(--ink); font-weight: 600; }
svg .axis { stroke: var(--line); }
svg .median { stroke: var(--ink); stroke-width: 1.2; }
.fill-right { fill: var(--right-bar); } .fill-part { fill: var(--part-bar); }
.fill-wrong { fill: var(--wrong-bar); } .fill-absent { fill: var(--absent-bar); }
.fill-look { fill: var(--look-bar); } .fill-not-run { fill: var(--none-bar); }
.fill-bar { fill: var(--bar); } .fill-mark { fill: var(--mark); }
.bars { list-style: none; display: grid; gap: .35rem; }
.bars li { display: grid; grid-template-columns: 2.2rem 1fr 4.6rem; gap: .6rem; align-items: center; font-size: .85rem; }
.bars li > :last-child { text-align: right; color: var(--soft); font-variant-numeric: tabular-nums; }
.bars svg { height: 14px; border-radius: 3px; }
.faults { list-style: none; display: grid; gap: .2rem; }
.faults button {
  display: grid; grid-template-columns: 1fr auto; gap: .1rem .6rem; width: 100%; padding: .25rem .4rem; text-align: left;
  font-size: .85rem; line-height: 1.35; background: none; border: 1px solid transparent; border-radius: 6px; cursor: pointer;
}
.faults button:hover { background: var(--mark); }
.faults button[aria-pressed=true] { background: var(--accent-soft); border-color: var(--accent); }
.faults svg { grid-column: 1 / -1; height: 6px; border-radius: 3px; }
.faults b { font-variant-numeric: tabular-nums; }
.controls { display: flex; flex-wrap: wrap; gap: .6rem .9rem; align-items: center; margin: .7rem 0; }
.controls input[type=search], .controls select {
  background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .35rem .6rem; max-width: 100%;
}
.controls input[type=search] { width: 14rem; }
.controls label { display: inline-flex; gap: .4rem; align-items: center; }
.controls output { color: var(--soft); margin-left: auto; }
.legend { display: flex; flex-wrap: wrap; gap: .3rem .9rem; font-size: .82rem; color: var(--soft); margin-bottom: .7rem; list-style: none; }
.legend li { display: flex; gap: .35rem; align-items: center; }
.chip { display: inline-grid; place-items: center; min-width: 1.5rem; height: 1.5rem; border-radius: 5px; font-size: .78rem; font-weight: 700; border: 1px solid transparent; }
.right { background: var(--right); color: var(--right-ink); }
.part { background: var(--part); color: var(--part-ink); }
.wrong { background: var(--wrong); color: var(--wrong-ink); }
.absent { background: var(--absent); color: var(--absent-ink); border-style: dashed; border-color: var(--absent-bar); }
.look.chip { background: var(--look); color: var(--look-ink); }
.not-run { color: var(--none-ink); border-style: dotted; border-color: var(--none-bar); }
.master { display: grid; gap: 1rem; align-items: start; }
.wrap { position: relative; overflow-x: auto; padding: 0; }
table.grid { border-collapse: separate; border-spacing: 0; width: 100%; }
.grid th, .grid td { padding: 3px 2px; border-bottom: 1px solid var(--line); text-align: center; }
.grid tbody tr:last-child > * { border-bottom: 0; }
.grid thead th { position: sticky; top: 0; background: var(--card); z-index: 1; padding: 0; }
.grid thead button { width: 100%; padding: .5rem .1rem; border: 0; background: none; cursor: pointer; font-size: .8rem; font-weight: 650; border-radius: 6px; white-space: nowrap; }
.grid thead button:hover { background: var(--mark); }
.grid thead button::after { content: ""; display: block; width: 0; margin: 2px auto 0; border: 4px solid transparent; border-width: 0 4px; height: 5px; }
.grid [aria-sort=ascending] button::after { border-bottom: 5px solid var(--accent); height: 0; }
.grid [aria-sort=descending] button::after { border-top: 5px solid var(--accent); height: 0; }
.grid .q, .grid .marks, .grid .more { width: 1%; }
.grid .who { text-align: left; position: sticky; left: 0; background: var(--card); padding-left: .75rem; max-width: 16rem; font-weight: 400; }
.grid thead .who { z-index: 2; }
.grid thead .who button { text-align: left; }
.grid thead .who button::after { margin-left: 0; }
.who a { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; color: var(--ink); text-decoration: none; padding: .1rem 0; }
.who a:hover { text-decoration: underline; }
.who small { display: block; color: var(--soft); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-size: .72rem; margin-top: -.25rem; }
.grid .marks, .grid .marks button { text-align: right; }
.grid .marks button::after { margin-right: 0; }
.grid .marks { padding-right: .6rem; font-variant-numeric: tabular-nums; min-width: 3.2rem; }
.grid .marks svg { width: 0; min-width: 100%; height: 3px; border-radius: 2px; margin-top: 1px; }
.grid thead .more button { padding-right: .6rem; }
.grid .more { color: var(--soft); font-variant-numeric: tabular-nums; }
.grid tbody tr:hover > * { background: var(--mark); }
.grid tr[aria-current] > * { background: var(--accent-soft); }
.grid tr[aria-current] .who { box-shadow: inset 4px 0 var(--accent); }
.grid td .chip { width: 100%; max-width: 2.4rem; }
.grid tr.nobody td { padding: 1.5rem; color: var(--soft); }
.details { display: grid; gap: .7rem; min-width: 0; }
html:not(.js) .step { display: none; }
.step { display: flex; gap: .5rem; justify-content: space-between; align-items: center; }
.step button, .again button, #all { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .3rem .8rem; cursor: pointer; font-size: .88rem; }
.again button { background: var(--mark); }
:is(.step, .again) button:hover:not(:disabled), #all:hover { border-color: var(--accent); }
.step button:disabled { opacity: .4; cursor: default; }
article h3 { font-size: 1.25rem; line-height: 1.25; overflow-wrap: anywhere; }
article h4 { font-size: .8rem; text-transform: uppercase; letter-spacing: .06em; color: var(--soft); margin: 1.2rem 0 .5rem; }
article .meta { color: var(--soft); overflow-wrap: anywhere; }
article .meta b { color: var(--ink); font-size: 1.25rem; }
.reason { margin-top: .7rem; padding: .6rem .8rem; border-radius: 8px; border: 1px solid var(--look-bar); border-left-width: 5px; overflow-wrap: anywhere; }
.answer { border: 1px solid var(--line); border-radius: 9px; padding: .7rem .8rem; margin-bottom: .6rem; overflow-wrap: anywhere; }
.answer > header { display: flex; gap: .55rem; align-items: baseline; }
.answer > header .chip { flex: none; }
.answer > header strong { flex: 1; font-weight: 650; }
.answer > header span:last-child { color: var(--soft); white-space: nowrap; font-variant-numeric: tabular-nums; }
.answer > p { margin-top: .35rem; }
.line { display: grid; grid-template-columns: max-content 1fr; gap: .15rem .8rem; margin: .55rem 0 0; padding: .55rem .7rem; background: var(--mark); border-radius: 7px; }
.line dt { color: var(--soft); font-size: .82rem; }
.line dd { overflow-wrap: anywhere; white-space: pre-wrap; max-height: 14rem; overflow-y: auto; }
.line i { font-style: normal; color: var(--accent); }
.line .expected { color: var(--right-ink); } 
.again { display: flex; gap: .6rem; align-items: start; margin-top: .55rem; }
.again code { flex: 1; padding: .3rem .6rem; background: var(--mark); border-radius: 7px; overflow-wrap: anywhere; }
.again code::before { content: "$ "; color: var(--soft); }
.fine { list-style: none; display: grid; gap: .25rem; }
.fine li { display: flex; gap: .55rem; align-items: baseline; }
.fine li span:last-child { margin-left: auto; color: var(--soft); white-space: nowrap; }
.plain { padding-left: 1.1rem; overflow-wrap: anywhere; }
.programs { display: grid; grid-template-columns: max-content 1fr; gap: .15rem .9rem; overflow-wrap: anywhere; }
.js article:not(.shown) { display: none; }
footer { margin-top: 2rem; color: var(--soft); font-size: .82rem; }
@media (min-width: 640px) { .pictures { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
@media (min-width: 1180px) { .pictures { grid-template-columns: repeat(4, minmax(0, 1fr)); } }
@media (min-width: 1080px) {
  .master { grid-template-columns: minmax(min-content, 1.1fr) minmax(0, 1fr); }
  .grid .who { max-width: max(11rem, 16vw); }
  .js .details { position: sticky; top: 1rem; max-height: calc(100vh - 2rem); overflow-y: auto; overscroll-behavior: contain; border-radius: 12px; }
  .wrap { overflow-x: visible; }
}
@media (min-width: 1080px) { .step .back { display: none; } }
@media (max-width: 560px) {
  body { font-size: 14px; padding-top: 1rem; }
  .figures { gap: .5rem 1.1rem; }
  .grid .who { max-width: 6.5rem; padding-left: .5rem; }
  .who a { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; white-space: normal; overflow-wrap: anywhere; font-size: .86rem; line-height: 1.2; }
  .grid .more { display: none; }
  .grid tr > :nth-last-child(2) { padding-right: .35rem; }
  .grid .marks { min-width: 2.1rem; padding-right: .2rem; font-size: .9em; }
  .grid td .chip { min-width: 1.2rem; font-size: .72rem; }
  .grid thead button { padding: .5rem 0; font-size: .75rem; }
  .grid th, .grid td { padding: 2px 1px; }
  .controls input[type=search] { width: 100%; }
  .controls output { margin-left: 0; }
  .line { grid-template-columns: 1fr; }
  .line dd { margin-bottom: .3rem; }
  .bars li { grid-template-columns: 1.9rem 1fr 3.9rem; }
}
@media print {
  :root {
    color-scheme: light;
    --paper: #fff; --card: #fff; --line: #ccc; --ink: #000; --soft: #444; --accent: #2236a0; --accent-soft: #fff; --mark: #f3f3f6;
    --right: #cfeeda; --right-ink: #0a5228; --part: #fce7b4; --part-ink: #6f4300; --wrong: #ffd5cf; --wrong-ink: #8c1409;
    --absent: #e3e3ea; --absent-ink: #44444f; --look: #5a3fd3; --look-ink: #fff;
  }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  body { padding: 0 1px; font-size: 10.5pt; }
  .grid thead button { display: contents; }
  .fine li { break-inside: avoid; }
  .controls, .step, .again button, .skip, .jump { display: none !important; }
  .master { display: block; }
  .wrap { overflow: visible; }
  .grid thead th, .grid .who { position: static; }
  .grid tr { break-inside: avoid; }
  .js .details { display: block; position: static; max-height: none; overflow: visible; margin-top: 1rem; }
  .js article:not(.shown), article { display: block; margin-bottom: 1rem; }
  .card { border-radius: 0; box-decoration-break: clone; }
  .answer, figure, .reason { break-inside: avoid; }
  h2, h3, h4, .meta, .legend { break-after: avoid; }
  .line dd { max-height: none; overflow: visible; }
}
`;
