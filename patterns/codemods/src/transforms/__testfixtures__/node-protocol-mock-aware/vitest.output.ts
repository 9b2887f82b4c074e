import { expect, test, vi } from 'vitest';
import fs from 'node:fs';
import os from 'node:os';

vi.mock('node:fs', async () => ({ ...(await vi.importActual<typeof import('node:fs')>('node:fs')), existsSync: () => true }));
vi.mock(import('node:os'));
const computed = ['net'];
for (const name of computed) vi.doMock(name);
import net from 'net';
