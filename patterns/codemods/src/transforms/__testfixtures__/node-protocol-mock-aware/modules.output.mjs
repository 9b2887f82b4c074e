import fs from 'node:fs';
import { join as joined } from "node:path";
import 'node:process';
import json from './package.json' with { type: 'json' };
export * from 'node:events';
export { inspect } from 'node:util';
export const fs2 = 'fs';
const os = await import('node:os');
const again = await import('node:os');
