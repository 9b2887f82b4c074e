import fs from 'fs';
import { join as joined } from "path";
import 'process';
import json from './package.json' with { type: 'json' };
export * from 'events';
export { inspect } from 'util';
export const fs2 = 'fs';
const os = await import('os');
const again = await import('node:os');
