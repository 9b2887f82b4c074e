import { exec, execFile, type ExecException } from 'node:child_process';

@Injectable()
export class Git {
  private readonly depth: number = 3;
  log(n: number, done: (error: ExecException | null, out: string) => void): void {
    exec(`git log -n ${n}`, (error: ExecException | null, out: string) => done(error, out));
  }
  other(): void {
    execFile('git', ['status']);
  }
}
