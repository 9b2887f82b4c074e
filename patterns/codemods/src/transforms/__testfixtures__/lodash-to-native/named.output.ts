import { map, type Dictionary, isNil } from 'lodash';

@decorate(Array.isArray([]))
export class Table {
  names: string[] = ['a'].map((name: string) => name);
  rows: Dictionary<number> = {};
  has(x: unknown): boolean { return x === null || (x as never) === undefined || map(this.names, (n) => n).length > 0; }
}
