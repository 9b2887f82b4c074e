import noEnvDump from './no-env-dump.js';
import noErrorToDefault from './no-error-to-default.js';
import noNonatomicStateWrite from './no-nonatomic-state-write.js';
import noShellInterpolation from './no-shell-interpolation.js';
import noTestBypass from './no-test-bypass.js';
import noUnboundedFanout from './no-unbounded-fanout.js';
import noVacuousTest from './no-vacuous-test.js';
import parseAtBoundary from './parse-at-boundary.js';
import requireClose from './require-close.js';
import requireSignalOrLimit from './require-signal-or-limit.js';

/** Every rule by its name without the plugin's prefix. */
export const rules = {
  'no-env-dump': noEnvDump,
  'no-error-to-default': noErrorToDefault,
  'no-nonatomic-state-write': noNonatomicStateWrite,
  'no-shell-interpolation': noShellInterpolation,
  'no-test-bypass': noTestBypass,
  'no-unbounded-fanout': noUnboundedFanout,
  'no-vacuous-test': noVacuousTest,
  'parse-at-boundary': parseAtBoundary,
  'require-close': requireClose,
  'require-signal-or-limit': requireSignalOrLimit,
};

export type RuleName = keyof typeof rules;
