import { exec as run, execSync } from 'child_process';
import * as cp from 'node:child_process';
export const head = execSync('git rev-parse HEAD').toString();
run('docker ps -a');
cp.exec('curl -s https://example.com/', () => {});
