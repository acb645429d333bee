/** The style of the pages that the server renders itself. Plain CSS: the reader's own light or dark, any width, print. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ink: #1c2430; --soft: #566173; --line: #d9dee6; --ground: #fbfbfa; --card: #ffffff; --seal: #8a2432; --code: #f1f3f6;
  --get: #1b5e8a; --post: #22693f; --patch: #7a5200; --delete: #9a2330;
  font: 16px/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e6e9ee; --soft: #a3adbb; --line: #333b47; --ground: #14181e; --card: #1b2129; --seal: #f0929d; --code: #252d38;
    --get: #7cc0ec; --post: #7fce9f; --patch: #e7b95c; --delete: #f29aa4;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); overflow-wrap: anywhere; }
main, header, footer { max-width: 60rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 2rem; }
header .brand { color: var(--seal); font-weight: 650; letter-spacing: 0.02em; text-decoration: none; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0.4rem 0 0.6rem; }
h2 { font-size: 1.25rem; margin: 2.4rem 0 0.8rem; padding-bottom: 0.3rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.4rem 0 0.4rem; }
p { margin: 0.5rem 0; max-width: 46rem; }
a { color: var(--get); }
.soft { color: var(--soft); }
code, pre { font: 0.875em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
code { background: var(--code); border-radius: 4px; padding: 0.1em 0.3em; }
pre { background: var(--code); border-radius: 8px; padding: 0.8rem 1rem; overflow-x: auto; white-space: pre-wrap; }
pre code { background: none; padding: 0; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.4rem 1.1rem; list-style: none; margin: 0.8rem 0; padding: 0; }
details { background: var(--card); border: 1px solid var(--line); border-radius: 8px; margin: 0.5rem 0; }
summary { cursor: pointer; display: flex; flex-wrap: wrap; align-items: baseline; gap: 0.2rem 0.7rem; padding: 0.6rem 0.9rem; }
summary:focus-visible, a:focus-visible { outline: 2px solid var(--seal); outline-offset: 2px; }
summary .path { font: 600 0.9rem/1.4 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
details.more > summary { flex-wrap: nowrap; }
details.more > summary::before { content: '▸'; color: var(--soft); } details.more[open] > summary::before { content: '▾'; }
details > .card { border: 0; border-top: 1px solid var(--line); border-radius: 0; margin: 0; background: none; }
details > div { border-top: 1px solid var(--line); padding: 0.4rem 0.9rem 0.9rem; }
.method { font: 700 0.75rem/1.4 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; min-width: 3.6rem; }
.get { color: var(--get); } .post, .put { color: var(--post); } .patch { color: var(--patch); } .delete { color: var(--delete); }
.scroll { overflow-x: auto; }
table { overflow-wrap: break-word; border-collapse: collapse; width: 100%; margin: 0.4rem 0; font-size: 0.93rem; }
th, td { text-align: left; vertical-align: top; padding: 0.35rem 0.8rem 0.35rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; color: var(--soft); white-space: nowrap; }
footer { color: var(--soft); font-size: 0.9rem; margin-top: 3rem; padding-bottom: 2.5rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1.2rem; }
dt { color: var(--soft); } dd { margin: 0; }
.notice { border: 1px solid var(--line); border-left: 4px solid var(--seal); border-radius: 8px; background: var(--card); padding: 0.6rem 0.9rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; margin: 0.8rem 0; padding: 0.4rem 1.1rem 0.9rem; }
.card > h3 { margin: 0.6rem 0; font-size: 1.05rem; }
.card h4 { margin: 1.2rem 0 0.4rem; font-size: 0.93rem; color: var(--soft); }
.card h3 .soft { font-weight: 400; margin-left: 0.4rem; }
.card dl { margin: 0.5rem 0; grid-template-columns: 8.5rem 1fr; }
.card dd code { background: none; padding: 0; }
.ended { color: var(--seal); font-weight: 600; }
.buttons { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem; margin: 0.8rem 0; }
.button { border: 1px solid var(--line); border-radius: 6px; padding: 0.35rem 0.8rem; color: var(--ink); background: var(--code); text-decoration: none; }
.button:hover { border-color: var(--soft); }
.narrow { max-width: 34rem; }
.field { display: grid; gap: 0.2rem; margin: 0.9rem 0; }
.field label, legend { font-weight: 600; }
.field .soft { font-size: 0.9rem; }
.field input, .field textarea, .field select {
  width: 100%; padding: 0.45rem 0.6rem; border: 1px solid var(--soft); border-radius: 6px; background: var(--ground); color: var(--ink); font: inherit;
}
.field textarea { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 0.9rem; resize: vertical; }
meter { width: 100%; height: 0.5rem; }
ol { padding-left: 1.3rem; } ol li { margin: 0.3rem 0; max-width: 46rem; }
fieldset { border: 1px solid var(--line); border-radius: 8px; margin: 1rem 0; padding: 0.4rem 0.9rem 0.7rem; }
fieldset.plain { border: 0; margin: 0; padding: 0; min-width: 0; }
.choice { display: flex; gap: 0.5rem; align-items: baseline; padding: 0.2rem 0; }
input:focus-visible, textarea:focus-visible, select:focus-visible, button:focus-visible { outline: 2px solid var(--seal); outline-offset: 2px; }
button.button { font: inherit; cursor: pointer; padding: 0.5rem 1rem; }
button.button.primary { font-weight: 600; }
[hidden] { display: none !important; }
.button.primary { background: var(--seal); border-color: var(--seal); color: var(--ground); font-weight: 600; }
.prose > :first-child { margin-top: 0; }
.prose h3 { font-size: 1.1rem; } .prose h4, .prose h5, .prose h6 { font-size: 1rem; margin: 1.1rem 0 0.3rem; }
.prose li { margin: 0.2rem 0; } .prose ul, .prose ol { max-width: 46rem; padding-left: 1.4rem; }
.prose blockquote { border-left: 3px solid var(--line); color: var(--soft); margin: 0.6rem 0; padding-left: 1rem; }
.prose table { width: auto; display: block; overflow-x: auto; }
@media (max-width: 40rem) {
  h1 { font-size: 1.5rem; }
  .stack, .stack tbody, .stack tr, .stack td { display: block; }
  .stack thead { display: none; }
  .stack td { border: 0; padding: 0.1rem 0; }
  .stack tr { border-bottom: 1px solid var(--line); padding: 0.5rem 0; }
  dl, .card dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 0.5rem; }
}
details > div:target { scroll-margin-top: 4rem; }
@media print {
  :root { --ink: #000; --soft: #444; --ground: #fff; --card: #fff; --code: #fff; --line: #bbb; --seal: #8a2432; --get: #1b5e8a; }
  details > div { display: block; }
  .card { break-inside: avoid; } .buttons { display: none; }
}
`.trimStart()
