import { describeBehaviour } from './behaviour.js';

describeBehaviour({ binary: 'current', kind: 'app-server' });
describeBehaviour({ binary: 'current', kind: 'app-server', socket: true });
describeBehaviour({ binary: 'withMcpServer', kind: 'app-server' });
