import { UnknownObjectError } from './errors.js';

/** A whole object id, of SHA-1 or SHA-256. Anything else could be an option, or mean something else tomorrow. */
export function checkObjectId(id: string, kind: 'commit' | 'tree'): string {
  if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(id))
    throw new UnknownObjectError(kind, id, 'it is not a whole object id');
  return id;
}
