export { writeFileAtomic, type WriteFileAtomicOptions } from './atomic-write.js';
export { resolveInside } from './contained-path.js';
export { DiskFullError, NotWritableError, PathEscapesError, writeError } from './errors.js';
export { type FileStart, readStart, type ReadStartOptions } from './read-regular-file.js';
export { type FileDigest, sha256File } from './sha256-file.js';
