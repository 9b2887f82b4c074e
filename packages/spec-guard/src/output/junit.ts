import type { Finding, Report } from '../report/finding.js';
import { commandLine } from './command-line.js';
import { placeOf } from './place.js';
import { waiverOf } from './waivers.js';

/**
 * A report as JUnit XML: an error is a failed test, a waived finding a skipped one, anything else one that passed with something
 * to say. A clean report is one passed test, because many readers take a file without tests for a broken one.
 */
export function renderJunit(report: Report): string {
  const { findings, waived } = report;
  const failures = findings.filter(({ severity }) => severity === 'error').length;
  const cases = [
    ...findings.map((finding) => testCase(finding, outcome(finding))),
    ...waived.map((finding) => testCase(finding, `<skipped message="${escapeXml(waiverOf(finding))}"/>`)),
  ];
  if (cases.length === 0) cases.push('    <testcase name="spec guard" classname="spec-guard" time="0"/>');
  const counts = `tests="${cases.length}" failures="${failures}" errors="0" skipped="${waived.length}" time="0"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="spec-guard" ${counts}>`,
    `  <testsuite name="spec-guard" ${counts} timestamp="${new Date(report.at).toISOString()}">`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function testCase(finding: Finding, result: string): string {
  const name = escapeXml(`${finding.code} ${placeOf(finding)}`);
  const file = `file="${escapeXml(finding.path)}"${finding.line === undefined ? '' : ` line="${finding.line}"`}`;
  return `    <testcase name="${name}" classname="spec-guard.${escapeXml(finding.rule)}" ${file} time="0">${result}</testcase>`;
}

function outcome({ severity, code, message, why, fix }: Finding): string {
  const text = escapeXml([message, why, ...(fix ? [`Fix: ${commandLine(fix)}`] : [])].join('\n'));
  return severity === 'error'
    ? `<failure type="${escapeXml(code)}" message="${escapeXml(message)}">${text}</failure>`
    : `<system-out>${severity}: ${text}</system-out>`;
}

/** What XML 1.0 has no way to write: control characters but tab and newlines, lone halves of a pair, and two non-characters. */
// eslint-disable-next-line no-control-regex -- these are what is removed
const unspeakable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

const escapeXml = (text: string): string =>
  text
    .replaceAll(unspeakable, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    // In an attribute a parser would make spaces of them.
    .replaceAll(/[\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
