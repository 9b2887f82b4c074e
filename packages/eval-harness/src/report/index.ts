export { consoleTable } from './console-table.js';
export { junitOf } from './junit.js';
export { markdownOf } from './markdown.js';
export { assetSummaries, type AssetSummary } from './rows.js';
