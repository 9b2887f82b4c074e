import type { CodexApprovalRequest } from '../codex/approval-request.js';
import { sha256 } from '../log/line.js';
import { canonicalJson } from '../signature/canonical-json.js';
import type { GoalEvent } from './events.js';

type Requested = Extract<GoalEvent, { type: 'elevation.requested' }>['data'];

/** A request of Codex to leave its sandbox that nobody has answered. */
export type Elevation = Omit<Requested, 'waiting'>;

/** What would be done, without what is another at each time that it is asked: a turn that is repeated asks for the same again. */
export function elevationContent(request: CodexApprovalRequest): string {
  switch (request.kind) {
    case 'command':
      return canonicalJson({ kind: request.kind, command: request.command, cwd: request.cwd });
    case 'file-change':
      return canonicalJson({ kind: request.kind, changes: request.changes, grantRoot: request.grantRoot });
    case 'unknown':
      return canonicalJson({ kind: request.kind, method: request.method });
  }
}

/** The digest that an answer must carry: of the run, the request's number and nonce, and what would be done. */
export const elevationDigest = (runId: string, { id, nonce, request }: Omit<Elevation, 'sha256'>): string =>
  sha256(canonicalJson({ runId, id, nonce, content: elevationContent(request) }));
