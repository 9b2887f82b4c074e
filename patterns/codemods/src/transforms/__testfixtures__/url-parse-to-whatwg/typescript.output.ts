import * as url from 'url';
import type { UrlWithStringQuery } from 'url';

@Component({ host: new url.URL('https://example.com/').host! })
export class Client {
  private readonly base: string = new url.URL('https://example.com/x').pathname as string;
  private readonly whole: UrlWithStringQuery = url.parse('https://example.com/x');
  host() {
    const typed: UrlWithStringQuery = url.parse('https://example.com/x');
    const loose = new url.URL('https://example.com/x');
    return typed.host! + loose.host!;
  }
}
