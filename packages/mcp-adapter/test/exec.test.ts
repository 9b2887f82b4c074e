import { describeBehaviour } from './behaviour.js';

describeBehaviour({ binary: 'current', kind: 'exec' });
describeBehaviour({ binary: 'withMcpServer', kind: 'exec' });
