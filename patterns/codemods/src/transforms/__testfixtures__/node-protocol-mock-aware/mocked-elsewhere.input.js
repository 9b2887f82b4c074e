import { createRequire } from 'module';
import fs from 'fs';
import net from 'net';
const require = createRequire(import.meta.url);
const dgram = require('dgram');
