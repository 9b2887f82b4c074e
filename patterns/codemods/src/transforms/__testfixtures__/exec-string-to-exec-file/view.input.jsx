import { execSync } from 'child_process';
export const Version = () => <b>{execSync('git describe --tags').toString()}</b>;
