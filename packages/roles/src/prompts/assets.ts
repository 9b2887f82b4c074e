import type { AppliedAsset, AssetOffer } from '@codex-orch/core';
import { untrusted } from './untrusted.js';

/** Characters of all offers together; the best come first. */
const maxOffers = 16_000;
/** Places that a role is shown of each list. */
const maxPlaces = 40;

const rule = `Ready-made changes that were proven on other repositories. They run without a model, are exact where they apply, and leave alone what they cannot be sure of.
Where one does a part of the goal, give that part a subtask of its own, before those that build on it, and name it in \`asset\`: {"id", "version": null, "options": "<JSON text of an object that fits its options schema>"}.
Its \`instructions\` say what it is to achieve: that is what the result is tested and reviewed by. What it leaves alone is work for a later subtask.
All other subtasks have \`"asset": null\`. Name no asset that is not in this list.`;

const describeOffer = ({ id, version, title, whenToUse, risk, optionsSchema }: AssetOffer): string =>
  `${id} (version ${version}, risk: ${risk}): ${title}\n  when to use: ${whenToUse}\n  options schema: ${JSON.stringify(optionsSchema)}`;

/** The assets that a plan may use. What their texts say is material, as everything that others wrote. */
export function describeOffers(offers: readonly AssetOffer[]): string | undefined {
  let left = maxOffers;
  const shown = offers.map(describeOffer).filter((text) => (left -= text.length) >= 0);
  return shown.length === 0 ? undefined : `${rule}\n${untrusted('assets', shown.join('\n\n'))}`;
}

const more = (count: number, shown: number): string[] => (count > shown ? [`  … and ${count - shown} more`] : []);

function describeOne({ subtask, asset, report }: AppliedAsset): string {
  const declined = report.declined.slice(0, maxPlaces);
  const failures = report.failures.slice(0, maxPlaces);
  return [
    `${asset.id}@${asset.version} for subtask ${subtask}, options ${JSON.stringify(asset.options)}: ${report.changedCount} files changed`,
    ...(report.declinedCount > 0 ? [`left alone, ${report.declinedCount} places:`] : []),
    ...declined.map(({ path, line, reason, message }) => `  ${path}:${line} [${reason}] ${message}`),
    ...more(report.declinedCount, declined.length),
    ...(report.failedCount > 0 ? [`failed, ${report.failedCount} files:`] : []),
    ...failures.map(({ path, code, message }) => `  ${path} [${code}] ${message}`),
    ...more(report.failedCount, failures.length),
  ].join('\n');
}

/** What assets did so far, with what they left alone. */
export function describeApplied(applied: readonly AppliedAsset[]): string | undefined {
  return applied.length === 0 ? undefined : untrusted('assets', applied.map(describeOne).join('\n\n'));
}
