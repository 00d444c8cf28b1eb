// The look of the reference page: the colours of the console, light and dark, without a font or a picture from anywhere.

export const style = `
:root {
  color-scheme: light dark;
  --ink: #1c2430; --dim: #566171; --line: #d9dfe7; --ground: #f5f7fa; --paper: #fff; --link: #135b95; --code: #f1f4f8;
  --get: #12683a; --post: #135b95; --put: #7a4b00; --delete: #a31621;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e6eaf0; --dim: #a3aebc; --line: #333c48; --ground: #12161c; --paper: #1a2028; --link: #91b3da; --code: #12171e;
    --get: #6fce97; --post: #91b3da; --put: #e3b565; --delete: #f29a9f;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.55 system-ui, 'Segoe UI', 'Noto Sans', sans-serif;
  overflow-wrap: anywhere; }
a { color: var(--link); text-underline-offset: 2px; }
a:focus-visible, summary:focus-visible, pre:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 4px; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--paper); padding: .5rem 1rem; z-index: 1; }
.frame { display: grid; grid-template-columns: 15rem minmax(0, 1fr); max-width: 88rem; margin: 0 auto; }
nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 2rem 1rem; border-right: 1px solid var(--line); }
nav p { margin: 0 0 .75rem; font-weight: 600; }
nav ul { list-style: none; margin: 0 0 1.5rem; padding: 0; }
nav li a { display: flex; justify-content: space-between; gap: .5rem; min-height: 1.9rem; align-items: center; padding: .1rem .5rem;
  border-radius: 6px; text-decoration: none; color: var(--ink); }
nav li a:hover { background: var(--code); color: var(--link); }
nav li span { color: var(--dim); font-size: .8rem; }
main { padding: 2rem 2.5rem 6rem; min-width: 0; }
h1 { font-size: 1.9rem; margin: 0 0 .25rem; letter-spacing: -.01em; }
h2 { font-size: 1.3rem; margin: 2.75rem 0 .75rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 .35rem; }
p { margin: 0 0 .75rem; max-width: 46rem; }
.dim { color: var(--dim); }
section.card, details { background: var(--paper); border: 1px solid var(--line); border-radius: 10px; }
section.card { padding: 1.1rem 1.25rem 1rem; margin-top: 1.5rem; }
section.card h2 { margin-top: 0; }
details { margin: 0 0 .5rem; }
summary { cursor: pointer; padding: .6rem 1rem; display: grid; grid-template-columns: 4.5rem minmax(0, 1fr); gap: 0 .75rem;
  align-items: baseline; list-style: none; }
summary::-webkit-details-marker { display: none; }
summary.shape { grid-template-columns: minmax(0, 1fr); font-weight: 600; font-family: ui-monospace, 'DejaVu Sans Mono', monospace; font-size: .9rem; }
summary:hover { background: var(--code); border-radius: 10px; }
details[open] > summary { border-bottom: 1px solid var(--line); border-radius: 10px 10px 0 0; }
summary .what { grid-column: 2; color: var(--dim); font-size: .92rem; }
.method { font: 600 .78rem/1 ui-monospace, 'DejaVu Sans Mono', monospace; letter-spacing: .03em; }
.get { color: var(--get); } .post { color: var(--post); } .put { color: var(--put); } .delete { color: var(--delete); }
.path { font: .92rem/1.4 ui-monospace, 'DejaVu Sans Mono', monospace; }
.inside { padding: .5rem 1.25rem 1.1rem; scroll-margin-top: 5rem; }
code, pre { font-family: ui-monospace, 'DejaVu Sans Mono', monospace; font-size: .86rem; }
pre { background: var(--code); border: 1px solid var(--line); border-radius: 8px; padding: .75rem 1rem; margin: 0; overflow-x: auto;
  line-height: 1.5; overflow-wrap: normal; tab-size: 2; }
pre b { font-weight: 600; }
table { border-collapse: collapse; width: 100%; font-size: .93rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; color: var(--dim); font-size: .85rem; }
th:first-child { width: 11rem; } th:nth-child(2) { width: 11rem; }
tr:last-child td { border-bottom: 0; }
@media (max-width: 60rem) {
  .frame { grid-template-columns: minmax(0, 1fr); }
  nav { position: static; height: auto; border-right: 0; border-bottom: 1px solid var(--line); padding: 1.25rem 1rem .25rem; }
  nav ul { display: flex; flex-wrap: wrap; gap: 0 .25rem; margin-bottom: .75rem; }
  main { padding: 1.25rem 1rem 4rem; }
  summary { grid-template-columns: 3.6rem minmax(0, 1fr); padding: .6rem .75rem; }
  .inside { padding: .5rem .75rem 1rem; }
}
@media print {
  nav, .skip { display: none; }
  .frame { display: block; }
  details { break-inside: avoid; }
}
`
