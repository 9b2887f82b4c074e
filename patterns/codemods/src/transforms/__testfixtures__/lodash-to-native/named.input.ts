import { isArray, map, type Dictionary, isNil } from 'lodash';
import isNull from 'lodash/isNull';
import * as lo from 'lodash-es';

@decorate(isArray([]))
export class Table {
  names: string[] = map(['a'], (name: string) => name);
  rows: Dictionary<number> = {};
  has(x: unknown): boolean { return isNull(x) || lo.isUndefined(x as never) || map(this.names, (n) => n).length > 0; }
}
