import { asJscodeshift } from '../codemod/as-jscodeshift.js';
import type { Codemod } from '../codemod/codemod.js';
import { readOptions } from '../codemod/options.js';
import { inProgram } from '../codex-entry/in-program.js';
import { inText } from '../codex-entry/in-text.js';
import { parseModule } from '../syntax/parse.js';

/**
 * Where `codex mcp-server` is started, which Codex 0.154.0 removed. `codex app-server` speaks another protocol, so what
 * talks MCP to it is declined with what to do; what asks codex-orch for the driver, by option, flag or configuration,
 * asks for `app-server` instead, behind the same interface. Reads programs, and JSON, TOML, YAML and shell scripts as
 * text.
 *
 * Declines: `protocol`, `unknown-command`.
 */
export const codemod: Codemod = {
  id: 'codex-mcp-server-to-app-server',
  prefilter: ['mcp-server', '\\u', '\\x'],
  transform(file, options = {}) {
    readOptions(this.id, options, {});
    if (!/\.(?:[cm]?[jt]s|[jt]sx)$/.test(file.path)) return inText(file);
    return inProgram(parseModule(file));
  },
};

export default asJscodeshift(codemod);
