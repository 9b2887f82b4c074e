import { expect, test, vi } from 'vitest';
import fs from 'fs';
import os from 'os';

vi.mock('fs', async () => ({ ...(await vi.importActual<typeof import('fs')>('fs')), existsSync: () => true }));
vi.mock(import('os'));
const computed = ['net'];
for (const name of computed) vi.doMock(name);
import net from 'net';
