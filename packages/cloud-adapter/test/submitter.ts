import { CloudCli, type CloudRecord, FileCloudStore, intend, submitOnce } from '../src/index.js';

/**
 * Submits a task as the arguments say, and dies without any clean-up once the submission was answered, before it is recorded.
 *
 * Arguments: the launch as JSON, the folder of the store, the folder for raw output.
 */
const [, , launch = '', storeDir = '', rawDir = ''] = process.argv;
const cli = await CloudCli.probe(JSON.parse(launch) as Parameters<typeof CloudCli.probe>[0], { rawDir });
const store = new (class extends FileCloudStore {
  override save(record: CloudRecord): Promise<void> {
    if (record.turns.some(({ task }) => task !== null)) process.kill(process.pid, 'SIGKILL');
    return super.save(record);
  }
})(storeDir);
const request = { environment: 'env_1', branch: 'main', attempts: 1, prompt: 'Greet.' };
const turn = await intend(request, null, { cli, store });
await submitOnce(turn, request, { cli, store });
