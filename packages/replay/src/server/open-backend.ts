import { checkScript } from '../cassette/check-script.js';
import { readCassette } from '../cassette/read-cassette.js';
import { RecordingPlayer } from '../replay/recording-player.js';
import { ScriptPlayer } from '../script/script-player.js';
import type { Backend } from './backend.js';
import type { ReplayOptions } from './options.js';
import { PlayerBackend } from './player-backend.js';
import { RecordBackend } from './record-backend.js';

/** Makes what the options ask for. */
export async function openBackend(options: ReplayOptions): Promise<Backend> {
  if ('record' in options) return RecordBackend.create(options.record);
  if ('script' in options) return new PlayerBackend(new ScriptPlayer(checkScript(options.script)));
  const cassette = await readCassette(options.cassette);
  return new PlayerBackend(
    cassette.kind === 'script' ? new ScriptPlayer(cassette.scenes) : new RecordingPlayer(cassette.entries),
  );
}
