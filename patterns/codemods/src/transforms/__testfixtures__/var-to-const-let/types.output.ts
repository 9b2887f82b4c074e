declare var VERSION: string;
declare global { var cached: number | undefined; }
import type { Row } from './row';

export const size: number = 4;
let rows: Row[] = [], current!: Row;
namespace Space { export var shared = 1; const own = 2; log(own); }
export function first(): Row { return rows[0] ?? current; }

@decorate(flag)
class Box { @input() value = size; }
var flag = true;
