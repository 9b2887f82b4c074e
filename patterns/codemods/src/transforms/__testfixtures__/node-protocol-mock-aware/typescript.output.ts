import type { Stats } from 'node:fs';
import http = require('node:http');
import * as ts from 'typescript';

declare module 'fs' {
  interface Extra {}
}

@Injectable()
export class Server<T> extends http.Server {
  constructor(@Inject('fs') private readonly url: import('node:url').URL, public stats?: typeof import('node:fs').statSync) {
    super();
  }
}
