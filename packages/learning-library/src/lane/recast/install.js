import { copierOf, installCopy } from './copy-tree.js';
import { makeKindOf } from './kinds.js';
import { knownRecast } from './known-recast.js';
import { makeFixFaultyLocations } from './locations.js';
import { makeGetReprinter } from './reprinter.js';
import { makeFindReprints } from './reprints.js';
import { makeSliceString } from './slice-string.js';

/**
 * Replaces the parts of recast that take most of its time by ones that do exactly the same: copying the tree that was parsed, and finding
 * what has changed in it since.
 *
 * @returns {(() => void) | undefined} puts recast's own back; undefined where it is a recast that is not known, which is left as it is
 */
export function installFastRecast() {
  const recast = knownRecast();
  const copier = recast && copierOf(recast);
  if (recast === undefined || copier === undefined) return undefined;
  const { patcher, util } = recast;
  const lines = recast.lines.Lines.prototype;
  const own = {
    fixFaultyLocations: util['fixFaultyLocations'],
    getReprinter: patcher.getReprinter,
    sliceString: lines.sliceString,
  };
  const kindOf = makeKindOf(recast.types);
  const fixFaultyLocations = makeFixFaultyLocations(recast);
  util['fixFaultyLocations'] = fixFaultyLocations;
  const uninstallCopy = installCopy(copier, fixFaultyLocations);
  patcher.getReprinter = makeGetReprinter(recast, kindOf, makeFindReprints(recast, kindOf));
  lines.sliceString = makeSliceString(own.sliceString);
  return () => {
    util['fixFaultyLocations'] = own.fixFaultyLocations;
    uninstallCopy();
    patcher.getReprinter = own.getReprinter;
    lines.sliceString = own.sliceString;
  };
}
