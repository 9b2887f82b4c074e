import { createRequire } from 'node:module';
import fs from 'fs';
import net from 'node:net';
const require = createRequire(import.meta.url);
const dgram = require('dgram');
