export { renderRunReport, type RunReportParts } from './run-report.js';
