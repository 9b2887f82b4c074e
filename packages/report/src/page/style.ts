/** The one style of all pages; it names no font, image or address that would have to be fetched. */
export const style = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #59636e; --line: #d9dee3; --paper: #fff; --shade: #f5f7f9;
  --good: #116329; --bad: #b3261e; --wait: #8a5300; --in: #e2f5e7; --out: #fdeceb; --here: #eaf1fb }
@media (prefers-color-scheme: dark) { :root { --ink: #e3e7eb; --soft: #9aa5b1; --line: #343c45; --paper: #14181d; --shade: #1b2027;
  --good: #6cce86; --bad: #ff8a80; --wait: #f0b35b; --in: #12301d; --out: #3a1b1a; --here: #1b2a3f } }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 72rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; overflow-wrap: anywhere }
h1 { margin: 0 0 .75rem; font-size: 1.45rem; line-height: 1.3; white-space: pre-line }
h2 { margin: 2.25rem 0 .6rem; font-size: 1.05rem; border-bottom: 1px solid var(--line); padding-bottom: .3rem }
code, pre, .diff { font: 12.5px/1.5 ui-monospace, monospace }
pre { margin: .4rem 0; padding: .6rem .8rem; background: var(--shade); border-radius: 6px; white-space: pre-wrap }
.badge { display: inline-block; padding: .1rem .6rem; border: 1px solid; border-radius: 1rem; font-size: .85rem; font-weight: 600 }
.good { color: var(--good) } .bad { color: var(--bad) } .waiting { color: var(--wait) } .soft { color: var(--soft) }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.2rem; margin: 1rem 0 0 }
dt { color: var(--soft) } dd { margin: 0 }
.scroll { overflow-x: auto }
table { border-collapse: collapse; font-size: .9rem }
th { text-align: left; color: var(--soft); font-weight: 600 }
th, td { padding: .35rem 1.4rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: normal }
.number { text-align: right; font-variant-numeric: tabular-nums }
details { border: 1px solid var(--line); border-radius: 6px; margin: .5rem 0 }
summary { padding: .4rem .8rem; cursor: pointer; background: var(--shade); border-radius: 6px }
.diff { overflow-x: auto; padding: .3rem 0 }
.diff div { padding: 0 .8rem; white-space: pre; min-width: max-content }
.diff .in { background: var(--in) } .diff .out { background: var(--out) } .diff .here { background: var(--here); color: var(--soft) }
footer { margin-top: 3rem; color: var(--soft); font-size: .85rem }
@media print { details:not([open]) > :not(summary) { display: none } body { max-width: none; padding: 0 } }
`;
