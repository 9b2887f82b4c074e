export type { Codemod, CodemodOptions, CodemodResult, Decline, SourceFile } from './codemod/codemod.js';
export { CodemodOptionsError, CodemodSyntaxError } from './codemod/errors.js';
export type { JscodeshiftApi, JscodeshiftTransform } from './codemod/as-jscodeshift.js';
