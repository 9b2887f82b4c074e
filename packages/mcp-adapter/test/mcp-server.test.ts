import { describeBehaviour } from './behaviour.js';

describeBehaviour({ binary: 'withMcpServer', kind: 'mcp-server' });
