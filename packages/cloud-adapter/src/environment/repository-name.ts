const part = String.raw`[A-Za-z0-9](?:[\w.-]{0,99})`;

const forms = [
  // git@github.com:owner/name.git, with any user
  new RegExp(String.raw`^(?:[\w.-]+@)?github\.com:/?(${part})/(${part})$`, 'i'),
  new RegExp(
    String.raw`^(?:https?|git|ssh)://(?:[^/@\s]+@)?(?:www\.|ssh\.)?github\.com(?::\d+)?/(${part})/(${part})$`,
    'i',
  ),
];

/** `owner/name` of a remote on GitHub, the only host that Codex Cloud knows environments of; undefined for all else. */
export function repositoryName(remoteUrl: string): string | undefined {
  const url = remoteUrl
    .trim()
    .replace(/\/+$/, '')
    .replace(/\.git$/i, '');
  for (const form of forms) {
    const [, owner, name] = form.exec(url) ?? [];
    if (owner !== undefined && name !== undefined) return `${owner}/${name}`;
  }
  return undefined;
}
