export type { CitedDocument, CitedDocuments } from './cited.js';
export { consoleTable } from './console-table.js';
export { htmlOf } from './html.js';
export { junitOf } from './junit.js';
export { markdownOf } from './markdown.js';
export { assetSummaries, type AssetSummary, comparisonWords, regressionWords } from './rows.js';
export { sarifOf } from './sarif.js';
