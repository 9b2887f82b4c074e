export { writeFileAtomic, type WriteFileAtomicOptions } from './atomic-write.js';
export { resolveInside } from './contained-path.js';
export { DiskFullError, NotWritableError, PathEscapesError, writeError } from './errors.js';
export { ifAbsent } from './if-absent.js';
export { makeFolder } from './make-folder.js';
export { type FileStart, readStart, type ReadStartOptions } from './read-regular-file.js';
export { removeDrafts } from './draft.js';
export { makeScratchFolder } from './scratch-folder.js';
export { type FileDigest, sha256File } from './sha256-file.js';
