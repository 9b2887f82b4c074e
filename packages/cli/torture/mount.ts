import { spawnSync } from 'node:child_process';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { World } from '../test/world.js';
import type { StageFault } from './journey.js';

/** Whether this process may mount file systems in a namespace of its own. */
export const canMount = (): boolean => spawnSync('unshare', ['--mount', 'true']).status === 0;

const isolated = ['unshare', '--mount', '--propagation', 'private', 'sh', '-c'];

/** The folders whose disk fails. */
export const placesOf = ({ repo, root }: World) =>
  ({ runs: path.join(repo, '.runs'), state: path.join(root, 'state') }) as const;

export type Place = keyof ReturnType<typeof placesOf>;

// What the command leaves on the small disk is taken along, as the disk ends with the namespace.
const full = `
folder=$0 kept=$1 room=$2; shift 2
mkdir -p "$folder" "$kept" && cp -a "$folder/." "$kept" && mount -t tmpfs -o size=4m tmpfs "$folder" &&
  cp -a "$kept/." "$folder" || exit 99
head -c 4m /dev/zero > "$folder/filler" 2> /dev/null
truncate -s -"$room"K "$folder/filler"
"$@"; code=$?
rm -rf "$folder/filler" "$kept" && mkdir "$kept" && cp -a "$folder/." "$kept" || exit 99
exit $code`;

/** Runs a command while a folder lies on a disk with room for so many KiB, and gives it room again after that. */
export function onFullDisk(world: World, place: Place, room: number): StageFault {
  const folder = placesOf(world)[place];
  const kept = path.join(world.root, `kept-${place}`);
  return {
    under: [...isolated, full, folder, kept, String(room)],
    after: async () => {
      await rm(folder, { recursive: true });
      await rename(kept, folder);
    },
  };
}

const readOnly = `mkdir -p "$0" && mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"`;

/** Runs a command while a folder cannot be written. */
export function readOnlyDisk(world: World, place: Place): StageFault {
  const folder = placesOf(world)[place];
  return {
    under: [...isolated, readOnly, folder],
    // As it was: a command that could not make it must not find it made.
    after: async () => {
      await mkdir(folder, { recursive: true });
    },
  };
}
