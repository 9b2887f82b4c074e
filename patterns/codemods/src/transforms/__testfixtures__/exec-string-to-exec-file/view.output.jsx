import { execFileSync } from 'child_process';
export const Version = () => <b>{execFileSync('git', ['describe', '--tags']).toString()}</b>;
