import { selectDriver, probeCodex } from '@codex-orch/mcp-adapter';

export async function open(home: Home) {
  const probe = await probeCodex({ env: process.env });
  return selectDriver({ probe, requested: 'mcp-server', home, env: process.env }); // ours
}
other({ requested: 'mcp-server' });
