import * as adapter from '@codex-orch/mcp-adapter';
export const Pick = ({ probe }) => <Driver of={adapter.selectDriver({ probe, 'requested': "app-server" })} name="mcp-server" />;
