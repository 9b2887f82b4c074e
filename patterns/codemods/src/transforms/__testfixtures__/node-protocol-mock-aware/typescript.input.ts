import type { Stats } from 'fs';
import http = require('http');
import * as ts from 'typescript';

declare module 'fs' {
  interface Extra {}
}

@Injectable()
export class Server<T> extends http.Server {
  constructor(@Inject('fs') private readonly url: import('url').URL, public stats?: typeof import('fs').statSync) {
    super();
  }
}
