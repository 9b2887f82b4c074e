import type { RecordedEntry, RecordedItem, RecordedRequest } from '../cassette/recording.js';
import { mapStrings } from '../redaction/map-strings.js';
import type { ModelRequest } from '../request/model-request.js';
import { cwdOf } from '../request/transcript.js';
import type { Act, Reply } from '../response/reply.js';
import type { Match, Played, Player } from '../server/player.js';
import { looseKey, strictKey } from '../fingerprint/keys.js';
import { normalize } from '../fingerprint/normalize.js';
import { showCwd } from '../fingerprint/scrub.js';

interface Candidate {
  readonly entry: RecordedEntry;
  readonly strict: string;
  readonly loose: string;
}

const toReply = ({ response }: RecordedEntry, cwd: string | undefined): Reply => {
  if ('status' in response) return { kind: 'error', status: response.status, error: response.error };
  const acts: Act[] = mapStrings(response.output, (text) => showCwd(text, cwd)).map((item) => ({ item }));
  if (response.cut) acts.push({ fault: 'disconnect' });
  return { kind: 'response', id: response.id, model: response.model, acts, usage: response.usage, end: response.end };
};

const short = (item: RecordedItem | undefined): string => {
  const text = item === undefined ? 'nothing' : JSON.stringify(item);
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
};

const sharedItems = (a: RecordedRequest, b: RecordedRequest): number => {
  const differing = a.items.findIndex((item, index) => JSON.stringify(item) !== JSON.stringify(b.items[index]));
  return differing === -1 ? a.items.length : differing;
};

const setUpOf = ({ client, model, agent, setUp, format }: RecordedRequest) => ({ client, model, agent, setUp, format });

/** Answers requests from a recording: each entry once, the strict fingerprint before the loose one. */
export class RecordingPlayer implements Player {
  readonly mode = 'replay';
  readonly #candidates: readonly Candidate[];
  readonly #used = new Set<Candidate>();

  constructor(entries: readonly RecordedEntry[]) {
    this.#candidates = entries.map((entry) => ({
      entry,
      strict: strictKey(entry.request),
      loose: looseKey(entry.request),
    }));
  }

  play(request: ModelRequest): Played {
    const got = normalize(request);
    const found = this.#find(strictKey(got), looseKey(got));
    if (found === undefined) return { match: 'miss', reply: this.#miss(got) };
    this.#used.add(found.candidate);
    return {
      match: found.match,
      entry: found.candidate.entry.entry,
      reply: toReply(found.candidate.entry, cwdOf(request)),
    };
  }

  #find(strict: string, loose: string): { candidate: Candidate; match: Match } | undefined {
    const unused = this.#candidates.filter((candidate) => !this.#used.has(candidate));
    const exact = unused.find((candidate) => candidate.strict === strict);
    if (exact) return { candidate: exact, match: 'strict' };
    // A client that was killed asks its last question again: more often than it was recorded, so not strict.
    const near =
      unused.find((candidate) => candidate.loose === loose) ??
      this.#candidates.findLast((candidate) => candidate.strict === strict || candidate.loose === loose);
    return near && { candidate: near, match: 'loose' };
  }

  #miss(got: RecordedRequest): Reply {
    const ranked = this.#candidates
      .filter(({ entry }) => entry.request.client === got.client)
      .map((candidate) => ({
        entry: candidate.entry,
        rank: [
          candidate.entry.request.agent === got.agent ? 1 : 0,
          sharedItems(got, candidate.entry.request),
          this.#used.has(candidate) ? 0 : 1,
        ] as const,
      }))
      .sort((a, b) => b.rank[0] - a.rank[0] || b.rank[1] - a.rank[1] || b.rank[2] - a.rank[2]);
    const nearest = ranked[0]?.entry;
    const at = nearest === undefined ? 0 : sharedItems(got, nearest.request);
    const expected = nearest?.request.items[at];
    const differ =
      nearest === undefined
        ? `The cassette has no entry of a client like this (${got.client}).`
        : `Nearest is entry ${nearest.entry}; they differ at item ${at + 1}: expected ${short(expected)}, got ${short(got.items[at])}.`;
    return {
      kind: 'error',
      status: 400,
      error: {
        message: `No recorded entry for this request. ${differ} If the change is meant, record again.`,
        type: 'replay_miss',
        param: null,
        code: 'replay_miss',
        expected:
          nearest === undefined ? null : { entry: nearest.entry, ...setUpOf(nearest.request), item: expected ?? null },
        got: { ...setUpOf(got), item: got.items[at] ?? null, items: got.items.length },
      },
    };
  }
}
