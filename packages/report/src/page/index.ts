export { diffView } from './diff-view.js';
export { badge, type Page, renderPage, type Section, type Tone } from './page.js';
export { table } from './table.js';
