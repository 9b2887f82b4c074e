export { commandLine } from './command-line.js';
export { guardExitCode, guardExitCodes } from './exit-code.js';
export { renderGithubAnnotations } from './github.js';
export { reportJson } from './json.js';
export { renderJunit } from './junit.js';
export { type Paint, type PrettyOptions, renderPretty, summaryLine } from './pretty.js';
export { type ReportJson, reportSchema } from './report-schema.js';
export { reportSarif, type RuleText, type SarifOptions } from './sarif.js';
export { renderSummary, type SummaryOptions } from './summary.js';
